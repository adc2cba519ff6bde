"""The page of all parts: add, remove, confirm; the task list and the last check know of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.actions import application, step
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.specification.conftest import Desk

Browser = Callable[[str], Client]


def text(answer: Any) -> str:
    return answer.content.decode()


def unconfirmed(desk: Desk) -> models.Specification:
    row = desk.case.specifications.get()
    row.confirmed_at = row.confirmed_by = None
    row.save()
    return row


def test_each_part_stands_there_in_words(desk: Desk, as_: Browser) -> None:
    page = text(as_("alice").get(desk.address()))
    assert "AGE is at least 65" in page
    assert "Confirmed" in page
    assert "USD" in page


def test_a_dataset_is_added_and_leads_to_its_page(desk: Desk, as_: Browser) -> None:
    desk.case.parts.all().delete()
    page = text(as_("alice").get(desk.address()))
    assert "No dataset is chosen yet." in page
    pk = desk.holding.dataset_edition_id
    answer = as_("alice").post(desk.address("add"), {"edition": str(pk)})
    assert answer["Location"] == desk.part
    assert desk.case.parts.get().dataset_edition_id == pk


def test_a_dataset_that_is_not_offered_is_not_added(desk: Desk, as_: Browser) -> None:
    as_("alice").post(desk.address("add"), {"edition": "nothing"})
    models.Dataset.objects.filter(slug="sdtm-pilot").update(status="planned")
    desk.case.parts.all().delete()
    as_("alice").post(desk.address("add"), {"edition": str(desk.holding.dataset_edition_id)})
    assert not desk.case.parts.exists()


def test_a_part_without_a_specification_is_taken_out(empty: Desk, as_: Browser) -> None:
    as_("alice").post(empty.address("parts", "p1", "remove"))
    assert not empty.case.parts.exists()


def test_only_a_writer_takes_out_what_is_not_asked_for_and_only_while_writing(
    empty: Desk,
) -> None:
    def drop(name: str, part: str = "p1") -> list[str]:
        with pytest.raises(step.Refused) as refused:
            application.drop_dataset(
                empty.case, part, actor=empty.office.acting(name, Role.APPLICANT), now=rows.NOW
            )
        return [reason.code for reason in refused.value.reasons]

    assert drop("stan") == ["not-your-step"]
    assert drop("alice", "p9") == ["part-unknown"]
    empty.case.stage = Stage.IN_REVIEW.value
    empty.case.save()
    assert drop("alice") == ["not-being-written"]
    assert empty.case.parts.count() == 1


def test_what_a_version_names_is_not_just_dropped(desk: Desk) -> None:
    actor = desk.office.acting("alice", Role.APPLICANT)
    with pytest.raises(step.Refused) as refused:
        application.drop_dataset(desk.case, "p1", actor=actor, now=rows.NOW)
    assert [reason.code for reason in refused.value.reasons] == ["part-unknown"]


def test_the_last_part_of_a_specification_stays_with_the_reason(desk: Desk, as_: Browser) -> None:
    answer = as_("alice").post(desk.address("parts", "p1", "remove"))
    assert answer.status_code == 409
    assert "Not possible yet" in text(answer)
    assert as_("alice").post(desk.address("parts", "p9", "remove")).status_code == 404


def test_one_of_two_parts_is_taken_out_with_its_link(desk: Desk, as_: Browser) -> None:
    document = desk.newest()
    second = {**document["parts"][0], "id": "p2"}
    both = {**document, "parts": [*document["parts"], second],
            "links": [{"parts": ["p1", "p2"], "reason": "To join."}]}  # fmt: skip
    import json

    as_("alice").post(desk.address("json"), {"version": "1", "document": json.dumps(both)})
    assert len(desk.newest()["parts"]) == 2
    as_("alice").post(desk.address("parts", "p2", "remove"))
    assert (len(desk.newest()["parts"]), desk.newest()["links"]) == (1, [])


def test_the_applicant_confirms_exactly_what_was_shown(desk: Desk, as_: Browser) -> None:
    row = unconfirmed(desk)
    page = text(as_("alice").get(desk.address()))
    assert "This is what I ask for" in page
    answer = as_("alice").post(desk.address("confirm"), {"sha256": row.sha256})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.confirmed_at is not None


def test_another_version_is_not_confirmed(desk: Desk, as_: Browser) -> None:
    row = unconfirmed(desk)
    answer = as_("alice").post(desk.address("confirm"), {"sha256": "0" * 64})
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.confirmed_at is None


def test_a_co_applicant_edits_and_leaves_the_word_to_the_applicant(
    desk: Desk, as_: Browser
) -> None:
    unconfirmed(desk)
    desk.office.joins(desk.case, "edie", may_edit=True)
    page = text(as_("edie").get(desk.address()))
    assert "This is what I ask for" not in page
    assert "This step is taken only by" in page
    assert as_("edie").post(desk.part, desk.form(**{"g0.r0.value": "18"})).status_code == 302


def test_the_task_list_and_the_last_check_show_it(desk: Desk, as_: Browser) -> None:
    alice = as_("alice")
    tasks = text(alice.get(f"/requests/{desk.case.reference}/form/"))
    assert "The data you ask for" in tasks
    assert f'href="{desk.address()}"' in tasks
    check = text(alice.get(f"/requests/{desk.case.reference}/check/"))
    assert "AGE is at least 65" in check
    unconfirmed(desk)
    assert "To confirm" in text(alice.get(f"/requests/{desk.case.reference}/form/"))
    assert "To confirm" in text(alice.get(f"/requests/{desk.case.reference}/check/"))


def test_a_dataset_chosen_after_the_confirmation_holds_the_request_back(
    desk: Desk, as_: Browser
) -> None:
    def codes() -> set[str]:
        actor = desk.office.acting("alice", Role.APPLICANT)
        said = step.refusals("submit", desk.case, actor=actor, now=rows.NOW)
        return {reason.code for reason in said}

    assert "specification-unconfirmed" not in codes()
    models.Part.objects.create(
        case=desk.case, part_id="p2", dataset_edition=desk.holding.dataset_edition,
        holding=desk.holding, level="record", track="full",
    )  # fmt: skip
    assert "specification-unconfirmed" in codes()
    assert "1 dataset is not ready" in text(as_("alice").get(desk.address()))


def test_nothing_is_chosen_that_has_no_description(desk: Desk, as_: Browser) -> None:
    desk.holding.delete()
    page = text(as_("alice").get(desk.address()))
    assert "Choose people and variables" not in page
    assert as_("alice").get(desk.part).status_code == 302


def test_with_the_office_it_can_only_be_read(desk: Desk, as_: Browser) -> None:
    desk.case.stage = Stage.IN_REVIEW.value
    desk.case.save()
    page = text(as_("alice").get(desk.address()))
    assert "can only be read" in page
    assert "Remove" not in page
    answer = as_("alice").post(desk.address("parts", "p1", "remove"))
    assert answer.status_code == 409


@pytest.mark.parametrize("name", ["stan", "cora", "max"])
@pytest.mark.parametrize(
    "more", [(), ("json",), ("specification.json",), ("words",), ("proposal",)]
)
def test_nobody_else_gets_in(desk: Desk, as_: Browser, name: str, more: tuple[str, ...]) -> None:
    address = desk.address(*more)
    if more == ("specification.json",):
        address = address.removesuffix("/")
    assert as_(name).get(address).status_code == 404
    assert Client().get(address).status_code == 401


@pytest.mark.parametrize("more", [(), ("parts", "p1")])
def test_three_parts_cost_no_more_queries_than_one(
    desk: Desk, as_: Browser, more: tuple[str, ...]
) -> None:
    alice = as_("alice")

    def queries() -> int:
        with CaptureQueriesContext(connection) as ran:
            alice.get(desk.address(*more))
        return len(ran)

    queries()
    one = queries()
    for number in (2, 3):
        models.Part.objects.create(
            case=desk.case, part_id=f"p{number}", dataset_edition=desk.holding.dataset_edition,
            holding=desk.holding, level="record", track="full",
        )  # fmt: skip
    assert queries() == one


@pytest.mark.parametrize(
    ("applicant_class", "fee"), [("academic", "USD 1,050.00"), ("industry", "USD 2,100.00")]
)
def test_the_fee_of_the_schedule_stands_beside_what_is_asked_for(
    desk: Desk, as_: Browser, applicant_class: str, fee: str
) -> None:
    """The handling and the pilot's own price; twice as much for industry."""
    answers = {"applicant_class": applicant_class}
    models.Section.objects.create(case=desk.case, name="applicant", answers=answers)
    alice = as_("alice")
    for address in (desk.address(), desk.part):
        assert fee in text(alice.get(address)).split("stimated fee")[1], address
    desk.case.parts.all().delete()
    desk.case.specifications.all().delete()
    assert fee not in text(alice.get(desk.address()))
