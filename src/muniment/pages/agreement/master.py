"""The master agreement of the lead's institution, on the tab of any of its requests."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse

from muniment.actions import agreement, step
from muniment.pages.agreement import forms
from muniment.queries import schedule
from muniment.queries.agreement import masters, office
from muniment.rulebook.words import Refusal

if TYPE_CHECKING:
    from muniment.pages.agreement.tab import Agreement


def drawn(desk: "Agreement") -> dict[str, Any]:
    """What runs today, with the form that ends it; or the form that records one."""
    running, scans = _running(desk), office.list_scans(desk.case)
    may_record = not running and desk.case.institution and _may_record(desk, scans)
    may_end = running and not _against(desk, "end_master_agreement", reason="?")
    return {
        "running": running,
        "may_record": may_record,
        "record_form": _record_form(desk, scans) if may_record and scans else None,
        "end_form": desk.form("master-end", forms.Reason) if may_end else None,
    }


def record(desk: "Agreement") -> HttpResponse:
    """Record one from its scan."""
    institution = desk.case.institution
    if institution is None:
        raise Http404
    scans = office.list_scans(desk.case)
    given = desk.given(_record_form(desk, scans))
    if given is None:
        return desk.page()
    scan = next(each for each in scans if str(each.pk) == given["scan"])
    agreement.record_master_agreement(
        institution, programme=desk.case.programme, now=desk.now, scan=scan.file,
        actor=desk.doing("record_master_agreement"), second_person=desk.second(given),
        number=given["number"], signed_on=given["signed_on"], ends_on=given["ends_on"],
    )  # fmt: skip
    return desk.again()


def end(desk: "Agreement") -> HttpResponse:
    """End the one that runs."""
    running = _running(desk)
    if running is None:
        raise Http404
    given = desk.given(desk.form("master-end", forms.Reason))
    if given is None:
        return desk.page()
    actor = desk.doing("end_master_agreement")
    agreement.end_master_agreement(running, actor=actor, now=desk.now, reason=given["reason"])
    return desk.again()


def _running(desk: "Agreement") -> Any:
    today = schedule.today(desk.case, desk.now)
    return masters.find_running(desk.case.institution, desk.case.programme, on=today)


def _record_form(desk: "Agreement", scans: Sequence[Any]) -> forms.Master:
    named = [(str(each.pk), each.name) for each in scans]
    return desk.form("master", forms.Master, scans=named, seconds=desk.choices())


def _may_record(desk: "Agreement", scans: Sequence[Any]) -> bool:
    """Whether the reader may, once there is a scan; the page says how to add one."""
    original = scans[0].file if scans else None
    found = _against(desk, "record_master_agreement", original=original)
    return all(original is None and each.code == "original-missing" for each in found)


def _against(desk: "Agreement", name: str, **about: Any) -> list[Refusal]:
    """Why not, a colleague granted who confirms; it is a step of the programme, not of the case."""
    about["second_person"] = next(iter(desk.others.values()), None)
    actor = desk.doing(name)
    return step.refusals(name, desk.case.programme, actor=actor, now=desk.now, about=about)
