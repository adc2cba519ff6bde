"""The question without keys answers what the question with keys does, put together from halves."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlglot import exp

from muniment.dataplane import engines, noise
from muniment.dataplane.compile import nodes, questions
from muniment.dataplane.engines import prints
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables

OLD = {"variable": "AGE", "is": "at_least", "value": 65}


@pytest.mark.parametrize("cohort", [None, OLD])
@pytest.mark.parametrize("ask", [questions.totals, questions.cells])
def test_halves_joined_from_a_table_give_what_bound_pads_give(
    tmp_path: Path, ask: object, cohort: Mapping[str, object] | None
) -> None:
    place = tables.small_holding(tmp_path / "holding", persons=60)
    source = holding.load(place)
    asked = tables.specification(cohort=cohort, level="aggregate", variables={}, group_by=["SEX"])
    tree = ask(specification.parse(asked).parts[0], holding=source)  # type: ignore[operator]
    direct, again = answered(place, tree)
    assert sorted(again) == sorted(direct)
    assert any(row[-1] for row in direct)


def answered(place: Path, tree: exp.Select) -> tuple[list, list]:
    """What the question answers with bound pads, and by way of halves."""
    pads = noise.edition_keys(bytes(32), holding="small", edition="2026.1").pads
    with engines.open(holding.load(place), folder=place) as engine:
        direct = engine.answer(tree, bound=pads)

        def keyed(units: exp.Select) -> str:
            known = engine.column(units)
            assert len(known) == len(set(known.to_pylist()))
            engine.bring("hashes", prints.halved(pads, known))
            return "hashes"

        split = prints.split(tree, keyed)
        return direct, [split.whole(row) for row in engine.answer(split.tree)]


def test_hashes_of_rows_and_of_some_of_them_come_in_halves_too(tmp_path: Path) -> None:
    """Without groups, and folded only where another column says so."""
    place = tables.small_holding(tmp_path / "holding", persons=60)
    hashed = questions._print(nodes.column("s", "USUBJID"))
    columns = [nodes.named(hashed, "print"), nodes.column("s", "SEX")]
    rows = nodes.select(columns, source=nodes.table("subjects", "s"))
    direct, again = answered(place, rows)
    assert sorted(again) == sorted(direct)
    women = exp.EQ(this=nodes.column("u", "SEX"), expression=nodes.text("F"))
    folded = exp.Case(ifs=[exp.If(this=women, true=nodes.column("u", "print"))])
    xor = nodes.named(nodes.call("bit_xor", folded), "women")
    direct, again = answered(place, nodes.select([xor], source=nodes.derived(rows, "u")))
    assert again == direct
    assert direct[0][0]


def test_a_hash_of_nobody_stays_missing() -> None:
    split = prints.Split(exp.Select(), halves=(1,))
    assert split.whole(("F", None, None)) == ("F", None)
    assert split.whole(("F", -1, 1)) == ("F", ((1 << 64) - 1) << 64 | 1)


def test_a_question_without_a_hash_stays_as_it_is() -> None:
    tree = nodes.select([nodes.column("t", "a")], source=nodes.table("x", "t"))
    split = prints.split(tree, lambda units: pytest.fail("Nothing is to be hashed."))
    assert split == prints.Split(tree, ())
