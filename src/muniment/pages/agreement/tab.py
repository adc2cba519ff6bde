"""The agreement of a request in the office: drafted, issued, changed, verified, taken back."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import agreement, people, step
from muniment.documents import agreement as documents
from muniment.pages.agreement import forms, master
from muniment.pages.office import bench, filling
from muniment.pages.people import signed_in
from muniment.queries import decision, schedule
from muniment.queries.agreement import elsewhere, offered, office
from muniment.rulebook import reading
from muniment.rulebook.words import Role

TERM = timedelta(days=730)
"""What the form proposes; the office writes the term that was agreed on."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def tab(request: HttpRequest, reference: str) -> HttpResponse:
    """The Data Use Agreement of one request."""
    return bench.answer(Agreement.of(request, reference), STEPS)


class Agreement(filling.FillingDesk):
    """Every present agreement of the request, each with what may be done now."""

    TAB = "office_agreement"
    TEMPLATE = "agreement/tab.html"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        others = decision.second_people(self.case, self.person, now=self.now)
        self.others = {each.public_id: each for each in others}

    def context(self) -> Mapping[str, Any]:
        """Agreements, officials who wait, and the forms of the steps that are open."""
        standing = office.list_standing(self.case)
        return {
            "standing": [self._drawn(each) for each in standing],
            "drafting": office.find_drafting(self.case),
            "draft_form": self.draft_form() if self.may("draft_agreement") else None,
            "may_issue": any(each.agreement.issued_at is None for each in standing),
            "against_issue": self.against("issue_agreement_and_estimate", Role.COORDINATOR),
            "named": [self._named(each) for each in office.list_named(self.case)],
            "master": master.drawn(self),
            "wrong": self.wrong(),
            "host": elsewhere.host(),
        }

    def _drawn(self, each: office.Standing) -> dict[str, Any]:
        row = each.agreement
        key = row.pk
        may_ink = self.sight.roles & {Role.COORDINATOR} and office.list_ink_signers(row)
        scans = office.list_scans(self.case) if may_ink else []
        about = {"agreement": row, "reason": "?"}
        return {
            "standing": each,
            "text": _text(row.text),
            "found": offered.offered_as(row, Role.COORDINATOR, self.person),
            "asked": [self._asked(one) for one in each.asked],
            "envelopes": elsewhere.list_of(row),
            "ink_form": self.ink_form(row) if row.issued_at and scans else None,
            "void_form": self.form(f"void-{key}", forms.Reason)
            if self.may("void_agreement", **about) else None,
            "countersign": Role.PROGRAMME_SIGNATORY in self.sight.roles and bool(row.issued_at),
        }  # fmt: skip

    def _asked(self, one: office.Asked) -> dict[str, Any]:
        key, about = one.change.pk, {"agreement": one.change.agreement, "reason": "?"}
        second = next(iter(self.others.values()), None)
        accepts = self.may("accept_clause_change", second_person=second, **about)
        refuses = self.may("refuse_clause_change", **about)
        return {
            "asked": one,
            "accept_form": self.accept_form(key) if accepts else None,
            "refuse_form": self.form(f"refuse-{key}", forms.Reason) if refuses else None,
        }

    def _named(self, named: Any) -> dict[str, Any]:
        about = {"contact": "?", "second_person": next(iter(self.others.values()), None)}
        actor = self.acting(*reading.STEPS["verify_signing_official"].by)
        closed = step.refusals(
            "verify_signing_official", self.case.programme, actor=actor, now=self.now, about=about
        )
        form = self.form(f"verify-{named.pk}", forms.Verify, seconds=self.choices())
        return {"named": named, "form": None if closed else form}

    def draft_form(self) -> forms.Draft:
        """The term, and with whom."""
        today = schedule.today(self.case, self.now)
        initial = {"starts_on": today, "ends_on": today + TERM}
        parties = [(str(each.pk), each.name) for each in office.list_parties(self.case)]
        alone = [("", self.case.applicant.name)]
        return self.form("draft", forms.Draft, parties=parties or alone, initial=initial)

    def accept_form(self, key: int) -> forms.Accept:
        """Who confirms a change."""
        return self.form(f"accept-{key}", forms.Accept, seconds=self.choices())

    def ink_form(self, row: Any) -> forms.Ink:
        """Who signed on paper, when, and the scan."""
        signers = [(key, f"{person.name}, {role.label}")
                   for key, (role, person) in office.list_ink_signers(row).items()]  # fmt: skip
        scans = [(str(each.pk), each.name) for each in office.list_scans(self.case)]
        return self.form(
            f"ink-{row.pk}", forms.Ink, signers=signers, scans=scans, seconds=self.choices()
        )

    def choices(self) -> list[tuple[str, str]]:
        """Colleagues who may confirm."""
        return filling.confirmers(self.others)

    def second(self, given: Mapping[str, Any]) -> Any:
        """Who was chosen as second person, if anybody."""
        return self.others.get(given["second_person"])

    def posted(self) -> tuple[str, int]:
        """The name of the posted form, and the key of what it is about."""
        name = self.request.POST.get("form", "")
        return name, filling.key_of(name.rpartition("-")[2]) or 0

    def row(self) -> Any:
        """The agreement that the posted form is about."""
        found = office.find_standing(self.case, self.posted()[1])
        if found is None:
            raise Http404
        return found

    def change(self) -> Any:
        """The change that the posted form is about."""
        found = office.find_change(self.case, self.posted()[1])
        if found is None:
            raise Http404
        return found


