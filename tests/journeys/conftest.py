"""What a journey stands on: a real site on loopback, a real browser, one context per person.

After the first page a journey sees only what people see: controls on pages, and mail. Everything
listens on loopback; what the fixtures start, they stop.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.journeys import applying, references
from tests.journeys.people import Mailbox, Site, Someone

pytestmark = pytest.mark.slow
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip
EXPECTED = {
    f"Failed to load resource: the server responded with a status of {status}"
    for status in ("401 (Unauthorized)", "404 (Not Found)", "409 (Conflict)")
}
"""The browser's own words about a page that refuses, which is a page all the same."""
expect.set_options(timeout=30_000)  # as patient as every other wait of the browser
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in the scene that the module names as SCENE; each journey gets a copy of its own.

    It is built once for all that run at a time: who comes second waits for it.
    """
    scene, base = getattr(request.module, "SCENE", "empty"), tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"scene-{scene}"
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "home").exists():
            command = [sys.executable, "-m", "tests.journeys.house", str(place / "made"), scene]
            subprocess.run(command, env=environment(place / "made"), check=True)
            (place / "made").rename(place / "home")
    references.read(place / "home")
    return place / "home"


def environment(home: Path) -> dict[str, str]:
    """What a site of this home is started with; its database is the home's own."""
    words = os.environ | {"MUNIMENT_HOME": str(home)}
    words.pop("DATABASE_URL", None)
    return words


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Site:
    """`muniment serve` on a home that nobody has visited yet.

    Where the module says ONE_HOUSE its journeys come to one site, each with people of its own.
    """
    shared = getattr(request.module, "ONE_HOUSE", False)
    found: Site = request.getfixturevalue("shared_site" if shared else "own_site")
    return found


@pytest.fixture
def own_site(built: Path, tmp_path: Path) -> Iterator[Site]:
    with served(built, tmp_path / "home") as own:
        yield own


@pytest.fixture(scope="module")
def shared_site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(built, tmp_path_factory.mktemp("house") / "home") as shared:
        yield shared


@contextmanager
def served(built: Path, home: Path) -> Iterator[Site]:
    """A site on a copy of a home, which ends with it."""
    shutil.copytree(built, home)
    port = free_port()
    log = (home / "serve.log").open("wb")
    program = str(Path(sys.executable).with_name("muniment"))
    command = [program, "serve", "--home", str(home), "--port", str(port)]
    server = subprocess.Popen(command, env=environment(home), stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(f"http://127.0.0.1:{port}/up/", server, home / "serve.log")
        yield Site(f"http://localhost:{port}", Mailbox(home / "outbox"))
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
    with visitors(chromium, site) as new:
        yield new


@pytest.fixture(scope="module")
def cora(chromium: Browser, shared_site: Site) -> Iterator[Someone]:
    """The coordinator of ONE_HOUSE, at her desk while the journeys of a module come by."""
    with visitors(chromium, shared_site) as new:
        coordinator = new()
        coordinator.enters_the_office("cora@library.example")
        yield coordinator


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for whatever is to be attached."""
    return applying.write_paper(tmp_path_factory.mktemp("paper"))


@contextmanager
def visitors(chromium: Browser, site: Site) -> Iterator[Callable[..., Someone]]:
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
