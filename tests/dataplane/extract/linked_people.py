"""Two holdings of the same old people, of which one declares the key to the other."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muniment.dataplane import policy, release
from muniment.dataplane.release import gather
from muniment.dataplane.spec import specification
from tests.dataplane import tables
from tests.dataplane.extract import builds, old_people
from tests.dataplane.extract.old_people import OTHERS, TOP90

PEOPLE = {
    "holding": "other", "table": "subjects", "field": "USUBJID",
    "their_table": "subjects", "their_field": "USUBJID",
}  # fmt: skip
DATED = {"events": ["USUBJID", "ONSET"]}
KEYS = release.Keys(builds.LINE_KEY, builds.SIGNER)
AGED: dict[str, dict] = {"subjects.AGE": TOP90, "events.ONSET": {"method": "year"}}


@dataclasses.dataclass(frozen=True)
class Linked:
    """Two holdings of the same people, `small` and `other`, and builds over both."""

    root: Path

    def document(
        self,
        first: Mapping[str, list[str]],
        second: Mapping[str, list[str]],
        *,
        linked: bool = True,
    ) -> dict[str, Any]:
        made = tables.specification(variables=first)
        [part] = tables.specification(variables=second, holding="other")["parts"]
        made["parts"].append({**part, "id": "p2"})
        reason = "To follow people from one to the other."
        made["links"] = [{"parts": ["p1", "p2"], "reason": reason}] if linked else []
        return made

    def order(self, asked: Mapping[str, Any], rules: dict, **more: Any) -> release.Order:
        folders = {(name, "2026.1"): self.root / name for name in ("small", "other")}
        override = policy.read({"policy": "x", "edition": "1", "fields": OTHERS | rules})
        number = len(list(self.root.glob("out-*")))
        given: dict[str, Any] = {"now": builds.NOW, **more}
        return release.Order(
            asked=specification.parse(asked), folders=folders, overrides={policy.ALL: override},
            out=self.root / f"out-{number}", receipt=self.root / f"receipt-{number}.json",
            **given,
        )  # fmt: skip

    def build(self, asked: Mapping[str, Any], rules: dict, **more: Any) -> release.Built:
        return release.build(self.order(asked, rules, **more), keys=KEYS)

    def terms(self, asked: Mapping[str, Any], rules: dict) -> gather.Drawn:
        order = self.order(asked, rules)
        return gather.draw(
            gather.Given(order.asked, order.folders, order.overrides), part_ids=["p2"]
        )

    def change(self, name: str, **members: Any) -> None:
        path = self.root / name / "datapackage.json"
        shape = json.loads(path.read_text(encoding="utf-8"))
        shape["muniment"] |= members
        path.write_text(json.dumps(shape), encoding="utf-8")


def written(root: Path, **settings: str) -> Linked:
    for name in ("small", "other"):
        old_people.write(root / name, holding=name, **settings)
    found = Linked(root)
    found.change("small", links=[PEOPLE])
    return found