def _draft(desk: Agreement) -> HttpResponse:
    given = desk.given(desk.draft_form())
    if given is None:
        return desk.page()
    wanted = {str(each.pk): each for each in office.list_parties(desk.case)}
    agreement.ask_for_draft(
        desk.case, actor=desk.doing("draft_agreement"), now=desk.now,
        starts_on=given["starts_on"], ends_on=given["ends_on"],
        institution=wanted.get(given["institution"]),
    )  # fmt: skip
    return desk.again()


def _issue(desk: Agreement) -> HttpResponse:
    actor = desk.doing("issue_agreement_and_estimate")
    agreement.issue_agreement_and_estimate(desk.case, actor=actor, now=desk.now)
    return desk.again()


def _verify(desk: Agreement) -> HttpResponse:
    name, key = desk.posted()
    named = next((each for each in office.list_named(desk.case) if each.pk == key), None)
    if named is None:
        raise Http404
    given = desk.given(desk.form(name, forms.Verify, seconds=desk.choices()))
    if given is None:
        return desk.page()
    people.verify_signing_official(
        named.institution, named.person, programme=desk.case.programme,
        actor=desk.doing("verify_signing_official"), now=desk.now,
        contact=given["contact"], second_person=desk.second(given),
    )  # fmt: skip
    return desk.again()


def _accept(desk: Agreement) -> HttpResponse:
    change = desk.change()
    given = desk.given(desk.accept_form(change.pk))
    if given is None:
        return desk.page()
    agreement.accept_clause_change(
        change, actor=desk.doing("accept_clause_change"), now=desk.now,
        second_person=desk.second(given),
    )  # fmt: skip
    return desk.again()


def _refuse(desk: Agreement) -> HttpResponse:
    change = desk.change()
    given = desk.given(desk.form(f"refuse-{change.pk}", forms.Reason))
    if given is None:
        return desk.page()
    actor = desk.doing("refuse_clause_change")
    agreement.refuse_clause_change(change, actor=actor, now=desk.now, reason=given["reason"])
    return desk.again()


def _ink(desk: Agreement) -> HttpResponse:
    row = desk.row()
    given = desk.given(desk.ink_form(row))
    if given is None:
        return desk.page()
    role, person = office.list_ink_signers(row)[given["signer"]]
    scan = next(each for each in office.list_scans(desk.case) if str(each.pk) == given["scan"])
    agreement.record_ink_signature(
        row, actor=desk.doing("record_ink_signature"), now=desk.now, signer=person,
        capacity=role, signed_on=given["signed_on"], scan=scan, second_person=desk.second(given),
    )  # fmt: skip
    return desk.again()


def _void(desk: Agreement) -> HttpResponse:
    row = desk.row()
    given = desk.given(desk.form(f"void-{row.pk}", forms.Reason))
    if given is None:
        return desk.page()
    actor = desk.doing("void_agreement")
    agreement.void_agreement(row, actor=actor, now=desk.now, reason=given["reason"])
    return desk.again()


def _text(text: str) -> list[tuple[str, list[documents.Block]]]:
    """The text as its files show it, block by block; what is listed together stays together."""
    kinds = groupby(documents.blocks(text), key=lambda block: block.kind)
    return [(kind, list(blocks)) for kind, blocks in kinds]


STEPS = {
    "draft": _draft,
    "issue": _issue,
    "verify": _verify,
    "accept": _accept,
    "refuse": _refuse,
    "ink": _ink,
    "void": _void,
    "master": master.record,
    "end-master": master.end,
}
