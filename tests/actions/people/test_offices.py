"""Offices: an identity first, then a grant by somebody else, from a day until a day."""

import json
from datetime import date, timedelta

from muniment import models
from muniment.actions import people
from muniment.programme import Bundle
from muniment.rulebook.words import Role
from tests import seconds
from tests.world_front import START, Front, is_marked, last_entry, refusal_codes

TODAY = START.date()


def verified(front: Front, name: str = "stan") -> models.Person:
    person = front.people[name]
    return people.verify_person(
        person, programme=front.programme, actor=front.acting("cora"), now=START,
        how="Passport seen.",
    )  # fmt: skip


def granted(front: Front, person: models.Person, role: Role, **more: object) -> models.RoleGrant:
    actor = front.acting("ada", Role.ADMINISTRATOR)
    return people.grant_role(
        person, role, programme=front.programme, actor=actor, now=START,
        **{"from_on": TODAY, **more},
    )  # fmt: skip


def test_how_an_identity_was_proven_is_kept_with_who_recorded_it(front: Front) -> None:
    person = verified(front)
    assert is_marked(person, "identity_verified", actor=front.acting("cora"), now=START)
    assert models.Person.objects.get(pk=person.pk).identity_how == "Passport seen."
    entry = last_entry(front.programme)
    assert (entry.tag, sorted(entry.values)) == ("people.verify_person", ["how", "person"])


def test_nobody_verifies_themselves_and_nobody_without_a_word_how(front: Front) -> None:
    codes = refusal_codes(
        lambda: people.verify_person(
            front.people["cora"], programme=front.programme, actor=front.acting("cora"),
            now=START, how=" ",
        )
    )  # fmt: skip
    assert codes == ["reason-missing", "same-person"]


def test_an_office_is_granted_for_a_time_and_holds_only_then(front: Front) -> None:
    stan = verified(front)
    until = TODAY + timedelta(days=30)
    grant = granted(front, stan, Role.MEMBER, until_on=until)
    assert is_marked(grant, "made", actor=front.acting("ada", Role.ADMINISTRATOR), now=START)
    assert grant.identity_confirmed_at == stan.identity_verified_at
    days = [TODAY - timedelta(days=1), TODAY, until, until + timedelta(days=1)]
    assert [grant.holds_on(day) for day in days] == [False, True, True, False]
    assert last_entry(front.programme).tag == "people.grant_role"


def test_an_office_needs_a_proven_identity(front: Front) -> None:
    codes = refusal_codes(lambda: granted(front, front.people["stan"], Role.MEMBER))
    assert codes == ["person-unverified"]


def test_nobody_grants_themselves_an_office(front: Front) -> None:
    codes = refusal_codes(lambda: granted(front, front.people["ada"], Role.CHECKER))
    assert codes == ["same-person"]


def test_only_an_administrator_grants(front: Front) -> None:
    stan = verified(front)
    codes = refusal_codes(
        lambda: people.grant_role(
            stan, Role.MEMBER, programme=front.programme, actor=front.acting("cora"),
            now=START, from_on=TODAY,
        )
    )  # fmt: skip
    assert codes == ["not-your-step"]


def test_with_a_second_administrator_a_second_person_confirms(front: Front) -> None:
    granted(front, front.people["cora"], Role.ADMINISTRATOR)
    stan = verified(front)
    codes = refusal_codes(lambda: granted(front, stan, Role.MEMBER))
    grant = seconds.confirmed(
        lambda: granted(front, stan, Role.MEMBER, second_person=front.people["cora"])
    )
    assert (codes, grant.role) == (["second-person-missing"], Role.MEMBER)


def waits_a_day(front: Front) -> None:
    """As if the edition in force had the setting from its beginning."""
    row = models.Programme.objects.get(pk=front.programme.pk).active_edition
    document = json.loads(row.bundle.canonical)
    document["programme"]["second_person"]["cooling_hours"] = 24
    bundle = Bundle.from_data(document)
    models.EditionBundle.objects.filter(pk=row.bundle.pk).update(
        canonical=bundle.canonical.decode()
    )
    models.ProgrammeEdition.objects.filter(pk=row.pk).update(sha256=bundle.sha256)


