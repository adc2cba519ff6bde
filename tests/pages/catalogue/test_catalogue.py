"""The catalogue's pages: who keeps it, what they may do with an edition, and what follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.rulebook.words import Stage
from tests.dataplane import tables
from tests.pages import rows

READ = Callable[[str], Client]
LIST = "/office/catalog/"


def pilot() -> models.DatasetEdition:
    return models.DatasetEdition.objects.get(dataset__slug="sdtm-pilot", label="2026.1")


def address(edition: models.DatasetEdition | None = None) -> str:
    return f"{LIST}{(edition or pilot()).pk}/"


def announce(as_: READ, label: str = "2027.1", dataset: str = "sdtm-pilot") -> Any:
    return as_("cora").post(
        LIST, {"do": "announce", "dataset": dataset, "label": label, "note": ""}
    )


def hold(office: rows.Office, edition: models.DatasetEdition, label: str) -> models.Holding:
    descriptor: dict[str, Any] = tables.descriptor()
    return models.Holding.objects.create(
        programme=office.programme, dataset_edition=edition, slug="small", edition=label,
        kind="loaded", descriptor=descriptor, content_sha256="c" * 64, made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip


def release(office: rows.Office, case: models.Case) -> models.Build:
    made = {"made_at": rows.NOW, "made_by": office.system}
    line = models.ReleaseLine.objects.create(
        part=case.parts.get(), agreement=office.agrees(case), public_id=f"l{case.pk}", **made
    )
    plan = models.Plan.objects.create(
        line=line, document="{}", terms_sha256="0" * 64, plan_sha256="0" * 64, **made
    )
    build = models.Build.objects.create(
        line=line, plan=plan, number=1, state="released", released_at=rows.NOW,
        released_by=office.system, **made,
    )  # fmt: skip
    models.Delivery.objects.create(
        build=build, recipient=office.people["alice"], until_on=rows.TODAY + timedelta(days=9),
        **made,
    )  # fmt: skip
    return build


def test_every_edition_is_listed_with_what_stands_on_it(office: rows.Office, as_: READ) -> None:
    office.case(Stage.POLICY)
    text = as_("cora").get(LIST).content.decode()
    assert pilot().dataset.title in text
    assert f'href="{address()}"' in text
    assert "Announce the edition" in text
    assert text.count("btn-primary") == 1


def test_a_planned_edition_is_announced_and_opened_when_its_holding_is_there(
    office: rows.Office, as_: READ
) -> None:
    assert announce(as_).status_code == 302
    edition = models.DatasetEdition.objects.get(label="2027.1")
    page = as_("cora").get(address(edition)).content.decode()
    assert "Open the edition" not in page
    hold(office, edition, "2027.1")
    page = as_("cora").get(address(edition)).content.decode()
    assert "Open the edition" in page
    assert page.count("btn-primary") == 1
    done = as_("cora").post(address(edition), {"do": "open", "second_person": ""})
    assert done.status_code == 302
    edition.refresh_from_db()
    assert edition.entry["status"] == "open"


def test_a_name_that_is_none_and_one_that_is_taken_are_refused(
    office: rows.Office, as_: READ
) -> None:
    assert "Name of the edition" in announce(as_, "second try!").content.decode()
    announce(as_)
    again = announce(as_)
    assert again.status_code == 409
    assert "already" in again.content.decode()


def test_a_restriction_is_put_on_the_dataset(office: rows.Office, as_: READ) -> None:
    given = {"do": "tighten", "restriction": "no-ranking", "reason": "The funder asks for it."}
    option = '<option value="no-ranking">'
    assert option in as_("paula").get(address()).content.decode()
    assert as_("paula").post(address(), given).status_code == 302
    after = as_("paula").get(address())
    assert "No ranking of practices" in after.context["sheet"].restrictions
    assert option not in after.content.decode()
    assert as_("paula").post(address(), {**given, "reason": ""}).status_code == 200


def test_a_withdrawal_holds_the_open_requests_and_lists_the_releases(
    office: rows.Office, as_: READ
) -> None:
    waiting, used = office.case(Stage.POLICY), office.case(Stage.ACTIVE)
    release(office, used)
    given = {"do": "withdraw", "reason": "Consent was withdrawn.", "recall": "destroy"}
    assert as_("stella").post(address(), given).status_code == 302
    text = as_("cora").get(address()).content.decode()
    for words in ("Consent was withdrawn.", "Destroy them", waiting.reference, "Alice Example"):
        assert words in text
    assert "Withdraw the edition" not in text
    assert as_("stella").post(address(), given).status_code == 409


def test_a_correction_names_the_edition_that_takes_its_place(
    office: rows.Office, as_: READ
) -> None:
    announce(as_, "2026.2")
    edition = models.DatasetEdition.objects.get(label="2026.2")
    hold(office, edition, "2026.2")
    given = {
        "do": "correct", "replacement": str(edition.pk), "recall": "replace",
        "reason": "Two sites were coded the wrong way.",
    }  # fmt: skip
    assert as_("stella").post(address(), {**given, "reason": ""}).status_code == 200
    assert as_("stella").post(address(), given).status_code == 302
    text = as_("stella").get(address()).content.decode()
    assert f'href="{address(edition)}"' in text
    assert "Replace them by the corrected edition" in text


def test_what_a_reader_may_not_open_is_not_named(office: rows.Office, as_: READ) -> None:
    case = office.case(Stage.POLICY)
    office.declares(case, "paula", conflicted=True)
    given = {"do": "withdraw", "reason": "Consent was withdrawn.", "recall": "destroy"}
    as_("stella").post(address(), given)
    assert case.reference in as_("cora").get(address()).content.decode()
    assert case.reference not in as_("paula").get(address()).content.decode()


def test_what_a_reader_is_recused_from_is_not_counted_either(
    office: rows.Office, as_: READ
) -> None:
    def counted(name: str) -> tuple[int, int]:
        listed = as_(name).get(LIST).context["rows"]
        return (
            sum(row.open for row, _tag in listed),
            as_(name).get(address()).context["sheet"].open,
        )

    office.case(Stage.POLICY)
    hidden = office.case(Stage.POLICY)
    assert (counted("paula"), counted("cora")) == ((2, 2), (2, 2))
    office.declares(hidden, "paula", conflicted=True)
    assert (counted("paula"), counted("cora")) == ((1, 1), (2, 2))


def test_an_auditor_reads_and_is_offered_nothing(office: rows.Office, as_: READ) -> None:
    text = as_("audra").get(LIST).content.decode()
    assert "Announce the edition" not in text
    sheet = as_("audra").get(address()).content.decode()
    for words in ("Put the restriction", "Withdraw the edition", "Replace the edition"):
        assert words not in sheet
    given = {"do": "withdraw", "reason": "No.", "recall": "destroy"}
    assert as_("audra").post(address(), given).status_code == 409


@pytest.mark.parametrize("name", ["fay", "max", "alice", "stan"])
def test_others_find_nothing(office: rows.Office, as_: READ, name: str) -> None:
    assert as_(name).get(LIST).status_code == 404
    assert as_(name).get(address()).status_code == 404
    assert Client().get(LIST).status_code == 401


def test_an_edition_that_does_not_exist_is_not_found(office: rows.Office, as_: READ) -> None:
    assert as_("cora").get(f"{LIST}99999/").status_code == 404
    assert as_("cora").post(address(), {"do": "steal"}).status_code == 404


def test_the_pages_take_as_many_queries_for_one_request_as_for_many(
    office: rows.Office, as_: READ
) -> None:
    def queries(place: str) -> int:
        browser = as_("cora")
        with CaptureQueriesContext(connection) as captured:
            browser.get(place)
        return len(captured)

    def take_back(number: int) -> None:
        for _ in range(number):
            case = office.case(Stage.ACTIVE)
            release(office, case)
            models.Hold.objects.create(
                case=case, reason="Taken back.", dataset_edition=pilot(), made_at=rows.NOW,
                made_by=office.system,
            )  # fmt: skip

    take_back(1)
    queries(address())  # the programme's edition is parsed once in a process
    before = queries(LIST), queries(address())
    take_back(4)
    assert (queries(LIST), queries(address())) == before
