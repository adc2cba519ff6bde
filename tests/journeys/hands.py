"""Ways to fill in a form: with mouse and keys, by posting alone, and with keys alone."""

from abc import ABC, abstractmethod
from pathlib import Path

from playwright.sync_api import Locator, Page

FURTHEST = 200
"""Stops of the Tab key on one page; who has not met a control by then cannot reach it."""


class Hand(ABC):
    """What a person does to a control that they have found."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    def writes(self, control: Locator, text: str) -> None:
        """Put a text into a box."""

    @abstractmethod
    def dates(self, control: Locator, day: str) -> None:
        """Put a day, as 2027-03-01, into a date box."""

    @abstractmethod
    def chooses(self, control: Locator, label: str) -> None:
        """Choose from a list."""

    @abstractmethod
    def ticks(self, control: Locator) -> None:
        """Tick a box."""

    @abstractmethod
    def answers(self, group: Locator, label: str) -> None:
        """Answer a question of Yes and No."""

    @abstractmethod
    def attaches(self, control: Locator, file: Path) -> None:
        """Choose a file."""

    @abstractmethod
    def presses(self, control: Locator) -> None:
        """Press a button."""

    def meets(self, question: Locator) -> None:
        """Be at a question, which may wait for the answer to one before."""
        question.wait_for()

    def follows(self, control: Locator) -> None:
        """Press what leads to another page, and be there."""
        with self.page.expect_navigation():
            self.presses(control)


class Mouse(Hand):
    """Most people."""

    def writes(self, control: Locator, text: str) -> None:
        control.fill(text)

    def dates(self, control: Locator, day: str) -> None:
        control.fill(day)

    def chooses(self, control: Locator, label: str) -> None:
        control.select_option(label=label)

    def ticks(self, control: Locator) -> None:
        control.check()

    def answers(self, group: Locator, label: str) -> None:
        group.get_by_label(label, exact=True).check()

    def attaches(self, control: Locator, file: Path) -> None:
        control.set_input_files(file)

    def presses(self, control: Locator) -> None:
        control.click()


class Poster(Mouse):
    """Without JavaScript: an answer that brings up more questions is saved, and they are there."""

    def meets(self, question: Locator) -> None:
        if question.is_hidden():
            self.follows(self.page.get_by_role("button", name="Save and continue"))
        question.wait_for()


class Keys(Hand):
    """Nothing but the keyboard: every control is reached by Tab, and nothing is clicked."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        # The browser hands its file dialogs over from now on; asked for only at the key, it may
        # already have opened one of its own.
        page.on("filechooser", lambda chooser: None)

    def reaches(self, control: Locator) -> None:
        """Tab until the control has the focus, which must then be seen."""
        found = control.element_handle()  # looked for once, not again at each stop
        for _ in range(FURTHEST):
            if found.evaluate("each => each === document.activeElement"):
                assert found.evaluate(
                    "each => { const look = getComputedStyle(each);"
                    " return look.outlineStyle !== 'none' || look.boxShadow !== 'none' }"
                ), "The focus cannot be seen."
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {control}.")

    def writes(self, control: Locator, text: str) -> None:
        self.reaches(control)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(text)

    def dates(self, control: Locator, day: str) -> None:
        self.reaches(control)
        year, month, number = day.split("-")
        self.page.keyboard.type(month + number + year)

    def chooses(self, control: Locator, label: str) -> None:
        self.reaches(control)
        self.page.keyboard.type(label)

    def ticks(self, control: Locator) -> None:
        self.reaches(control)
        self.page.keyboard.press("Space")

    def answers(self, group: Locator, label: str) -> None:
        self.reaches(group.get_by_role("radio").first)
        self.page.keyboard.press("Space")
        if label != "Yes":
            self.page.keyboard.press("ArrowDown")

    def attaches(self, control: Locator, file: Path) -> None:
        self.reaches(control)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files(file)

    def presses(self, control: Locator) -> None:
        self.reaches(control)
        self.page.keyboard.press("Enter")
