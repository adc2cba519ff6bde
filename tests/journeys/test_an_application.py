"""A whole application until the office has it: with the mouse, and with the keyboard alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import applying, hands
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A small PDF that really is one."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    path = tmp_path / "Protocol.pdf"
    writer.write(path)
    return path


@pytest.mark.parametrize("hand", [hands.Mouse, hands.Keys])
def test_a_newcomer_applies_and_the_office_finds_it(
    someone: Callable[..., Someone], paper: Path, hand: type[hands.Hand]
) -> None:
    nora = someone()
    nora.begins_a_request("Nora Newcomer", "nora@uni.example")
    page, own, tasks = nora.page, hand(nora.page), nora.page.url
    applying.fills_everything(nora, own, paper, title="Nausea in older adults")
    nora.keeps("application-tasks")
    own.follows(page.get_by_role("link", name="The data you ask for"))
    own.follows(page.get_by_role("link", name="Choose people and variables"))
    age = page.get_by_role("checkbox", name="AGE").first
    own.ticks(age)
    own.writes(page.get_by_label("Why do you need AGE?").first, "To compare the groups.")
    own.follows(page.get_by_role("button", name="Save and continue"))
    own.follows(page.get_by_role("button", name="This is what I ask for"))
    page.goto(tasks)
    own.follows(page.get_by_role("link", name="Check your answers"))
    nora.finds_no_barrier()
    nora.keeps("application-check")
    own.follows(page.get_by_role("button", name="Submit the request"))
    page.get_by_text("Submitted").first.wait_for()
    nora.finds_no_barrier()
    nora.keeps("application-submitted")

    cora = someone()
    cora.enters_the_office("cora@library.example")
    cora.goes_to("/office/")
    cora.page.get_by_role("link", name="Nausea in older adults").click()
    cora.finds_no_barrier()
    assert cora.page.get_by_text("AGE").count()
