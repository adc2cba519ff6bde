"""What somebody fills in comes back: every type of field, in both files, in any script."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.documents import reading
from muniment.documents.forms import filled
from muniment.documents.reading import docx, pdf
from tests.documents.forms import sample

KINDS = ("pdf", "docx")
READ = {"pdf": pdf.read, "docx": docx.read}
LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"))
LINE = st.text(LETTERS, max_size=60).map(lambda text: unicodedata.normalize("NFC", text.strip()))
LINES = st.lists(LINE, max_size=6).map(lambda lines: "\n".join(lines).strip())
ANSWERS = {
    "line": LINE,
    "lines": LINES | st.just("A long story. " * 2_000).map(str.strip),
    "choice": st.sampled_from(["", "low", "high", "yes", "no"]),
    "tick": st.booleans(),
}


@st.composite
def fillings(draw: st.DrawFn) -> dict[str, str | bool]:
    """Something for every control; a choice only of what it offers."""
    found: dict[str, str | bool] = {}
    for control in sample.layout().controls():
        value = draw(ANSWERS[control.kind])
        if control.kind == "choice":
            offered = ["", *(option for option, _ in control.options)]
            value = draw(st.sampled_from(offered))
        found[control.key] = value
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=fillings())
def test_every_answer_comes_back_as_it_was_written(
    kind: str, values: dict[str, str | bool]
) -> None:
    data = sample.fill(kind, sample.blank(kind), values)
    read = READ[kind](data)
    layout = sample.layout()
    assert read["stamp"] == sample.SHA256
    assert filled.take(layout, read["values"]) == filled.take(layout, values)


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_form_holds_no_answer(kind: str) -> None:
    form = reading.read_form(sample.blank(kind))
    assert (form.kind, form.stamp) == (kind, sample.SHA256)
    assert filled.take(sample.layout(), form.values) == filled.Filled((), ())


@pytest.mark.parametrize("kind", KINDS)
def test_each_type_of_field_is_posted_as_a_browser_would(kind: str) -> None:
    said: dict[str, str | bool] = {
        sample.key("title"): "Übelkeit bei Älteren · 吐き気 · 🙂",
        sample.key("story"): "One.\nTwo.",
        sample.key("count"): "12",
        sample.key("begins_on"): "2027-01-02",
        sample.key("dose"): "high",
        sample.key("doses", "low"): True,
        sample.key("doses", "high"): True,
        sample.key("joined"): "no",
        sample.key("agreed"): True,
        sample.key("lead.email"): "ada@example.org",
        sample.key("funders.1.kind"): "low",
        sample.key("funders.1.public"): "yes",
    }
    form = reading.read_form(sample.fill(kind, sample.blank(kind), said))
    assert filled.take(sample.layout(), form.values).posted == (
        ("title", "Übelkeit bei Älteren · 吐き気 · 🙂"),
        ("story", "One.\nTwo."),
        ("count", "12"),
        ("begins_on", "2027-01-02"),
        ("dose", "high"),
        ("doses", "low"),
        ("doses", "high"),
        ("joined", "no"),
        ("agreed", "yes"),
        ("lead.email", "ada@example.org"),
        ("funders.1.kind", "low"),
        ("funders.1.public", "yes"),
    )
