"""The keys by which other holdings know the same people, as a descriptor declares them."""

import pytest

from muniment.dataplane.spec import check, faults, holding, specification
from tests.dataplane import tables

LINK = {
    "holding": "other",
    "table": "events",
    "field": "USUBJID",
    "their_table": "visits",
    "their_field": "ID",
}


def declared(links: object) -> holding.Holding:
    shape = tables.descriptor()
    shape["muniment"] |= {"links": links}  # type: ignore[operator]
    return holding.parse(shape)


def test_a_link_is_read_as_it_is_declared() -> None:
    assert declared([LINK]).links == (holding.Link("other", "events", "USUBJID", "visits", "ID"),)
    assert declared([]).links == ()


@pytest.mark.parametrize(
    ("links", "path", "code"),
    [
        ({}, "", "wrong-type"),
        ([7], "/0", "wrong-type"),
        ([LINK | {"more": "x"}], "/0", "unknown-member"),
        ([LINK | {"holding": "NOT A NAME"}], "/0/holding", "wrong-form"),
        ([LINK | {"their_field": 7}], "/0/their_field", "wrong-type"),
        ([LINK, LINK | {"table": "gone"}], "/1", "unknown-variable"),
        ([LINK | {"field": "GONE"}], "/0", "unknown-variable"),
    ],
)
def test_a_link_that_is_none_is_named_by_its_place(links: object, path: str, code: str) -> None:
    with pytest.raises(faults.Faulty) as caught:
        declared(links)
    found = [(fault.path, fault.code) for fault in caught.value.faults]
    assert found == [("/muniment/links" + path, code)]


def named(name: str, *, to: str = "", field: str = "USUBJID") -> holding.Holding:
    """A holding that declares a link to another, where one is named."""
    shape = tables.descriptor(holding=name)
    link = LINK | {"holding": to, "their_table": "subjects", "their_field": field}
    shape["muniment"] |= {"links": [link] if to else []}  # type: ignore[operator]
    return holding.parse(shape)


def linking(*names: str) -> specification.Specification:
    document = tables.specification(holding=names[0])
    for number, name in enumerate(names[1:], start=2):
        [part] = tables.specification(holding=name)["parts"]
        document["parts"].append({**part, "id": f"p{number}"})
    ids = [part["id"] for part in document["parts"]]
    document["links"] = [{"parts": ids, "reason": "To follow people."}]
    return specification.parse(document)


@pytest.mark.parametrize(
    ("sources", "unlinked"),
    [
        ([named("small"), named("other")], ["other"]),
        ([named("small", to="other"), named("other")], []),
        ([named("small"), named("other", to="small")], []),
        ([named("small", to="other", field="GONE"), named("other")], ["other"]),
        ([named("small", to="third"), named("other", to="small"), named("third")], []),
        ([named("small", to="other"), named("other"), named("third")], ["third"]),
        ([named("small"), named("other", to="third"), named("third")], ["other", "third"]),
        ([named("small"), named("small")], []),
    ],
)
def test_parts_of_several_holdings_are_linked_only_by_declared_keys(
    sources: list[holding.Holding], unlinked: list[str]
) -> None:
    asked = linking(*[source.holding for source in sources])
    found = check.against(asked, {source.key: source for source in sources})
    assert [(fault.path, fault.code) for fault in found] == [
        ("/links/0/parts", "link-not-declared") for _ in unlinked
    ]
    assert [name in str(fault) for name, fault in zip(unlinked, found, strict=True)] == [
        True for _ in unlinked
    ]


def test_an_unknown_holding_is_told_before_its_links() -> None:
    found = check.against(linking("small", "other"), {("small", "2026.1"): named("small")})
    assert [fault.code for fault in found] == ["unknown-holding"]
