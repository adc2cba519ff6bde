"""The turn bar in words: yours (verb first), theirs (who, and that you may wait), or done."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from muniment.pages.wording import stages
from muniment.queries import timeline
from muniment.queries.timeline import What
from muniment.rulebook.words import Role, Stage

YOURS: dict[What, tuple[Promise, Promise]] = {
    What.WRITE: (_("finish the request"), _("Nobody has been asked anything yet.")),
    What.CHECK_COMPLETENESS: (_("check completeness"), _("Is everything there that is asked?")),
    What.COMPLETE: (_("complete the points below"), _("Then send the request again.")),
    What.CONFIRM_SUPERVISION: (
        _("confirm that you supervise"),
        _("The request is sent once its accountable lead has confirmed."),
    ),
    What.ANSWER_SCOPE: (
        _("answer to a smaller scope"),
        _("The office proposes what the data can answer. The clock is paused until you reply."),
    ),
    What.CHECK_AVAILABILITY: (_("check availability"), _("Do the data exist, are they enough?")),
    What.JUDGE_POLICY: (_("judge policy"), _("Does the request fit the sharing policy?")),
    What.REVIEW: (_("review the request"), _("Your review stays yours until you send it.")),
    What.DETERMINE: (_("decide"), _("The outcome needs a reason and a dated notice.")),
    What.REVISE: (_("revise and resubmit"), _("The same reviewers read it again.")),
    What.ISSUE_AGREEMENT: (_("send agreement and estimate"), _("They leave together.")),
    What.ANSWER_CHANGE: (
        _("answer the change to a clause"),
        _("Nobody signs until it is accepted or refused."),
    ),
    What.SIGN: (_("sign the agreement"), _("Read it first; the estimate comes with it.")),
    What.INVOICE: (_("send the invoice"), _("Nothing is released before the fee is settled.")),
    What.PAY: (_("settle the invoice"), _("Nothing is released before the fee is settled.")),
    What.MEET_CONDITION: (
        _("meet the condition"),
        _("Hand in what shows it; the office then confirms it."),
    ),
    What.CONFIRM_CONDITION: (
        _("confirm the condition"),
        _("The applicant handed in evidence: accept it, or refuse it with the reason."),
    ),
    What.ANSWER_APPLICANT: (
        _("answer the applicant"),
        _("They asked the office a question."),
    ),
    What.OPEN_RELEASE: (_("open the release"), _("Signed, settled and every condition met.")),
    What.BUILD: (_("build the release"), _("Exactly what was approved, and nothing else.")),
    What.CHECK_BUILD: (_("check the build"), _("Whoever built it cannot check it.")),
    What.CLOSE_OUT: (_("hand in the final report"), _("Then the use of the data can end.")),
    What.CERTIFY_DESTRUCTION: (
        _("certify the destruction of the data"),
        _("That every copy under your agreement is gone, and how."),
    ),
    What.DECIDE_RETENTION: (
        _("decide on a longer retention"),
        _("The applicant asks to keep the data longer."),
    ),
    What.ACCEPT_CLOSE_OUT: (
        _("accept the close-out"),
        _("The final report and every certificate are in."),
    ),
    What.HOLD_ENDS: (_("settle the hold"), _("The clock is paused until it is lifted.")),
}
"""What the reader is asked to do, and one sentence beside it."""

THEIRS: dict[What, Promise] = {
    What.WRITE: _("The applicant is writing the request"),
    What.COMPLETE: _("With the applicant, to complete it"),
    What.REVISE: _("With the applicant, to revise it"),
    What.CONFIRM_SUPERVISION: _("With the supervisor, to confirm"),
    What.ANSWER_SCOPE: _("With the applicant, to answer to a smaller scope"),
    What.REVIEW: _("With the committee"),
    What.ANSWER_CHANGE: _("With the program, to answer a change to the agreement"),
    What.PAY: _("With the applicant, to settle the invoice"),
    What.MEET_CONDITION: _("With the applicant, to meet a condition"),
    What.CONFIRM_CONDITION: _("With the office, to confirm a condition"),
    What.HOLD_ENDS: _("On hold"),
    What.BUILD: _("With the office, to build the release"),
    What.CHECK_BUILD: _("With the office, to check the release"),
    What.CLOSE_OUT: _("With the applicant, for the final report"),
    What.DECIDE_RETENTION: _("With the office, to decide on a longer retention"),
    What.ACCEPT_CLOSE_OUT: _("With the office, to close the request"),
}
"""Where it is, seen by whoever need not act; the office where nothing is said."""

SIGNERS: dict[Role, Promise] = {
    Role.APPLICANT: _("With the applicant, to sign the agreement"),
    Role.SUPERVISOR: _("With the supervisor, to sign the agreement"),
    Role.TEAM_MEMBER: _("With the team, for a pledge that is missing"),
    Role.SIGNING_OFFICIAL: _("With the institution’s signing official, to sign the agreement"),
    Role.PROGRAMME_SIGNATORY: _("With the program, to sign the agreement"),
}
"""The same, of an agreement that somebody has yet to sign."""

CERTIFIERS: dict[Role, Promise] = {
    Role.APPLICANT: _("With the applicant, to certify the destruction"),
    Role.SIGNING_OFFICIAL: _("With the signing official, to certify the destruction"),
}
"""The same, of a certificate that somebody has yet to give."""

BY_ROLE = {What.SIGN: SIGNERS, What.CERTIFY_DESTRUCTION: CERTIFIERS}

PARTY_NAMES = {
    Role.APPLICANT: _("The applicant"),
    Role.SUPERVISOR: _("The supervisor"),
    Role.TEAM_MEMBER: _("The team"),
    Role.SIGNING_OFFICIAL: _("The institution’s signing official"),
    Role.PROGRAMME_SIGNATORY: _("The program"),
    Role.MEMBER: _("The committee"),
}
"""Whose turn it is, in one short name; every other role is the office."""


WRITTEN_AT = frozenset({Stage.DRAFT, Stage.RETURNED, Stage.REVISING})


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The turn bar, ready to draw."""

    form: Literal["yours", "theirs", "done"]
    title: str
    text: str
    facts: tuple[Fact, ...]


