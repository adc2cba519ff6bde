"""Who is left after each criterion: protected for applicants, exact for staff."""

import pytest

from muniment.dataplane import counts
from muniment.dataplane.counts import tables as printed
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import budget, faults, holding, specification
from tests.dataplane import tables

KEY = bytes(range(32))
OLD = {"variable": "AGE", "is": "at_least", "value": 65}
WOMAN = {"variable": "SEX", "is": "equals", "value": "F"}
SICK = {
    "exists": {"table": "events", "where": {"variable": "SERIOUS", "is": "equals", "value": "Y"}}
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory):
    folder = tables.small_holding(tmp_path_factory.mktemp("small"), persons=300)
    source = holding.load(folder)
    with engine.open(source, folder=folder) as connection:
        yield {"holding": source, "connection": connection}


def part_of(cohort: dict | None, **more: object) -> specification.Part:
    return specification.parse(tables.specification(cohort=cohort, **more)).parts[0]


def test_each_step_answers_as_its_own_question_does(told: dict) -> None:
    found = counts.attrition(part_of({"all": [OLD, WOMAN, SICK]}), key=KEY, **told)
    alone = [None, OLD, {"all": [WOMAN, OLD]}, {"all": [SICK, OLD, WOMAN]}]
    asked_alone = [counts.protected(part_of(each), key=KEY, **told) for each in alone]
    assert [step.count for step in found.steps] == asked_alone
    assert [step.criterion for step in found.steps] == [
        "everyone", "AGE is at least 65", 'SEX is "F"',
        'there is a row in events where SERIOUS is "Y"'
    ]  # fmt: skip
    document = found.document()
    assert document["steps"][0] == {
        "criterion": "everyone",
        "count": found.steps[0].count.document(),
    }


def test_staff_see_the_exact_numbers_for_a_purpose(told: dict) -> None:
    found = counts.exact_attrition(part_of({"all": [OLD, WOMAN, SICK]}), **told)
    numbers = [number.reveal(purpose="A test compares them.") for _, number in found]
    assert [words for words, _ in found] == printed.words(part_of({"all": [OLD, WOMAN, SICK]}))
    assert numbers[0] == 300
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[3] > 0
    with pytest.raises(TypeError):
        str(found[0][1])


@pytest.mark.parametrize(("cohort", "steps"), [(None, 1), (OLD, 2), ({"any": [OLD, WOMAN]}, 2)])
def test_one_condition_or_none_is_one_step_or_none(
    told: dict, cohort: dict | None, steps: int
) -> None:
    assert len(counts.attrition(part_of(cohort), key=KEY, **told).steps) == steps


def test_what_may_not_be_asked_has_no_table(told: dict) -> None:
    part = part_of({"all": [WOMAN, {"variable": "AGE", "is": "at_least", "value": 66}]})
    with pytest.raises(faults.Faulty, match="published bands"):
        counts.attrition(part, key=KEY, **told)
    with pytest.raises(faults.Faulty):
        counts.exact_attrition(part_of({"variable": "NO", "is": "present"}), **told)


def test_the_bill_names_each_question_once_whatever_its_words() -> None:
    plain = bill(part_of({"all": [OLD, WOMAN]}))
    assert plain == bill(part_of({"all": [WOMAN, {"any": [OLD]}, WOMAN]}))
    assert [item.price for item in plain] == [1]
    assert plain[0].question.startswith("sha256:")
    assert plain != bill(part_of(OLD))


def test_a_breakdown_costs_two_questions_beside_its_total() -> None:
    assert [item.price for item in grouped_bill("SEX")] == [1, 2]
    assert grouped_bill("SEX")[0] == bill(part_of(OLD))[0]
    assert grouped_bill("SEX", "STATE") == grouped_bill("STATE", "SEX")
    assert grouped_bill("SEX")[1] != grouped_bill("STATE")[1]


def test_each_cell_is_paid_where_a_person_may_be_in_several() -> None:
    shape = tables.descriptor()
    shape["resources"][0]["schema"]["primaryKey"] = ["USUBJID", "START"]
    shape["resources"] = shape["resources"][:1]
    found = grouped_bill("SEX", "AGE", source=holding.parse(shape))
    assert [item.price for item in found] == [1, 3 * 5]


def grouped_bill(*names: str, source: holding.Holding | None = None) -> list[budget.Item]:
    return bill(part_of(OLD, level="aggregate", group_by=list(names), variables={}), source)


def bill(part: specification.Part, source: holding.Holding | None = None) -> list[budget.Item]:
    return budget.bill(part, holding=source or holding.parse(tables.descriptor()))
