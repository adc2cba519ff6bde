"""Anyone, without an account: the list, a dataset, its codebook, the guide and the register."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import NARROW, Someone

pytestmark = pytest.mark.slow
ONE_HOUSE = True
PAGES = (
    "/data/", "/data/?q=ethnicity", "/data/?q=nothing-at-all", "/data/sdtm-pilot/", "/data/tapur/",
    "/data/cancerlinq/", "/data/progress-timeline/", "/data/sdtm-pilot/codebook/",
    "/data/sdtm-pilot/codebook/?q=nothing-at-all", "/how-access-works/",
    "/how-access-works/policy/", "/register/", "/ask/", "/accounts/sign-in/", "/accounts/sign-up/",
    "/verify/none-of-ours/", "/nothing-here/",
)  # fmt: skip


def named(path: str, kind: str) -> str:
    """What a picture of this page is called."""
    return (path.strip("/").replace("/", "_").replace("?", "-") or "front") + f"-{kind}"


def test_every_public_page_is_open_to_everyone(someone: Callable[..., Someone]) -> None:
    anyone = someone()
    for path in PAGES:
        anyone.goes_to(path)
        anyone.finds_no_barrier()
        assert anyone.page.locator("main .btn-primary").count() <= 1
        anyone.keeps(named(path, "light"))


def test_on_a_narrow_phone_in_the_dark_every_public_page_is_as_open(
    someone: Callable[..., Someone],
) -> None:
    anyone = someone(phone=True, dark=True)
    anyone.page.set_viewport_size(NARROW)
    for path in PAGES:
        anyone.goes_to(path)
        anyone.finds_nothing_cut()
        anyone.finds_no_barrier()
        anyone.keeps(named(path, "dark-320"))


def test_a_reader_goes_from_a_word_to_a_file(someone: Callable[..., Someone]) -> None:
    rita = someone(javascript=False)
    page = rita.page
    rita.goes_to("/data/")
    rita.keeps("datasets")
    page.get_by_role("searchbox").fill("ethnicity")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="ETHNIC", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Ethnicity")).to_have_count(1)
    page.get_by_role("link", name="Show all").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the codebook (CSV)").click()
    assert taken.value.suggested_filename.startswith("sdtm-pilot-codebook-")
    rita.goes_to("/data/")
    page.get_by_role("link", name="Progress Against Cancer timeline").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download milestones (CSV)").click()
    assert taken.value.suggested_filename == "progress-timeline-milestones.csv"


def test_who_asks_about_a_planned_dataset_is_told_that_they_will_hear(
    someone: Callable[..., Someone],
) -> None:
    stan = someone()
    stan.goes_to("/data/tapur/")
    stan.page.get_by_role("link", name="Register interest").click()
    stan.finds_no_barrier()
    stan.signs_in("stan@library.example")
    stan.goes_to("/data/tapur/")
    stan.page.get_by_role("button", name="Register interest").click()
    stan.page.get_by_text("You asked to be told.").wait_for()
    stan.finds_no_barrier()


def test_a_request_has_all_its_tabs_from_the_first_day(someone: Callable[..., Someone]) -> None:
    stan = someone()
    page = stan.page
    stan.signs_in("stan@library.example")
    stan.goes_to("/data/sdtm-pilot/request/")
    page.get_by_role("button", name="Start the request").click()
    stan.goes_to("/requests/")
    page.get_by_role("link", name="Untitled request").first.click()
    for tab, says in (
        ("Files", "No file is attached"),
        ("Agreement", "There is no agreement yet"),
        ("Downloads", "Nothing to download yet"),
        ("Questions and messages", "No question and no message yet"),
    ):
        page.get_by_role("navigation", name="Parts of this request").get_by_role(
            "link", name=tab
        ).click()
        page.get_by_role("heading", name=says).wait_for()
        stan.finds_no_barrier()
        stan.keeps(f"request-{tab}")
    page.get_by_label("Your message").fill("May we ask for visits as well?")
    page.get_by_role("button", name="Send the message").click()
    page.get_by_role("heading", name="May we ask for visits as well?").wait_for()
    stan.finds_no_barrier()
    stan.keeps("request-message")
