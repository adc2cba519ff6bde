"""Who is barred asks for nothing new; who is erased leaves commitments and no data."""

from datetime import date, timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import application, files, ledger, people, step
from muniment.actions import case as course
from muniment.actions.people import leaving, profile
from muniment.demo import applying, releasing
from muniment.queries import policy
from muniment.queries.house import people as kept
from muniment.rulebook.words import Role, Stage
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

OTTO = ("otto", Role.DETERMINING_OFFICER)
ADA = ("ada", Role.ADMINISTRATOR)


def debar(world: World, barred: Any, **more: Any) -> models.Debarment:
    given = {
        "until_on": (world.house.clock.now + timedelta(days=90)).date(), "reason": "A breach.",
        "second_person": world.person("cora"), **world.by(*OTTO), **more,
    }  # fmt: skip
    return leaving.debar(barred, programme=world.house.cast.programme, **given)


def test_a_barred_person_is_told_and_starts_nothing_until_the_day(world: World) -> None:
    world.founded()
    alice, by = world.person("alice"), world.by(*OTTO)
    row = debar(world, alice, **by)
    assert marked(row, "made") == by_and_at(by)
    assert (row.person, row.institution, row.reason) == (alice, None, "A breach.")
    values = {
        "debarment": row.pk, "until_on": row.until_on.isoformat(), "reason": "A breach.",
        "person": alice.public_id,
    }  # fmt: skip
    assert_entered(world.house.cast.programme, "people.debar", by, values=values)
    assert letters_to(alice)[-1] == "debarred"
    start = application.start_draft
    anyone = ("alice", Role.ANYONE)
    assert refused(lambda: start(world.house.cast.programme, **world.by(*anyone))) == ["barred"]
    world.house.clock.now += timedelta(days=91)
    assert start(world.house.cast.programme, **world.by(*anyone)).stage == "draft"


def test_a_barred_institution_or_supervisor_stops_what_was_not_sent_yet(world: World) -> None:
    story = world.after(applying.pilot_draft)
    submit = lambda: step.refusals(  # noqa: E731
        "submit", story.case, actor=world.house.acting("alice", Role.APPLICANT),
        now=world.house.now(),
    )  # fmt: skip
    assert "barred" not in {each.code for each in submit()}
    row = debar(world, story.case.applicant.institution or world.house.cast.institution)
    assert row.person is None
    assert "barred" in {each.code for each in submit()}
    row.delete()
    case = story.case
    case.supervisor = world.person("paula")
    case.save()
    debar(world, world.person("paula"))
    assert "barred" in {each.code for each in submit()}


def test_barring_has_a_reason_a_day_to_come_and_a_second_person_and_is_not_of_oneself(
    world: World,
) -> None:
    world.founded()
    alice = world.person("alice")
    assert refused(lambda: debar(world, alice, reason=" ")) == ["reason-missing"]
    past = world.house.clock.now.date()
    assert refused(lambda: debar(world, alice, until_on=past)) == ["day-over"]
    assert refused(lambda: debar(world, world.person("otto"))) == ["same-person"]
    assert "not-your-step" in refused(lambda: debar(world, alice, **world.by(*ADA)))


def test_the_policy_knows_who_is_barred_and_asks_a_person_about_the_rest(world: World) -> None:
    story = world.at(Stage.POLICY)
    found = {each.rule: each.result for each in policy.judge(story.case, now=world.house.now())}
    assert found["debarment"] == "needs_person"
    debar(world, world.person("alice"))
    found = {each.rule: each.result for each in policy.judge(story.case, now=world.house.now())}
    assert found["debarment"] == "not_met"


def erase(world: World, name: str, **more: Any) -> models.Person:
    given = {
        "reason": "Asked to be forgotten.", "forget": lambda _: None,
        "second_person": world.person("cora"), **world.by(*ADA), **more,
    }  # fmt: skip
    person = world.person(name)
    return leaving.erase_person(person, programme=world.house.cast.programme, **given)


def test_an_erased_person_leaves_a_hollow_row_and_no_mail(world: World) -> None:
    world.founded()
    stan = world.person("stan")
    profile.change_profile(stan, name="Stan Stranger", institution="Elsewhere")
    profile.add_training(
        stan, "Ethics", issued_on=date(2026, 1, 1), expires_on=None, now=world.house.now()
    )
    forgotten: list[models.Person] = []
    by = world.by(*ADA)
    erase(world, "stan", forget=forgotten.append, **by)
    stan.refresh_from_db()
    assert marked(stan, "erased") == by_and_at(by)
    assert (stan.name, stan.institution, stan.is_active) == (leaving.NAME, None, False)
    assert stan.email == f"{stan.public_id}@erased.invalid"
    assert forgotten == [stan]
    assert stan.trainings.get().name == leaving.NAME
    assert not stan.messages.exists()
    assert kept.find_person(stan.public_id) is None
    values = {"person": stan.public_id, "reason": "Asked to be forgotten."}
    assert_entered(world.house.cast.programme, "people.erase_person", by, values=values)


