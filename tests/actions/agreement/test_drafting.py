"""The agreement quotes the case by hashes, and goes out only together with its estimate."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import agreement, questions, release, review
from muniment.demo import contracting, judging, roads
from muniment.demo.story import Story
from muniment.queries.facts import agreement as facts
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
STAYS = ("agreement", "agreement")
TERM = {"starts_on": date(2026, 12, 1), "ends_on": date(2028, 11, 30)}


def terms_of(story: Story) -> str:
    """The terms that the demonstration's data plane drew for this case."""
    return story.agreement.terms


def test_a_draft_quotes_the_terms_by_their_hash(world: World) -> None:
    story = world.after(contracting.draft)
    first, by = story.agreement, world.by(*CORA)
    drafted = agreement.draft_agreement(story.case, terms=first.terms, **TERM, **by)
    assert (drafted.version, drafted.starts_on, drafted.ends_on) == (2, *TERM.values())
    assert drafted.institution == story.case.institution
    assert drafted.terms_sha256 == hashlib.sha256(drafted.terms.encode()).hexdigest()
    assert drafted.text_sha256 == hashlib.sha256(drafted.text.encode()).hexdigest()
    assert f"Terms hash: sha256:{drafted.terms_sha256}" in drafted.text
    assert marked(drafted, "made") == by_and_at(by)
    assert marked(drafted, "issued") == (None, None)
    values = {"text": drafted.text_sha256, "terms": drafted.terms_sha256, "version": 2}
    assert_entered(story.case, "agreement.draft_agreement", by, stages=STAYS, values=values)
    assert marked(first, "superseded") == by_and_at(by)
    assert facts.find_agreement(story.case) == drafted


def test_the_text_names_parties_people_conditions_and_duties(world: World) -> None:
    text = world.after(contracting.draft).agreement.text
    for part in (
        "Lakeside Cancer Institute", "## 1. ", "## Annex A. Research plan", "Alice Abara",
        "- Send the letter of the ethics board.", "## Annex E. Fees",
    ):  # fmt: skip
        assert part in text


@pytest.mark.parametrize("change", ["nothing", "text", "another scope", "swapped dates"])
def test_a_draft_of_other_terms_is_refused_whole(world: World, change: str) -> None:
    story = world.after(contracting.draft)
    document: dict[str, Any] = json.loads(terms_of(story))
    document["specification"]["parts"][0]["cohort"] = None
    terms, term, code = {
        "nothing": ("", TERM, "other-terms"),
        "text": ("[1", TERM, "other-terms"),
        "another scope": (json.dumps(document), TERM, "other-terms"),
        "swapped dates": (
            terms_of(story),
            {"starts_on": TERM["ends_on"], "ends_on": TERM["starts_on"]},
            "dates-swapped",
        ),
    }[change]
    by = world.by(*CORA)
    assert refused(lambda: agreement.draft_agreement(story.case, terms=terms, **term, **by)) == [
        code
    ]


def test_nobody_drafts_without_an_approval_or_with_a_conflict(world: World) -> None:
    story = world.after(contracting.draft)
    terms = terms_of(story)
    draft = agreement.draft_agreement
    assert refused(
        lambda: draft(story.case, terms=terms, **TERM, **world.by("rita", Role.PROGRAMME_SIGNATORY))
    ) == ["not-your-step"]
    review.declare_conflict(story.case, reason="A friend.", **world.by(*CORA))
    models.Determination.objects.update(outcome=models.Outcome.DENIED)
    assert refused(lambda: draft(story.case, terms=terms, **TERM, **world.by(*CORA))) == [
        "not-approved",
        "recused",
        "conflicted",
    ]


def test_agreement_and_estimate_are_issued_together(world: World) -> None:
    story = world.after(contracting.draft)
    by = world.by(*CORA)
    issued, estimate = agreement.issue_agreement_and_estimate(story.case, **by)
    assert marked(issued, "issued") == marked(estimate, "issued") == by_and_at(by)
    values = {
        "text": issued.text_sha256,
        "terms": issued.terms_sha256,
        "total_minor": 105_000,
        "currency": "USD",
    }
    tag = "agreement.issue_agreement_and_estimate"
    assert_entered(story.case, tag, by, stages=STAYS, values=values)
    assert letters_to(world.person("alice"))[-1] == "agreement"
    assert letters_to(world.person("sam")) == []


def test_the_verified_official_is_told_that_a_signature_is_needed(world: World) -> None:
    story = world.after(contracting.sign)
    contracting.draft(story)
    contracting.issue(story)
    assert letters_to(world.person("sam"))[-1] == "signature-needed"


@pytest.mark.parametrize(
    ("missing", "codes"),
    [
        (models.Agreement, ["agreement-not-drafted"]),
        (models.Estimate, ["estimate-not-drafted"]),
    ],
)
def test_neither_is_issued_without_the_other(
    world: World, missing: type[Any], codes: list[str]
) -> None:
    story = world.after(contracting.draft)
    missing.objects.all().delete()
    assert (
        refused(lambda: agreement.issue_agreement_and_estimate(story.case, **world.by(*CORA)))
        == codes
    )


def test_nothing_is_issued_while_a_question_blocks(world: World) -> None:
    story = world.after(contracting.draft)
    questions.ask_blocking_question(
        story.case, "Which year?", about="subjects.AGE", **world.by(*CORA)
    )
    assert refused(
        lambda: agreement.issue_agreement_and_estimate(story.case, **world.by(*CORA))
    ) == ["question-open"]


def test_a_new_draft_ends_the_agreement_that_was_signed(world: World) -> None:
    """What is not in force opens no line, however well it was signed."""
    story = world.after(contracting.meet_condition)
    signed = story.agreement
    agreement.draft_agreement(story.case, terms=signed.terms, **TERM, **world.by(*CORA))
    assert refused(lambda: release.open_line(story.part, agreement=signed, **world.by(*CORA))) == [
        "release-before-signature"
    ]
    shown = models.Agreement.objects.select_related("case").get(pk=signed.pk)
    assert refused(
        lambda: agreement.sign_as_applicant(
            shown, shown_sha256=shown.text_sha256, **world.by("alice", Role.APPLICANT)
        )
    ) == ["agreement-not-issued", "already-signed"]


def test_the_expedited_track_drafts_in_the_same_way(world: World) -> None:
    story = world.after(judging.approve_by_office, road=roads.EXPEDITED)
    contracting.draft(story)
    assert "None." in story.agreement.text.split("Conditions of the approval:")[1]
    assert story.agreement.ends_on == story.today + timedelta(days=730)
