"""From an approval to a file in the hands of its recipient, by everybody who has a part in it."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import contracting, references, releasing
from tests.journeys.people import Someone, comes

pytestmark = pytest.mark.slow
SCENE = "agreed"
REQUEST = references.Reference(1)
WORDING = "The information is kept as the security plan of the institute says."


def asks_for_a_change(connie: Someone) -> None:
    """The lawyer takes the Word file home, and asks for another wording of one clause."""
    page = connie.page
    connie.goes_to(f"/sign/{REQUEST}/")
    connie.finds_no_barrier()
    expect(page.get_by_role("button", name="Sign the agreement")).to_have_count(0)
    word = page.get_by_role("link", name="Word file for your contracts office")
    file = page.request.get(connie.site.url + str(word.get_attribute("href")))
    with zipfile.ZipFile(io.BytesIO(file.body())) as document:
        assert b"Data Use Agreement" in document.read("word/document.xml")
    page.get_by_text("Ask for a change", exact=True).first.click()
    page.get_by_label("Clause").select_option(value="security")
    page.get_by_label("How it should read").fill(WORDING)
    page.get_by_label("Reason").first.fill("Our own plan binds us.")
    connie.finds_no_barrier()
    connie.keeps("sign-change")
    page.get_by_role("button", name="Propose this wording").click()
    page.get_by_text("not decided").wait_for()


def accepts_it(paula: Someone, cora: Someone) -> None:
    """The policy officer sees what is different, and takes it over; a new version goes out."""
    page = paula.page
    paula.goes_to(f"/office/{REQUEST}/agreement/")
    page.get_by_role("heading", name=re.compile("^Change asked for")).wait_for()
    expect(page.locator("ins").first).to_be_visible()
    paula.finds_no_barrier()
    paula.keeps("agreement-change")
    page.get_by_label("Confirmed by").first.select_option(label="Cora Coordinator")
    page.get_by_role("button", name="Accept this wording").click()
    cora.goes_to(f"/office/{REQUEST}/agreement/")
    contracting.waits_for(cora, "Version 2, a draft")
    contracting.sends(cora, REQUEST)
    cora.finds_no_barrier()
    cora.keeps("agreement-sent")


def test_from_an_approval_to_a_file_in_the_hands_of_its_recipient(
    someone: Callable[..., Someone],
) -> None:
    cora = comes(someone, "cora")
    contracting.drafts(cora, REQUEST)
    contracting.sends(cora, REQUEST)
    alice = someone()
    alice.signs_in("alice@lakeside.example")
    contracting.names_official(alice, REQUEST, "Lena Legal", "lena@lakeside.example")
    contracting.verifies_official(cora, REQUEST, "Lena Legal", second="Paula Policy")
    connie = someone()
    connie.signs_in("connie@lakeside.example")
    asks_for_a_change(connie)
    accepts_it(comes(someone, "paula"), cora)

    contracting.signs(alice, REQUEST, "Alice Abara", picture="sign")
    supriya = someone()
    supriya.signs_in("supriya@lakeside.example")
    contracting.signs(supriya, REQUEST, "Supriya Supervisor")
    ben = someone(dark=True)
    ben.signs_in("ben@lakeside.example")
    contracting.signs(ben, REQUEST, "Ben Biostat", picture="sign-dark")
    lena = someone(phone=True)
    lena.follows_the_mail("lena@lakeside.example", about="signature")
    contracting.signs(lena, REQUEST, "Lena Legal", picture="sign-phone")
    stan = someone()
    stan.signs_in("stan@library.example")
    stan.goes_to(f"/sign/{REQUEST}/")
    stan.finds_no_page()
    rita = comes(someone, "rita")
    contracting.signs(rita, REQUEST, "Rita Registrar")

    fay = comes(someone, "fay")
    contracting.pays(fay, REQUEST)
    fay.finds_no_barrier()
    fay.keeps("fees-paid")
    contracting.meets_the_condition(alice, cora, REQUEST)
    dana, dev = comes(someone, "dana"), comes(someone, "dev")
    releasing.builds(cora, dana, rita, REQUEST)
    releasing.checks(dev, REQUEST)
    passphrase = releasing.offers(cora, REQUEST)
    releasing.receives(someone, REQUEST, passphrase)
    audra = comes(someone, "audra")
    audra.goes_to(f"/office/{REQUEST}/history/")
    audra.page.get_by_text("Downloaded").first.wait_for()
    audra.finds_no_barrier()
