"""The letter of a decision: said, dated, signed and proven; the mail only leads to it."""

import re

import pytest

from muniment import models
from muniment.actions import decision
from muniment.demo import judging, roads
from muniment.queries import proofs
from muniment.rulebook.words import Role
from tests import evidence
from tests.evidence import by_and_at, marked
from tests.world import World

OTTO = ("otto", Role.DETERMINING_OFFICER)
REASON, NOTICE = "Sound and careful.", "Dear Alice, it is so."
CODE = re.compile(r"/verify/([0-9a-f]{32})/$")


def proof_on(letter: str) -> models.Proof:
    """What the code on a letter stands for."""
    code = CODE.search(letter)
    assert code, letter
    found = proofs.find(code[1])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("act", "said", "proven"),
    [(decision.approve, "Approved", "approved"), (evidence.deny, "Denied", "denied")],
    ids=["approve", "deny"],
)
def test_a_letter_says_the_outcome_the_day_and_who_decided_and_can_be_checked(
    world: World, act: object, said: str, proven: str
) -> None:
    story = world.after(judging.recommend)
    by = world.by(*OTTO)
    made = act(story.case, reason=REASON, notice=NOTICE, **by)  # type: ignore[operator]
    day = f"{story.today:%B} {story.today.day}, {story.today.year}"
    signed = f"{said}. Decided on {day} by Otto Officer, determining officer."
    assert made.letter.split("\n\n")[:2] == [NOTICE, signed]
    proof = proof_on(made.letter)
    assert (proof.kind, proof.outcome, proof.case_id) == ("decision", proven, story.case_id)
    assert (proof.dated_on, proof.enquiry) == (story.today, None)
    assert marked(proof, "made") == by_and_at(by)


def test_a_letter_that_asks_to_revise_approves_and_denies_nothing(world: World) -> None:
    story = world.after(judging.recommend)
    made = decision.ask_to_revise(story.case, reason=REASON, notice=NOTICE, **world.by(*OTTO))
    assert "Revision asked for." in made.letter
    assert not models.Proof.objects.exists()


def test_the_mail_about_a_decision_links_and_quotes_nothing(world: World) -> None:
    story = world.after(judging.recommend)
    evidence.deny(story.case, reason="Secret words.", notice=NOTICE, **world.by(*OTTO))
    mail = world.person("alice").messages.latest("pk")
    assert mail.subject == f"There is a decision on your request {story.case.reference}"
    body = mail.body.replace("\\", "")
    assert f"/requests/{story.case.reference}/" in body
    for quoted in ("Secret", NOTICE, "denied", "Otto", story.case.title):
        assert quoted not in body


def test_a_letter_that_was_taken_back_says_so_when_it_is_checked(world: World) -> None:
    story = world.after(judging.determine)
    letter = models.Determination.objects.get(case=story.case).letter
    by = world.by(*OTTO)
    decision.supersede_determination(story.case, reason="An error.", **by)
    assert marked(proof_on(letter), "revoked") == by_and_at(by)


def test_the_letter_of_the_office_is_proven_too(world: World) -> None:
    story = world.after(judging.pass_policy_for_office, road=roads.EXPEDITED)
    made = decision.approve_by_office(
        story.case, reason=REASON, notice=NOTICE, **world.by("cora", Role.COORDINATOR)
    )
    assert "by Cora Coordinator, coordinator." in made.letter
    assert proof_on(made.letter).outcome == "approved"
