"""The team: invited by the applicant, joined by their own word, led by who answers for it.

An invitation's token is random, kept only as its hash, for one address and for a time (B2).
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from muniment import models
from muniment.actions import aftercare, files, input_refused, outbox, people, step
from muniment.queries import asked, schedule
from muniment.queries import files as attached
from muniment.queries.facts import people as facts
from muniment.queries.house import people as standing
from muniment.rulebook import reading, words

from .answers import WRITERS
from .written import against_writing, unless_being_written

INVITED_FOR = timedelta(days=14)
LEAVES = "end_persons_access"
"""The step by which somebody leaves who may hold data, or soon will."""


def invite_to_team(
    case: models.Case,
    *,
    email: str,
    name: str,
    project_role: str,
    actor: models.Actor,
    now: datetime,
    institution: models.Institution | None = None,
    will_access_data: bool = False,
    may_edit: bool = False,
) -> tuple[models.TeamMember, str]:
    """Invite a person; return the row and the token that only the letter carries.

    Inviting an address again takes back the invitation that is still open.
    """
    with step.taking("invite_to_team", case, actor=actor, now=now) as taken:
        invited = people.register_person(email, name=name)
        _unless_joined(case, invited)
        token = secrets.token_urlsafe(32)
        case.team.filter(email=invited.email, ended_at__isnull=True).update(
            ended_at=now, ended_by=actor
        )
        member = models.TeamMember.objects.create(
            case=case,
            email=invited.email,
            name=name.strip(),
            project_role=project_role,
            institution=institution,
            will_access_data=will_access_data,
            may_edit=may_edit,
            token_sha256=facts.token_sha256(token),
            token_until=now + INVITED_FOR,
            made_at=now,
            made_by=actor,
        )
        taken.records(member=invited.public_id, role=project_role, access=will_access_data)
        _tell(taken, case, invited, token)
    return member, token


def accept_invitation(
    member: models.TeamMember,
    *,
    token: str,
    actor: models.Actor,
    now: datetime,
    cv: models.StoredFile | None = None,
    cv_name: str = "",
) -> models.TeamMember:
    """Join the team; the token is used up. A CV that comes with it lies among the request's files.

    `cv_name` is the plain name of its file.
    """
    about = {"token": token}
    with step.taking("accept_invitation", member.case, actor=actor, now=now, about=about) as taken:
        assert actor.person is not None  # the rulebook needs the invited person
        input_refused.unless_empty(against_joining(member.case, actor.person, now=now))
        member.person, member.token_sha256 = actor.person, ""
        member.accepted_at, member.accepted_by = now, actor
        member.save(update_fields=["person", "token_sha256", "accepted_at", "accepted_by"])
        taken.records(member=actor.person.public_id)
        if cv is not None:
            files.add(member.case, cv, purpose=attached.CV, name=cv_name, actor=actor, now=now)
            taken.records(cv=cv.sha256)
    return member


def end_membership(
    member: models.TeamMember, *, actor: models.Actor, now: datetime
) -> models.TeamMember:
    """Take someone off the team, or an invitation back; an edit of those who write the request.

    While it is judged who joined stays on it, so that nobody turns from party to judge; from the
    agreement on, leaving is the step that ends what they may see.
    """
    case = member.case
    step.only_for(WRITERS, case, actor=actor, now=now)
    if member.accepted_at is not None:
        input_refused.unless_empty(against_leaving(case, actor=actor, now=now))
        if _leave_by_step(case):
            return aftercare.end_persons_access(member, actor=actor, now=now)
    member.ended_at, member.ended_by = now, actor
    member.save(update_fields=["ended_at", "ended_by"])
    return member


def against_leaving(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> list[words.Refusal]:
    """Why this actor may take nobody off the team now who joined it; an empty list means go."""
    if _leave_by_step(case):
        return step.refusals(LEAVES, case, actor=actor, now=now)
    return against_writing(case)


def against_joining(
    case: models.Case, person: models.Person, *, now: datetime
) -> list[words.Refusal]:
    """Why this person may not accept a place on a request, or confirm that they supervise it.

    Only they are told, when they accept: else anybody could find out by naming them who is barred.
    Who joined before the bar goes on until the request is sent in again.
    """
    barring = standing.list_barring(None, person, today=schedule.today(case, now))
    return [words.PRESENT[words.Fact.BARRED]] if barring else []


def _leave_by_step(case: models.Case) -> bool:
    return words.Stage(case.stage) in reading.STEPS[LEAVES].at


def name_supervisor(
    case: models.Case, supervisor: models.Person, *, actor: models.Actor, now: datetime
) -> models.Case:
    """Name who answers for a trainee; whoever it was before has confirmed nothing of it."""
    step.only_for(WRITERS, case, actor=actor, now=now)
    unless_being_written(case)
    if supervisor.pk == case.applicant_id:
        message = "Name somebody else: nobody supervises their own request."
        raise step.Refused([words.Refusal("supervisor-is-applicant", message)])
    if supervisor.pk == case.supervisor_id and case.supervisor_confirmed_at is not None:
        message = "{name} has confirmed already."
        raise step.Refused([words.Refusal("confirmed-already", message, {"name": supervisor.name})])
    case.supervisor = supervisor
    case.supervisor_confirmed_at = case.supervisor_confirmed_by = None
    case.save(update_fields=["supervisor", "supervisor_confirmed_at", "supervisor_confirmed_by"])
    inviter = actor.person.name if actor.person else ""
    link = {"link": f"/requests/{case.reference}/supervision/", "inviter_name": inviter}
    outbox.write(
        supervisor, "supervision-asked", subject=case, placeholders=link, actor=actor, now=now
    )
    return case


def ask_supervisor(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Ask whom the answers name as supervisor; raises Refused while they name nobody."""
    named = asked.find_answer(case, "supervisor") or {}
    if not named.get("email"):
        message = "Name your supervisor, with an e-mail address, in the section about you."
        raise step.Refused([words.Refusal("supervisor-unnamed", message)])
    with transaction.atomic():
        supervisor = people.register_person(named["email"], name=str(named.get("name", "")))
        return name_supervisor(case, supervisor, actor=actor, now=now)


def confirm_supervision(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Confirm that one is the accountable lead."""
    with step.taking("confirm_supervision", case, actor=actor, now=now) as taken:
        assert actor.person is not None  # a supervisor is a person
        input_refused.unless_empty(against_joining(case, actor.person, now=now))
        case.supervisor_confirmed_at, case.supervisor_confirmed_by = now, actor
        case.save(update_fields=["supervisor_confirmed_at", "supervisor_confirmed_by"])
        taken.records(supervisor=actor.person.public_id)
    return case


def _unless_joined(case: models.Case, invited: models.Person) -> None:
    joined = case.team.filter(email=invited.email, accepted_at__isnull=False, ended_at__isnull=True)
    if invited.pk == case.applicant_id or joined.exists():
        message = "{name} is on the team already."
        raise step.Refused([words.Refusal("on-the-team", message, {"name": invited.name})])


def _tell(taken: step.Taken, case: models.Case, invited: models.Person, token: str) -> None:
    inviter = taken.actor.person
    taken.tells(
        invited,
        "invitation",
        inviter_name=inviter.name if inviter else "",
        expires_on=schedule.today(case, taken.now + INVITED_FOR).isoformat(),
        link=f"/invitations/{token}/",
    )
