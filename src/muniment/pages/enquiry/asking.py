"""Asking the office a question without an account, and reading the answer with one."""

from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import enquiry, people, step
from muniment.pages import frame, limits
from muniment.pages.enquiry import forms
from muniment.pages.people import signed_in
from muniment.queries import catalogue, enquiries
from muniment.rulebook.words import Refusal, Role


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
def listing(request: HttpRequest) -> HttpResponse:
    """Everything that one asked, newest first."""
    asked = enquiries.list_own(signed_in.person(request))
    return frame.render(request, "enquiry/own_list.html", {"rows": asked}, here="request_list")


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.only("ask-again", times=20)
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own question with all that was written; posting writes again."""
    person, now = signed_in.person(request), timezone.now()
    found = enquiries.find_own(person, pk)
    if found is None:
        raise Http404
    form, actor = forms.Again(request.POST or None), people.acting(person, Role.ANYONE)
    if request.method != "POST" or not form.is_valid():
        about, of = {"enquiry": found.enquiry}, found.enquiry.programme
        reasons = step.refusals("write_again", of, actor=actor, now=now, about=about)
        return _thread(request, found, form=form, reasons=reasons)
    try:
        enquiry.write_again(found.enquiry, form.cleaned_data["text"], actor=actor, now=now)
    except step.Refused as refused:
        return _thread(request, found, form=form, reasons=refused.reasons, status=409)
    return shortcuts.redirect("enquiry", pk)


def _thread(
    request: HttpRequest,
    found: enquiries.Own,
    *,
    form: forms.Again,
    reasons: list[Refusal],
    status: int = 200,
) -> HttpResponse:
    """The thread, and below it the field or why there is none."""
    context = {
        "enquiry": found.enquiry,
        "waiting": found.waiting,
        "thread": enquiries.list_thread(found.enquiry),
        "form": None if reasons else form,
        "reasons": reasons,
    }
    name = "enquiry/own.html"
    return frame.render(request, name, context, here="request_list", status=status)


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
