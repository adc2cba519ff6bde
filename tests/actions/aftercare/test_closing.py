"""The orderly end, from the last report to the closed request."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from muniment import models
from muniment.actions import aftercare, people
from muniment.actions import case as course
from muniment.queries import proofs
from muniment.rulebook.words import Role, Stage
from tests.actions.aftercare.released import Released
from tests.world_front import letters_to, refusal_codes

SAM = ("sam", Role.SIGNING_OFFICIAL)


def test_when_the_work_is_done_destruction_is_due_within_the_days_of_the_calendar(
    released: Released,
) -> None:
    today = released.world.house.clock.now.date()
    office = refusal_codes(lambda: aftercare.begin_close_out(released.case, **released.cora))
    assert office == ["not-your-step"]
    aftercare.begin_close_out(released.case, **released.alice)
    assert released.case.stage == Stage.CLOSE_OUT
    assert released.agreement.destructions.get().due_on == today + timedelta(days=30)
    assert released.letters()[-1] == "close-out-due"


def test_the_term_ends_by_itself_and_no_sooner(released: Released) -> None:
    system = {"actor": people.system(), "now": released.alice["now"]}
    early = refusal_codes(lambda: aftercare.expire_agreement(released.case, **system))
    assert early == ["term-running"]
    left = released.agreement.ends_on - released.world.house.clock.now.date()
    released.pass_time(days=left.days + 2)
    aftercare.expire_agreement(
        released.case, actor=people.system(), now=released.world.house.clock.now
    )
    assert released.case.stage == Stage.CLOSE_OUT


def test_everything_in_order_closes_the_request(released: Released) -> None:
    aftercare.begin_close_out(released.case, **released.alice)

    def closes() -> list[str]:
        return refusal_codes(lambda: aftercare.accept_close_out(released.case, **released.cora))

    assert closes() == ["final-report-missing", "destruction-uncertified"]
    aftercare.submit_final_report(released.case, "Done.", **released.alice)
    assert closes() == ["destruction-uncertified"]
    certificate = aftercare.certify_destruction(
        released.agreement, how="Shredded, disks wiped.", **released.by(*SAM)
    )
    assert certificate.certified_by.person.name == "Sam Signer"
    assert released.agreement.destructions.count() == 1
    aftercare.accept_close_out(released.case, **released.cora)
    assert released.case.stage == Stage.CLOSED
    assert released.letters()[-1] == "closed"


def test_a_certificate_of_destruction_can_be_checked_by_its_code(released: Released) -> None:
    aftercare.begin_close_out(released.case, **released.alice)
    models.Destruction.objects.all().delete()
    aftercare.certify_destruction(released.agreement, how="Wiped.", **released.by(*SAM))
    letter = released.case.messages.latest("pk")
    code = letter.body.replace("\\", "").split("/verify/")[1].split("/")[0]
    proof = proofs.find(code)
    assert (proof.kind, proof.outcome, proof.case_id) == (
        "destruction", "certified", released.case.pk,
    )  # fmt: skip


def test_a_certificate_without_a_method_or_by_somebody_else_is_refused(released: Released) -> None:
    aftercare.begin_close_out(released.case, **released.alice)

    def certifies(how: str, **by: object) -> list[str]:
        return refusal_codes(
            lambda: aftercare.certify_destruction(released.agreement, how=how, **by)
        )

    assert certifies(" ", **released.by(*SAM)) == ["method-missing"]
    assert certifies("Wiped.", **released.alice) == ["party-not-yours"]
    models.Institution.objects.update(official=released.world.person("alice"))
    assert certifies("Wiped.", **released.alice) == ["party-not-yours"], "not as the applicant"
    assert certifies("Wiped.", **released.by(*SAM)) == ["not-your-step", "party-not-yours"]
    sam = released.world.person("sam")
    models.Institution.objects.update(
        official=sam, official_verified_at=None, official_verified_by=None
    )
    assert certifies("Wiped.", **released.by(*SAM)) == ["party-not-yours"], "not before we know"


def test_who_signed_for_nobody_but_themself_certifies_and_the_request_closes(
    released: Released,
) -> None:
    released.asks_alone()
    aftercare.begin_close_out(released.case, **released.alice)
    aftercare.submit_final_report(released.case, "Done.", **released.alice)

    def certifies(by: dict[str, Any]) -> list[str]:
        return refusal_codes(
            lambda: aftercare.certify_destruction(released.agreement, how="Wiped.", **by)
        )

    for name, role in (SAM, ("stan", Role.APPLICANT), ("alice", Role.SIGNING_OFFICIAL)):
        assert certifies(released.by(name, role)) == ["not-your-step", "party-not-yours"], name
    certificate = aftercare.certify_destruction(
        released.agreement, how="Disk wiped.", **released.alice
    )
    assert (certificate.certified_by.role, certificate.how) == ("applicant", "Disk wiped.")
    aftercare.accept_close_out(released.case, **released.cora)
    assert released.case.stage == Stage.CLOSED


def test_where_the_applicant_alone_signed_for_an_institution_no_official_is_asked(
    released: Released,
) -> None:
    """A track that has no official sign needs none at its end, nor takes the word of one."""
    agreement = released.agreement
    agreement.document["track"] = "expedited"
    agreement.save()
    models.Institution.objects.update(official_verified_at=None, official_verified_by=None)
    aftercare.begin_close_out(released.case, **released.alice)
    aftercare.submit_final_report(released.case, "Done.", **released.alice)
    assert course.remind(released.case, **released.cora) == [released.world.person("alice")]

    certify = partial(aftercare.certify_destruction, released.agreement, how="Wiped.")
    assert refusal_codes(partial(certify, **released.by(*SAM))) == ["party-not-yours"]
    certify(**released.alice)
    aftercare.accept_close_out(released.case, **released.cora)
    assert released.case.stage == Stage.CLOSED


def test_only_who_still_owes_a_certificate_is_reminded_of_it(released: Released) -> None:
    person, office = released.world.person, people.system()
    joined = released.agreement
    joined.pk, joined.kind = None, models.Agreement.Kind.JOINDER
    joined.institution = models.Institution.objects.create(
        name="Riverside", official=person("stan"), official_verified_at=released.alice["now"],
        official_verified_by=office,
    )  # fmt: skip
    joined.save()
    aftercare.begin_close_out(released.case, **released.alice)

    def reminded() -> list[models.Person]:
        now = released.world.house.now()
        return course.remind(released.case, actor=office, now=now)

    assert reminded() == [person("alice")], "of the final report"
    aftercare.submit_final_report(released.case, "Done.", **released.alice)
    assert set(reminded()) == {person("sam"), person("stan")}
    lead = released.case.agreements.get(kind=models.Agreement.Kind.LEAD)
    aftercare.certify_destruction(lead, how="Wiped.", **released.by(*SAM))
    assert reminded() == [person("stan")]
    assert letters_to(person("stan"))[-1] == "reminder"
    models.Institution.objects.filter(name="Riverside").update(
        official_verified_at=None, official_verified_by=None
    )
    assert reminded() == [person("alice")], "who can name somebody that signs"
    models.Destruction.objects.update(certified_at=None, certified_by=None)
    models.Agreement.objects.filter(pk=joined.pk).update(institution=None)
    assert set(reminded()) == {person("alice"), person("sam")}, "each of a text of their own"
    models.Destruction.objects.update(
        certified_at=released.alice["now"], certified_by=released.by(*SAM)["actor"]
    )
    assert reminded() == [person("alice")]
    models.Agreement.objects.filter(pk=joined.pk).delete()
    assert reminded() == [person("cora")], "nothing is owed but the office's word"


def test_who_signed_for_nobody_but_themself_is_reminded_of_the_certificate(
    released: Released,
) -> None:
    released.asks_alone()
    aftercare.begin_close_out(released.case, **released.alice)
    aftercare.submit_final_report(released.case, "Done.", **released.alice)
    assert course.remind(released.case, **released.cora) == [released.world.person("alice")]
    assert "certify destruction" in released.case.messages.latest("pk").body


def test_a_longer_retention_is_asked_for_once_and_moves_the_destruction(released: Released) -> None:
    later = released.agreement.ends_on + timedelta(days=400)
    aftercare.ask_retention(
        released.case, reason="A reader may ask.", until_on=later, **released.alice
    )
    again = refusal_codes(
        lambda: aftercare.ask_retention(
            released.case, reason="Again.", until_on=later, **released.alice
        )
    )
    assert again == ["retention-undecided"]
    granted = aftercare.grant_retention(
        released.case, until_on=later, second_person=released.world.person("otto"), **released.cora
    )
    assert (granted.until_on, granted.granted_by.person.name) == (later, "Cora Coordinator")
    assert released.agreement.destructions.get().due_on == later
    assert released.letters()[-1] == "retention-decided"


def test_a_refused_retention_keeps_its_reason_and_the_day(released: Released) -> None:
    due_on = released.agreement.destructions.get().due_on
    later = due_on + timedelta(days=400)
    aftercare.ask_retention(released.case, reason="To reuse.", until_on=later, **released.alice)
    silent = refusal_codes(
        lambda: aftercare.refuse_retention(released.case, reason="", **released.cora)
    )
    assert silent == ["reason-missing"]
    row = aftercare.refuse_retention(released.case, reason="Reuse is a new use.", **released.cora)
    assert (row.answer, row.granted_at) == ("Reuse is a new use.", None)
    assert released.agreement.destructions.get().due_on == due_on
    assert "new use" not in released.case.messages.latest("pk").body
    undecided = refusal_codes(
        lambda: aftercare.refuse_retention(released.case, reason="No.", **released.cora)
    )
    assert undecided == ["no-retention-asked"]


def test_retention_is_granted_for_days_that_lie_ahead(released: Released) -> None:
    later = released.agreement.ends_on + timedelta(days=400)
    aftercare.ask_retention(released.case, reason="To reuse.", until_on=later, **released.alice)
    codes = refusal_codes(
        lambda: aftercare.grant_retention(
            released.case, until_on=released.world.house.clock.now.date(),
            second_person=released.world.person("otto"), **released.cora,
        )
    )  # fmt: skip
    assert codes == ["day-past"]


@pytest.mark.parametrize("days", [0, -1])
def test_retention_is_asked_for_days_that_lie_ahead(released: Released, days: int) -> None:
    day = released.world.house.clock.now.date() + timedelta(days=days)
    codes = refusal_codes(
        lambda: aftercare.ask_retention(
            released.case, reason="Late.", until_on=day, **released.alice
        )
    )
    assert codes == ["day-past"]