def test_documents_go_too_unless_somebody_else_needs_the_same_bytes(world: World) -> None:
    story = world.after(applying.pilot_draft)
    alice, by = world.person("alice"), world.by(*ADA)
    course.withdraw(story.case, **world.by("alice", Role.APPLICANT))

    def document(letter: str) -> models.StoredFile:
        return files.record_file(letter * 64, size=9, media_type="application/pdf", **by)

    def certified(who: models.Person, original: models.StoredFile) -> None:
        row = profile.add_training(
            who, "Ethics", issued_on=date(2026, 1, 1), expires_on=None, now=by["now"]
        )
        row.original = original
        row.save()

    certified(alice, document("a"))
    certified(alice, document("b"))
    certified(world.person("stan"), document("b"))
    models.Enquiry.objects.create(
        programme=story.case.programme, asker=alice, subject="May I?", text="May I?",
        original=document("c"), made_at=by["now"], made_by=by["actor"],
    )  # fmt: skip
    models.Attachment.objects.create(
        case=story.case, file=document("d"), purpose="cv", name="Alice.pdf", made_at=by["now"],
        made_by=by["actor"],
    )  # fmt: skip
    erase(world, "alice")
    assert not story.case.attachments.exists()
    left = models.StoredFile.objects.filter(sha256__in=[each * 64 for each in "abcd"])
    assert [each.sha256[0] for each in left] == ["b"], "the other certificate rests on it"


def test_the_cv_goes_that_somebody_brought_to_the_team_of_another(world: World) -> None:
    story = world.after(applying.pilot_draft)
    course.withdraw(story.case, **world.by("alice", Role.APPLICANT))
    stan, by = world.person("stan"), world.by("stan", Role.ANYONE)
    models.TeamMember.objects.create(
        case=story.case, person=stan, email=stan.email, name=stan.name, project_role="analyst",
        made_at=by["now"], made_by=by["actor"],
    )  # fmt: skip
    cv, protocol = (
        models.Attachment.objects.create(
            case=story.case, file=files.record_file(letter * 64, size=9, media_type="a/b", **by),
            purpose=purpose, name="it.pdf", made_at=by["now"], made_by=by["actor"],
        )
        for letter, purpose in (("a", "cv"), ("b", "answer:protocol"))
    )  # fmt: skip
    erase(world, "stan")
    left = story.case.attachments.all()
    assert (protocol in left, cv in left) == (True, False)
    assert not models.StoredFile.objects.filter(pk=cv.file_id).exists()


def test_whoever_has_duties_is_not_erased(world: World) -> None:
    story = world.after(releasing.let_go)
    assert refused(lambda: erase(world, "alice")) == ["duties-open"]
    alice = world.person("alice")
    today = story.today
    assert kept.list_duties(alice, today=today) == [kept.Duty.REQUEST, kept.Duty.DESTRUCTION]
    assert kept.list_duties(world.person("sam"), today=today) == [kept.Duty.OFFICIAL]
    assert kept.list_duties(world.person("dana"), today=today) == [kept.Duty.OFFICE]
    assert refused(lambda: erase(world, "dana")) == ["duties-open"]
    assert refused(lambda: erase(world, "stan", reason="")) == ["reason-missing"]
    assert refused(lambda: erase(world, "stan", second_person=None)) == ["second-person-missing"]


def test_of_an_ended_request_the_record_stays_and_the_person_goes(world: World) -> None:
    story = withdrawn(world)
    alice = world.person("alice")
    before = story.case.ledger_length
    erase(world, "alice")
    sections = {row.name: row.answers for row in story.case.sections.all()}
    assert sections["applicant"]["applicant"] == {"name": leaving.NAME, "email": ""}
    assert "alice@" not in str(sections)
    sent = story.case.submissions.latest("number")
    assert sent.answers["applicant"]["applicant"]["name"] == leaving.NAME
    assert "statistician" in sent.answers["team"]  # others on the request stay
    assert story.case.stage == Stage.WITHDRAWN
    assert story.case.ledger_length == before
    _, breaks = ledger.verify()
    assert breaks == []
    assert alice.cases.get().title == story.case.title


def withdrawn(world: World) -> Any:
    """The pilot request, withdrawn by Alice after it was sent."""
    story = world.at(Stage.AVAILABILITY)
    course.withdraw(story.case, **world.by("alice", Role.APPLICANT))
    return story


def test_a_draft_that_was_never_sent_goes_with_its_writer(world: World) -> None:
    story = world.after(applying.pilot_draft)
    course.withdraw(story.case, **world.by("alice", Role.APPLICANT))
    erase(world, "alice")
    assert story.case.title == ""
    assert {str(row.answers) for row in story.case.sections.all()} == {"{}"}


def test_entries_that_name_the_person_can_no_longer_be_proven_to(world: World) -> None:
    """Those of others can; the chain verifies all the same."""
    world.founded()
    stan = world.person("stan")
    programme = world.house.cast.programme
    people.verify_person(stan, programme=programme, how="Seen.", **world.by(*ADA))
    number = world.house.cast.programme.ledger_length
    mine = {"subject_kind": "programme", "subject_id": programme.pk, "number": number}
    assert models.Salt.objects.filter(**mine).count() == 2
    others = models.Salt.objects.filter(name="person").exclude(number=number).count()
    erase(world, "stan")
    assert not models.Salt.objects.filter(**mine).exists()
    assert models.Salt.objects.filter(name="person").count() == others + 1  # that of the erasure
    assert ledger.verify()[1] == []


@pytest.mark.parametrize("answer", ["alice@lakeside.example", " ALICE@Lakeside.example "])
def test_an_address_is_found_however_it_was_written(answer: str) -> None:
    scrubbed = leaving._without(
        {"who": [{"email": answer, "name": "A"}, {"email": "b@c.example", "name": "B"}],
         "mail": answer, "number": 3},
        "alice@lakeside.example",
    )  # fmt: skip
    assert scrubbed == {
        "who": [{"name": leaving.NAME, "email": ""}, {"email": "b@c.example", "name": "B"}],
        "mail": leaving.NAME,
        "number": 3,
    }
