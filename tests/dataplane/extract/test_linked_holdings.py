"""Two holdings share codes by the key that one of them declares, and by nothing else."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from muniment.dataplane import refusals, release
from muniment.dataplane.links import namespaces
from muniment.dataplane.release import gather
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables
from tests.dataplane.extract import builds

PEOPLE = {
    "holding": "other", "table": "subjects", "field": "USUBJID",
    "their_table": "events", "their_field": "USUBJID",
}  # fmt: skip
FOLDERS = {("small", "2026.1"): "a", ("other", "2026.1"): "b"}


def change(folder: Path, *, links: list[dict[str, str]], coded: str = "") -> None:
    """Declare these links; let the column `coded` of the events leave as a code."""
    path = folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shape["muniment"]["links"] = links
    for field in shape["resources"][1]["schema"]["fields"]:
        if field["name"] == coded:
            field["muniment"] = {"class": "quasi", "release": {"method": "pseudonym"}}
    path.write_text(json.dumps(shape), encoding="utf-8")


def asked(first: dict[str, Any], second: dict[str, Any], *, linked: bool = True) -> dict[str, Any]:
    document = tables.specification(variables=first)
    [other] = tables.specification(variables=second, holding="other")["parts"]
    document["parts"].append({**other, "id": "p2"})
    if linked:
        document["links"] = [{"parts": ["p1", "p2"], "reason": "To follow people."}]
    return document


def order(root: Path, document: dict[str, Any], **more: Any) -> release.Order:
    bench = builds.Bench(root, root / "a" / "holding")
    folders = {key: root / name / "holding" for key, name in FOLDERS.items()}
    return replace(bench.order(document), folders=folders, **more)


def built(root: Path, document: dict[str, Any], **more: Any) -> release.Built:
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER)
    return release.build(order(root, document, **more), keys=keys)


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """Two holdings of the same 120 people under the same identifiers; no link is declared."""
    builds.Bench.at(tmp_path / "a")
    builds.Bench.at(tmp_path / "b", holding="other")
    return tmp_path


def codes(made: release.Built, table: str, column: str = "USUBJID") -> set[str]:
    return {row[column] for row in builds.rows(made, table)}


SUBJECTS = {"subjects": ["USUBJID"]}


def test_a_link_that_nobody_declares_is_refused(both: Path) -> None:
    with pytest.raises(refusals.Refused) as refused:
        built(both, asked(SUBJECTS, SUBJECTS))
    assert refused.value.code == "link-not-declared"
    assert "small and other cannot be linked" in str(refused.value)
    assert not (both / "out").exists()


@pytest.mark.parametrize("declaring", ["small", "other"])
def test_people_are_followed_by_the_declared_key(both: Path, declaring: str) -> None:
    """Whichever declares it. Asked for without a link they share nothing all the same."""
    link = {**PEOPLE, "holding": "other" if declaring == "small" else "small"}
    change(both / ("a" if declaring == "small" else "b") / "holding", links=[link])
    made = built(both, asked(SUBJECTS, SUBJECTS))
    assert len(codes(made, "p1-subjects") & codes(made, "p2-subjects")) == 120
    apart = built(both, asked(SUBJECTS, SUBJECTS, linked=False),
                  out=both / "apart", receipt=both / "apart.json")  # fmt: skip
    assert not codes(apart, "p1-subjects") & codes(apart, "p2-subjects")


def test_what_is_not_declared_shares_no_code_however_alike_it_looks(both: Path) -> None:
    """The events are declared to be the same, the people are not: their identifiers are equal."""
    events = {**PEOPLE, "table": "events", "field": "EVENTID", "their_field": "EVENTID"}
    change(both / "a" / "holding", links=[events], coded="EVENTID")
    change(both / "b" / "holding", links=[], coded="EVENTID")
    both_columns = {"events": ["USUBJID", "EVENTID"]}
    made = built(both, asked(both_columns, both_columns))
    assert not codes(made, "p1-events") & codes(made, "p2-events")
    assert codes(made, "p1-events", "EVENTID") == codes(made, "p2-events", "EVENTID")


def test_a_line_of_one_part_has_the_codes_of_the_other_line(both: Path) -> None:
    change(both / "a" / "holding", links=[PEOPLE])
    document = asked(SUBJECTS, SUBJECTS)
    lines = [built(both, document, part_ids=[name], out=both / f"line-{name}",
                   receipt=both / f"{name}.json") for name in ("p1", "p2")]  # fmt: skip
    assert codes(lines[0], "subjects") == codes(lines[1], "subjects")
    folders = {("small", "2026.1"): both / "a" / "holding"}
    given = gather.Given(specification.parse(document), folders, {})
    with pytest.raises(refusals.Refused) as refused:
        gather.outline(given, part_ids=["p1"])
    assert refused.value.code == "link-not-declared"


def test_a_key_reaches_over_several_holdings_by_one_name() -> None:
    """A declares B's key, C declares B's too: all three are one, from wherever one looks."""
    sources = {}
    for name, target in (("aa", "bb"), ("bb", None), ("cc", "bb"), ("dd", "cc")):
        shape = tables.descriptor(holding=name)
        field = "EVENTID" if name == "dd" else "USUBJID"
        link = {**PEOPLE, "holding": target, "table": "events", "field": field}
        shape["muniment"]["links"] = [link] if target else []
        read = holding.parse(shape)
        sources[read.key] = read
    document = tables.specification(holding="aa")
    for number, name in enumerate(("bb", "cc", "dd"), start=2):
        [part] = tables.specification(holding=name)["parts"]
        document["parts"].append({**part, "id": f"p{number}"})
    document["links"] = [{"parts": ["p1", "p2", "p3", "p4"], "reason": "To follow."}]
    read = specification.parse(document)
    names = [namespaces.of_group(read, part, sources) for part in read.parts]
    assert [each.of(namespaces.UNIT) for each in names] == ["aa unit"] * 3 + ["dd unit"]
    assert names[3].of("field events.EVENTID") == "aa unit"
    assert names[0].of("field events.EVENTID") == "aa field events.EVENTID"
    assert namespaces.ALONE.of(namespaces.UNIT) == "unit"
