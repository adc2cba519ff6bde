"""What a journey stands on: a real site on loopback, a real browser, one context per person.

After the first page a journey sees only what people see: controls on pages, and mail. Everything
listens on loopback; what the fixtures start, they stop.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

pytestmark = pytest.mark.slow
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip
CODE = re.compile(r"^([A-Z0-9]+-[A-Z0-9]+|[A-Z0-9]{6,})$", re.MULTILINE)
EXPECTED = {
    f"Failed to load resource: the server responded with a status of {status}"
    for status in ("401 (Unauthorized)", "404 (Not Found)", "409 (Conflict)")
}
"""The browser's own words about a page that refuses, which is a page all the same."""
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Mailbox:
    """The outbox of a site without a mail server: files that only its owner reads."""

    folder: Path
    seen: set[Path] = field(default_factory=set)

    def next_to(self, address: str, *, about: str = "") -> str:
        """The text of the next unread message to this address; waits a little for it."""
        for _ in range(100):
            for path in sorted(self.folder.glob("*.eml")):
                message = message_from_bytes(path.read_bytes(), policy=policy.default)
                if (
                    path not in self.seen
                    and address in message["To"]
                    and about in str(message["Subject"])
                ):
                    self.seen.add(path)
                    return message.get_body(("plain",)).get_content()
            time.sleep(0.1)
        raise AssertionError(f"No mail to {address} about {about!r}.")

    def code_for(self, address: str) -> str:
        """The one-time code in the next message to this address."""
        found = CODE.search(self.next_to(address, about=""))
        assert found, "The message holds no code."
        return found[0]


@dataclass
class Site:
    """A running site: where it is, and the mail it wrote."""

    url: str
    mail: Mailbox


@dataclass
class Someone:
    """One person at one browser. Every message on the console is kept, and there should be none."""

    page: Page
    site: Site
    console: list[str] = field(default_factory=list)

    def goes_to(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(self.site.url + path)

    def signs_in(self, address: str) -> None:
        """Ask for a code, read it in the mail, type it."""
        self.goes_to("/accounts/sign-in/")
        self.page.get_by_label("E-mail address").fill(address)
        self.page.get_by_role("button", name="Send the code").click()
        self.page.get_by_label("Code").fill(self.site.mail.code_for(address))
        self.page.get_by_role("button", name="Sign in").click()

    def keeps_a_passkey(self) -> None:
        """A passkey on a device that only this browser has."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        session.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                         "hasUserVerification": True, "isUserVerified": True,
                         "automaticPresenceSimulation": True}},
        )  # fmt: skip

    def keeps(self, name: str) -> None:
        """Keep a picture of the whole page, in the folder that `MUNIMENT_SCREENSHOTS` names."""
        folder = os.environ.get("MUNIMENT_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def finds_no_barrier(self) -> None:
        """axe finds nothing of any impact on the page as it stands."""
        found = Axe().run(self.page).response["violations"]
        assert found == [], [(each["id"], [n["html"] for n in each["nodes"]]) for each in found]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the programme's office in it, made once; each journey gets a copy of its own."""
    home = tmp_path_factory.mktemp("journeys") / "home"
    words = environment(home)
    subprocess.run([sys.executable, "-m", "tests.journeys.house", str(home)], env=words, check=True)
    return home


def environment(home: Path) -> dict[str, str]:
    """What a site of this home is started with; its database is the home's own."""
    words = os.environ | {"MUNIMENT_HOME": str(home)}
    words.pop("DATABASE_URL", None)
    return words


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Iterator[Site]:
    """`muniment serve` on a home that nobody has visited yet."""
    home = tmp_path / "home"
    shutil.copytree(built, home)
    words = environment(home)
    port = free_port()
    log = (home / "serve.log").open("wb")
    command = [
        str(Path(sys.executable).with_name("muniment")),
        "serve",
        "--home",
        str(home),
        "--port",
        str(port),
    ]
    server = subprocess.Popen(command, env=words, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://localhost:{port}"
    try:
        wait_for(f"http://127.0.0.1:{port}/up/", server, home / "serve.log")
        yield Site(url, Mailbox(home / "outbox"))
    finally:
        server.terminate()
        server.wait(30)
        log.close()
        print((home / "serve.log").read_text())  # shown by pytest where a journey failed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"The site did not come up:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; a journey without it is skipped, and counted by `make setup-tests`."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not here; `make setup-tests` installs it on Debian as root.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def someone(chromium: Browser, site: Site) -> Iterator[Callable[..., Someone]]:
    """Gives each person a browser of their own; at the end every console must have been silent."""
    contexts: list[BrowserContext] = []
    people: list[Someone] = []

    def new(*, phone: bool = False, javascript: bool = True, dark: bool = False) -> Someone:
        context = chromium.new_context(
            viewport=PHONE if phone else WIDE,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        person = Someone(context.new_page(), site)
        person.page.on("console", lambda message: person.console.append(message.text))
        person.page.on("pageerror", lambda error: person.console.append(str(error)))
        people.append(person)
        return person

    yield new
    said = [line for person in people for line in person.console if line not in EXPECTED]
    for context in contexts:
        context.close()
    assert said == []
