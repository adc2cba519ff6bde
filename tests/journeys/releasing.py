"""What people do at their browsers from a settled request to an offered download."""

import io
from collections.abc import Callable

import pyzipper

from tests.journeys.contracting import waits_for
from tests.journeys.people import Someone

SEEN = ("The variables and files match", "The risk is within the limit", "I looked at sample rows")


def builds(opens: Someone, engineer: Someone, authorizes: Someone, request: str) -> None:
    """Open the line, draw the plan, authorize exactly that plan, and build it."""
    tab = f"/office/{request}/release/"
    opens.goes_to(tab)
    opens.page.get_by_role("button", name="Open the release").click()
    engineer.goes_to(tab)
    engineer.page.get_by_role("button", name="Draw the plan").click()
    authorizes.goes_to(tab)
    waits_for(authorizes, "Authorize this plan")
    authorizes.page.get_by_role("button", name="Authorize this plan").click()
    engineer.goes_to(tab)
    waits_for(engineer, "Start the build")
    engineer.page.get_by_role("button", name="Start the build").click()
    waits_for(engineer, "Risk report")


def checks(checker: Someone, request: str) -> None:
    """Look at sample rows, tick what was seen, and release."""
    page = checker.page
    checker.goes_to(f"/office/{request}/release/")
    page.get_by_text("Look at sample rows").click()
    page.get_by_label("What for").fill("To check that no identifier is in it.")
    page.get_by_role("button", name="Show me the rows").click()
    waits_for(checker, "Sample rows")
    for words in SEEN:
        page.get_by_label(words).check()
    page.get_by_label("Your finding").fill("Only what was approved.")
    page.get_by_role("button", name="Approve and release").click()
    page.get_by_text("Released", exact=True).first.wait_for()


def offers(person: Someone, request: str) -> str:
    """Open the download and read its passphrase, once."""
    person.goes_to(f"/office/{request}/release/")
    person.page.get_by_role("button", name="Open the download").click()
    waits_for(person, "Show the passphrase once")
    person.page.get_by_role("button", name="Show the passphrase once").click()
    return str(person.page.locator(".mu-secret").inner_text())


def receives(someone: Callable[..., Someone], request: str, passphrase: str) -> None:
    """Alice downloads it on a machine of her own, and the passphrase opens it."""
    at_home = someone()
    at_home.keeps_a_passkey()
    at_home.signs_in("alice@lakeside.example")
    locked = takes(at_home, request)
    with pyzipper.AESZipFile(io.BytesIO(locked)) as archive:
        archive.setpassword(passphrase.encode())
        assert archive.testzip() is None


def takes(person: Someone, request: str) -> bytes:
    """Add a second factor at the downloads, show it, and download; the bytes of the file."""
    page = person.page
    person.goes_to(f"/requests/{request}/?tab=downloads")
    page.get_by_role("link", name="Add a second factor to download").click()
    person.shows_a_second_factor("Laptop")
    person.goes_to(f"/requests/{request}/?tab=downloads")
    person.finds_no_barrier()
    person.keeps("downloads")
    with page.expect_download() as got:
        page.get_by_role("button", name="Download", exact=True).click()
    return bytes(got.value.path().read_bytes())
