"""A step happens whole or not at all, and of two who take the same version one is refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from muniment import models
from muniment.actions import case as course
from muniment.actions import ledger, outbox, step
from muniment.programme import letters
from muniment.rulebook.words import Refusal, Role, Stage
from tests.actions import rows

LATER = rows.NOW + timedelta(days=1)


@pytest.fixture
def home(db: None) -> rows.Home:
    return rows.home()


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours, but for who acts: that is looked up before a step."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("muniment").get_models()
        if model is not models.Actor
    }


@contextmanager
def nothing_stays() -> Iterator[None]:
    before = everything()
    yield
    after = everything()
    assert [table for table in before if before[table] != after[table]] == []


def held(home: rows.Home, case: models.Case, **more: Any) -> models.Hold:
    """Put on hold by the coordinator, with a letter to the applicant."""
    actor = home.acting("cora")
    return course.place_hold(
        case, **{"actor": actor, "now": LATER, "reason": "A letter is missing.", **more}
    )


def codes(call: Callable[[], object]) -> list[str]:
    """With which codes it is refused."""
    with pytest.raises(step.Refused) as refused:
        call()
    return [reason.code for reason in refused.value.reasons]


def entries(subject: ledger.Subject) -> list[models.Entry]:
    chain = models.Entry.objects.filter(subject_kind=ledger.kind_of(subject), subject_id=subject.pk)
    return list(chain.order_by("number"))


def test_a_step_writes_row_stage_entry_and_letter(home: rows.Home) -> None:
    case, alice = home.case(Stage.SUBMITTED), home.acting("alice")
    course.withdraw(case, actor=alice, now=LATER)
    stored = models.Case.objects.get(pk=case.pk)
    assert (stored.stage, stored.stage_since, stored.due_on) == ("withdrawn", LATER.date(), None)
    (entry,) = entries(case)
    assert (entry.tag, entry.stage_from, entry.stage_to) == (
        "case.withdraw", "submitted", "withdrawn",
    )  # fmt: skip
    assert (entry.at, entry.actor) == (LATER, ledger.pseudonym("case", case.pk, alice))
    salt = models.Salt.objects.get(subject_kind="case", subject_id=case.pk, name="by")
    assert entry.values == {"by": ledger.salted(salt.salt, "applicant")}
    letter = models.Message.objects.get()
    assert (letter.kind, letter.to, letter.case) == ("withdrawn", alice.person, case)
    assert (letter.made_at, letter.made_by) == (LATER, alice)
    assert case.reference in letter.body.replace("\\", "")


def test_the_case_in_memory_is_what_the_next_step_needs(home: rows.Home) -> None:
    case = home.case()
    held(home, case)
    stored = models.Case.objects.get(pk=case.pk)
    for column in ("version", "ledger_length", "ledger_head", "stage", "stage_since", "due_on"):
        assert getattr(case, column) == getattr(stored, column), column
    assert stored.version == 2
    course.withdraw(case, actor=home.acting("alice"), now=LATER)
    chain = ["case.place_hold", "work.pause_clock", "case.withdraw"]
    assert [entry.tag for entry in entries(case)] == chain
    assert ledger.verify() == (3, [])


def test_a_step_that_leads_nowhere_leaves_stage_and_clock_alone(home: rows.Home) -> None:
    case = home.case(Stage.POLICY)
    course.write_note(case, "Called twice.", actor=home.acting("cora"), now=LATER)
    stored = models.Case.objects.get(pk=case.pk)
    assert (stored.stage, stored.stage_since) == ("policy", rows.NOW.date())
    assert not case.segments.exists()
    (entry,) = entries(case)
    assert (entry.stage_from, entry.stage_to) == ("policy", "policy")


@pytest.mark.parametrize("kind", ["programme", "holding"])
def test_a_subject_without_stages_has_a_chain_and_letters_too(home: rows.Home, kind: str) -> None:
    subject = {"programme": home.programme, "holding": home.holding()}[kind]
    asks = {"actor": home.acting("stan", Role.ANYONE), "now": LATER}
    with step.taking("ask_enquiry", subject, **asks) as taken:
        taken.tells(home.people["stan"], "enquiry-answered", answer="We do.")
    (entry,) = entries(subject)
    assert (entry.tag, entry.stage_from, entry.stage_to) == ("enquiry.ask_enquiry", "", "")
    letter = models.Message.objects.get()
    assert (letter.to, letter.case) == (home.people["stan"], None)
    assert type(subject).objects.get(pk=subject.pk).version == subject.version == 1


def test_every_letter_of_a_step_is_written_in_order(home: rows.Home) -> None:
    case = home.case()
    with step.taking("place_hold", case, **about_a_hold(home)) as taken:
        taken.tells(case.applicant, "on-hold", reason="First.")
        taken.tells(home.people["stan"], "on-hold", reason="Second.")
    sent = models.Message.objects.order_by("pk").values_list("to__name", "kind")
    assert list(sent) == [("Alice", "on-hold"), ("Stan", "on-hold")]
    assert len(set(models.Message.objects.values_list("message_id", flat=True))) == 2


def about_a_hold(home: rows.Home) -> dict[str, Any]:
    about = {"reason": "A letter is missing."}
    return {"actor": home.acting("cora"), "now": LATER, "about": about}


def test_a_body_that_fails_leaves_nothing(home: rows.Home) -> None:
    case, how = home.case(), about_a_hold(home)

    def fails() -> None:
        with step.taking("place_hold", case, **how) as taken:
            case.notes.create(
                text="A note.", happened_on=LATER.date(), made_at=LATER, made_by=taken.actor
            )
            taken.records(reason="A letter is missing.")
            taken.tells(case.applicant, "on-hold", reason="A letter is missing.")
            raise ZeroDivisionError

    with nothing_stays(), pytest.raises(ZeroDivisionError):
        fails()
    held(home, case)
    assert [entry.tag for entry in entries(case)] == ["case.place_hold", "work.pause_clock"]


def test_a_body_that_refuses_leaves_nothing(home: rows.Home) -> None:
    case, cora = home.case(), home.acting("cora")
    with nothing_stays():
        assert codes(lambda: course.write_note(case, " ", actor=cora, now=LATER)) == ["note-empty"]
    course.write_note(case, "Called twice.", actor=cora, now=LATER)
    assert case.notes.count() == 1


@pytest.mark.parametrize(
    ("letter", "placeholders"),
    [("no-such-letter", {}), ("lapsed", {})],
    ids=["unknown letter", "value missing"],
)
def test_a_letter_that_cannot_be_written_leaves_nothing(
    home: rows.Home, letter: str, placeholders: dict[str, str]
) -> None:
    case, alice = home.case(), home.acting("alice")

    def fails() -> None:
        with step.taking("withdraw", case, actor=alice, now=LATER) as taken:
            taken.tells(case.applicant, "withdrawn")
            taken.tells(case.applicant, letter, **placeholders)

    with nothing_stays(), pytest.raises(letters.LetterFault):
        fails()
    course.withdraw(case, actor=alice, now=LATER)
    assert [entry.tag for entry in entries(case)] == ["case.withdraw"]


def test_a_value_that_is_not_json_leaves_nothing(home: rows.Home) -> None:
    case, how = home.case(), about_a_hold(home)

    def fails() -> None:
        with step.taking("place_hold", case, **how) as taken:
            taken.tells(case.applicant, "on-hold", reason="A letter is missing.")
            taken.records(days={1, 2})

    with nothing_stays(), pytest.raises(ValueError, match="unsupported type"):
        fails()
    held(home, case)


def test_a_refused_step_leaves_nothing_and_its_body_does_not_run(home: rows.Home) -> None:
    case, ran = home.case(Stage.DRAFT), []

    def take() -> None:
        with step.taking("place_hold", case, **about_a_hold(home)):
            ran.append("body")

    with nothing_stays():
        assert codes(take) == ["wrong-stage"]
    assert (ran, case.version) == ([], 0)


def test_a_refusal_names_every_reason_at_once(home: rows.Home) -> None:
    case, stan = home.case(Stage.DRAFT), home.acting("stan", Role.COORDINATOR)
    with nothing_stays():
        named = codes(lambda: held(home, case, actor=stan, reason=" "))
    assert named == ["not-your-step", "wrong-stage", "reason-missing"]
    asked = step.refusals("place_hold", case, actor=stan, now=LATER, about={"reason": ""})
    assert [reason.code for reason in asked] == named


def test_asking_what_is_refused_changes_nothing(home: rows.Home) -> None:
    case = home.case()
    how = about_a_hold(home)
    with nothing_stays():
        assert step.refusals("place_hold", case, **how) == []
        assert step.refusals("write_note", case, actor=how["actor"], now=LATER) == []


def test_a_refusal_reads_as_its_sentences() -> None:
    two = [Refusal("one", "Sign in first."), Refusal("two", "Ask {who}.", {"who": "the chair"})]
    assert str(step.Refused(two)) == "; ".join(str(reason) for reason in two)


def test_whoever_comes_second_with_one_version_is_refused(home: rows.Home) -> None:
    case = home.case()
    stale = models.Case.objects.get(pk=case.pk)
    held(home, case)
    with nothing_stays():
        assert codes(lambda: held(home, stale, reason="Another one.")) == ["changed-meanwhile"]
    assert (stale.version, stale.ledger_length) == (0, 0)
    fresh = models.Case.objects.get(pk=case.pk)
    held(home, fresh, reason="Another one.")
    assert ledger.verify() == (3, [])


def test_the_second_is_told_so_even_where_the_rule_refuses_too(home: rows.Home) -> None:
    """What the first one did may be why; the sentence is to look again, not a stale reason."""
    case = home.case()
    stale, alice = models.Case.objects.get(pk=case.pk), home.acting("alice")
    course.withdraw(case, actor=alice, now=LATER)
    with nothing_stays():
        again = codes(lambda: course.withdraw(stale, actor=alice, now=LATER))
    assert again == ["changed-meanwhile"]


def test_a_step_inside_a_step_on_the_same_subject_is_refused(home: rows.Home) -> None:
    case = home.case()

    def nested() -> None:
        with step.taking("place_hold", case, **about_a_hold(home)):
            course.write_note(case, "Inside.", actor=home.acting("cora"), now=LATER)

    with nothing_stays():
        assert codes(nested) == ["changed-meanwhile"]


def test_an_edit_asks_only_for_the_role(home: rows.Home) -> None:
    case, now = home.case(), LATER
    allowed = {Role.COORDINATOR, Role.APPLICANT}
    with nothing_stays():
        step.only_for(allowed, case, actor=home.acting("cora"), now=now)
        step.only_for(allowed, case, actor=home.acting("alice"), now=now)
        for actor in (home.acting("mia"), home.acting("stan"), home.acting("stan", Role.CHAIR)):
            with pytest.raises(step.Refused, match="applicant or coordinator") as refused:
                step.only_for(allowed, case, actor=actor, now=now)
            assert [reason.code for reason in refused.value.reasons] == ["not-your-step"]


def test_a_letter_says_who_writes_to_whom_and_where_to_look(home: rows.Home) -> None:
    case = home.case()
    letter = outbox.write(
        home.people["alice"], "withdrawn", subject=case, placeholders={}, actor=home.system,
        now=LATER,
    )  # fmt: skip
    told = letter.body.replace("\\", "")  # Markdown's signs are escaped in every value
    for word in ("Dear Alice", case.reference, f"/requests/{case.reference}/", "CENTRA office"):
        assert word in told
    assert (letter.sent, letter.attempts) == (None, 0)
