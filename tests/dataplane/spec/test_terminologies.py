"""The code hierarchies that ship: trees, with their source, and a hash."""

import hashlib
from importlib import resources

import pytest

from muniment.dataplane.spec import cohort, terminologies

NAMES = [each.value for each in cohort.Terminology]


@pytest.mark.parametrize("name", NAMES)
def test_every_code_leads_up_to_a_top(name: str) -> None:
    tree = terminologies.tree(name)
    assert tree.source
    assert tree.licence
    assert len(tree.parents) > 800
    for code in tree.parents:
        seen: set[str] = set()
        above: str | None = code
        while above is not None:
            assert above not in seen
            seen.add(above)
            above = tree.parents[above]


def test_what_lies_under_a_code() -> None:
    breast = terminologies.written_under("icd-10-cm", "C50")
    assert {"C50", "C50.911", "C50911"} <= set(breast)
    assert all(code.startswith("C50") for code in breast)
    assert terminologies.written_under("icd-10-cm", "C5091")[0] == "C50.91"
    assert terminologies.written_under("icd-10-cm", "C50911") == ("C50.911", "C50911")
    assert "IDC" in terminologies.written_under("oncotree", "BREAST")
    assert terminologies.written_under("oncotree", "IDC") == ("IDC",)


def test_what_is_not_there_has_nothing_under_it() -> None:
    assert terminologies.written_under("icd-10-cm", "X99") == ()
    with pytest.raises(KeyError):
        terminologies.tree("icd-10-cm").under("X99")
    with pytest.raises(KeyError):
        terminologies.tree("../zip3_2000")


@pytest.mark.parametrize("name", NAMES)
def test_the_hash_is_over_the_file(name: str) -> None:
    data = (
        resources.files("muniment.dataplane.spec.terminologies")
        .joinpath(f"{name}.json")
        .read_bytes()
    )
    assert terminologies.tree_hash(name) == "sha256:" + hashlib.sha256(data).hexdigest()
