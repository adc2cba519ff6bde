"""Who walks through a journey, what they do at their browser, and the mail that reaches them."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

CODE = re.compile(r"^([A-Z0-9]+-[A-Z0-9]+|[A-Z0-9]{6,})$", re.MULTILINE)
LINK = re.compile(r"https?://[^/\s]+(/\S+)")
"""A link in a letter; its path, because a letter names the site's public address."""
PICTURES = os.environ.get("MUNIMENT_PICTURES", "")
"""A folder for pictures of the pages as they are walked through; none are taken without one."""
NARROW = {"width": 320, "height": 700}
"""The narrowest phone that there is."""


@dataclass
class Mailbox:
    """The outbox of a site without a mail server: files that only its owner reads."""

    folder: Path
    seen: set[Path] = field(default_factory=set)

    def next_to(self, address: str, *, about: str = "") -> str:
        """The text of the next unread message to this address; waits a little for it."""
        for _ in range(300):
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

    def brings(self, sender: str, subject: str, file: Path) -> None:
        """Put a letter with a file into the office's mailbox, which is a folder of the home."""
        letter = EmailMessage(policy=policy.SMTP)
        letter["From"], letter["To"], letter["Subject"] = sender, "office@library.example", subject
        letter.set_content("Here is my form.")
        data, kind = file.read_bytes(), "octet-stream"
        letter.add_attachment(data, maintype="application", subtype=kind, filename=file.name)
        box = self.folder.with_name("inbox")
        box.mkdir(exist_ok=True)
        (box / "letter.part").write_bytes(letter.as_bytes())
        (box / "letter.part").rename(box / f"{subject}.eml")

    def code_for(self, address: str) -> str:
        """The one-time code in the next message to this address that holds one."""
        while not (found := CODE.search(self.next_to(address, about=""))):
            pass  # a letter about their work, which waits in the box as well
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

    def opens_from(self, path: str, name: str) -> None:
        """Look at a list until something stands there that is still on its way, and open it."""
        for _ in range(60):
            self.goes_to(path)
            if (found := self.page.get_by_role("link", name=name)).count():
                return found.first.click()
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{name} does not come to {path}.")

    def looks_again(self) -> None:
        """Load the page anew, once what was pressed before has its answer."""
        self.page.wait_for_load_state()
        self.page.reload()

    def goes_back(self) -> None:
        """To the page before, once this one stands."""
        self.page.wait_for_load_state()
        self.page.go_back()

    def signs_in(self, address: str) -> None:
        """Go to the door and come in with a code."""
        self.goes_to("/accounts/sign-in/")
        self.types_a_code(address)

    def types_a_code(self, address: str) -> None:
        """At the door: ask for a code, read it in the mail, type it."""
        self.page.get_by_label("E-mail address").fill(address)
        self.page.get_by_role("button", name="Send the code").click()
        self.page.get_by_label("Code").fill(self.site.mail.code_for(address))
        self.page.get_by_role("button", name="Sign in").click()

    def makes_an_account(self, name: str, address: str) -> None:
        """On the page for it: give a name and an address, and confirm the address."""
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("E-mail address").fill(address)
        self.page.get_by_role("button", name="Make the account").click()
        self.page.get_by_label("Code").fill(self.site.mail.code_for(address))
        self.page.get_by_role("button", name="Confirm the address").click()

    def begins_a_request(self, name: str, address: str) -> None:
        """From the pilot trial over a new account to the task list of a first request."""
        self.goes_to("/data/sdtm-pilot/request/")
        self.begins_it(name, address)

    def begins_it(self, name: str, address: str) -> None:
        """At the request that is asked for: over a new account to the task list."""
        self.page.get_by_role("main").get_by_role("link", name="Sign in").click()
        self.page.get_by_role("link", name="Make an account").click()
        self.makes_an_account(name, address)
        self.page.get_by_role("button", name="Start the request").click()

    def follows_the_mail(self, address: str, about: str) -> str:
        """Open the link in a letter, sign in with its address, and be back where it leads.

        The text of the letter, for what a test says about it.
        """
        letter = self.site.mail.next_to(address, about=about)
        link = LINK.search(letter)
        assert link, "The message holds no link."
        self.goes_to(link[1])
        self.page.get_by_role("main").get_by_role("link", name="Sign in").click()
        self.types_a_code(address)
        return letter

    def follows_the_mail_to_the_office(self, address: str, about: str) -> None:
        """Enter the office, then open the link in a letter."""
        letter = self.site.mail.next_to(address, about=about)
        link = LINK.search(letter)
        assert link, "The message holds no link."
        self.enters_the_office(address)
        self.goes_to(link[1])

    def enters_the_office(self, address: str) -> None:
        """Sign in and show a second factor, which is a passkey added on the way."""
        self.keeps_a_passkey()
        self.signs_in(address)
        self.shows_a_second_factor("Office laptop")

    def shows_a_second_factor(self, device: str) -> None:
        """Add a passkey where the page for it stands, and show it at once."""
        page = self.page
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_label("Name").fill(device)
        page.get_by_role("button", name="Add the passkey").click()
        page.get_by_role("link", name="Use a security key").click()
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("heading", name="Recovery codes").wait_for()

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

    def finds_no_page(self) -> None:
        """What stands here is not for this person, who cannot tell it from what does not exist."""
        assert self.page.get_by_role("heading", level=1).inner_text() == "There is no page here"

    def finds_nothing_cut(self) -> None:
        """The page is no wider than the window: nobody scrolls sideways."""
        self.page.wait_for_load_state()
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, (self.page.url, wide)

    def finds_it_as_good_narrow_and_dark(self) -> None:
        """The same page on the narrowest phone and in the dark: nothing cut, no barrier."""
        with self.narrow_and_dark():
            self.finds_nothing_cut()
            self.finds_no_barrier()

    @contextmanager
    def narrow_and_dark(self) -> Iterator[None]:
        """The page as it stands, on the narrowest phone and in the dark; then light and as wide."""
        wide = self.page.viewport_size
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self.page.set_viewport_size(NARROW)
        self.page.locator("html[data-bs-theme=dark]").wait_for(state="attached")
        yield
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        if wide:
            self.page.set_viewport_size(wide)

    def keeps(self, name: str) -> None:
        """Keep a picture of the whole page, in the folder that `MUNIMENT_PICTURES` names."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)

    def finds_no_barrier(self) -> None:
        """axe finds nothing of any impact on the page as it stands.

        Where what was pressed brings another page meanwhile, it is that one which is looked at.
        """
        self.page.wait_for_load_state()
        try:
            found = Axe().run(self.page).response["violations"]
        except Error:
            self.page.wait_for_load_state()
            found = Axe().run(self.page).response["violations"]
        assert found == [], [(each["id"], [n["html"] for n in each["nodes"]]) for each in found]


def comes(someone: Callable[..., Someone], name: str, **how: bool) -> Someone:
    """Somebody of the office at their browser."""
    person = someone(**how)
    person.enters_the_office(f"{name}@library.example")
    return person
