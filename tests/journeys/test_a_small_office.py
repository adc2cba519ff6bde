"""An office of two, from an approval to a released file: what two must do stays with two."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import contracting, references, releasing
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SCENE = "two"
REQUEST = references.Reference(1)


def test_two_people_carry_a_request_from_approval_to_release(
    someone: Callable[..., Someone],
) -> None:
    cora, dana = someone(), someone()
    cora.enters_the_office("cora@library.example")
    dana.enters_the_office("dana@library.example")
    contracting.drafts(cora, REQUEST)
    contracting.sends(cora, REQUEST)
    alice = someone()
    alice.signs_in("alice@lakeside.example")
    contracting.verifies_official(cora, REQUEST, "Sam Signer", second="Dana Data")
    contracting.signs(alice, REQUEST, "Alice Abara")
    sam = someone()
    sam.follows_the_mail("sam@lakeside.example", about="signature")
    contracting.signs(sam, REQUEST, "Sam Signer")
    contracting.signs(dana, REQUEST, "Dana Data")
    contracting.pays(cora, REQUEST)
    contracting.meets_the_condition(alice, cora, REQUEST)

    releasing.builds(cora, dana, cora, REQUEST)
    dana.looks_again()
    expect(dana.page.get_by_role("button", name="Approve and release")).to_have_count(0)
    dana.finds_no_barrier()
    dana.keeps("release-builder-of-two")
    releasing.checks(cora, REQUEST)
    passphrase = releasing.offers(cora, REQUEST)
    releasing.receives(someone, REQUEST, passphrase)
    dana.goes_to(f"/office/{REQUEST}/history/")
    dana.page.get_by_text("Downloaded").first.wait_for()
