"""Before an account is changed, its owner shows once more who they are.

allauth asks only those who have a passkey or an app. Whoever signs in by codes alone is asked here,
for a fresh code by mail; else a browser that was left open would be enough to take an account.
"""

import functools
import time
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core.exceptions import ReauthenticationRequired
from django import forms, shortcuts
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from muniment.pages import demo_door, frame, limits
from muniment.pages.people import signed_in

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]
SENT = "fresh_code"
"""In the session: the hash of the code that was sent, until when it is good, tries left."""
TRIES = 3
WRITES = ("POST",)
EVERYTHING = ("GET", "HEAD", "POST")


class Code(forms.Form):
    """The code from the mail."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


def only(view: View[Rest], *, methods: tuple[str, ...] = WRITES) -> View[Rest]:
    """Let a change through if its owner showed a moment ago who they are; else ask first.

    A form that was sent is kept meanwhile, and taken once the code is right.
    """

    @functools.wraps(view)
    def gated(request: HttpRequest, *args: Rest.args, **more: Rest.kwargs) -> HttpResponse:
        person = request.user
        if request.method not in methods or not person.is_authenticated or is_shown(request):
            return view(request, *args, **more)
        if reauthentication.get_reauthentication_flows(person):
            raise ReauthenticationRequired
        asked: HttpResponse = reauthentication.suspend_request(
            request, reverse("account_fresh_code")
        )
        return asked

    return gated  # type: ignore[return-value]  # mypy keeps the first argument's name


def is_shown(request: HttpRequest) -> bool:
    """Whether this session proved a moment ago who it is; with a second factor, by that."""
    if demo_door.is_guest(request):
        return True
    shown = get_authentication_records(request, request.user)
    if reauthentication.get_reauthentication_flows(request.user):
        shown = [each for each in shown if each.get("method") == "mfa"]
    newest = max((float(each.get("at", 0)) for each in shown), default=0.0)
    return bool(time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT)


def _by_codes_alone(view: View[Rest]) -> View[Rest]:
    """Lead whoever has a passkey or an app to that: allauth would take a code by mail for it."""

    @functools.wraps(view)
    def gated(request: HttpRequest, *args: Rest.args, **more: Rest.kwargs) -> HttpResponse:
        better = get_adapter(request).get_reauthentication_methods(request.user)
        if not better:
            return view(request, *args, **more)
        where = passthrough_next_redirect_url(request, better[0]["url"], REDIRECT_FIELD_NAME)
        return shortcuts.redirect(where)

    return gated  # type: ignore[return-value]  # mypy keeps the first argument's name


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@_by_codes_alone
@limits.only("fresh-code", times=20)
def code(request: HttpRequest) -> HttpResponse:
    """Ask for a code, then type it; back to what was about to be changed."""
    if request.method != "POST":
        return _page(request, Code() if _is_waiting(request) else None)
    if request.POST.get("do") == "send":
        _send(request)
        return _page(request, Code())
    form = Code(request.POST)
    if not form.is_valid():
        return _page(request, form)
    if not _is_right(request, form.cleaned_data["code"]):
        form.add_error("code", _("This is not the code, or it is too old. Ask for another."))
        return _page(request, form if _is_waiting(request) else None, wrong=form)
    record_authentication(request, request.user, method="code", reauthenticated=True)
    resumed: HttpResponse | None = reauthentication.resume_request(request)
    return resumed or shortcuts.redirect("mfa_index")


def _page(
    request: HttpRequest, form: Code | None, *, wrong: forms.Form | None = None
) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    context = {"form": form, "wrong": wrong or form, "next": given.get("next", ""),
               "address": signed_in.person(request).email}  # fmt: skip
    return frame.render(request, "account/fresh_code.html", context)


def _send(request: HttpRequest) -> None:
    adapter = get_adapter(request)
    made = adapter.generate_login_code()
    until = time.time() + app_settings.REAUTHENTICATION_TIMEOUT
    request.session[SENT] = {"hash": make_password(_plain(made)), "until": until, "tries": TRIES}
    person = signed_in.person(request)
    adapter.send_mail("account/email/fresh_code", person.email, {"code": made, "user": person})


def _is_waiting(request: HttpRequest) -> bool:
    sent: dict[str, Any] = request.session.get(SENT, {})
    return bool(sent and sent["tries"] > 0 and sent["until"] > time.time())


def _is_right(request: HttpRequest, typed: str) -> bool:
    """One of a few tries; a code that was right is spent."""
    if not _is_waiting(request):
        return False
    sent = request.session[SENT]
    right = check_password(_plain(typed), sent["hash"])
    request.session[SENT] = {} if right else {**sent, "tries": sent["tries"] - 1}
    return right


def _plain(typed: str) -> str:
    """As people type it: small letters, spaces and the dash are all the same."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