def test_an_office_waits_as_long_as_the_programme_wants_after_a_colleague_was_asked(
    front: Front,
) -> None:
    granted(front, front.people["cora"], Role.ADMINISTRATOR)
    stan = verified(front)
    waits_a_day(front)

    def grant(after: timedelta) -> models.RoleGrant:
        return people.grant_role(
            stan, Role.MEMBER, programme=models.Programme.objects.get(pk=front.programme.pk),
            actor=front.acting("ada", Role.ADMINISTRATOR), now=START + after, from_on=TODAY,
            second_person=front.people["cora"],
        )  # fmt: skip

    seconds.confirm(seconds.ask(lambda: grant(timedelta())))
    early = timedelta(hours=24) - timedelta(minutes=1)
    assert refusal_codes(lambda: grant(early)) == ["cooling-off"]
    assert grant(timedelta(hours=24)).role == Role.MEMBER


def test_of_two_administrators_each_gives_the_other_their_offices(front: Front) -> None:
    stan = verified(front)
    granted(front, stan, Role.ADMINISTRATOR)
    grant = granted(front, stan, Role.MEMBER)  # only Stan could confirm, and it is about Stan
    assert (grant.person, grant.role) == (stan, Role.MEMBER)


def test_a_relation_to_a_case_is_never_granted(front: Front) -> None:
    stan = verified(front)
    yesterday = TODAY - timedelta(days=1)
    codes = refusal_codes(lambda: granted(front, stan, Role.APPLICANT, until_on=yesterday))
    assert codes == ["not-an-office", "dates-swapped"]
    assert not stan.grants.exists()


def test_an_office_is_held_once(front: Front) -> None:
    codes = refusal_codes(lambda: granted(front, front.people["max"], Role.MEMBER))
    assert codes == ["office-held"]


def test_an_ended_office_gives_no_role_any_more(front: Front) -> None:
    grant = front.people["max"].grants.get()
    actor = front.acting("ada", Role.ADMINISTRATOR)
    people.end_role(
        grant, programme=front.programme, actor=actor, now=START, reason="Left the committee."
    )
    assert is_marked(grant, "ended", actor=actor, now=START)
    assert last_entry(front.programme).tag == "people.end_role"
    away = refusal_codes(lambda: absence(front, "max", date(2026, 12, 1), date(2026, 12, 2)))
    assert away == ["not-your-step"]


def test_an_office_ends_with_a_reason_and_only_once(front: Front) -> None:
    grant = front.people["max"].grants.get()
    actor = front.acting("ada", Role.ADMINISTRATOR)

    def end(reason: str) -> models.RoleGrant:
        return people.end_role(
            grant, programme=front.programme, actor=actor, now=START, reason=reason
        )

    assert refusal_codes(lambda: end("")) == ["reason-missing"]
    end("Left.")
    front.programme.refresh_from_db()
    assert refusal_codes(lambda: end("Left again.")) == ["office-ended"]


def absence(front: Front, name: str, from_on: date, until_on: date) -> models.Absence:
    return people.declare_absence(
        front.programme, actor=front.acting(name), now=START, from_on=from_on,
        until_on=until_on, substitute=front.people["mia"],
    )  # fmt: skip


def test_an_absence_names_who_stands_in(front: Front) -> None:
    row = absence(front, "max", date(2026, 12, 1), date(2026, 12, 9))
    assert (row.person, row.substitute) == (front.people["max"], front.people["mia"])
    assert is_marked(row, "made", actor=front.acting("max"), now=START)
    assert last_entry(front.programme).tag == "people.declare_absence"


def test_an_absence_that_makes_no_sense_is_refused(front: Front) -> None:
    codes = refusal_codes(lambda: absence(front, "mia", date(2026, 12, 9), date(2026, 12, 1)))
    assert codes == ["dates-swapped", "substitute-is-you"]


def test_an_official_is_verified_through_a_contact_that_staff_found(front: Front) -> None:
    place = front.people["alice"].institution
    assert place is not None
    people.verify_signing_official(
        place, front.people["sam"], programme=front.programme, actor=front.acting("cora"),
        now=START, contact="Telephone number on the university's own page.",
    )  # fmt: skip
    assert is_marked(place, "official_verified", actor=front.acting("cora"), now=START)
    assert models.Institution.objects.get(pk=place.pk).official == front.people["sam"]
    assert last_entry(front.programme).tag == "agreement.verify_signing_official"


def test_an_official_is_not_verified_by_their_own_word(front: Front) -> None:
    place = front.people["alice"].institution
    assert place is not None
    codes = refusal_codes(
        lambda: people.verify_signing_official(
            place, front.people["sam"], programme=front.programme, actor=front.acting("cora"),
            now=START, contact="",
        )
    )  # fmt: skip
    assert codes == ["official-not-contacted"]
    assert models.Institution.objects.get(pk=place.pk).official is None
