"""Where an agreement is read and signed: terms in seven lines, the fee, who must act."""

from collections.abc import Callable, Mapping
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import agreement, people, step
from muniment.actions.agreement import signing as signatures
from muniment.pages import frame, request_page
from muniment.pages.agreement import forms, seven
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.programme import fees
from muniment.queries import access, papers, timeline
from muniment.queries.agreement import elsewhere, offered, office
from muniment.rulebook.words import Refusal, Role

SIGN: Mapping[str, Callable[..., Any]] = {
    **agreement.ELSEWHERE,
    "accept_standard_terms": agreement.accept_standard_terms,
}


@require_safe
@signed_in.only
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for one's signature, then what one has signed."""
    rows = offered.list_own(signed_in.person(request), now=timezone.now())
    context = {
        "waiting": [each for each in rows if each.signed_on is None],
        "signed": [each for each in rows if each.signed_on is not None],
    }
    return frame.render(request, "agreement/list.html", context, here="sign_list")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """One agreement, for who signs it or handles it for the institution."""
    return bench.answer(Signing.of(request, reference), STEPS)


class Signing:
    """The page in the hands of one reader."""

    def __init__(self, request: HttpRequest, sight: access.Sight, found: offered.Offered) -> None:
        self.request, self.sight, self.found = request, sight, found
        self.case, self.now = sight.case, timezone.now()
        self.person = signed_in.person(request)
        self.typed: dict[str, Any] = {}

    @classmethod
    def of(cls, request: HttpRequest, reference: str) -> "Signing":
        """The reader's own text; nothing for whom none was issued to."""
        person = signed_in.person(request)
        sight = access.find_sight(person, reference, now=timezone.now())
        found = offered.find_offered(sight, person) if sight is not None else None
        if sight is None or found is None:
            raise Http404
        return cls(request, sight, found)

    @property
    def row(self) -> Any:
        """The agreement as it was issued."""
        return self.found.agreement

    def acting(self, *roles: Role) -> Any:
        """The reader in the capacity of the page, or in the first of these that they have."""
        held = next((each for each in roles if each in self.sight.roles), self.found.role)
        return people.acting(self.person, held)

    def intent(self) -> tuple[str, str]:
        """What the reader confirms: that they can bind, and what they agree to."""
        document, offer = self.row.document, papers.find_offer(self.sight)
        binds = gettext("I can bind %(institution)s to an agreement") % document
        agrees = gettext("I have read version %(version)s and agree to it") % document
        if offer is not None and offer.total_minor:
            told = {**document, "total": fees.written(offer.total_minor, offer.currency)}
            agrees = (
                gettext("I have read version %(version)s and agree to the fee of up to %(total)s")
                % told
            )
        return binds if self.found.role is Role.SIGNING_OFFICIAL else "", agrees

    def sign_form(self) -> forms.Sign:
        """With the hash of what is shown now."""
        form: forms.Sign = self.form(
            "sign", forms.Sign, intent=self.intent(), initial={"shown": self.row.text_sha256}
        )
        return form

    def change_form(self) -> forms.Change:
        """Only clauses that may be changed."""
        named = [(each["id"], f"{each['number']}. {each['title']}")
                 for each in self.row.document["clauses"] if not each["fixed"]]  # fmt: skip
        form: forms.Change = self.form("change", forms.Change, clauses=named)
        return form

    def official_form(self) -> forms.Official:
        """For the institution of the request, or for another one of its team."""
        parties = [(str(each.pk), each.name) for each in office.list_parties(self.case)]
        form: forms.Official = self.form("official", forms.Official, parties=parties)
        return form

    def form(self, name: str, kind: Any, **more: Any) -> Any:
        """A form of the page, filled in where it is the one that was posted."""
        if name not in self.typed:
            posted = self.request.method == "POST" and self.request.POST.get("form") == name
            self.typed[name] = kind(
                self.request.POST if posted else None, auto_id=f"{name}-%s", **more
            )
        return self.typed[name]

    def against(self, name: str, *roles: Role, **about: Any) -> list[Refusal]:
        """Why the reader may not take a step now."""
        about = {"agreement": self.row, "shown_sha256": self.row.text_sha256, **about}
        return step.refusals(name, self.case, actor=self.acting(*roles), now=self.now, about=about)

    def against_signing(self) -> list[Refusal]:
        """Why the reader's own signature may not be given now: by the rules, or by the text."""
        name = self.found.step
        return self.against(name) or signatures.faults(name, self.row, self.person, None)

    def context(self) -> Mapping[str, Any]:
        """Everything below the strip and the bar."""
        found = self.found
        reasons = self.against_signing() if found.step and found.own is None else []
        changing = not self.against("propose_clause_change", *CHANGERS)
        official = any(turn.role is Role.SIGNING_OFFICIAL for turn in found.turns)
        naming = (
            official and self.row.institution and not self.against("name_signing_official", *NAMERS)
        )
        return {
            "found": found,
            "row": self.row,
            "lines": seven.lines(self.row.document),
            "offer": _offer(papers.find_offer(self.sight)),
            "decision_conditions": self.row.document["conditions"],
            "sign_form": self.sign_form() if found.step and not found.own else None,
            "reasons": reasons,
            "elsewhere": self.elsewhere(),
            "change_form": self.change_form() if changing else None,
            "changes": found.changes,
            "official_form": self.official_form() if naming else None,
            "named": offered.find_named(self.row) if naming else None,
            "decline_form": None
            if found.own or self.against("decline_to_sign", reason="?")
            else self.form("decline", forms.Reason),
            "wrong": [form for form in self.typed.values() if form.errors],
        }

    def elsewhere(self) -> dict[str, Any]:
        """The declared provider, whether one may sign there, and one's own envelope."""
        envelope = elsewhere.newest_of(self.row, self.person)
        return {
            "host": elsewhere.host(),
            "open": self.found.step in agreement.ELSEWHERE,
            "envelope": envelope,
            "waits_for": elsewhere.waits_for(envelope) if envelope is not None else "",
        }

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The page under the request's own strip and bar."""
        page = timeline.page_of(self.sight, now=self.now)
        drawn = {**request_page.context(page), "refused": refused or [], **self.context()}
        return frame.render(
            self.request, "agreement/sign.html", drawn, here="sign_list", status=status
        )

    def again(self) -> HttpResponse:
        """Back to the page after a step."""
        return shortcuts.redirect("sign", self.case.reference)


