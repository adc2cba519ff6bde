"""What the system finds in an application: missing, inconsistent, expired, held, infected, gone."""

from datetime import date
from typing import Any

import pytest

from muniment.programme import findings_before_office as before_office
from muniment.programme.findings_before_office import File, Kind, Reader
from tests.world_front import complete_answers, shipped, stored

TODAY = date(2026, 11, 23)
CLEAN = [File(stored(name)["sha256"], "clean") for name in ("protocol.pdf", "cv.pdf", "ethics.pdf")]


def found(changed: dict[str, dict[str, Any]] | None = None, **more: Any) -> list[tuple[str, ...]]:
    answers = complete_answers()
    for section, given in (changed or {}).items():
        answers[section] = {**answers[section], **given}
    given = {"today": TODAY, "files": CLEAN, **more}
    return [
        (each.section, each.kind, each.field)
        for each in before_office.of(shipped(), answers, **given)
    ]


def test_a_complete_application_has_nothing_found() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("section", "answers", "kind", "field"),
    [
        ("ethics", {"conflicts": ""}, Kind.MISSING, "conflicts"),
        ("declarations", {"policy_read": False}, Kind.MISSING, "policy_read"),
        ("institution", {"institution_country": "Nowhere"}, Kind.INCONSISTENT,
         "institution_country"),
        ("project", {"ends_on": "2026-12-31"}, Kind.INCONSISTENT, "ends_on"),
        ("project", {"first_publication_on": "2026-12-31"}, Kind.INCONSISTENT,
         "first_publication_on"),
        ("ethics", {"ethics_valid_until": "2026-11-22"}, Kind.EXPIRED, "ethics_valid_until"),
        ("project", {"protocol": [stored("another.pdf")]}, Kind.UNREADABLE, "protocol"),
    ],
)  # fmt: skip
def test_each_thing_is_found_in_its_section(
    section: str, answers: dict[str, Any], kind: Kind, field: str
) -> None:
    assert (section, kind, field) in found({section: answers})


def test_a_day_that_is_none_is_told_by_its_field_alone() -> None:
    assert found({"project": {"ends_on": "soon"}}) == [
        ("project", Kind.INCONSISTENT, "ends_on")
    ]  # fmt: skip


def test_an_answer_that_nobody_asked_for_belongs_to_no_section_here() -> None:
    assert found({"project": {"nobody_asked": 1}}) in (
        [], [("project", Kind.INCONSISTENT, "nobody_asked")],
    )  # fmt: skip


@pytest.mark.parametrize(("verdict", "kind"), [("held", Kind.HELD), ("infected", Kind.INFECTED)])
def test_the_scanners_word_is_told(verdict: str, kind: Kind) -> None:
    files = [File(stored("protocol.pdf")["sha256"], verdict), *CLEAN[1:]]
    assert found(files=files) == [("project", kind, "protocol")]


@pytest.mark.parametrize(
    ("reader", "kind"),
    [
        (Reader("Tess", trained=True, trained_until=date(2026, 11, 22)), Kind.EXPIRED),
        (Reader("Tess", trained=False, trained_until=None), Kind.INCONSISTENT),
    ],
)
def test_training_that_ran_out_or_is_not_there_is_found(reader: Reader, kind: Kind) -> None:
    assert found(readers=[reader]) == [("team", kind, "training_done")]


@pytest.mark.parametrize("until", [None, date(2026, 11, 23)])
def test_training_that_holds_is_in_order(until: date | None) -> None:
    assert found(readers=[Reader("Tess", trained=True, trained_until=until)]) == []


def test_nobody_claims_training_where_the_form_does_not_ask() -> None:
    collaboration = {"request": {"request_kind": "collaboration"}}
    told = found(collaboration, readers=[Reader("Tess", trained=False, trained_until=None)])
    assert not [each for each in told if each[2] == "training_done"]


def test_things_come_in_the_order_of_the_form() -> None:
    changed = {"outputs": {"outputs": []}, "ethics": {"conflicts": ""}, "project": {"title": ""}}
    sections = [section for section, *_ in found(changed)]
    assert sections == sorted(sections, key=list(complete_answers()).index)
    assert len(set(sections)) == 3


def test_a_file_that_answers_no_field_is_found_beside_the_form() -> None:
    papers = [
        File("a" * 64, "clean", name="letter.pdf"),
        File("b" * 64, "held", name="minutes.pdf", readable=False),
    ]
    told = [each for each in before_office.of(shipped(), complete_answers(), today=TODAY,
                                              files=CLEAN + papers)
            if each.section == before_office.BESIDE]  # fmt: skip
    assert [(each.kind, each.text, each.field) for each in told] == [
        (Kind.HELD, "The file “minutes.pdf”: it waits for the virus scan.", ""),
        (Kind.UNREADABLE, "The file “minutes.pdf”: it cannot be read.", ""),
    ]
