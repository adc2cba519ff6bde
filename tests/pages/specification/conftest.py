"""An office with the pilot holding described, and a draft of Alice's that asks for it."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from muniment import holdings

if TYPE_CHECKING:
    from muniment import models
    from tests.pages.rows import Office


@dataclass
class Desk:
    """A draft and its addresses."""

    office: "Office"
    case: "models.Case"
    holding: "models.Holding"

    def address(self, *more: str) -> str:
        return "/".join([f"/requests/{self.case.reference}/data", *more, ""])

    @property
    def part(self) -> str:
        return self.address("parts", "p1")

    def newest(self) -> dict[str, Any]:
        """The newest version as plain JSON."""
        return json.loads(self.case.specifications.latest("version").document)

    def cohort(self) -> Any:
        return self.newest()["parts"][0]["cohort"]

    def form(self, **more: Any) -> dict[str, Any]:
        """What the page of the part sends: AGE with its reason, and one rule."""
        return {
            "do": "save", "version": "1", "level": "record",
            "take": [place("subjects", "AGE")], f"why.{place('subjects', 'AGE')}": "To compare.",
            "g0.kind": "all", "g0.table": "",
            "g0.r0.variable": "AGE", "g0.r0.op": "at_least", "g0.r0.value": "65", **more,
        }  # fmt: skip


def described() -> dict[str, Any]:
    """The pilot's description as it ships."""
    text = (holdings.shipped()["sdtm-pilot"] / "datapackage.json").read_text(encoding="utf-8")
    return json.loads(text)


def place(table: str, variable: str) -> str:
    """The number by which the form knows a variable."""
    for number, each in enumerate(described()["resources"]):
        names = [field["name"] for field in each["schema"]["fields"]]
        if each["name"] == table:
            return f"{number}.{names.index(variable)}"
    raise KeyError(table)


def hold(office: "Office", descriptor: dict[str, Any]) -> "models.Holding":
    """A loaded holding behind the pilot's edition, without its files."""
    from muniment import models
    from tests.pages import rows

    edition = models.DatasetEdition.objects.get(dataset__slug="sdtm-pilot", label="2026.1")
    return models.Holding.objects.create(
        programme=office.programme, dataset_edition=edition, slug="sdtm-pilot", edition="2026.1",
        kind="loaded", descriptor=descriptor, content_sha256="0" * 64,
        folder="sdtm-pilot-2026.1", made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


@pytest.fixture
def desk(office: "Office") -> Desk:
    """A draft whose first version is confirmed."""
    from muniment.rulebook.words import Stage

    holding = hold(office, described())
    return Desk(office, office.case(Stage.DRAFT), holding)


@pytest.fixture
def empty(desk: Desk) -> Desk:
    """The same before anything was chosen of its dataset."""
    desk.case.specifications.all().delete()
    return desk
