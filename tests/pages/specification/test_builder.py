"""The page of one part: rules and boxes by posting, faults beside their cause, nothing lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from muniment import models
from muniment.rulebook.words import Stage
from tests.pages.specification.conftest import Desk, place

Browser = Callable[[str], Client]
AGE = {"variable": "AGE", "is": "at_least", "value": 65}


def text(answer: Any) -> str:
    return answer.content.decode()


def test_the_page_shows_what_is_saved(desk: Desk, as_: Browser) -> None:
    page = text(as_("alice").get(desk.part))
    assert '<option value="AGE" selected>' in page
    assert 'value="65"' in page
    assert (
        f'value="{place("subjects", "AGE")}" id="take-{place("subjects", "AGE")}" checked' in page
    )
    assert "Older adults are compared with the others." in page
    assert page.count("Needs a reason") > 10
    assert f'value="{place("subjects", "SUBJID")}"' not in page  # it never leaves


def test_a_rule_is_added_and_filled_in_without_javascript(desk: Desk, as_: Browser) -> None:
    alice = as_("alice")
    page = text(alice.post(desk.part, desk.form(do="add:0")))
    assert 'name="g0.r1.variable"' in page
    assert "Not saved yet" in page
    answer = alice.post(
        desk.part,
        desk.form(**{"g0.r1.variable": "SEX", "g0.r1.op": "equals", "g0.r1.value": "F"}),
    )
    assert answer.status_code == 302
    assert desk.cohort() == {"all": [AGE, {"variable": "SEX", "is": "equals", "value": "F"}]}


def test_a_related_row_is_asked_for_with_several_conditions_on_it(desk: Desk, as_: Browser) -> None:
    alice = as_("alice")
    page = text(alice.post(desk.part, desk.form(do="group:has", related="adverse_events")))
    assert 'name="g1.kind" value="has"' in page
    assert 'name="g1.table" value="adverse_events"' in page
    alice.post(
        desk.part,
        desk.form(**{
            "g1.kind": "has", "g1.table": "adverse_events",
            "g1.r0.variable": "AESER", "g1.r0.op": "equals", "g1.r0.value": "Y",
            "g1.r1.variable": "AESEV", "g1.r1.op": "in",
            "g1.r1.values": ["MODERATE", "SEVERE"],
        }),
    )  # fmt: skip
    assert desk.cohort()["all"][1] == {
        "exists": {
            "table": "adverse_events",
            "where": {"all": [
                {"variable": "AESER", "is": "equals", "value": "Y"},
                {"variable": "AESEV", "is": "in", "value": ["MODERATE", "SEVERE"]},
            ]},
        }
    }  # fmt: skip


def test_every_operator_has_its_control(desk: Desk, as_: Browser) -> None:
    alice = as_("alice")

    def drawn(variable: str, op: str) -> str:
        rule = {"do": "show", "g0.r0.variable": variable, "g0.r0.op": op, "g0.r0.value": ""}
        return text(alice.post(desk.part, desk.form(**rule)))

    assert 'type="checkbox" name="g0.r0.values"' in drawn("SEX", "in")
    assert '<select class="form-select" id="g0.r0.value"' in drawn("SEX", "equals")
    assert 'name="g0.r0.to"' in drawn("AGE", "between")
    assert 'name="g0.r0.value"' not in drawn("AGE", "missing")
    assert "Put a semicolon between the values" in drawn("SITEID", "in")
    assert "Counts cut at" in drawn("AGE", "at_least")
    assert "For example 2014-03-31" in drawn("BRTHDTC", "equals")


def test_what_does_not_fit_is_said_beside_its_rule_and_nothing_is_saved(
    desk: Desk, as_: Browser
) -> None:
    page = text(as_("alice").post(desk.part, desk.form(**{"g0.r0.value": "old"})))
    assert "<title>Error:" in page
    assert 'id="g0.r0.error"' in page
    assert "&quot;old&quot; is none." in page
    assert 'value="old"' in page
    assert desk.case.specifications.count() == 1


def test_a_variable_that_needs_a_reason_is_not_saved_without(desk: Desk, as_: Browser) -> None:
    age = place("subjects", "AGE")
    page = text(as_("alice").post(desk.part, desk.form(**{f"why.{age}": " "})))
    assert "Say why you need AGE, or leave it out." in page
    assert f'id="why-{age}-error"' in page
    assert desk.case.specifications.count() == 1


def test_rows_without_a_variable_are_refused_in_plain_words(desk: Desk, as_: Browser) -> None:
    page = text(as_("alice").post(desk.part, desk.form(take=[])))
    assert "Choose at least one variable, or ask for grouped numbers." in page
    assert "/parts/0/tables" not in page


def test_a_standard_variable_asks_no_reason(desk: Desk, as_: Browser) -> None:
    boxes = [place("subjects", "AGE"), place("subjects", "STUDYID")]
    as_("alice").post(desk.part, desk.form(take=boxes))
    variables = desk.newest()["parts"][0]["tables"][0]["variables"]
    assert variables[0] == {"name": "STUDYID", "reason": "Standard variable."}
    assert "Standard variable." not in text(as_("alice").get(desk.part))


def test_grouped_numbers_need_no_variable(desk: Desk, as_: Browser) -> None:
    answer = as_("alice").post(
        desk.part, desk.form(take=[], level="aggregate", group_by=["SEX", "", "RACE"])
    )
    assert answer.status_code == 302
    [part] = desk.newest()["parts"]
    assert (part["level"], part["group_by"], part["tables"]) == ("aggregate", ["SEX", "RACE"], [])
    assert '<option value="RACE" selected>' in text(as_("alice").get(desk.part))


def test_text_is_saved_shown_again_and_refused_with_its_place(desk: Desk, as_: Browser) -> None:
    alice = as_("alice")
    deep = '{"any": [{"all": [{"variable": "AGE", "is": "present"}]}, {"variable": "SEX", "is": "missing"}]}'  # noqa: E501
    assert alice.post(desk.part, desk.form(cohort=deep)).status_code == 302
    assert desk.cohort()["any"][0] == {"all": [{"variable": "AGE", "is": "present"}]}
    page = text(alice.get(desk.part))
    assert 'name="cohort"' in page
    wrong = text(alice.post(desk.part, desk.form(version="2", cohort='{"any": []}')))
    assert "/parts/0/cohort/any" in wrong
    broken = text(alice.post(desk.part, desk.form(version="2", cohort="{")))
    assert "Not saved" in broken
    assert desk.case.specifications.count() == 2


def test_who_saves_second_sees_both_sentences_and_chooses(desk: Desk, as_: Browser) -> None:
    alice = as_("alice")
    alice.post(desk.part, desk.form(**{"g0.r0.value": "18"}))
    answer = alice.post(desk.part, desk.form(**{"g0.r0.value": "75"}))
    page = text(answer)
    assert answer.status_code == 409
    assert "AGE is at least 18" in page
    assert "AGE is at least 75" in page
    context = answer.context
    chosen = {"version": context["version"], "document": context["document"]}
    assert alice.post(desk.address("json"), chosen).status_code == 302
    assert desk.cohort() == {**AGE, "value": 75}


def test_a_first_draft_starts_with_one_empty_rule(empty: Desk, as_: Browser) -> None:
    page = text(as_("alice").get(empty.part))
    assert 'name="g0.r0.variable"' in page
    assert "Save what you chose; then it can be counted." in page
    form = empty.form(version="0", **{"g0.r0.variable": ""})
    assert as_("alice").post(empty.part, form).status_code == 302
    assert empty.cohort() is None


def test_a_part_of_which_nothing_is_asked_yet_survives_the_saving_of_another(
    desk: Desk, as_: Browser
) -> None:
    models.Part.objects.create(
        case=desk.case, part_id="p2", dataset_edition=desk.holding.dataset_edition,
        level="record", track="full",
    )  # fmt: skip
    as_("alice").post(desk.part, desk.form(**{"g0.r0.value": "18"}))
    assert sorted(desk.case.parts.values_list("part_id", flat=True)) == ["p1", "p2"]


@pytest.mark.parametrize(("name", "expected"), [("stan", 404), ("max", 404), ("cora", 404)])
def test_nobody_else_gets_to_the_page(desk: Desk, as_: Browser, name: str, expected: int) -> None:
    assert as_(name).get(desk.part).status_code == expected
    assert as_(name).post(desk.part, desk.form()).status_code == expected


def test_signed_out_there_is_only_the_way_in(desk: Desk) -> None:
    assert Client().get(desk.part).status_code == 401


def test_a_part_that_is_not_asked_for_is_not_there(desk: Desk, as_: Browser) -> None:
    assert as_("alice").get(desk.address("parts", "p9")).status_code == 404


def test_a_request_with_the_office_is_only_read(desk: Desk, as_: Browser) -> None:
    desk.case.stage = Stage.IN_REVIEW.value
    desk.case.save()
    assert as_("alice").get(desk.part).status_code == 302
    answer = as_("alice").post(desk.part, desk.form(**{"g0.r0.value": "18"}))
    assert answer.status_code == 302
    assert desk.case.specifications.count() == 1


def test_each_look_at_the_count_is_an_address_that_the_browser_loads(
    desk: Desk, as_: Browser
) -> None:
    """A browser does not load again what differs from the present page in its fragment only."""
    alice, look = as_("alice"), re.compile(r'<a href="(\?[^"#]*)#count">See whether')
    page = alice.post(desk.part, desk.form(do="count"), follow=True)
    first = look.search(page.content.decode())[1]
    second = look.search(alice.get(desk.part + first).content.decode())[1]
    assert first != second
