"""Random codes: owed to nothing but chance, and the same again in every rebuild of a line."""

import pyarrow
import pytest

from muniment.dataplane import crosswalk, refusals

LINE, OTHER = bytes(range(32)), bytes(range(32, 64))


def column(*names: str) -> pyarrow.Array:
    return pyarrow.array(names)


def test_known_identifiers_keep_their_code_and_new_ones_get_another() -> None:
    listed = crosswalk.Crosswalk()
    first = listed.codes("unit", column("a", "b")).to_pylist()
    again = listed.codes("unit", column("c", "b", "a")).to_pylist()
    assert again[1:] == first[::-1]
    assert len({*first, *again}) == 3
    assert all(len(bytes.fromhex(code)) == 16 for code in again)


def test_two_kinds_and_two_lists_share_no_code() -> None:
    one, other = crosswalk.Crosswalk(), crosswalk.Crosswalk()
    drawn = [one.codes("unit", column("a")), one.codes("site", column("a"))]
    drawn.append(other.codes("unit", column("a")))
    assert len({code for each in drawn for code in each.to_pylist()}) == 3


def test_a_sealed_list_reads_back_and_shows_no_identifier() -> None:
    listed = crosswalk.Crosswalk()
    codes = listed.codes("unit", column("S-00001", "S-00002"))
    sites = listed.codes("field a.b", column("S-00001"))
    sealed = listed.sealed(LINE)
    assert b"S-0000" not in sealed
    found = crosswalk.opened(sealed, line_key=LINE)
    assert found.codes("unit", column("S-00001", "S-00002")).equals(codes)
    assert found.codes("field a.b", column("S-00001")).equals(sites)


def test_an_empty_list_can_be_kept() -> None:
    found = crosswalk.opened(crosswalk.Crosswalk().sealed(LINE), line_key=LINE)
    assert len(found.codes("unit", column("a"))) == 1


@pytest.mark.parametrize("bent", ["key", "byte", "short"])
def test_a_list_of_another_line_or_a_damaged_one_is_refused(bent: str) -> None:
    sealed = crosswalk.Crosswalk().sealed(LINE)
    data = {"key": sealed, "byte": sealed[:-1] + bytes([sealed[-1] ^ 1]), "short": b"x"}[bent]
    with pytest.raises(refusals.Refused) as refused:
        crosswalk.opened(data, line_key=OTHER if bent == "key" else LINE)
    assert refused.value.code == "bad-crosswalk"
