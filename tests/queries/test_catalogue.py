"""The information list: search, facets, and what became of a dataset since."""

import pytest
from pytest_django import DjangoAssertNumQueries

from muniment import models
from muniment.queries import catalogue
from tests.pages import rows


@pytest.fixture
def office(db: None) -> rows.Office:
    return rows.office()


def slugs(**asked: object) -> list[str]:
    listing = catalogue.find_listing(**asked)  # type: ignore[arg-type]
    assert listing is not None
    return [entry.text["slug"] for entry in listing.entries]


@pytest.mark.django_db
def test_without_an_active_programme_there_is_no_list() -> None:
    models.Programme.objects.create(slug="new", name="New")
    assert catalogue.find_listing() is None
    assert catalogue.find_sheet("sdtm-pilot") is None
    assert catalogue.find_masthead() is None


def test_the_whole_list_is_shown_what_can_be_asked_for_first(office: rows.Office) -> None:
    listing = catalogue.find_listing()
    assert listing is not None
    assert len(listing.entries) == len(rows.bundle()["information_list"]["datasets"])
    statuses = [entry.status.value for entry in listing.entries]
    assert statuses == sorted(statuses, key=["open", "public", "planned", "elsewhere",
                                             "withdrawn", "not_offered"].index)  # fmt: skip


def test_search_reads_titles_summaries_and_variables(office: rows.Office) -> None:
    assert "tapur" in slugs(search="tapur")
    assert "sdtm-pilot" in slugs(search="randomized")
    assert "sdtm-pilot" in slugs(search="USUBJID")
    assert slugs(search="USUBJID nowhere-to-be-found") == []


@pytest.mark.parametrize("written", ["TAPUR", "  tapur ", "Tápur", "TAPUR study"])
def test_search_forgives_case_accents_and_blanks(office: rows.Office, written: str) -> None:
    assert slugs(search=written) == ["tapur"]


def test_facets_count_what_each_choice_would_leave(office: rows.Office) -> None:
    planned = catalogue.find_listing(statuses=["planned"])
    assert planned is not None
    by_status = {choice.value: choice.count for choice in planned.statuses}
    everything = rows.bundle()["information_list"]["datasets"]
    assert by_status["open"] == sum(entry["status"] == "open" for entry in everything)
    assert sum(choice.count for choice in planned.kinds) == len(planned.entries)
    assert [choice.value for choice in planned.statuses if choice.chosen] == ["planned"]
    for kind in planned.kinds:
        assert len(slugs(statuses=["planned"], kinds=[kind.value])) == kind.count


def test_a_choice_nobody_offers_leaves_nothing_and_breaks_nothing(office: rows.Office) -> None:
    assert slugs(statuses=["no-such-status"], kinds=["no-such-kind"]) == []


def test_what_became_of_a_dataset_since_counts_more_than_the_edition(office: rows.Office) -> None:
    models.Dataset.objects.filter(slug="sdtm-pilot").update(status="withdrawn")
    sheet = catalogue.find_sheet("sdtm-pilot")
    assert sheet is not None
    assert sheet.entry.status == "withdrawn"


def test_a_recalled_edition_is_told_with_its_reason(office: rows.Office) -> None:
    edition = models.DatasetEdition.objects.get(dataset__slug="sdtm-pilot")
    edition.withdrawn_at, edition.withdrawn_by = rows.NOW, office.system
    edition.withdrawn_reason = "A column was wrong."
    edition.save()
    sheet = catalogue.find_sheet("sdtm-pilot")
    assert sheet is not None
    assert sheet.withdrawn_editions == {"2026.1": "A column was wrong."}


def test_a_generated_holding_makes_its_dataset_synthetic(office: rows.Office) -> None:
    assert not synthetic("sdtm-pilot")
    edition = models.DatasetEdition.objects.get(dataset__slug="sdtm-pilot")
    models.Holding.objects.create(
        programme=office.programme, dataset_edition=edition, slug="sdtm-pilot", edition="2026.1",
        kind="described", descriptor={"muniment": {"synthetic": True}}, made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    assert synthetic("sdtm-pilot")


def test_a_dataset_that_is_not_on_the_list_has_no_sheet(office: rows.Office) -> None:
    assert catalogue.find_sheet("no-such-dataset") is None


def test_the_sheet_names_its_restrictions_from_the_policy(office: rows.Office) -> None:
    sheet = catalogue.find_sheet("practice-census")
    assert sheet is not None
    named = list(sheet.entry.text["restrictions"])
    assert sorted(rule["id"] for rule in sheet.restrictions) == sorted(named)
    assert named


def test_the_list_asks_the_database_the_same_however_long_it_is(
    office: rows.Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    catalogue.find_listing()
    with django_assert_num_queries(4):
        catalogue.find_listing()
    with django_assert_num_queries(4):
        catalogue.find_listing(search="tapur")


def synthetic(slug: str) -> bool:
    sheet = catalogue.find_sheet(slug)
    assert sheet is not None
    return sheet.entry.synthetic