CHANGERS = (Role.CONTRACTS_CONTACT, Role.SIGNING_OFFICIAL, Role.APPLICANT)
NAMERS = (Role.APPLICANT, Role.CONTRACTS_CONTACT)


def _sign(desk: Signing) -> HttpResponse:
    form = desk.sign_form()
    if not form.is_valid() or not desk.found.step:
        return desk.page()
    hand = agreement.Hand(
        typed_name=form.cleaned_data["name"],
        authenticated=_known_by(desk.request),
        intent=" · ".join(words for words in desk.intent() if words),
    )
    SIGN[desk.found.step](
        desk.row, actor=desk.acting(), now=desk.now, hand=hand,
        shown_sha256=form.cleaned_data["shown"],
    )  # fmt: skip
    return desk.again()


def _change(desk: Signing) -> HttpResponse:
    form = desk.change_form()
    if not form.is_valid():
        return desk.page()
    agreement.propose_clause_change(
        desk.row, actor=desk.acting(*CHANGERS), now=desk.now, **form.cleaned_data
    )
    return desk.again()


def _official(desk: Signing) -> HttpResponse:
    form = desk.official_form()
    if not form.is_valid():
        return desk.page()
    given = form.cleaned_data
    known = {str(each.pk): each for each in office.list_parties(desk.case)}
    agreement.name_signing_official(
        desk.case, actor=desk.acting(*NAMERS), now=desk.now, name=given["name"],
        email=given["email"], position=given["position"],
        institution=known.get(given.get("institution", "")),
    )  # fmt: skip
    return desk.again()


def _decline(desk: Signing) -> HttpResponse:
    form = desk.form("decline", forms.Reason)
    if not form.is_valid():
        return desk.page()
    agreement.decline_to_sign(desk.row, actor=desk.acting(), now=desk.now, **form.cleaned_data)
    return desk.again()


def _elsewhere(desk: Signing) -> HttpResponse:
    """Asked for here; a worker sends it, because pages reach no network."""
    if not elsewhere.host():
        raise Http404
    agreement.ask_to_sign_elsewhere(
        desk.row, desk.found.step, actor=desk.acting(), now=desk.now,
        shown_sha256=desk.request.POST.get("shown", "")[:64],
    )  # fmt: skip
    return desk.again()


STEPS = {
    "sign": _sign,
    "elsewhere": _elsewhere,
    "change": _change,
    "official": _official,
    "decline": _decline,
}


def _known_by(request: HttpRequest) -> str:
    """How this session was opened, as the door recorded it: code, mfa, oidc …"""
    methods = request.session.get("account_authentication_methods", [])
    names = [str(each.get("method", "")) for each in methods]
    return ", ".join(dict.fromkeys(filter(None, names)))[:60] or "session"


def _offer(found: papers.Offer | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "lines": [(what, fees.written(amount, found.currency)) for what, amount in found.lines],
        "total": fees.written(found.total_minor, found.currency),
        "until": found.valid_until_on,
        "accepted": found.accepted,
    }
