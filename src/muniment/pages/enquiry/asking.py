"""Asking the office a question without an account, and reading the answer with one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import enquiry, people, step
from muniment.pages import frame, limits
from muniment.pages.enquiry import forms
from muniment.pages.people import signed_in
from muniment.queries import catalogue, enquiries
from muniment.rulebook.words import Role


@require_http_methods(["GET", "POST"])
@limits.only("ask", times=6)
def ask(request: HttpRequest) -> HttpResponse:
    """A question for the office. Whoever asks, and whatever becomes of it, the page is the same."""
    form = _form(request)
    if request.method != "POST" or not form.is_valid():
        return frame.render(request, "enquiry/ask.html", {"form": form})
    if not request.POST.get("website"):  # only a machine fills in what nobody sees
        try:
            _keep(request, form.cleaned_data)
        except step.Refused as refused:
            context = {"form": form, "reasons": refused.reasons}
            return frame.render(request, "enquiry/ask.html", context, status=409)
    return frame.render(request, "enquiry/asked.html")


@require_safe
@signed_in.only
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own question with its answer."""
    found = enquiries.find_own(signed_in.person(request), pk)
    if found is None:
        raise Http404
    return frame.render(request, "enquiry/own.html", {"enquiry": found}, here="request_list")


def _form(request: HttpRequest) -> forms.Ask:
    bundle = catalogue.find_bundle()
    listed = bundle["information_list"]["datasets"] if bundle else ()
    return forms.Ask(
        request.POST or None,
        datasets=[(entry["slug"], entry["title"]) for entry in listed],
        known=request.user.is_authenticated,
        initial={"dataset": request.GET.get("dataset", "")},
    )


def _keep(request: HttpRequest, given: dict[str, Any]) -> None:
    programme = catalogue.find_active()
    if programme is None:
        raise Http404
    person = request.user if request.user.is_authenticated else None
    asker = person or people.register_person(given["email"], name=given["name"])
    about = gettext("About %(dataset)s") % {"dataset": given["dataset"]} if given["dataset"] else ""
    subject = about or given["text"].strip().splitlines()[0][:80]
    actor = people.acting(asker, Role.ANYONE)
    enquiry.ask_enquiry(programme, subject, given["text"], actor=actor, now=timezone.now())
