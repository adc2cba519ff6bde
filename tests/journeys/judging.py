"""What a policy officer does at the gate, where nothing stands against the request."""

from tests.journeys.people import Someone


def judges(officer: Someone, request: str) -> None:
    """The rules are run, what needs a person is judged, and it is passed on to be confirmed."""
    page = officer.page
    officer.goes_to(f"/office/{request}/policy/")
    page.get_by_role("button", name="Run the rules").click()
    page.get_by_role("button", name="Save what you judged").wait_for()
    groups = page.locator("fieldset.btn-group")
    for number in range(groups.count()):
        groups.nth(number).get_by_text("Met", exact=True).click()
        page.get_by_label("Why, or the question to the applicant").nth(number).fill("In order.")
    page.get_by_role("button", name="Save what you judged").click()
    page.get_by_label("Confirmed by").select_option(label="Cora Coordinator")
    page.get_by_role("button", name="Pass on for the office’s decision").click()
