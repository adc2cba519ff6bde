"""A case as time: what each reader may know of it, whose turn it is, where it stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from muniment import models
from muniment.queries import access, timeline
from muniment.queries.timeline import What, turns
from muniment.rulebook import reading
from muniment.rulebook.words import Role, Stage, Subject
from tests.pages import rows

SECRET = (
    "declare_conflict", "declare_no_conflict", "recuse", "assign_reviewer", "read_papers", "score",
    "read_scores", "discuss", "suggest_question", "open_ballot", "vote", "break_tie",
    "view_exact_counts", "view_sample_rows", "write_note", "record_contact",
)  # fmt: skip


@pytest.fixture
def office(db: None) -> rows.Office:
    return rows.office()


def sight(office: rows.Office, name: str, case: models.Case) -> access.Sight:
    found = access.find_sight(office.people[name], case.reference, now=rows.NOW)
    assert found is not None
    return found


def turn(office: rows.Office, name: str, case: models.Case) -> timeline.Turn:
    return timeline.turn_of(sight(office, name, case), now=rows.NOW)


def tags(office: rows.Office, name: str, case: models.Case) -> list[str]:
    return [event.tag for event in timeline.list_events(sight(office, name, case))]


@pytest.mark.parametrize("step", SECRET)
def test_no_reader_is_shown_who_voted_scored_or_stepped_back(step: str) -> None:
    assert f"{reading.STEPS[step].room}.{step}" not in timeline.MILESTONES


def test_every_step_that_moves_a_case_is_a_milestone() -> None:
    moving = {
        f"{step.room}.{step.name}"
        for step in reading.STEPS.values()
        if step.to is not None and step.subject is Subject.CASE
    }
    assert moving - timeline.MILESTONES == set()


@pytest.mark.parametrize("name", ["alice", "cora", "chen", "audra"])
def test_what_is_hidden_leaves_no_trace(office: rows.Office, name: str) -> None:
    """`privacy.md` B5: the outputs with and without the hidden entries are identical."""
    plain, crowded = office.case(Stage.IN_REVIEW), office.case(Stage.IN_REVIEW)
    for case in (plain, crowded):
        office.declares(case, "chen", conflicted=False)
        office.happened(case, "start_draft", "submit", "pass_policy")
    office.happened(crowded, *SECRET)
    assert tags(office, name, plain) == tags(office, name, crowded)
    assert turn(office, name, plain) == turn(office, name, crowded)


def test_each_reader_is_shown_what_is_theirs_to_know(office: rows.Office) -> None:
    case = office.case(Stage.AGREEMENT)
    office.joins(case, "tess")
    office.declares(case, "chen", conflicted=False)
    office.happened(case, "submit", "ask_question", "issue_invoice", "assign")
    shown = {name: tags(office, name, case) for name in ("alice", "tess", "chen", "cora")}
    assert shown == {
        "alice": ["application.submit", "work.ask_question", "payment.issue_invoice"],
        "tess": ["application.submit", "payment.issue_invoice"],
        "chen": ["application.submit", "work.ask_question"],
        "cora": [
            "application.submit", "work.ask_question", "payment.issue_invoice", "work.assign"
        ],
    }  # fmt: skip


def test_the_days_of_events_are_those_of_the_programme_s_zone(office: rows.Office) -> None:
    case = office.case()
    office.happened(case, "submit", days_ago=3)
    entry = models.Entry.objects.get(subject_kind="case", subject_id=case.pk)
    late_evening = entry.at.replace(hour=2)
    models.Entry.objects.filter(subject_kind="case", subject_id=case.pk).update(at=late_evening)
    [event] = timeline.list_events(sight(office, "alice", case))
    assert event.on == late_evening.date() - timedelta(days=1)


@pytest.mark.parametrize(
    ("stage", "what", "yours"),
    [
        (Stage.DRAFT, What.WRITE, "alice"),
        (Stage.SUBMITTED, What.CHECK_COMPLETENESS, "cora"),
        (Stage.RETURNED, What.COMPLETE, "alice"),
        (Stage.AVAILABILITY, What.CHECK_AVAILABILITY, "stella"),
        (Stage.POLICY, What.JUDGE_POLICY, "paula"),
        (Stage.IN_REVIEW, What.REVIEW, "chen"),
        (Stage.DETERMINATION, What.DETERMINE, "olga"),
        (Stage.REVISING, What.REVISE, "alice"),
        (Stage.BUILDING, What.BUILD, "dana"),
        (Stage.CHECKING, What.CHECK_BUILD, "dev"),
        (Stage.CLOSE_OUT, What.CLOSE_OUT, "alice"),
    ],
)
def test_at_each_stage_it_is_the_turn_of_the_one_who_can_act(
    office: rows.Office, stage: Stage, what: What, yours: str
) -> None:
    case = office.case(stage)
    office.declares(case, "chen", conflicted=False)
    office.agrees(case)
    assert turn(office, yours, case).what is what
    assert turn(office, yours, case).yours
    if stage is not Stage.DRAFT:
        assert not turn(office, "audra", case).yours


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.DRAFT])
def test_every_stage_has_a_turn_and_a_strip_for_every_reader(
    office: rows.Office, stage: Stage
) -> None:
    case = office.case(stage)
    office.agrees(case)
    for name in ("alice", "cora", "sam", "audra"):
        page = timeline.page_of(sight(office, name, case), now=rows.NOW)
        states = [segment.state for step in page.steps for segment in step.segments]
        assert len(page.steps) == len(rows.bundle()["programme"]["steps"])
        assert states.count("now") + states.count("ended") == (stage is not Stage.CLOSED)


def test_a_blocking_question_stops_the_clock_and_hands_the_turn_over(office: rows.Office) -> None:
    case = office.case(Stage.POLICY, due_on=rows.TODAY + timedelta(days=4))
    question = office.asks(case, "Why exact age?")
    asked = turn(office, "alice", case)
    assert (asked.what, asked.yours, asked.paused) == (What.ANSWER, True, True)
    assert (asked.until, asked.asked_by) == (question.due_on, "Cora Example")
    assert not turn(office, "paula", case).yours
    question.answered_at, question.answered_by = rows.NOW, office.acting("alice", Role.APPLICANT)
    question.answer = "Because."
    question.save()
    assert turn(office, "paula", case).yours


def test_a_hold_is_everybody_s_wait_but_the_office_s(office: rows.Office) -> None:
    case = office.case(Stage.POLICY)
    models.Hold.objects.create(case=case, reason="x", made_at=rows.NOW, made_by=office.system)
    held = turn(office, "alice", case)
    assert (held.what, held.yours, held.paused) == (What.HOLD_ENDS, False, True)
    assert turn(office, "cora", case).yours


def test_a_question_that_does_not_block_changes_no_turn(office: rows.Office) -> None:
    case = office.case(Stage.POLICY)
    question = office.asks(case, "Which journal?")
    question.blocking = False
    question.save()
    assert turn(office, "alice", case).what is What.JUDGE_POLICY


def test_before_release_the_turn_follows_the_marks_that_are_missing(office: rows.Office) -> None:
    case = office.case(Stage.AGREEMENT)
    assert turn(office, "cora", case).what is What.ISSUE_AGREEMENT
    office.agrees(case)
    assert turn(office, "alice", case).what is What.SIGN
    assert not turn(office, "sam", case).yours
    half = office.case(Stage.AGREEMENT)
    member = office.joins(half, "tess")
    office.agrees(half, "applicant")
    assert turn(office, "sam", half).yours
    member.will_access_data = True
    member.save()
    assert (turn(office, "sam", half).yours, turn(office, "tess", half).yours) == (False, True)
    signed = office.case(Stage.AGREEMENT)
    office.agrees(signed, "applicant", "signing_official")
    assert turn(office, "alice", signed).role is Role.PROGRAMME_SIGNATORY
    whole = office.case(Stage.AGREEMENT)
    office.agrees(whole, "applicant", "signing_official", "programme_signatory")
    assert turn(office, "fay", whole).what is What.INVOICE
    invoice = office.bills(whole, paid_minor=100)
    assert turn(office, "alice", whole).until == invoice.due_on
    paid = office.case(Stage.AGREEMENT)
    office.agrees(paid, "applicant", "signing_official", "programme_signatory")
    office.bills(paid, paid_minor=120_000)
    assert turn(office, "alice", paid).what is What.OPEN_RELEASE


def test_the_office_that_the_track_names_decides(office: rows.Office) -> None:
    named = rows.bundle()["committee"]["determines"]
    assert (named["expedited"], named["full"]) == ("coordinator", "determining_officer")
    short = office.case(Stage.DETERMINATION, track="expedited")
    assert turn(office, "cora", short).yours
    assert not turn(office, "olga", short).yours
    assert turn(office, "alice", short).role is Role.COORDINATOR


def test_an_acting_chair_decides_where_the_chair_does(office: rows.Office) -> None:
    full = office.case(Stage.DETERMINATION)
    seen = access.Sight(full, frozenset({Role.ACTING_CHAIR}))
    theirs = timeline.Turn(What.DETERMINE, Role.CHAIR, rows.TODAY)
    assert turns._is_theirs(theirs, seen)
    assert not turns._is_theirs(replace(theirs, role=Role.COORDINATOR), seen)


def test_it_is_no_member_s_turn_any_more_whose_review_is_in(office: rows.Office) -> None:
    """Those who lead have the vote to run; a review of another round or taken back counts not."""
    case = office.case(Stage.IN_REVIEW)
    for name in ("mia", "chen"):
        office.declares(case, name, conflicted=False)
        models.Review.objects.create(
            case=case, member=office.people[name], round=1, comment="Sound.",
            made_at=rows.NOW, made_by=office.acting(name, Role.MEMBER),
        )  # fmt: skip
    assert not turn(office, "mia", case).yours
    assert turn(office, "chen", case).yours
    case.reviews.update(round=2)
    assert turn(office, "mia", case).yours


def test_while_a_change_to_a_clause_is_open_its_answer_is_waited_for(office: rows.Office) -> None:
    case = office.case(Stage.AGREEMENT)
    change = models.ClauseChange.objects.create(
        agreement=office.agrees(case), clause="term", text="Other.", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    assert turn(office, "alice", case).what is What.ANSWER_CHANGE
    assert not turn(office, "alice", case).yours
    assert not turn(office, "sam", case).yours
    assert turn(office, "paula", case).yours
    change.refused_at, change.refused_by = rows.NOW, office.system
    change.save()
    assert turn(office, "alice", case).what is What.SIGN
    assert not turn(office, "paula", case).yours


@pytest.mark.parametrize(("may_edit", "role"), [(True, "contracts contact"), (True, "analyst")])
def test_nobody_is_asked_to_sign_for_the_applicant(
    office: rows.Office, may_edit: bool, role: str
) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case)
    member = office.joins(case, "tess", may_edit=may_edit)
    member.project_role = role
    member.save()
    assert turn(office, "tess", case).what is What.SIGN
    assert not turn(office, "tess", case).yours
    assert turn(office, "alice", case).yours


@pytest.mark.parametrize("mark", ["met", "waived"])
def test_a_condition_before_release_waits_for_the_applicant_until_met(
    office: rows.Office, mark: str
) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case, "applicant", "signing_official", "programme_signatory")
    office.bills(case, paid_minor=120_000)
    decided = models.Determination.objects.create(
        case=case, round=1, outcome="approved_with_conditions", reason="Sound.",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    condition = models.Condition.objects.create(
        determination=decided, when="before_release", text="Ethics approval.",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    assert turn(office, "alice", case).what is What.MEET_CONDITION
    for half, value in (("at", rows.NOW), ("by", office.system)):
        setattr(condition, f"{mark}_{half}", value)
    condition.save()
    assert turn(office, "alice", case).what is What.OPEN_RELEASE


def test_the_clock_shows_business_days_without_the_pauses(office: rows.Office) -> None:
    case = office.case(Stage.POLICY)
    spans = [(14, 7, False), (7, 0, True)]
    for begin, end, paused in spans:
        models.ClockSegment.objects.create(
            case=case, stage="policy", paused=paused, made_by=office.system,
            made_at=rows.NOW - timedelta(days=begin), ended_at=rows.NOW - timedelta(days=end),
            ended_by=office.system,
        )  # fmt: skip
    models.ClockSegment.objects.create(
        case=case, stage="policy", made_at=rows.NOW, made_by=office.system
    )
    seen = turn(office, "paula", case)
    assert seen.of == 7
    assert seen.day is not None
    assert 4 <= seen.day <= 6


def test_late_is_a_word_about_a_day_that_has_passed(office: rows.Office) -> None:
    assert turn(office, "alice", office.case(due_on=rows.TODAY - timedelta(days=3))).late
    assert not turn(office, "alice", office.case(due_on=rows.TODAY + timedelta(days=3))).late


def test_the_strip_leaves_out_what_the_track_leaves_out(office: rows.Office) -> None:
    names = {
        track: [
            segment.name
            for step in timeline.steps_of(rows.bundle(), office.case(track=track))
            for segment in step.segments
        ]
        for track in ("full", "expedited")
    }
    assert [name for name in names["full"] if name not in names["expedited"]] == ["committee"]
    assert names["full"] == list(timeline.SEGMENTS)


def test_an_ended_case_is_marked_where_it_ended(office: rows.Office) -> None:
    case = office.case(Stage.DENIED)
    office.happened(case, "submit", "certify_complete", "pass_availability", "deny_on_policy")
    page = timeline.page_of(sight(office, "alice", case), now=rows.NOW)
    states = {each.name: each.state for step in page.steps for each in step.segments}
    assert states["policy"] == "ended"
    assert states["availability"] == "done"
    assert states["committee"] == "todo"


def test_questions_are_for_those_who_ask_are_asked_or_judge(office: rows.Office) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case)
    office.joins(case, "tess")
    office.asks(case, "Why exact age?", answer="For the model.")
    seen = {
        name: len(timeline.list_questions(sight(office, name, case)))
        for name in ("alice", "cora", "audra", "tess", "sam", "fay")
    }
    assert seen == {"alice": 1, "cora": 1, "audra": 1, "tess": 0, "sam": 0, "fay": 0}


def test_the_committee_reads_nothing_about_a_fee(office: rows.Office) -> None:
    case = office.case(Stage.IN_REVIEW)
    office.asks(case, "Which stages?")
    about_money = office.asks(case, "Why a travel surcharge?")
    models.Question.objects.filter(pk=about_money.pk).update(about="fee: travel")
    office.declares(case, "max", conflicted=False)
    read = {
        name: {each.text for each in timeline.list_questions(sight(office, name, case))}
        for name in ("alice", "cora", "max")
    }
    assert read["alice"] == read["cora"] == {"Which stages?", "Why a travel surcharge?"}
    assert read["max"] == {"Which stages?"}
    assert timeline.find_question(sight(office, "max", case), about_money.pk) is None


def test_a_member_who_asked_stays_the_committee(office: rows.Office) -> None:
    case = office.case(Stage.IN_REVIEW)
    question = office.asks(case, "Which software?")
    question.made_by = office.acting("max", Role.MEMBER)
    question.save()
    [asked] = timeline.list_questions(sight(office, "alice", case))
    assert asked.by == ""
    assert turn(office, "alice", case).asked_by == ""


def test_a_cover_has_no_page_and_names_people_and_institutions_only(office: rows.Office) -> None:
    case = office.case(Stage.IN_REVIEW)
    office.joins(case, "tess")
    seen = sight(office, "max", case)
    with pytest.raises(ValueError, match="Before a declaration"):
        timeline.page_of(seen, now=rows.NOW)
    cover = timeline.cover_of(seen)
    assert cover.people == ("Alice Example", "Tess Example")
    assert cover.institutions == ("Lakeside Institute",)


def test_the_decision_is_for_the_parties_and_the_office(office: rows.Office) -> None:
    case = office.case(Stage.DENIED)
    office.declares(case, "chen", conflicted=False)
    models.Determination.objects.create(
        case=case, round=1, outcome="denied", reason="Not sound.", letter="Dear Alice",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    pages = {
        name: timeline.page_of(sight(office, name, case), now=rows.NOW).decision
        for name in ("alice", "cora", "chen")
    }
    assert pages["alice"] == pages["cora"]
    assert pages["alice"] is not None
    assert pages["alice"].letter == "Dear Alice"
    assert pages["chen"] is None


def test_a_smaller_scope_waits_for_the_applicant_alone(office: rows.Office) -> None:
    case = office.case(Stage.AVAILABILITY)
    office.joins(case, "tess", may_edit=True)
    office.proposes(case)
    asked = turn(office, "alice", case)
    proposed_on = rows.TODAY - timedelta(days=3)
    assert (asked.what, asked.yours, asked.paused) == (What.ANSWER_SCOPE, True, True)
    assert (asked.since, asked.until) == (proposed_on, proposed_on + timedelta(days=14))
    shown = timeline.page_of(sight(office, "alice", case), now=rows.NOW)
    assert [len(table.variables) for part in shown.parts for table in part.tables] == [2]
    assert shown.confirmed
    for name in ("tess", "stella", "cora"):
        seen = turn(office, name, case)
        assert (seen.what, seen.role, seen.yours) == (What.ANSWER_SCOPE, Role.APPLICANT, False)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.RETURNED, Stage.REVISING])
def test_a_supervisor_is_asked_until_they_confirm(office: rows.Office, stage: Stage) -> None:
    case = office.case(stage, supervisor=office.people["supriya"])
    assert turn(office, "supriya", case).what is What.CONFIRM_SUPERVISION
    assert turn(office, "alice", case).role is Role.APPLICANT
    case.supervisor_confirmed_at = rows.NOW
    case.supervisor_confirmed_by = office.acting("supriya", Role.SUPERVISOR)
    case.save()
    assert not turn(office, "supriya", case).yours


@pytest.mark.parametrize(
    ("filed", "certified", "longer", "whose"),
    [
        (False, False, False, {"alice", "sam"}),
        (True, False, False, {"sam"}),
        (False, True, False, {"alice"}),
        (True, True, False, {"cora"}),
        (True, True, True, {"cora", "olga"}),
    ],
)
def test_a_use_ends_with_whoever_still_owes_something(
    office: rows.Office, filed: bool, certified: bool, longer: bool, whose: set[str]
) -> None:
    case = office.case(Stage.CLOSE_OUT)
    office.ends(case, filed=filed, certified=certified, longer=longer)
    people = ("alice", "sam", "cora", "olga", "audra", "dana")
    assert {name for name in people if turn(office, name, case).yours} == whose


@pytest.mark.parametrize("issued", [False, True])
@pytest.mark.parametrize(("certified", "whose"), [(False, {"sam"}), (True, {"cora"})])
def test_a_text_that_nobody_signed_changes_nothing_of_the_end(
    office: rows.Office, issued: bool, certified: bool, whose: set[str]
) -> None:
    """The official certifies under what was signed, and nobody waits for another certificate."""
    case = office.case(Stage.CLOSE_OUT)
    office.ends(case, filed=True, certified=certified, longer=False)
    office.amends(case, issued=issued)
    for name in ("alice", "sam", "cora"):
        assert turn(office, name, case).yours == (name in whose), name


@pytest.mark.parametrize(
    ("filed", "certified", "whose", "waits_for"),
    [
        (False, True, {"alice", "edie"}, What.CLOSE_OUT),
        (True, False, {"alice"}, What.CERTIFY_DESTRUCTION),
        (True, True, {"cora"}, What.ACCEPT_CLOSE_OUT),
    ],
)
def test_who_signed_for_nobody_else_certifies_with_their_own_hand(
    office: rows.Office, filed: bool, certified: bool, whose: set[str], waits_for: What
) -> None:
    case = office.case(Stage.CLOSE_OUT, institution=None)
    office.joins(case, "edie", may_edit=True)
    office.ends(case, filed=filed, certified=certified, longer=False)
    for name in ("alice", "edie", "cora", "olga"):
        seen = turn(office, name, case)
        assert (seen.what, seen.yours) == (waits_for, name in whose), name


def test_beside_an_institution_who_signed_alone_certifies_their_own_text(
    office: rows.Office,
) -> None:
    """The lead went to an institution, or left it; each text is its own party's."""
    case = office.case(Stage.CLOSE_OUT, institution=None)
    office.ends(case, filed=True, certified=True, longer=False)
    case.institution = office.institution
    case.save()
    office.agrees(case, "applicant")
    assert turn(office, "sam", case).yours
    assert not turn(office, "alice", case).yours
    models.Destruction.objects.update(certified_at=None, certified_by=None)
    for name in ("sam", "alice"):
        assert turn(office, name, case).yours, name
    by = office.acting("sam", Role.SIGNING_OFFICIAL)
    case.agreements.latest("pk").destructions.create(
        due_on=rows.TODAY, certified_at=rows.NOW, certified_by=by, made_at=rows.NOW, made_by=by
    )
    assert not turn(office, "sam", case).yours
    assert turn(office, "alice", case).yours


def test_of_two_institutions_each_official_certifies_for_their_own(office: rows.Office) -> None:
    case, stan = office.case(Stage.CLOSE_OUT), office.people["stan"]
    office.ends(case, filed=True, certified=True, longer=False)
    joined = office.agrees(case, "applicant")
    joined.kind = models.Agreement.Kind.JOINDER
    joined.institution = models.Institution.objects.create(
        name="Riverside", official=stan, official_verified_at=rows.NOW,
        official_verified_by=office.system,
    )  # fmt: skip
    joined.save()
    assert turn(office, "stan", case).yours
    for name in ("sam", "alice", "cora"):
        seen = turn(office, name, case)
        assert (seen.what, seen.yours) == (What.CERTIFY_DESTRUCTION, False), name
    by = office.acting("stan", Role.SIGNING_OFFICIAL)
    joined.destructions.create(
        due_on=rows.TODAY, certified_at=rows.NOW, certified_by=by, made_at=rows.NOW, made_by=by
    )
    assert turn(office, "cora", case).what is What.ACCEPT_CLOSE_OUT
    assert not turn(office, "stan", case).yours
