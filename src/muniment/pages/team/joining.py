"""The word of those who were asked: to join a team, to answer for a trainee."""

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import application, people, step
from muniment.pages import frame, limits
from muniment.pages.people import signed_in
from muniment.queries import access, team
from muniment.rulebook.words import Role


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.only("invitation", times=60, methods=("GET", "POST"))
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What one is invited to, for the one who is invited; everyone else learns nothing of it."""
    person, now = signed_in.person(request), timezone.now()
    seat, actor = team.find_invitation(token), people.acting(person, Role.ANYONE)
    if seat is None or seat.email != person.email:
        return frame.render(request, "team/no_invitation.html", status=404)
    about = {"token": token}
    reasons = step.refusals("accept_invitation", seat.case, actor=actor, now=now, about=about)
    if request.method == "POST" and not reasons:
        application.accept_invitation(seat, token=token, actor=actor, now=now)
        return shortcuts.redirect("request", seat.case.reference)
    context = {"seat": seat, "case": seat.case, "reasons": reasons}
    return frame.render(request, "team/invitation.html", context, here="request_list")


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
    if request.method == "POST" and not reasons and case.supervisor_confirmed_at is None:
        application.confirm_supervision(case, actor=actor, now=now)
    context = {"case": case, "reasons": reasons}
    return frame.render(request, "team/supervision.html", context, here="request_list")
