"""The word of those who were asked: to join a team, to answer for a trainee."""

from datetime import datetime
from typing import Any

from django import shortcuts
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import application, people, step
from muniment.actions.people import profile
from muniment.documents import reading
from muniment.pages import frame, limits, uploads
from muniment.pages.people import signed_in
from muniment.pages.team import forms
from muniment.queries import access, team
from muniment.rulebook.words import Role


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.only("invitation", times=60, methods=("GET", "POST"))
@limits.uploads
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What one is invited to, for the one who is invited; everyone else learns nothing of it."""
    person, now = signed_in.person(request), timezone.now()
    seat, actor = team.find_invitation(token), people.acting(person, Role.ANYONE)
    if seat is None or seat.email != person.email:
        return frame.render(request, "team/no_invitation.html", status=404)
    about, sent = {"token": token}, request.method == "POST"
    form = forms.Acceptance(request.POST, request.FILES) if sent else forms.Acceptance()
    reasons = step.refusals("accept_invitation", seat.case, actor=actor, now=now, about=about)
    reasons += application.against_joining(seat.case, person, now=now)
    ready = sent and not reasons and form.is_valid()
    if ready and _accept(form, seat, token=token, actor=actor, now=now):
        return shortcuts.redirect("request", seat.case.reference)
    context = {"seat": seat, "case": seat.case, "reasons": reasons, "form": form}
    return frame.render(request, "team/invitation.html", context, here="request_list")


def _accept(form: forms.Acceptance, seat: Any, *, token: str, actor: Any, now: datetime) -> bool:
    """Join with what was brought along, all or none; else the form says what was not taken."""
    given, kept = form.cleaned_data, {}
    for name in ("cv", "certificate"):
        try:
            kept[name] = uploads.paper(given[name], actor=actor, now=now)
        except uploads.FAULTS as fault:
            form.add_error(name, uploads.reason(fault).sentence)
            return False
    try:
        _join(seat, given, kept, token=token, actor=actor, now=now)
    except step.Refused as refused:
        form.add_error(None, " ".join(reason.sentence for reason in refused.reasons))
        return False
    return True


def _join(
    seat: Any, given: Any, kept: dict[str, Any], *, token: str, actor: Any, now: datetime
) -> None:
    with transaction.atomic():
        application.accept_invitation(
            seat, token=token, actor=actor, now=now, cv=kept.get("cv"),
            cv_name=reading.plain_name(given["cv"].name) if given["cv"] else "",
        )  # fmt: skip
        if given["training"]:
            profile.add_training(
                actor.person, given["training"], issued_on=given["issued_on"],
                expires_on=given["expires_on"], now=now, original=kept.get("certificate"),
                programme=seat.case.programme,
            )  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in.only
def supervision(request: HttpRequest, reference: str) -> HttpResponse:
    """The supervisor reads what being one means here, and confirms."""
    person, now = signed_in.person(request), timezone.now()
    sight = access.find_sight(person, reference, now=now)
    if sight is None or Role.SUPERVISOR not in sight.roles:
        raise Http404
    case, actor = sight.case, people.acting(person, Role.SUPERVISOR)
    reasons = step.refusals("confirm_supervision", case, actor=actor, now=now)
    reasons += application.against_joining(case, person, now=now)
    if request.method == "POST" and not reasons and case.supervisor_confirmed_at is None:
        application.confirm_supervision(case, actor=actor, now=now)
    context = {"case": case, "reasons": reasons}
    return frame.render(request, "team/supervision.html", context, here="request_list")
