"""A release line opens on what was signed, settled and met, for one part and one agreement."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction

from muniment import models
from muniment.actions import case, catalogue, decision, payment, questions, release, review
from muniment.demo import contracting, judging, releasing, roads
from muniment.demo.story import Story
from muniment.queries import facts
from muniment.queries.release import workbench
from muniment.rulebook.words import Fact, Role
from tests.actions.release import holders
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)


def open_line(world: World, story: Story) -> models.ReleaseLine:
    return release.open_line(story.part, agreement=story.agreement, **world.by(*CORA))


def test_the_first_line_opens_and_the_case_builds(world: World) -> None:
    story = world.after(contracting.meet_condition)
    by = world.by(*CORA)
    line = release.open_line(story.part, agreement=story.agreement, **by)
    assert (line.part, line.agreement) == (story.part, story.agreement)
    assert len(line.public_id) == 32
    assert marked(line, "made") == by_and_at(by)
    values = {"line": line.public_id, "part": "p1"}
    stages = ("agreement", "building")
    assert_entered(story.case, "release.open_line", by, stages=stages, values=values)


def unsigned(world: World) -> Story:
    story = world.after(contracting.issue)
    waived(world, story)
    contracting.meet_condition(story)
    return story


def half_signed(world: World) -> Story:
    """Rita has not countersigned."""
    story = world.after(contracting.sign)
    models.Seal.objects.all().delete()
    models.Signature.objects.get(capacity="programme_signatory").delete()
    waived(world, story)
    contracting.meet_condition(story)
    return story


def unpaid(world: World) -> Story:
    story = world.after(contracting.invoice)
    contracting.meet_condition(story)
    return story


def paid_in_part(world: World) -> Story:
    story = world.after(contracting.invoice)
    invoice = models.Invoice.objects.select_related("case").get()
    payment.record_payment(
        invoice,
        amount_minor=invoice.total_minor - 1,
        currency="USD",
        method="bank transfer",
        bank_reference="LCI 1",
        received_on=story.today,
        **world.by("fay", Role.FINANCE),
    )
    contracting.meet_condition(story)
    return story


def unmet(world: World) -> Story:
    return world.after(contracting.pay)


def taken_back(world: World) -> Story:
    """The approval no longer stands, whoever did that."""
    story = world.after(contracting.meet_condition)
    actor = world.house.acting("otto", Role.DETERMINING_OFFICER)
    models.Determination.objects.update(superseded_at=world.house.now(), superseded_by=actor)
    return story


def waived(world: World, story: Story) -> None:
    payment.ask_waiver(story.case, reason="No grant.", **world.by("alice", Role.APPLICANT))
    waiver = models.Waiver.objects.select_related("case", "made_by").get()
    payment.approve_waiver(waiver, reason="By the rule.", **world.by("fay", Role.FINANCE))


@pytest.mark.parametrize(
    ("stopped", "code"),
    [
        (unsigned, "release-before-signature"),
        (half_signed, "release-before-signature"),
        (unpaid, "release-before-payment"),
        (paid_in_part, "release-before-payment"),
        (unmet, "release-before-conditions"),
        (taken_back, "not-approved"),
    ],
)
def test_no_line_opens_before_signature_payment_and_conditions(
    world: World, stopped: Callable[[World], Story], code: str
) -> None:
    story = stopped(world)
    assert refused(lambda: open_line(world, story)) == [code]
    assert models.ReleaseLine.objects.count() == 0


def on_hold(world: World, story: Story) -> None:
    case.place_hold(story.case, reason="A complaint.", until_on=None, **world.by(*CORA))


def asked(world: World, story: Story) -> None:
    questions.ask_blocking_question(
        story.case, "Which arm?", about="subjects.ARM", **world.by(*CORA)
    )


def withdrawn(world: World, story: Story) -> None:
    catalogue.withdraw_edition(
        world.house.cast.programme,
        world.house.edition_of("sdtm-pilot"),
        reason="A fault was found.",
        **world.by("stella", Role.STATISTICIAN),
    )


def suspended(world: World, story: Story) -> None:
    by = world.by(*CORA)
    models.Suspension.objects.create(
        case=story.case, reason="A breach.", made_at=by["now"], made_by=by["actor"]
    )


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (on_hold, "on-hold"),
        (asked, "question-open"),
        (withdrawn, "withdrawn-edition"),
        (suspended, "access-suspended"),
    ],
)
def test_what_stops_a_case_stops_its_line(
    world: World, event: Callable[[World, Story], None], code: str
) -> None:
    story = world.after(contracting.meet_condition)
    event(world, story)
    assert code in refused(lambda: open_line(world, story))


def test_no_line_by_somebody_with_a_conflict_or_without_the_office(world: World) -> None:
    story = world.after(contracting.meet_condition)
    dana = world.by("dana", Role.DATA_ENGINEER)
    assert refused(lambda: release.open_line(story.part, agreement=story.agreement, **dana)) == [
        "not-your-step"
    ]
    review.declare_conflict(story.case, reason="A friend.", **world.by(*CORA))
    assert refused(lambda: open_line(world, story)) == ["recused", "conflicted"]


def test_another_cases_agreement_opens_nothing(world: World) -> None:
    """Everybody signed for the pilot data; for the abstracts nobody did."""
    signed = world.after(contracting.sign)
    other = world.walk_beside(road=roads.EXPEDITED, until=contracting.issue)
    waived(world, other)
    assert refused(
        lambda: release.open_line(other.part, agreement=signed.agreement, **world.by(*CORA))
    ) == ["other-agreement"]


def test_a_part_that_no_holding_stands_behind_has_no_line(world: World) -> None:
    story = world.after(contracting.meet_condition)
    models.Part.objects.update(holding=None)
    assert "no-holding" in refused(lambda: open_line(world, story))


def test_a_further_line_opens_for_another_agreement_only(world: World) -> None:
    story = world.after(releasing.open_line)
    further = release.open_further_line
    first = story.agreement
    assert refused(lambda: further(story.part, agreement=first, **world.by(*CORA))) == ["line-open"]
    contracting.draft(story)
    contracting.issue(story)
    second = story.agreement
    assert refused(lambda: further(story.part, agreement=second, **world.by(*CORA))) == [
        "release-before-signature",
    ]
    contracting.sign(story)
    by = world.by(*CORA)
    line = further(story.part, agreement=second, **by)
    assert (line.part, line.agreement) == (story.part, second)
    assert marked(line, "made") == by_and_at(by)
    values = {"line": line.public_id, "part": "p1"}
    stages = ("building", "building")
    assert_entered(story.case, "release.open_further_line", by, stages=stages, values=values)
    assert models.ReleaseLine.objects.values("public_id").distinct().count() == 2


def test_a_line_for_who_joined_needs_the_lead_institutions_signatures_too(world: World) -> None:
    story = world.after(contracting.meet_condition)
    lead = story.agreement
    joinder = holders.joined(lead, models.Institution.objects.create(name="Riverside"))
    opens = partial(release.open_line, story.part, agreement=joinder)
    for capacity in ("applicant", "signing_official", "programme_signatory"):
        with transaction.atomic():
            lead.signatures.filter(capacity=capacity).update(shown_sha256="0" * 64)
            assert refused(lambda: opens(**world.by(*CORA))) == ["release-before-signature"]
            transaction.set_rollback(True)
    with transaction.atomic():
        joinder.signatures.all()[0].delete()
        assert refused(lambda: opens(**world.by(*CORA))) == ["release-before-signature"]
        transaction.set_rollback(True)
    line = opens(**world.by(*CORA))
    assert line.agreement == joinder
    by = world.by("dana", Role.DATA_ENGINEER)
    asks = facts.Situation("start_build", story.case, by["actor"], by["now"], {"line": line})
    signed = facts.READINGS[Fact.AGREEMENT_SIGNED_BY_ALL]
    assert signed(asks)
    models.Agreement.objects.filter(pk=lead.pk).update(issued_at=None, issued_by=None)
    assert not signed(asks), "what was opened goes no further once the lead's text was taken back"


def test_the_page_opens_lines_for_the_lead_institution_first_however_late_its_text(
    world: World,
) -> None:
    story = world.after(contracting.meet_condition)
    lead = story.agreement
    joinder = holders.joined(lead, models.Institution.objects.create(name="Riverside"))
    lead.superseded_at, lead.superseded_by = lead.made_at, lead.made_by
    lead.save()
    again = models.Agreement.objects.get(pk=lead.pk)
    again.pk, again.version, again.superseded_at, again.superseded_by = None, 2, None, None
    again.save()
    part = story.part
    assert workbench.list_lines_to_open(story.case) == [(part, again), (part, joinder)]
    for each in lead.signatures.all():
        each.pk, each.agreement = None, again
        each.save()
    release.open_line(part, agreement=again, **world.by(*CORA))
    assert workbench.list_lines_to_open(story.case) == [(part, joinder)]


def test_a_line_is_opened_first_and_only_then_further(world: World) -> None:
    story = world.after(contracting.meet_condition)
    further = release.open_further_line
    assert refused(lambda: further(story.part, agreement=story.agreement, **world.by(*CORA))) == [
        "wrong-stage"
    ]
    open_line(world, story)
    assert refused(lambda: open_line(world, story)) == ["wrong-stage"]


def test_a_waived_fee_opens_the_line_like_a_paid_one(world: World) -> None:
    story = world.after(contracting.sign)
    waived(world, story)
    contracting.meet_condition(story)
    assert open_line(world, story).part == story.part


def test_a_condition_that_comes_after_does_not_hold_the_release_back(world: World) -> None:
    story = world.after(judging.recommend)
    decision.approve_with_conditions(
        story.case,
        reason="Sound.",
        notice="Approved.",
        conditions=[decision.Asked(models.Condition.When.AFTER, "Report each year.")],
        **world.by("otto", Role.DETERMINING_OFFICER),
    )
    for act in (contracting.draft, contracting.issue, contracting.sign):
        act(story)
    waived(world, story)
    assert open_line(world, story).part == story.part
