"""What automatic rules say of a draft, to its writers: early, as advice, and of nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.queries import policy
from muniment.rulebook.words import Stage
from tests.pages import rows
from tests.pages.specification.conftest import Desk

Browser = Callable[[str], Client]
HEADING = "What the sharing policy says so far"
NOT_COMMERCIAL = "Commercial use, or use by a company, is not allowed for this dataset."


def answered(desk: Desk, **answers: Any) -> None:
    models.Section.objects.create(
        case=desk.case, name="use", answers=answers, saved_at=rows.NOW, saved_by=desk.office.system
    )


def ask_for(desk: Desk, *slugs: str) -> None:
    """The draft asks for these datasets instead, nothing chosen of them yet."""
    desk.case.specifications.all().delete()
    desk.case.parts.all().delete()
    for number, slug in enumerate(slugs, start=1):
        edition = models.DatasetEdition.objects.filter(dataset__slug=slug).latest("pk")
        models.Part.objects.create(
            case=desk.case, part_id=f"p{number}", dataset_edition=edition, level="record",
            track="full",
        )  # fmt: skip


def pages(desk: Desk) -> tuple[str, str]:
    return desk.address(), f"/requests/{desk.case.reference}/check/"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_commercial_use_of_a_registry_that_forbids_it_is_told_early(
    desk: Desk, as_: Browser
) -> None:
    ask_for(desk, "covid-19-registry")
    answered(desk, commercial_use=True)
    for address in pages(desk):
        page = text(as_("alice"), address)
        assert HEADING in page
        assert NOT_COMMERCIAL in page
        assert "Not for commercial use, " in page
        assert "This is advice, not a decision" in page


def test_nothing_is_shown_when_all_is_well(desk: Desk, as_: Browser) -> None:
    answered(desk, commercial_use=False, applicant_class="academic", will_publish=True)
    for address in pages(desk):
        assert HEADING not in text(as_("alice"), address)


def test_what_is_not_answered_yet_is_no_advice(desk: Desk) -> None:
    assert policy.advise(desk.case) == []
    answered(desk, ethics_status="refused")
    assert [each.reason for each in policy.advise(desk.case)] == [
        "The ethics board refused the project."
    ]


def test_it_says_nothing_that_only_the_office_or_the_applicant_knows(desk: Desk) -> None:
    alice = desk.office.people["alice"]
    part = desk.case.parts.get()
    models.Availability.objects.create(
        part=part, outcome="not_available", reason="No.", protected={}, made_at=rows.NOW,
        made_by=desk.office.system,
    )  # fmt: skip
    models.Debarment.objects.create(
        person=alice, programme=desk.office.programme, reason="Passed data on.",
        until_on=rows.TODAY.replace(year=2030), made_at=rows.NOW,
        made_by=desk.office.system,
    )  # fmt: skip
    found = policy.inputs_of(desk.case, now=rows.NOW)
    assert found.facts["applicant"]["debarred"], "the gate knows it"
    assert found.parts[0]["availability"] == "not_available"
    assert policy.advise(desk.case) == []


def test_only_while_it_is_written_and_only_to_its_writers(desk: Desk, as_: Browser) -> None:
    ask_for(desk, "covid-19-registry")
    answered(desk, commercial_use=True)
    for address in pages(desk):
        assert as_("stan").get(address).status_code == 404
    models.Case.objects.filter(pk=desk.case.pk).update(stage=Stage.SUBMITTED.value)
    for address in pages(desk):
        assert HEADING not in text(as_("alice"), address)


@pytest.mark.parametrize("slugs", [("covid-19-registry", "practice-census", "sdtm-pilot")])
def test_three_datasets_ask_as_many_queries_as_one(desk: Desk, slugs: tuple[str, ...]) -> None:
    answered(desk, commercial_use=True)
    policy.advise(desk.case)
    ask_for(desk, slugs[0])
    with CaptureQueriesContext(connection) as one:
        assert policy.advise(desk.case)
    ask_for(desk, *slugs)
    with CaptureQueriesContext(connection) as three:
        assert len(policy.advise(desk.case)) > 1
    assert len(one) == len(three)
    print(f"advice: {len(one)} queries")
