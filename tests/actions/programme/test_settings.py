"""What an administrator changes: the roster, the mode of the second person, old editions."""

from datetime import date
from typing import Any

import pytest

from muniment import models
from muniment.actions import application, people, programme
from muniment.programme import Bundle
from muniment.queries import editions
from muniment.rulebook.words import Mode, Role
from tests import seconds
from tests.actions.programme.test_editions import staff_whole_office
from tests.world_front import Front, is_marked, last_entry, refusal_codes, shipped

BEGIN = date(2026, 12, 1)


def home_of(front: Front) -> models.Programme:
    return models.Programme.objects.get(pk=front.programme.pk)


def ada(front: Front) -> models.Actor:
    return front.acting("ada", Role.ADMINISTRATOR)


def seat(front: Front, name: str = "tess", role: Role = Role.MEMBER, **more: Any) -> Any:
    person = front.people[name]
    given = {"from_on": BEGIN, "second_person": front.people["cora"], **more}
    return programme.seat_member(
        person, role, programme=home_of(front), actor=ada(front), now=front.now, **given
    )


def known(front: Front, name: str = "tess") -> models.Person:
    return people.verify_person(
        front.people[name], programme=home_of(front), actor=ada(front), now=front.now, how="Seen."
    )


def test_a_member_is_seated_for_the_programmes_term(front: Front) -> None:
    known(front)
    found = seat(front, alternate=True)
    assert (found.role, found.alternate) == ("member", True)
    assert (found.from_on, found.until_on) == (BEGIN, date(2029, 12, 1))
    assert is_marked(found, "made", actor=ada(front), now=front.now)
    entry = last_entry(front.programme)
    assert entry.tag == "programme.seat_member"
    assert set(entry.values) == {"person", "role", "alternate", "seat", "from_on", "until_on"}


def test_a_term_that_begins_on_a_leap_day_ends_on_a_day_that_exists(front: Front) -> None:
    known(front)
    assert seat(front, from_on=date(2028, 2, 29)).until_on == date(2031, 2, 28)


def test_a_seat_is_refused_to_who_is_not_known_sits_already_or_would_seat_themselves(
    front: Front,
) -> None:
    assert "person-unverified" in refusal_codes(lambda: seat(front))
    known(front)
    assert refusal_codes(lambda: seat(front, role=Role.FINANCE)) == ["not-a-seat"]
    assert refusal_codes(lambda: seat(front, role=Role.CHAIR, alternate=True)) == ["not-a-seat"]
    assert refusal_codes(lambda: seat(front, until_on=date(2026, 1, 1))) == ["dates-swapped"]
    seat(front)
    assert refusal_codes(lambda: seat(front)) == ["seat-held"]
    assert "same-person" in refusal_codes(lambda: seat(front, "ada"))


def test_a_seat_of_the_edition_is_filled_once_and_by_its_own_role(front: Front) -> None:
    known(front)
    assert refusal_codes(lambda: seat(front, seat="treasurer")) == ["seat-unknown"]
    assert refusal_codes(lambda: seat(front, seat="chair")) == ["seat-unknown"]
    assert seat(front, seat="advocate").seat == "advocate"
    known(front, "sam")
    assert refusal_codes(lambda: seat(front, "sam", seat="advocate")) == ["seat-filled"]
    assert seat(front, "sam", seat="advocate", alternate=True).seat == "advocate"


def test_a_colleagues_word_is_for_the_named_seat_alone(front: Front) -> None:
    known(front)
    change(front)
    seconds.confirm(seconds.ask(lambda: seat(front, seat="advocate")))
    assert refusal_codes(lambda: seat(front)) == ["second-person-missing"]
    assert seat(front, seat="advocate").seat == "advocate"


def test_a_seat_is_ended_once_and_with_a_reason(front: Front) -> None:
    known(front)
    given = seat(front)

    def end(reason: str = "Moved abroad.") -> models.RoleGrant:
        return programme.end_seat(given, actor=ada(front), now=front.now, reason=reason)

    assert refusal_codes(lambda: end("")) == ["reason-missing"]
    given.programme.refresh_from_db()
    ended = end()
    assert is_marked(ended, "ended", actor=ada(front), now=front.now)
    assert last_entry(front.programme).tag == "programme.end_seat"
    given.programme.refresh_from_db()
    assert refusal_codes(end) == ["seat-ended"]


def test_an_office_is_no_seat_to_be_ended(front: Front) -> None:
    office = front.programme.grants.get(role=Role.FINANCE.value)
    codes = refusal_codes(
        lambda: programme.end_seat(office, actor=ada(front), now=front.now, reason="No.")
    )
    assert codes == ["seat-ended"]


