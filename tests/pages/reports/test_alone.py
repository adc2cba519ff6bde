"""The page of what one person did alone: who reads it, what stands there, and its file."""

import csv
import io
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.pages.reports import alone as page
from muniment.queries.reports import alone
from muniment.rulebook.words import Mode, Role, Stage
from tests.pages import rows
from tests.pages.decision import scene

READ = Callable[[str], Client]
ADDRESS, FILE = "/office/reports/alone/", "/office/reports/alone.csv"


def acted(office: rows.Office, number: int) -> list[models.LoneStep]:
    actor = office.acting("paula", Role.POLICY_OFFICER)
    return [
        models.LoneStep.objects.create(
            programme=office.programme, case=office.case(Stage.IN_REVIEW), step="pass_policy",
            mode=Mode.IF_AVAILABLE.value, made_at=rows.NOW, made_by=actor,
        )
        for _ in range(number)
    ]  # fmt: skip


def test_who_decides_alone_is_on_the_page_and_in_the_file(office: rows.Office, as_: READ) -> None:
    case = scene.heard(office, track="expedited")
    assert as_("cora").post(scene.tab(case), scene.typed()).status_code == 302
    row = models.LoneStep.objects.get(case=case)
    assert (row.step, row.made_by.person) == ("approve_by_office", office.people["cora"])
    text = as_("olga").get(ADDRESS, {"year": row.made_at.year}).content.decode()
    for words in (case.reference, office.people["cora"].name, "Nobody else held the office"):
        assert words in text
    file = as_("olga").get(FILE, {"year": row.made_at.year})
    assert file["Content-Type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(file.content.decode())))
    assert lines[0] == ["day", "step", "request", "person", "as", "why one was enough"]
    assert lines[1][2:4] == [case.reference, office.people["cora"].name]


def test_without_any_the_page_says_so(office: rows.Office, as_: READ) -> None:
    text = as_("audra").get(ADDRESS).content.decode()
    assert "Nobody acted alone" in text


def test_it_is_for_readers_of_reports(office: rows.Office, as_: READ) -> None:
    for name in ("alice", "mia", "stella", "fay"):
        for address in (ADDRESS, FILE):
            assert as_(name).get(address).status_code == 404


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_file(
    office: rows.Office, as_: READ
) -> None:
    (row,) = acted(office, 1)
    again = {"programme": row.programme, "step": row.step, "mode": row.mode}
    models.LoneStep.objects.bulk_create(
        models.LoneStep(**again, made_at=row.made_at, made_by=row.made_by)
        for _ in range(alone.MOST)
    )
    year = {"year": rows.NOW.year}
    text = as_("cora").get(ADDRESS, year).content.decode()
    assert "Only the newest are shown" in text
    assert text.count('<tr><th scope="row"') == alone.MOST
    assert len(as_("cora").get(FILE, year).content.decode().splitlines()) == alone.MOST + 2


def test_three_rows_take_as_many_queries_as_one(office: rows.Office, as_: READ) -> None:
    def queries() -> int:
        reader = as_("cora")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert reader.get(ADDRESS, {"year": rows.NOW.year}).status_code == 200
        return len(caught)

    acted(office, 1)
    queries()
    first = queries()
    acted(office, 2)
    assert queries() == first


def test_every_mode_that_lets_one_act_has_its_words() -> None:
    assert set(page.WHY) == {mode for mode in Mode if not mode.asks(someone_is_available=False)}
