"""Signatures: of what was shown, in order, by whom the track asks, each once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from muniment import models
from muniment.actions import agreement, application, people, review
from muniment.demo import applying, contracting, roads
from muniment.demo.story import Story
from muniment.queries import access, timeline
from muniment.queries.agreement import signers
from muniment.rulebook.words import Role
from tests import rules
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

STAYS = ("agreement", "agreement")
ALICE = ("alice", Role.APPLICANT)
SAM = ("sam", Role.SIGNING_OFFICIAL)
RITA = ("rita", Role.PROGRAMME_SIGNATORY)
STAN = ("stan", Role.SUPERVISOR)
Sign = Callable[..., models.Signature]
ORDER: tuple[tuple[Sign, tuple[str, Role]], ...] = (
    (agreement.sign_as_applicant, ALICE),
    (agreement.sign_for_institution, SAM),
    (agreement.countersign, RITA),
)


def verified(world: World) -> None:
    """Sam is verified as the institution's official."""
    institution = models.Institution.objects.get(pk=world.house.cast.institution.pk)
    people.verify_signing_official(
        institution,
        world.person("sam"),
        programme=world.house.cast.programme,
        contact="Called the number in the directory.",
        second_person=world.person("paula"),
        **world.by("cora", Role.COORDINATOR),
    )


def sign(world: World, story: Story, act: Sign, who: tuple[str, Role]) -> models.Signature:
    """Sign what is shown."""
    shown = story.agreement
    return act(shown, shown_sha256=shown.text_sha256, **world.by(*who))


def signed_until(world: World, story: Story, last: Sign) -> None:
    """Everybody signs who comes before `last`."""
    verified(world)
    for act, who in ORDER:
        if act is last:
            return
        sign(world, story, act, who)


@pytest.mark.parametrize(("act", "who"), ORDER, ids=[act.__name__ for act, _ in ORDER])
def test_each_signature_is_of_the_text_that_was_shown(
    world: World, act: Sign, who: tuple[str, Role]
) -> None:
    story = world.after(contracting.issue)
    signed_until(world, story, act)
    shown, by = story.agreement, world.by(*who)
    made = act(shown, shown_sha256=shown.text_sha256, **by)
    assert (made.signer, made.capacity, made.method) == (world.person(who[0]), who[1], "in_app")
    assert (made.agreement, made.shown_sha256) == (shown, shown.text_sha256)
    assert made.signed_on == story.today
    assert marked(made, "made") == by_and_at(by)
    values = {"shown": shown.text_sha256, "capacity": who[1].value}
    assert_entered(story.case, f"agreement.{act.__name__}", by, stages=STAYS, values=values)
    again = refused(lambda: sign(world, story, act, who))
    assert again == ["already-signed"]


@pytest.mark.parametrize(("act", "who"), ORDER, ids=[act.__name__ for act, _ in ORDER])
def test_nobody_signs_what_was_not_shown_or_not_issued(
    world: World, act: Sign, who: tuple[str, Role]
) -> None:
    story = world.after(contracting.issue)
    signed_until(world, story, act)
    shown = story.agreement
    assert refused(lambda: act(shown, shown_sha256="0" * 64, **world.by(*who))) == [
        "document-not-shown"
    ]
    models.Agreement.objects.update(issued_at=None, issued_by=None)
    assert refused(lambda: sign(world, story, act, who)) == ["agreement-not-issued"]


@pytest.mark.parametrize(
    ("act", "who", "instead"),
    [
        (agreement.sign_as_applicant, ALICE, ("stan", Role.APPLICANT)),
        (agreement.sign_for_institution, SAM, ("alice", Role.SIGNING_OFFICIAL)),
        (agreement.countersign, RITA, ("cora", Role.PROGRAMME_SIGNATORY)),
    ],
    ids=["applicant", "official", "programme"],
)
def test_nobody_signs_in_anothers_place(
    world: World, act: Sign, who: tuple[str, Role], instead: tuple[str, Role]
) -> None:
    story = world.after(contracting.issue)
    signed_until(world, story, act)
    assert refused(lambda: sign(world, story, act, instead)) == ["not-your-step"]
    sign(world, story, act, who)


def test_the_order_is_applicant_institution_programme(world: World) -> None:
    story = world.after(contracting.issue)
    verified(world)
    assert refused(lambda: sign(world, story, agreement.sign_for_institution, SAM)) == [
        "signs-later"
    ]
    assert refused(lambda: sign(world, story, agreement.countersign, RITA)) == ["signs-last"]
    sign(world, story, agreement.sign_as_applicant, ALICE)
    assert refused(lambda: sign(world, story, agreement.countersign, RITA)) == ["signs-last"]


def test_the_order_is_the_one_that_the_track_names(world: World) -> None:
    """An institution may want to sign first; the programme is last in every order."""
    story = world.after(contracting.issue)
    order = ["signing_official", "applicant", "programme_signatory"]
    rules.changed(
        story.case, lambda sections: rules.track_of(sections, "full").update(signers=order)
    )
    verified(world)
    lead = (agreement.sign_as_applicant, ALICE)
    assert signs_now(world, story, "sam")
    assert not signs_now(world, story, "alice")
    assert refused(lambda: sign(world, story, *lead)) == ["signs-later"]
    sign(world, story, agreement.sign_for_institution, SAM)
    assert refused(lambda: sign(world, story, agreement.countersign, RITA)) == ["signs-last"]
    assert signs_now(world, story, "alice")
    sign(world, story, *lead)
    sign(world, story, agreement.countersign, RITA)
    assert not signers.missing(story.agreement)