def change(front: Front, mode: Mode = Mode.ALWAYS, **more: Any) -> models.ProgrammeEdition:
    given = {"reason": "The auditors asked for it.", "second_person": front.people["cora"], **more}
    return programme.change_second_person_mode(
        home_of(front), mode, actor=ada(front), now=front.now, **given
    )


def test_the_mode_of_the_second_person_is_a_new_edition_in_force(front: Front) -> None:
    edition = change(front)
    home = home_of(front)
    assert home.active_edition == edition
    bundle = editions.active_bundle(home)
    assert bundle["programme"]["second_person"]["mode"] == "always"
    assert bundle.edition == "2026.2"
    before, now = shipped().plain(), bundle.plain()
    assert [name for name in now if now[name] != before[name]] == ["programme"]
    entry = last_entry(front.programme)
    assert entry.tag == "programme.change_second_person_mode"
    assert set(entry.values) == {"mode_from", "mode", "reason", "edition"}


def test_the_mode_is_changed_for_a_reason_and_to_another_one(front: Front) -> None:
    assert refusal_codes(lambda: change(front, reason=" ")) == ["reason-missing"]
    assert refusal_codes(lambda: change(front, Mode.IF_AVAILABLE)) == ["mode-unchanged"]


def test_the_mode_of_an_edition_that_cannot_be_completed_is_not_changed(front: Front) -> None:
    """What is put in force is checked strictly, also where it differs in the mode alone."""
    data = shipped().plain()
    data["fees"]["waivers"][0]["id"] = "our-own"
    del data["fees"]["waivers"][0]["label"]
    kept = Bundle.from_data(data)
    models.EditionBundle.objects.update(canonical=kept.canonical.decode())
    models.ProgrammeEdition.objects.update(sha256=kept.sha256)
    before = home_of(front).active_edition_id
    assert set(refusal_codes(lambda: change(front))) == {"edition-unchecked"}
    assert home_of(front).active_edition_id == before


def test_under_always_nobody_changes_it_back_alone(front: Front) -> None:
    change(front)
    codes = refusal_codes(lambda: change(front, Mode.NEVER, second_person=None))
    assert codes == ["second-person-missing"]


def retire(front: Front, edition: models.ProgrammeEdition, **more: Any) -> Any:
    edition.programme.refresh_from_db()
    given = {"reason": "Its fees are out of date.", "second_person": front.people["cora"], **more}
    return programme.retire_programme_edition(edition, actor=ada(front), now=front.now, **given)


def first(front: Front) -> models.ProgrammeEdition:
    return models.ProgrammeEdition.objects.get(programme=front.programme, number=1)


def test_an_edition_that_is_not_in_force_is_retired_once(front: Front) -> None:
    change(front)
    retired = seconds.confirmed(lambda: retire(front, first(front)))
    assert is_marked(retired, "retired", actor=ada(front), now=front.now)
    assert last_entry(front.programme).tag == "programme.retire_programme_edition"
    again = lambda: seconds.confirmed(lambda: retire(front, first(front)))  # noqa: E731
    assert refusal_codes(again) == ["edition-retired"]


def test_the_edition_in_force_is_not_retired(front: Front) -> None:
    assert refusal_codes(lambda: retire(front, first(front))) == ["edition-in-force"]
    assert refusal_codes(lambda: retire(front, first(front), reason="")) == ["reason-missing"]


def test_a_retired_edition_is_not_put_in_force_again(front: Front) -> None:
    staff_whole_office(front)
    seconds.confirmed(lambda: change(front))
    seconds.confirmed(lambda: retire(front, first(front)))
    codes = refusal_codes(
        lambda: seconds.confirmed(
            lambda: programme.activate_programme_edition(
                first(front), actor=ada(front), now=front.now, second_person=front.people["cora"]
            )
        )
    )
    assert codes == ["edition-retired"]


def test_no_draft_keeps_to_a_retired_edition_and_what_was_submitted_does(front: Front) -> None:
    case = front.complete_draft()
    sent = front.submitted()
    change(front)
    kept = front.fresh(case)
    application.keep_edition(kept, actor=front.alice, now=front.now)
    seconds.confirmed(lambda: retire(front, first(front)))
    again = front.fresh(case)
    codes = refusal_codes(lambda: application.submit(again, actor=front.alice, now=front.now))
    assert codes == ["newer-edition"]
    keep = refusal_codes(
        lambda: application.keep_edition(front.fresh(case), actor=front.alice, now=front.now)
    )
    assert keep == ["edition-retired"]
    assert front.fresh(sent).edition == first(front)


@pytest.mark.parametrize("who", ["cora", "stan"])
def test_settings_are_the_administrators(front: Front, who: str) -> None:
    actor = front.acting(who, Role.COORDINATOR)
    codes = refusal_codes(
        lambda: programme.change_second_person_mode(
            home_of(front), Mode.NEVER, actor=actor, now=front.now, reason="Because."
        )
    )
    assert "not-your-step" in codes
