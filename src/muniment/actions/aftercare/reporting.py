"""What those who hold data report, and what others find."""

from datetime import date, datetime

from muniment import models
from muniment.actions import input_refused, step
from muniment.queries import schedule
from muniment.rulebook import words

Kind = models.Report.Kind
EMPTY = "Write a few words."


def report_progress(
    case: models.Case, text: str, *, actor: models.Actor, now: datetime
) -> models.Report:
    """Hand in the report that is due next; one that no duty asked for is kept as well."""
    return _report("report_progress", case, Kind.PROGRESS, text, actor=actor, now=now)


def submit_final_report(
    case: models.Case, text: str, *, actor: models.Actor, now: datetime
) -> models.Report:
    """Hand in the final report of the close-out."""
    return _report("submit_final_report", case, Kind.FINAL, text, actor=actor, now=now)


def _report(
    name: str, case: models.Case, kind: str, text: str, *, actor: models.Actor, now: datetime
) -> models.Report:
    with step.taking(name, case, actor=actor, now=now) as taken:
        input_refused.unless_written(text, words.Refusal("report-empty", EMPTY))
        due = case.reports.filter(kind=kind, filed_at__isnull=True).order_by("due_on").first()
        report = due or models.Report(
            case=case, kind=kind, due_on=schedule.today(case, now), made_at=now, made_by=actor
        )
        report.text, report.filed_at, report.filed_by = text.strip(), now, actor
        report.save()
        taken.records(text=report.text)
    return report


def report_output(
    case: models.Case,
    title: str,
    *,
    actor: models.Actor,
    now: datetime,
    doi: str = "",
    published_on: date | None = None,
) -> models.Publication:
    """Name a publication or another output; the public register shows it."""
    with step.taking("report_output", case, actor=actor, now=now) as taken:
        input_refused.unless_written(title, words.Refusal("report-empty", EMPTY))
        output = models.Publication.objects.create(
            case=case,
            title=title.strip(),
            doi=doi.strip(),
            published_on=published_on,
            made_at=now,
            made_by=actor,
        )
        taken.records(title=output.title, doi=output.doi)
    return output


def report_breach(
    case: models.Case,
    text: str,
    *,
    actor: models.Actor,
    now: datetime,
    happened_on: date | None = None,
) -> models.Breach:
    """Report a breach or the suspicion of one. Whether access stops is the office's decision."""
    with step.taking("report_breach", case, actor=actor, now=now, about={"reason": text}) as taken:
        breach = models.Breach.objects.create(
            case=case, text=text.strip(), happened_on=happened_on, made_at=now, made_by=actor
        )
        taken.records(text=breach.text)
    return breach


def record_audit(
    case: models.Case, findings: str, *, held_on: date, actor: models.Actor, now: datetime
) -> models.Audit:
    """Record how the data were found to be kept, with the day it was looked at."""
    about = {"reason": findings}
    with step.taking("record_audit", case, actor=actor, now=now, about=about) as taken:
        if held_on > schedule.today(case, now):
            message = "An audit is recorded once it was held: the day lies ahead."
            raise step.Refused([words.Refusal("day-ahead", message)])
        audit = models.Audit.objects.create(
            case=case, held_on=held_on, findings=findings.strip(), made_at=now, made_by=actor
        )
        taken.records(findings=audit.findings, held_on=held_on.isoformat())
    return audit
