"""The information list and a dataset's sheet, as anyone sees them."""

import pytest
from django.test import Client
from django.utils.html import escape

from muniment import models
from tests.pages import rows

ENTRIES = {entry["slug"]: entry for entry in rows.bundle()["information_list"]["datasets"]}


def page(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_site_opens_on_the_list(office: rows.Office) -> None:
    answer = Client().get("/", follow=True)
    assert answer.redirect_chain == [("/data/", 302)]
    assert answer.status_code == 200


def test_the_list_shows_every_dataset_with_its_availability(office: rows.Office) -> None:
    text = page("/data/")
    for entry in ENTRIES.values():
        assert f'href="/data/{entry["slug"]}/"' in text
    for word in ("Open to requests", "Planned", "Held elsewhere", "Public", "Not offered"):
        assert f">{word}</span>" in text


def test_a_search_is_kept_in_its_box_and_can_be_cleared(office: rows.Office) -> None:
    text = page("/data/?q=tapur&availability=planned")
    assert 'value="tapur"' in text
    assert 'id="availability-planned" checked' in text
    assert "TAPUR study" in text
    assert "Journal articles" not in text
    assert "Show the whole list" in text


def test_a_search_that_finds_nothing_says_so_and_what_to_do(office: rows.Office) -> None:
    text = page("/data/?q=pediatric+imaging")
    assert "No dataset matches “pediatric imaging”" in text
    assert "Clear the search" in text


def test_what_is_typed_comes_back_as_text_and_never_as_markup(office: rows.Office) -> None:
    text = page('/data/?q="><script>alert(1)</script>&kind="><i>')
    assert "<script>alert" not in text
    assert "<i>" not in text


def test_a_search_as_long_as_a_book_is_cut(office: rows.Office) -> None:
    assert len(page("/data/?q=" + "x" * 5000)) < 40_000


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/data/", "/how-access-works/"])
def test_an_install_without_a_programme_says_so(address: str) -> None:
    assert "yet</h2>" in page(address)


@pytest.mark.parametrize("slug", list(ENTRIES))
def test_every_dataset_has_a_sheet_with_its_own_words(office: rows.Office, slug: str) -> None:
    text = page(f"/data/{slug}/")
    assert f"<h1>{ENTRIES[slug]['title']}</h1>" in text.replace("&#x27;", "'")
    acts = ENTRIES[slug]["status"] in ("open", "planned")
    assert text.count('class="btn btn-primary') == acts


@pytest.mark.parametrize(
    ("slug", "says"),
    [
        ("sdtm-pilot", "Request this data"),
        ("tapur", "It cannot be requested before it opens."),
        ("cancerlinq", "Held elsewhere"),
        ("progress-timeline", "Anyone may use it under its license."),
        ("books", "Not offered"),
    ],
)
def test_the_side_of_a_sheet_says_what_can_be_done(
    office: rows.Office, slug: str, says: str
) -> None:
    assert says in page(f"/data/{slug}/")


def test_what_is_held_elsewhere_points_there(office: rows.Office) -> None:
    assert f'href="{ENTRIES["cancerlinq"]["pointer"]["address"]}"' in page("/data/cancerlinq/")


def test_use_conditions_are_in_words_with_their_term_beside(office: rows.Office) -> None:
    text = page("/data/tapur/")
    assert "Research on cancer only." in text
    assert "DS (DUO:0000007)" in text
    assert "Ethics approval is needed." in text


def test_a_sheet_leads_to_its_codebook(office: rows.Office) -> None:
    text = page("/data/sdtm-pilot/")
    assert 'action="/data/sdtm-pilot/codebook/"' in text
    assert 'href="/data/sdtm-pilot/codebook/?table=subjects"' in text


def test_a_withdrawn_dataset_cannot_be_asked_for(office: rows.Office) -> None:
    models.Dataset.objects.filter(slug="sdtm-pilot").update(status="withdrawn")
    text = page("/data/sdtm-pilot/")
    assert "It can no longer be requested." in text
    assert "Request this data" not in text


def test_an_unknown_dataset_is_not_found(office: rows.Office) -> None:
    assert Client().get("/data/no-such-dataset/").status_code == 404


def test_nothing_is_changed_by_other_methods(office: rows.Office) -> None:
    for address in (
        "/data/",
        "/data/sdtm-pilot/",
        "/data/sdtm-pilot/codebook/",
        "/how-access-works/",
        "/how-access-works/policy/",
        "/register/",
        "/catalogue.ttl",
        "/requests/",
    ):
        assert Client().post(address).status_code == 405


def test_how_access_works_names_steps_times_and_no_guarantee(office: rows.Office) -> None:
    text = page("/how-access-works/")
    for step in rows.bundle()["programme"]["steps"]:
        assert step["label"] in text
    assert "up to 22 business days" in text
    assert "no guarantee of fulfillment" in text


def test_how_access_works_names_the_fees_and_who_pays_less(office: rows.Office) -> None:
    text, schedule = page("/how-access-works/"), rows.bundle()["fees"]
    for amount in ("USD 300.00", "USD 125.00", "USD 250.00", "USD 1,000.00"):
        assert amount in text  # handling, an hour of work, a further year, a patient registry
    for each in (*schedule["classes"], *schedule["waivers"]):
        assert escape(each["label"]) in text