def bar(turn: timeline.Turn, stage: str) -> Bar:
    """The bar of a turn on a case at that stage."""
    if turn.what is What.NOTHING:
        form: Literal["theirs", "done"] = "done" if stage == "closed" else "theirs"
        text = str(stages.ENDED_TEXT[stage])
        return Bar(form, str(stages.ENDED[stage]), text, (Fact(gettext("Since"), day(turn.since)),))
    if turn.what is What.USE:
        return Bar("done", gettext("Released"), gettext("The data may be used."), _facts(turn))
    if turn.what is What.ANSWER:
        return _answer(turn)
    if turn.yours:
        do, beside = YOURS[turn.what]
        return Bar("yours", gettext("Your turn: %(do)s") % {"do": do}, str(beside), _facts(turn))
    said = BY_ROLE.get(turn.what, {}).get(turn.role) if turn.role else None
    waiting = str(said or THEIRS.get(turn.what, _("With the office")))
    text = gettext("You do not need to do anything.")
    if turn.what is What.HOLD_ENDS and stage in WRITTEN_AT:
        text = gettext("Nothing can be sent until the office lifts it.")
    return Bar("theirs", waiting, text, _facts(turn))


def whose(turn: timeline.Turn) -> str:
    """One short name for a list: you, the applicant, the committee, the office."""
    if turn.yours:
        return gettext("You")
    if turn.role is None:
        return gettext("Nobody")
    return str(PARTY_NAMES.get(turn.role, _("The office")))


def day(on: date) -> str:
    """A date as every page writes it: 16 Sep 2026."""
    return date_format(on, "j M Y")


def _answer(turn: timeline.Turn) -> Bar:
    """A blocking question: the clock stands for everyone until it is answered."""
    if turn.yours:
        title = ngettext(
            "Your turn: answer a question", "Your turn: answer %(n)s questions", turn.number
        ) % {"n": turn.number}
        text = gettext("The clock is paused until you reply.")
        return Bar("yours", title, text, _facts(turn))
    title = gettext("With the applicant, to answer a question")
    return Bar("theirs", title, gettext("The clock is paused until they reply."), _facts(turn))


def _facts(turn: timeline.Turn) -> tuple[Fact, ...]:
    asks = turn.what in (What.ANSWER, What.ANSWER_APPLICANT)
    facts = []
    if turn.asked_by:
        facts.append(Fact(gettext("Asked by"), turn.asked_by))
    facts.append(Fact(gettext("Asked on") if asks else gettext("Since"), day(turn.since)))
    if turn.day is not None and turn.of is not None:
        said = gettext("Day %(day)s of %(of)s") % {"day": turn.day, "of": turn.of}
        facts.append(Fact(gettext("Business days"), said))
    if turn.until is not None:
        late = gettext("%(day)s, late") % {"day": day(turn.until)}
        facts.append(Fact(_until(turn), late if turn.late else day(turn.until)))
    return tuple(facts)


def _until(turn: timeline.Turn) -> str:
    labels = {
        What.ANSWER: _("Reply by"),
        What.ANSWER_APPLICANT: _("Reply by"),
        What.ANSWER_SCOPE: _("Reply by"),
        What.MEET_CONDITION: _("Due"),
        What.CONFIRM_CONDITION: _("Due"),
        What.SIGN: _("Offer ends"),
        What.PAY: _("Pay by"),
        What.USE: _("Next report or end"),
    }
    return str(labels.get(turn.what, _("Until")))
