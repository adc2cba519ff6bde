"""The keys by which other holdings know the same people, as a descriptor declares them."""

import pytest

from muniment.dataplane.spec import faults, holding
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