def test_who_asks_for_nobody_but_themself_needs_no_official(world: World) -> None:
    story = world.after(contracting.issue)
    models.Case.objects.filter(pk=story.case_id).update(institution=None)
    models.Agreement.objects.filter(pk=story.agreement.pk).update(institution=None)
    sign(world, story, agreement.sign_as_applicant, ALICE)
    assert signs_now(world, story, "rita")
    sign(world, story, agreement.countersign, RITA)
    assert not signers.missing(story.agreement)


def signs_now(world: World, story: Story, name: str) -> bool:
    """Whether their signature is the one that the request's page names as next, among the rest."""
    now = world.house.now()
    sight = access.find_sight(world.person(name), story.case.reference, now=now)
    assert sight is not None
    turn = timeline.turn_of(sight, now=now)
    return turn.yours and turn.what is timeline.What.SIGN


def test_an_official_whom_nobody_verified_signs_nothing(world: World) -> None:
    story = world.after(contracting.issue)
    sign(world, story, agreement.sign_as_applicant, ALICE)
    assert refused(lambda: sign(world, story, agreement.sign_for_institution, SAM)) == [
        "not-your-step",
        "official-unverified",
    ]


def test_whoever_has_a_conflict_does_not_countersign(world: World) -> None:
    story = world.after(contracting.issue)
    signed_until(world, story, agreement.countersign)
    review.declare_conflict(story.case, reason="My school.", **world.by(*RITA))
    assert refused(lambda: sign(world, story, agreement.countersign, RITA)) == [
        "recused",
        "conflicted",
    ]


def test_the_applicants_signature_accepts_the_estimate_that_is_on_offer(world: World) -> None:
    story = world.after(contracting.issue)
    first = models.Estimate.objects.get(case=story.case)
    contracting.draft(story)
    contracting.issue(story)
    by = world.by(*ALICE)
    shown = story.agreement
    agreement.sign_as_applicant(shown, shown_sha256=shown.text_sha256, **by)
    second = models.Estimate.objects.get(case=story.case, version=2)
    assert marked(second, "accepted") == by_and_at(by)
    assert marked(first, "accepted") == (None, None)


def test_an_expired_estimate_cannot_be_accepted(world: World) -> None:
    story = world.after(contracting.issue)
    valid_until = models.Estimate.objects.get(case=story.case).valid_until_on
    world.house.clock.pass_days((valid_until - story.today).days)
    shown = story.agreement
    by = world.by(*ALICE)
    late = {**by, "now": by["now"] + timedelta(days=1)}
    assert refused(
        lambda: agreement.sign_as_applicant(shown, shown_sha256=shown.text_sha256, **late)
    ) == ["estimate-expired"]
    agreement.sign_as_applicant(shown, shown_sha256=shown.text_sha256, **by)


def test_the_day_of_a_signature_is_the_programmes_own(world: World) -> None:
    """Two in the morning by UTC is the evening before in the programme's zone."""
    story = world.after(contracting.issue)
    day = story.today + timedelta(days=2)
    now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    shown = story.agreement
    made = agreement.sign_as_applicant(
        shown, shown_sha256=shown.text_sha256, actor=world.house.acting(*ALICE), now=now
    )
    assert made.signed_on == day - timedelta(days=1)


def test_a_supervisor_signs_as_accountable_lead_before_the_institution(world: World) -> None:
    story = world.after(applying.pilot_draft)
    application.name_supervisor(story.case, world.person("stan"), **world.by(*ALICE))
    application.confirm_supervision(story.case, **world.by(*STAN))
    world.walk_on(story, after=applying.pilot_draft, until=contracting.issue)
    verified(world)
    sign(world, story, agreement.sign_as_applicant, ALICE)
    assert refused(lambda: sign(world, story, agreement.sign_for_institution, SAM)) == [
        "signs-later"
    ]
    assert refused(
        lambda: sign(world, story, agreement.sign_as_supervisor, ("alice", Role.SUPERVISOR))
    ) == ["not-your-step"]
    request = models.Case.objects.filter(pk=story.case_id)
    request.update(supervisor=world.person("mia"))
    assert refused(
        lambda: sign(world, story, agreement.sign_as_supervisor, ("mia", Role.SUPERVISOR))
    ) == ["other-supervisor"]
    request.update(supervisor=world.person("stan"))
    shown, by = story.agreement, world.by(*STAN)
    made = agreement.sign_as_supervisor(shown, shown_sha256=shown.text_sha256, **by)
    assert (made.signer, made.capacity) == (world.person("stan"), "supervisor")
    assert marked(made, "made") == by_and_at(by)
    values = {"shown": shown.text_sha256, "capacity": "supervisor"}
    assert_entered(story.case, "agreement.sign_as_supervisor", by, stages=STAYS, values=values)
    sign(world, story, agreement.sign_for_institution, SAM)


def test_standard_terms_are_accepted_by_a_click_where_the_track_lets_them(world: World) -> None:
    story = world.after(contracting.issue, road=roads.EXPEDITED)
    shown, by = story.agreement, world.by(*ALICE)
    made = agreement.accept_standard_terms(shown, shown_sha256=shown.text_sha256, **by)
    assert (made.signer, made.capacity) == (world.person("alice"), "applicant")
    assert marked(made, "made") == by_and_at(by)
    assert marked(models.Estimate.objects.get(case=story.case), "accepted") == by_and_at(by)
    values = {"shown": shown.text_sha256, "capacity": "applicant"}
    assert_entered(story.case, "agreement.accept_standard_terms", by, stages=STAYS, values=values)


def test_a_full_agreement_cannot_be_clicked_away(world: World) -> None:
    story = world.after(contracting.issue)
    assert refused(lambda: sign(world, story, agreement.accept_standard_terms, ALICE)) == [
        "wrong-track",
        "full-agreement-needed",
    ]
