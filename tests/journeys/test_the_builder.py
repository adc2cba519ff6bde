"""Somebody builds a specification, counts, confirms; another who only posts; both are read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.people import Someone

pytestmark = pytest.mark.slow


def begins(person: Someone, address: str, name: str) -> None:
    """A request for the pilot trial, at the page of its data."""
    person.begins_a_request(name, address)
    person.page.get_by_role("link", name="The data you ask for").click()


def rule(page: Page, group: int, number: int, variable: str, condition: str) -> None:
    """Choose the variable and the condition of a rule; the page brings the fitting control."""
    place = page.locator(f"#g{group} .mu-rule").nth(number)
    for label, choice in (("Variable", variable), ("Condition", condition)):
        box, shown = place.get_by_label(label), place.get_by_role("button", name="Show values")
        box.wait_for()
        page.wait_for_load_state()
        if shown.is_visible():
            box.select_option(choice)
            shown.click()
        else:
            with page.expect_response(lambda answer: answer.request.method == "POST"):
                box.select_option(choice)
            page.wait_for_timeout(200)  # the answer is drawn


def build(page: Page) -> None:
    """Two rules, a related row with two conditions, two variables with a reason."""
    rule(page, 0, 0, "AGE", "is at least")
    page.locator("#g0 .mu-rule").nth(0).get_by_label("Value").fill("65")
    page.locator("#g0").get_by_role("button", name="Add a rule").click()
    rule(page, 0, 1, "SEX", "is")
    page.locator("#g0 .mu-rule").nth(1).get_by_label("Value").select_option("F")
    page.locator("summary", has_text="More kinds of rules").click()
    page.get_by_label("Rows in a related table").select_option("adverse_events")
    page.get_by_role("button", name="Has such a row").click()
    rule(page, 1, 0, "AESER", "is")
    page.locator("#g1 .mu-rule").nth(0).get_by_label("Value").select_option("Y")
    page.locator("#g1").get_by_role("button", name="Add a rule").click()
    rule(page, 1, 1, "AESEV", "is")
    page.locator("#g1 .mu-rule").nth(1).get_by_label("Value").select_option("SEVERE")
    for name in ("AGE", "SEX"):
        page.get_by_role("checkbox", name=name, exact=False).first.check()
        page.get_by_label(f"Why do you need {name}?").first.fill("To compare the groups.")


def test_somebody_builds_counts_confirms_and_finds_it_on_the_check(
    someone: Callable[..., Someone],
) -> None:
    bea = someone()
    page = bea.page
    begins(bea, "bea@uni.example", "Bea Builder")
    bea.finds_no_barrier()
    bea.keeps("data-first")
    page.get_by_role("link", name="Choose people and variables").click()
    bea.finds_no_barrier()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("alert").wait_for()
    bea.finds_no_barrier()
    bea.keeps("builder-errors")
    build(page)
    assert page.get_by_text("2 of 46 chosen.").count() == 1
    assert (
        page.get_by_role("listitem")
        .filter(has_text="Variables needing a reason")
        .get_by_text("2 of 2")
        .count()
        == 1
    )
    bea.finds_no_barrier()
    bea.keeps("builder")
    page.get_by_role("button", name="Save and count").click()
    page.locator("#count .mu-big").wait_for(timeout=30_000)
    assert page.get_by_text("You have 0 new questions left").count() == 1
    bea.finds_no_barrier()
    bea.keeps("builder-counted")
    page.get_by_role("button", name="Save and continue").click()
    asked = page.get_by_text("there is a row in adverse_events where").first
    assert 'AESER is "Y" and AESEV is "SEVERE"' in asked.inner_text()
    bea.finds_no_barrier()
    bea.keeps("data")
    page.get_by_role("button", name="This is what I ask for").click()
    page.get_by_role("link", name="Check your answers").click()
    assert page.get_by_text("AGE is at least 65").count() == 1
    bea.finds_no_barrier()
    address = page.url

    stan = someone()
    stan.signs_in("stan@library.example")
    stan.page.goto(address)
    stan.finds_no_page()


def test_somebody_without_javascript_on_a_phone_builds_the_same(
    someone: Callable[..., Someone],
) -> None:
    pia = someone(phone=True, javascript=False, dark=True)
    page = pia.page
    begins(pia, "pia@uni.example", "Pia Poster")
    page.get_by_role("link", name="Choose people and variables").click()
    build(page)
    pia.keeps("builder-390-dark")
    page.get_by_role("button", name="Save and count").click()
    page.get_by_role("link", name="See whether the answer is there").wait_for()
    for _ in range(30):
        looks = page.get_by_role("link", name="See whether the answer is there")
        if not looks.count():
            break
        looks.click()
        page.wait_for_timeout(500)
    assert page.locator("#count .mu-big").count() == 1
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="This is what I ask for").click()
    page.get_by_text("Complete").first.wait_for()
    pia.keeps("tasks-390-dark")


def test_in_the_dark_the_builder_has_no_barrier(someone: Callable[..., Someone]) -> None:
    dora = someone(dark=True)
    page = dora.page
    begins(dora, "dora@uni.example", "Dora Dark")
    page.get_by_role("link", name="Choose people and variables").click()
    build(page)
    dora.finds_no_barrier()
    dora.keeps("builder-dark")
    page.get_by_role("button", name="Edit as text").click()
    dora.finds_no_barrier()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="Paste or upload").click()
    dora.finds_no_barrier()
    dora.goes_to("/requests/")
    page.set_viewport_size({"width": 320, "height": 700})
    dora.goes_back()
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
