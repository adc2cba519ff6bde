"""Protected counts: the same for the same people, and never more than may be said."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from muniment.dataplane import counts, noise
from muniment.dataplane.compile import nodes, questions
from muniment.dataplane.counts import asked
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import answer, budget, faults, holding, specification
from tests.dataplane import tables
from tests.dataplane.compile import questions_drawn

KEY = bytes(range(32))
PURPOSE = "A test compares it."
OLD = {"variable": "AGE", "is": "at_least", "value": 65}
SICK = {
    "exists": {"table": "events", "where": {"variable": "SERIOUS", "is": "equals", "value": "Y"}}
}


class Opened:
    """A small holding, opened, with counts by cohort."""

    def __init__(self, folder: Path) -> None:
        self.holding = holding.load(folder)
        self.connection = engine.open(self.holding, folder=folder)

    def count(self, node: dict | None, *, key: bytes = KEY) -> answer.Count:
        part = part_of(cohort=node)
        return counts.protected(part, holding=self.holding, connection=self.connection, key=key)

    def exact(self, node: dict | None) -> int:
        part = part_of(cohort=node)
        found = counts.exact(part, holding=self.holding, connection=self.connection)
        return found.reveal(purpose=PURPOSE)

    def noisy(self, node: dict | None, *, key: bytes = KEY) -> int:
        """The number before threshold and rounding, by the same steps."""
        keys = noise.edition_keys(key, holding=self.holding.holding, edition=self.holding.edition)
        part = part_of(cohort=node)
        tree = questions.totals(part, holding=self.holding)
        [(members, mine)] = engine.answer(self.connection, tree, bound=keys.pads)
        question = asked.form(part, part.cohort, holding=self.holding)
        return members + noise.drawn(question, mine, keys=keys, sigma=self.holding.noise_sigma)


def part_of(**asked: object) -> specification.Part:
    return specification.parse(tables.specification(**asked)).parts[0]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    opened = Opened(tables.small_holding(tmp_path_factory.mktemp("small"), persons=300))
    yield opened
    opened.connection.close()


def refused(small: Opened, **asked: object) -> list[str]:
    with pytest.raises(faults.Faulty) as caught:
        counts.protected(
            part_of(**asked), holding=small.holding, connection=small.connection, key=KEY
        )
    return [fault.code for fault in caught.value.faults]


def test_a_count_is_near_the_truth_and_shows_its_rules(small: Opened) -> None:
    count = small.count(None)
    assert count.shown is not None
    assert abs(count.shown - 300) < 60
    assert count.says == f"About {count.shown} people match."
    assert (count.rounding, count.threshold, count.sigma) == (5, 11, 10)


def test_noise_spreads_over_keys_around_the_truth(small: Opened) -> None:
    exact = small.exact(OLD)
    errors = [small.noisy(OLD, key=bytes([place]) * 32) - exact for place in range(60)]
    assert len(set(errors)) > 15
    assert abs(sum(errors) / 60) < 6
    assert 6 < (sum(error * error for error in errors) / 60) ** 0.5 < 14


def rephrased(node: dict) -> list[dict]:
    """The same condition in other words."""
    return [
        {"not": {"not": node}},
        {"all": [node, node]},
        {"any": [node]},
        {"all": [{"any": [node, node]}, {"all": [node]}]},
        {"not": {"any": [{"not": node}, {"not": node}]}},
    ]


@settings(max_examples=25)
@given(questions_drawn.countable)
def test_rephrasing_changes_no_byte_of_the_answer(small: Opened, node: dict) -> None:
    expected = json.dumps(small.count(node).document()).encode()
    for other in rephrased(node):
        assert json.dumps(small.count(other).document()).encode() == expected


@pytest.mark.parametrize("value", ["65", "+65", "065"])
def test_a_number_written_otherwise_is_the_same_question(small: Opened, value: str) -> None:
    plain = {"variable": "AGE", "is": "at_least", "value": 65}
    other = {**plain, "value": value}
    assert small.noisy(other) == small.noisy(plain)
    assert small.count(other).document() == small.count(plain).document()


@pytest.mark.parametrize("name", ["SEX", "AGE"])
def test_a_bill_knows_as_many_cells_as_the_engine_answers(small: Opened, name: str) -> None:
    field = small.holding.base.get_field(name)
    assert budget.groups(field) == len(questions.labels(field))


def test_other_words_for_the_same_set_are_another_question_to_be_paid(small: Opened) -> None:
    """No form knows every rephrasing. What it does not know has other noise and its own price."""
    node = {"all": [SICK, {"any": [OLD, {"not": OLD}]}]}
    plain, other = part_of(cohort=SICK), part_of(cohort=node)
    assert small.exact(node) == small.exact(SICK)
    assert (
        len(
            {
                item.question
                for part in (plain, other)
                for item in budget.bill(part, holding=small.holding)
            }
        )
        == 2
    )
    assert len({small.noisy(each) for each in (SICK, node)}) == 2


@settings(max_examples=25)
@given(questions_drawn.countable)
def test_a_cohort_and_its_complement_are_everyone(small: Opened, node: dict) -> None:
    assert small.exact(node) + small.exact({"not": node}) == 300


def test_a_cohort_and_its_complement_do_not_add_up_to_the_exact_whole(small: Opened) -> None:
    keys = [bytes([place]) * 32 for place in range(30)]
    sums = {small.noisy(OLD, key=key) + small.noisy({"not": OLD}, key=key) for key in keys}
    assert len(sums) > 10


def test_nobody_is_answered_as_anybody_is(small: Opened) -> None:
    """An exception for nobody would tell that there is nobody."""
    nobody = {"all": [OLD, {"not": OLD}]}
    assert small.exact(nobody) == 0
    keys = [bytes([place]) * 32 for place in range(60)]
    noisy = [small.noisy(nobody, key=key) for key in keys]
    shown = [small.count(nobody, key=key).shown is not None for key in keys]
    assert shown == [number >= 11 for number in noisy]
    assert any(shown)
    assert not all(shown)


def test_small_groups_are_hidden_unless_noise_lifts_them(small: Opened) -> None:
    rare = {"variable": "STATE", "is": "equals", "value": "WY"}
    assert 0 < small.exact(rare) < 11
    for place in range(40):
        key = bytes([place]) * 32
        noisy, count = small.noisy(rare, key=key), small.count(rare, key=key)
        assert (count.shown is None) == (noisy < 11)


def test_breakdown_cells_answer_as_the_question_about_the_cell_does(small: Opened) -> None:
    part = part_of(cohort=SICK, level="aggregate", group_by=["SEX", "AGE"], variables={})
    told = {"holding": small.holding, "connection": small.connection, "key": KEY}
    found = counts.breakdown(part, **told)
    assert found.group_by == ("SEX", "AGE")
    assert [cell.labels for cell in found.cells][:2] == [("F", "18 to 39"), ("F", "40 to 64")]
    assert len(found.cells) == 3 * 5
    by_labels = {cell.labels: cell.count for cell in found.cells}
    woman = {"variable": "SEX", "is": "equals", "value": "F"}
    young = {"variable": "AGE", "is": "between", "value": [18, 39]}
    eldest = {"variable": "AGE", "is": "at_least", "value": 75}
    unknown = {"variable": "AGE", "is": "missing"}
    for label, node in (("18 to 39", young), ("75 and over", eldest), ("missing", unknown)):
        asked = small.count({"all": [SICK, woman, node]})
        assert by_labels["F", label] == asked


def test_a_band_open_below_counts_all_that_is_lower(small: Opened) -> None:
    shape = tables.descriptor()
    shape["resources"][0]["schema"]["fields"][3]["muniment"]["banded"] = [[None, 64], [65, None]]
    opened = holding.parse(shape)
    part = part_of(level="aggregate", group_by=["AGE"], variables={})
    found = counts.breakdown(part, holding=opened, connection=small.connection, key=KEY)
    young = {"variable": "AGE", "is": "at_most", "value": 64}
    assert [cell.labels[0] for cell in found.cells] == ["up to 64", "65 and over", "missing"]
    assert found.cells[0].count == small.count(young)
    assert found.cells[1].count == small.count(OLD)


def test_a_breakdown_by_truth_counts_both(small: Opened) -> None:
    part = part_of(level="aggregate", group_by=["CONSENTED"], variables={})
    found = counts.breakdown(part, holding=small.holding, connection=small.connection, key=KEY)
    assert [cell.labels for cell in found.cells] == [("true",), ("false",), ("missing",)]
    yes = small.count({"variable": "CONSENTED", "is": "equals", "value": "true"})
    assert found.cells[0].count == yes


def test_cells_of_undeclared_values_are_left_out(tmp_path: Path) -> None:
    rows = [[f"S-{n}", "", "X" if n % 2 else "F", "50", "", "CA", "", "", ""] for n in range(200)]
    tables.write_holding(tmp_path, tables.descriptor(), subjects=rows)
    opened = Opened(tmp_path)
    part = part_of(level="aggregate", group_by=["SEX"], variables={})
    found = counts.breakdown(part, holding=opened.holding, connection=opened.connection, key=KEY)
    opened.connection.close()
    assert [cell.labels[0] for cell in found.cells] == ["F", "M", "missing"]
    assert 40 < (found.cells[0].count.shown or 0) < 160, "those with an X are nowhere"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"cohort": {"variable": "AGE", "is": "at_least", "value": 66}}, "off-band"),
        ({"cohort": {"variable": "BMI", "is": "less_than", "value": 30}}, "no-bands"),
        ({"cohort": {"variable": "NOTE", "is": "equals", "value": "x"}}, "free-text"),
        ({"cohort": {"variable": "NAME", "is": "present"}}, "identifier-like"),
        ({"cohort": {"variable": "NO", "is": "present"}}, "unknown-variable"),
        ({"level": "aggregate", "group_by": ["BMI"], "variables": {}}, "no-declared-groups"),
    ],
)
def test_what_may_not_be_asked_is_refused(small: Opened, asked: dict, code: str) -> None:
    assert refused(small, **asked) == [code]


@pytest.mark.parametrize("key", [b"", b"k" * 31])
def test_noise_without_a_key_is_refused(small: Opened, key: bytes) -> None:
    with pytest.raises(faults.Faulty) as caught:
        small.count(None, key=key)
    assert [fault.code for fault in caught.value.faults] == ["no-noise-key"]


def test_a_small_or_described_holding_has_no_live_counts(tmp_path: Path) -> None:
    tables.small_holding(tmp_path, persons=99)
    opened = Opened(tmp_path)
    assert refused(opened) == ["no-live-counts"]
    assert refused(opened, cohort=OLD) == ["no-live-counts"]
    part = part_of(level="aggregate", group_by=["SEX"], variables={})
    with pytest.raises(faults.Faulty, match="too small for live counts"):
        counts.breakdown(part, holding=opened.holding, connection=opened.connection, key=KEY)
    assert opened.exact(None) == 99
    shape = tables.descriptor()
    shape["muniment"]["kind"] = "described"
    described = holding.parse(shape)
    with pytest.raises(faults.Faulty, match="a statistician answers"):
        counts.protected(part_of(), holding=described, connection=opened.connection, key=KEY)
    opened.connection.close()


def test_exact_counts_stay_hidden(small: Opened) -> None:
    found = counts.exact(part_of(), holding=small.holding, connection=small.connection)
    with pytest.raises(TypeError):
        str(found)
    assert found.reveal(purpose=PURPOSE) == 300
    with pytest.raises(faults.Faulty):
        small.exact({"variable": "NO", "is": "present"})


def test_staff_may_cut_between_the_bands(small: Opened) -> None:
    assert 0 < small.exact({"variable": "AGE", "is": "at_least", "value": 66}) < 300


def test_neither_key_nor_pads_stand_in_the_text_of_a_query(small: Opened) -> None:
    keys = noise.edition_keys(KEY, holding="small", edition="2026.1")
    part = part_of(level="aggregate", group_by=["SEX"], variables={})
    text = nodes.sql(questions.totals(part, holding=small.holding))
    text += nodes.sql(questions.cells(part, holding=small.holding))
    for secret in (KEY, keys.units, keys.noise, *keys.pads.values()):
        assert secret.hex() not in text.lower()
        assert repr(secret)[2:-1] not in text
    assert "$inner" in text
    assert "$outer" in text


def test_other_units_are_named(tmp_path: Path) -> None:
    tables.small_holding(tmp_path, persons=300, settings={"unit": "practice"})
    opened = Opened(tmp_path)
    assert opened.count(None).says.endswith("practices match.")
    opened.connection.close()


def test_an_engine_answering_something_else_is_an_error() -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        counts._whole("300")


def test_equal_protected_answers_are_equal_bytes_in_two_holdings(tmp_path: Path) -> None:
    """Two editions with other people and other exact counts, but the same protected answer."""
    seen: dict[bytes, set[int]] = {}
    for seed in range(25):
        folder = tables.small_holding(tmp_path / str(seed), persons=150 + seed, seed=seed)
        opened = Opened(folder)
        count = opened.count(OLD)
        body = json.dumps(count.document()).encode()
        seen.setdefault(body, set()).add(opened.exact(OLD))
        opened.connection.close()
    numbers = [json.loads(body)["shown"] for body in seen]
    assert len(numbers) == len(set(numbers)), "one protected number was written in two ways"
    assert any(len(exact) > 1 for exact in seen.values())


def test_a_closed_connection_is_a_fault_not_a_traceback(tmp_path: Path) -> None:
    opened = Opened(tables.small_holding(tmp_path))
    opened.connection.close()
    with pytest.raises(faults.Faulty, match="ConnectionException"):
        opened.count(None)
