"""The application as it stands: answers, files, specification, confirmations."""

from collections.abc import Iterator, Mapping
from typing import Any

from muniment import models
from muniment.dataplane.spec import check
from muniment.programme import forms
from muniment.queries import asked, editions
from muniment.rulebook.words import Fact

from .situation import Situation, reads

ORIGINAL = "original"
"""The purpose of an attachment that is the applicant's own form or message."""

TRAINEE = "trainee"
"""The class of applicant for whom a supervisor answers."""


@reads(Fact.FORM_COMPLETE)
def form_complete(here: Situation) -> bool:
    answers = asked.answers_of(here.case)
    return not forms.missing(here.bundle, answers) and not forms.validate(here.bundle, answers)


@reads(Fact.ATTACHMENTS_PRESENT)
def attachments_present(here: Situation) -> bool:
    """Every file an answer names is attached, and none that is attached was refused."""
    verdicts = _verdicts(here)
    infected = models.StoredFile.Verdict.INFECTED.value
    return _named(here) <= verdicts.keys() and infected not in verdicts.values()


@reads(Fact.ATTACHMENTS_CLEAN)
def attachments_clean(here: Situation) -> bool:
    """Every file an answer names is attached, and everything attached was found clean."""
    verdicts, clean = _verdicts(here), {models.StoredFile.Verdict.CLEAN.value}
    return _named(here) <= verdicts.keys() and set(verdicts.values()) <= clean


def _verdicts(here: Situation) -> dict[str, str]:
    """SHA-256 of what is attached, to what the scanner said of it."""
    attached = here.case.attachments.filter(removed_at__isnull=True)
    return dict(attached.values_list("file__sha256", "file__verdict"))


def _named(here: Situation) -> set[str]:
    """SHA-256 of every file that an answer names."""
    return set(_files(asked.answers_of(here.case)))


@reads(Fact.FILE_STORED)
def file_stored(here: Situation) -> bool:
    """The bytes are kept and recorded; files brought for a holding lie in its folder instead."""
    if here.given("brought") is not None:
        return bool(here.given("brought").content_sha256)
    file = here.given("file")
    return file is not None and models.StoredFile.objects.filter(sha256=file.sha256).exists()


@reads(Fact.SPECIFICATION_VALID)
def specification_valid(here: Situation) -> bool:
    """Of the version that the step brings, else of the present one."""
    brought = here.given("specification")
    document = brought or asked.parsed(asked.find_specification(here.case))
    holdings = asked.holdings_of(here.programme)
    return document is not None and not check.against(document, holdings)


@reads(Fact.SPECIFICATION_CONFIRMED)
def specification_confirmed(here: Situation) -> bool:
    """The applicant's own, and about every dataset that is chosen."""
    present = asked.find_specification(here.case)
    if present is None:
        return here.case.kind == models.Case.Kind.COLLABORATION
    written = asked.parsed(present)
    named = written.part_hashes if written else {}
    chosen = asked.live_parts(here.case).values_list("part_id", flat=True)
    return present.confirmed_at is not None and set(chosen) <= set(named)


@reads(Fact.ENTRY_CONFIRMED)
def entry_confirmed(here: Situation) -> bool:
    entered = here.case.sections.filter(entered_at__isnull=False)
    return not entered.filter(confirmed_at__isnull=True).exists()


@reads(Fact.ORIGINAL_KEPT)
def original_kept(here: Situation) -> bool:
    """A file that the step names, one kept on the case, or the enquiry it grew from."""
    file = here.given("original")
    if file is not None:
        return models.StoredFile.objects.filter(sha256=file.sha256).exists()
    if not isinstance(here.subject, models.Case):
        return False
    kept = here.case.attachments.filter(purpose=ORIGINAL, removed_at__isnull=True)
    return kept.exists() or here.case.enquiries.exists()


@reads(Fact.SUPERVISOR_CONFIRMED)
def supervisor_confirmed(here: Situation) -> bool:
    if here.case.supervisor_id is None:
        return bool(asked.find_answer(here.case, "applicant_class") != TRAINEE)
    return here.case.supervisor_confirmed_at is not None and is_named(here.case)


def is_named(case: models.Case) -> bool:
    """Whether the supervisor is still the one whom the answers name, where they name one."""
    named = asked.find_answer(case, "supervisor") or {}
    address = str(named.get("email") or "").strip().lower()
    return not address or (case.supervisor is not None and case.supervisor.email == address)


@reads(Fact.TEAM_ACCEPTED)
def team_accepted(here: Situation) -> bool:
    return not here.case.team.filter(accepted_at__isnull=True, ended_at__isnull=True).exists()


@reads(Fact.NEWER_FORM_EDITION)
def newer_form_edition(here: Situation) -> bool:
    return editions.find_newer(here.case) is not None


@reads(Fact.POINTS_ANSWERED)
def points_answered(here: Situation) -> bool:
    return not here.case.points.filter(resolved_at__isnull=True).exists()


def _files(value: Any) -> Iterator[str]:
    """The hash of every uploaded file inside an answer."""
    if isinstance(value, Mapping):
        if "sha256" in value and "size" in value:
            yield str(value["sha256"])
        else:
            for inside in value.values():
                yield from _files(inside)
    elif isinstance(value, list | tuple):
        for inside in value:
            yield from _files(inside)
