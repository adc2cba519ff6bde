"""What no template may hold, what every one must, and that the words keep up with the queries."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

import muniment
from muniment.models import Dataset, Part
from muniment.models.decision import Outcome
from muniment.pages import frame, request_page
from muniment.pages.wording import datasets, events, stages, turns
from muniment.programme import duo
from muniment.queries import timeline
from muniment.queries.timeline import What
from muniment.rulebook.words import ENDS
from tests.pages import rows

FOLDER = Path(muniment.__file__).parent / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
INLINE = re.compile(
    r"<style|\sstyle\s*=|<script(?![^>]*(?:\ssrc=|\stype=.application/json.))|\son[a-z]+\s*=|hx-on|javascript:|js:",
    re.I,
)
FOREIGN = re.compile(r"""(?:src|href)=["'](?:https?:)?//""")
UTILITIES = re.compile(
    r"\b(text-(muted|primary|secondary|success|danger|warning|info|light|dark)"
    r"|bg-(primary|secondary|success|danger|warning|info|light|dark)"
    r"|alert-\w+|badge|btn-(secondary|success|danger|warning|info|light|dark|link))\b"
)
UNTRANSLATED = re.compile(r">\s*[A-Za-z][a-z]+ [a-z]+[^<{]*<")


def name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles_and_keeps_to_the_rules(path: Path) -> None:
    get_template(name(path))
    text = path.read_text()
    for rule in (INLINE, FOREIGN, UTILITIES):
        assert not rule.search(text), rule.search(text)
    assert " disabled" not in text
    assert "|safe" not in text
    assert "autoescape" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_word_for_people_goes_through_gettext(path: Path) -> None:
    text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", path.read_text(), flags=re.S)
    assert UNTRANSLATED.findall(text) == []


def test_people_read_american_spelling() -> None:
    british = re.compile(r"[Pp]rogramme\b|colour|favour|cancell|centre\b|licen[c]e|[a-z]{4}isation")
    said = [
        *events.SAID.values(), *stages.ENDED_TEXT.values(), *turns.THEIRS.values(),
        *turns.PARTY_NAMES.values(), *datasets.MODIFIERS.values(),
        *(part for pair in turns.YOURS.values() for part in pair),
        *(part for pair in stages.SEGMENTS.values() for part in pair),
        *(word for path in TEMPLATES for word in re.findall(
            r"{% translate ([\"'].*?[\"'])[^%]*%}", path.read_text())),
    ]  # fmt: skip
    assert [str(each) for each in said if british.search(str(each))] == []


@pytest.mark.parametrize(
    "path",
    [each for each in TEMPLATES if '{% extends "base.html" %}' in each.read_text()],
    ids=name,
)
def test_a_page_has_one_first_heading_and_a_title(path: Path) -> None:
    text = path.read_text()
    assert len(re.findall(r"<h1", text)) == 1
    assert "{% block title %}" in text


def test_every_sheet_that_is_linked_is_there_and_no_other() -> None:
    static = FOLDER.parent / "static"
    there = {f"muniment/css/{each.name}" for each in (static / "muniment/css").iterdir()}
    assert there == set(frame.SHEETS)


def test_every_milestone_has_its_sentence_and_no_other_has() -> None:
    assert set(events.SAID) == timeline.MILESTONES


def test_every_turn_stage_and_status_has_its_words() -> None:
    nobody_acts = {What.ANSWER, What.USE, What.NOTHING}
    assert set(turns.YOURS) == set(What) - nobody_acts
    assert set(stages.SEGMENTS) == set(timeline.SEGMENTS)
    assert set(stages.ENDED) == set(stages.ENDED_TEXT) == {end.value for end in ENDS}
    assert set(datasets.AVAILABILITY) == {each.value for each in Dataset.Status}
    assert set(request_page.PART_TAGS) == {each.value for each in Part.Status}
    assert set(request_page.OUTCOMES) == {each.value for each in Outcome}


def test_every_term_of_use_has_a_sentence() -> None:
    terms = duo.all_terms().values()
    assert set(datasets.PERMISSIONS) == {t.shorthand for t in terms if t.kind == "permission"}
    assert set(datasets.MODIFIERS) == {t.shorthand for t in terms if t.kind == "modifier"}


def test_every_variable_of_the_shipped_codebooks_can_be_shown() -> None:
    variables = [
        variable
        for book in rows.bundle()["codebooks"].values()
        for table in book["tables"]
        for variable in table["variables"]
    ]
    assert variables
    assert {each["type"] for each in variables} <= set(datasets.TYPES)
    assert {each["class"] for each in variables} <= set(datasets.SENSITIVITY)
    assert all(isinstance(datasets.codes(each), str) for each in variables)
    assert {each["per"] for each in rows.bundle()["fees"]["classes"]} <= set(datasets.PER)


FIGURES = re.compile(
    r"count\.total\.shown|chosen\.counted\.shown|exact\.matching|each\.risk\.smallest_group"
    r"|rows\.tables|paper\.figures|counts\.charts|each\.says }}</dd>"
)
"""What only a template that draws figures or rows of a holding says."""


def test_every_template_with_figures_of_a_holding_says_where_they_are_synthetic() -> None:
    drawing = {
        name(path): path.read_text() for path in TEMPLATES if FIGURES.search(path.read_text())
    }
    assert len(drawing) == 7
    silent = [at for at, text in drawing.items() if "components/synthetic.html" not in text]
    assert silent == []
