"""Building a specification: rules, a related table, variables with a reason."""

from playwright.sync_api import Page, expect

from tests.journeys.people import Someone


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


def waits_for_the_count(page: Page) -> None:
    """Without JavaScript: follow the link that looks whether the count is there, until it is."""
    looks = page.get_by_role("link", name="See whether the answer is there")
    looks.wait_for()
    for _ in range(60):
        if not looks.count():
            break
        looks.click()
        page.wait_for_timeout(250)
    expect(page.locator("#count .mu-big")).to_have_count(1)
