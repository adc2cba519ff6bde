"""From a signed and settled request to files on the applicant's machine, by five people."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import pyzipper

from tests.journeys import references
from tests.journeys.contracting import waits_for
from tests.journeys.people import Site, Someone

pytestmark = pytest.mark.slow
SCENE = "settled"
REQUEST = references.Reference(1)


def office() -> str:
    """Where the office builds and hands out."""
    return f"/office/{REQUEST}/release/"


def downloads() -> str:
    """Where the recipient fetches."""
    return f"/requests/{REQUEST}/?tab=downloads"


def test_a_release_is_built_checked_delivered_and_opened(
    someone: Callable[..., Someone], site: Site, tmp_path: Path
) -> None:
    cora = someone()
    cora.enters_the_office("cora@library.example")
    cora.goes_to(office())
    cora.finds_no_barrier()
    cora.keeps("release-open")
    cora.page.get_by_role("button", name="Open the release").click()

    dana = someone()
    dana.enters_the_office("dana@library.example")
    dana.goes_to("/builds/")
    dana.finds_no_barrier()
    dana.keeps("builds")
    dana.goes_to(office())
    dana.page.get_by_role("button", name="Draw the plan").click()

    rita = someone()
    rita.enters_the_office("rita@library.example")
    rita.goes_to(office())
    waits_for(rita, "Authorize this plan")
    rita.finds_no_barrier()
    rita.page.get_by_role("button", name="Authorize this plan").click()
    dana.goes_to(office())
    waits_for(dana, "Start the build")
    dana.page.get_by_role("button", name="Start the build").click()
    waits_for(dana, "Risk report")

    dev = someone()
    dev.enters_the_office("dev@library.example")
    dev.goes_to(office())
    dev.finds_no_barrier()
    dev.keeps("release-check")
    dev.page.get_by_text("Look at sample rows").click()
    dev.page.get_by_label("What for").fill("To check that no identifier is in it.")
    dev.page.get_by_role("button", name="Show me the rows").click()
    waits_for(dev, "Sample rows")
    dev.finds_no_barrier()
    dev.keeps("release-rows")
    dev.page.get_by_label("The variables and files match").check()
    dev.page.get_by_label("The risk is within the limit").check()
    dev.page.get_by_role("button", name="Approve and release").click()
    dev.page.get_by_role("alert").wait_for()
    dev.finds_no_barrier()
    dev.page.get_by_label("The variables and files match").check()
    dev.page.get_by_label("The risk is within the limit").check()
    dev.page.get_by_label("I looked at sample rows").check()
    dev.page.get_by_label("Your finding").fill("Only what was approved.")
    dev.page.get_by_role("button", name="Approve and release").click()
    dev.page.get_by_text("Released", exact=True).first.wait_for()

    cora.goes_to(office())
    cora.page.get_by_role("button", name="Open the download").click()
    waits_for(cora, "Show the passphrase once")
    cora.finds_no_barrier()
    cora.page.get_by_role("button", name="Show the passphrase once").click()
    passphrase = cora.page.locator(".mu-secret").inner_text()
    cora.finds_no_barrier()
    cora.keeps("release-told")

    alice = someone()
    alice.keeps_a_passkey()
    alice.signs_in("alice@lakeside.example")
    alice.goes_to(downloads())
    alice.finds_no_barrier()
    alice.page.get_by_role("link", name="Add a second factor to download").click()
    alice.shows_a_second_factor("Laptop")
    alice.goes_to(downloads())
    alice.keeps("downloads")
    with alice.page.expect_download() as got:
        alice.page.get_by_role("button", name="Download", exact=True).click()
    locked = tmp_path / "delivery.zip"
    got.value.save_as(locked)
    with pyzipper.AESZipFile(locked) as archive:
        archive.setpassword(passphrase.encode())
        assert archive.testzip() is None
        assert any(name.endswith("manifest.json") for name in archive.namelist())

    alice.goes_to(downloads())
    alice.page.get_by_role("button", name="Make a code").click()
    alice.finds_no_barrier()
    line = re.search(r"/fetch/[0-9a-f]{32}/", alice.page.get_by_role("main").inner_text())
    assert line
    fetched(site, line[0], passphrase, tmp_path)
    alice.goes_to(f"/requests/{REQUEST}/key/")
    alice.finds_no_barrier()
    alice.keeps("key")

    stan = someone(phone=True)
    stan.signs_in("stan@library.example")
    stan.goes_to(downloads())
    stan.finds_no_page()
    small = someone(phone=True, dark=True)
    small.enters_the_office("audra@library.example")
    small.goes_to(office())
    small.finds_no_barrier()
    small.keeps("release-phone-dark")


def fetched(site: Site, path: str, passphrase: str, place: Path) -> None:
    """As on the applicant's own machine: the command, the code, the pinned key."""
    from muniment.gateways.keystore.local import Keystore

    (place / "passphrase").write_text(passphrase)
    (place / "key.pem").write_bytes(Keystore(site.mail.folder.parent).public_key("manifest"))
    done = subprocess.run(
        [str(Path(sys.executable).with_name("muniment")), "fetch", site.url + path, "--key",
         str(place / "key.pem"), "--out", str(place / "data"), "--passphrase-file",
         str(place / "passphrase")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert (place / "data" / "README.md").exists()
