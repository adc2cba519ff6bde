"""Who is on the team, who is asked, and whom to ask."""

from typing import Any

from django import shortcuts
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from muniment.actions import application, people, step
from muniment.pages import frame, limits
from muniment.pages.application import desk
from muniment.pages.people import signed_in
from muniment.pages.team import forms
from muniment.queries import team
from muniment.rulebook.words import Refusal


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.only("invite", times=40)
def listing(request: HttpRequest, reference: str) -> HttpResponse:
    """The people of a request; posting invites one more."""
    at = desk.at(request, reference)
    form = forms.Invitation(request.POST or None, initial=_suggested(request, at.case))
    if request.method == "POST" and form.is_valid():
        try:
            return _invite(request, at, form.cleaned_data)
        except step.Refused as refused:
            for reason in refused.reasons:
                form.add_error(None, reason.sentence)
    return _page(request, at, form)


@require_POST
@signed_in.only
def end(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take somebody off the team, or an invitation back."""
    at = desk.at(request, reference)
    seat = team.find_seat(at.case, pk)
    if seat is None:
        raise Http404
    try:
        application.end_membership(seat, actor=at.actor, now=at.now)
    except step.Refused as refused:
        return _page(request, at, forms.Invitation(), refused=refused.reasons, status=409)
    messages.success(
        request, gettext("%(name)s is not on the team any more.") % {"name": seat.name}
    )
    return shortcuts.redirect("team", reference)


@require_POST
@signed_in.only
@limits.only("invite", times=40)
def ask_supervisor(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask whom the answers name as supervisor to confirm."""
    at = desk.at(request, reference)
    try:
        application.ask_supervisor(at.case, actor=at.actor, now=at.now)
    except step.Refused as refused:
        reasons = refused.reasons
        return _page(request, at, forms.Invitation(), status=409, supervisor_reasons=reasons)
    messages.success(request, gettext("Your supervisor has a mail with a link to confirm."))
    return shortcuts.redirect("team", reference)


def _invite(request: HttpRequest, at: desk.Desk, given: dict[str, Any]) -> HttpResponse:
    institution = given.pop("institution").strip()
    if institution:
        given["institution"] = people.register_institution(institution)
    seat, _ = application.invite_to_team(at.case, **given, actor=at.actor, now=at.now)
    said = gettext("%(name)s has a mail with an invitation.") % {"name": seat.name}
    messages.success(request, said)
    return shortcuts.redirect("team", at.case.reference)


def _page(
    request: HttpRequest, at: desk.Desk, form: forms.Invitation, status: int = 200, **more: Any
) -> HttpResponse:
    seats = team.list_seats(at.case, now=at.now)
    joined = any(each.state == "joined" for each in seats)
    context = {
        "case": at.case,
        "open": at.is_open,
        "form": form,
        "seats": seats,
        "leave_reasons": _against_leaving(at) if joined else [],
        "named": team.list_named(at.case),
        "supervision": team.find_supervision(at.case),
        "reasons": step.refusals("invite_to_team", at.case, actor=at.actor, now=at.now),
        **more,
    }
    return frame.render(request, "team/listing.html", context, here="request_list", status=status)


def _against_leaving(at: desk.Desk) -> list[Refusal]:
    return application.against_leaving(at.case, actor=at.actor, now=at.now)


def _suggested(request: HttpRequest, case: Any) -> dict[str, Any]:
    """Somebody whom the answers name, so that nothing is typed twice."""
    asked = request.GET.get("email", "")
    for one in team.list_named(case) if asked else ():
        if one.email == asked:
            return {
                "name": one.name,
                "email": one.email,
                "project_role": one.project_role,
                "institution": one.institution,
                "will_access_data": one.sees_data,
            }
    return {"institution": case.institution.name if case.institution else ""}
