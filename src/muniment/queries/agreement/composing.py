"""What an agreement says, gathered from its case: the document, and its text from it."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from muniment import models
from muniment.dataplane.spec import specification
from muniment.programme import clauses, contracts, fees, forms, information
from muniment.queries import asked, editions, release
from muniment.queries.agreement import masters
from muniment.rulebook import words

PLAN = ("lay_summary", "aims", "design", "outcomes", "analysis_plan")
SECURITY = (
    "storage_place", "storage_country", "access_control", "encryption", "backup", "destruction",
)  # fmt: skip
"""Fields of the form, where the edition asks them, that annexes A and D are made of."""


def compose(agreement: models.Agreement, *, on: date, verify: str = "") -> None:
    """Fill in the document, its text and the text's hash; nothing is saved.

    Where the institution has a master agreement that runs `on` that day, it is an annex to it.
    `verify` is the address with the code by which others check the paper, once it is issued.
    """
    agreement.document = {**document_of(agreement, on=on), "verify": verify}
    agreement.text = contracts.text.written(agreement.document)
    agreement.text_sha256 = hashlib.sha256(agreement.text.encode()).hexdigest()


def document_of(agreement: models.Agreement, *, on: date) -> dict[str, Any]:
    """The agreement as plain JSON; see `programme.contracts`."""
    case = agreement.case
    bundle = editions.bundle_of(case.edition)
    lead, party = case.institution, agreement.institution
    answers = asked.answers_of(case)
    labels = {each.field["id"]: each.field["label"] for each in forms.asked(bundle, answers)}
    given = forms.flat(answers)
    parts = list(asked.live_parts(case))
    assert agreement.starts_on is not None
    assert agreement.ends_on is not None
    return {
        "muniment_agreement": 1,
        "kind": str(agreement.kind),
        "reference": case.reference,
        "version": agreement.version,
        "title": case.title,
        "programme": bundle["programme"]["name"],
        "institution": party.name if party else case.applicant.name,
        "joins": lead.name if lead else case.applicant.name,
        "lead": case.applicant.name,
        "supervisor": case.supervisor.name if case.supervisor else "",
        "starts_on": agreement.starts_on.isoformat(),
        "ends_on": agreement.ends_on.isoformat(),
        "track": case.track,
        **masters.split(agreement, clauses_of(agreement), on=on),
        "plan": _told(PLAN, given, labels),
        "data": [_data(bundle, part) for part in parts],
        "series_until": _series_until(case),
        "specification": _sentence(agreement.terms),
        "methods": _methods(json.loads(agreement.terms)),
        "terms_sha256": agreement.terms_sha256,
        "people": list(_people(agreement)),
        "security": _told(SECURITY, given, labels),
        "conditions": list(_conditions(case)),
        "fees": _fees(case),
    }


def clauses_of(agreement: models.Agreement) -> list[dict[str, Any]]:
    """The clauses in order, with the changes that were accepted for this institution."""
    changed = {
        each.clause: each.text
        for each in models.ClauseChange.objects.filter(
            agreement__case=agreement.case,
            agreement__institution=agreement.institution,
            accepted_at__isnull=False,
        ).order_by("accepted_at", "pk")
    }
    return [
        {
            "id": each.id,
            "number": each.number,
            "title": each.title,
            "text": changed.get(each.id, each.text),
            "why": each.why,
            "fixed": each.fixed,
            masters.MARK: each.in_master,
            masters.PREVAILS: each.prevails,
        }
        for each in library(agreement.case)
    ]


def library(case: models.Case) -> list[clauses.Clause]:
    """The clauses as the edition's library words them, chosen by the facts of the case."""
    findings = case.findings.filter(result="obligation", superseded_at__isnull=True)
    answers = asked.answers_of(case)
    return clauses.assemble(
        editions.bundle_of(case.edition),
        track=words.Track(case.track),
        datasets=[part.dataset_edition.dataset.slug for part in asked.live_parts(case)],
        duties=set(findings.exclude(duty="").values_list("duty", flat=True)),
        facts={"answers": forms.flat(answers)},
    )


def _told(
    names: Iterable[str], given: dict[str, Any], labels: dict[str, str]
) -> list[dict[str, str]]:
    return [
        {"label": labels[name], "text": str(given[name])}
        for name in names
        if name in labels and given.get(name)
    ]


def _data(bundle: Any, part: models.Part) -> dict[str, str]:
    slug = part.dataset_edition.dataset.slug
    title = information.get_dataset(bundle, slug)["title"]
    return {"slug": slug, "title": title, "edition": part.dataset_edition.label}


def _series_until(case: models.Case) -> str:
    """The last day of a standing request; empty where one delivery was asked for."""
    until = release.asked_until(case)
    return until.isoformat() if until else ""


def _methods(terms: dict[str, Any]) -> list[dict[str, Any]]:
    """Which method policy each holding leaves by; terms of version 1 name one for all."""
    ruled = terms["method_policy"]
    if terms["muniment_terms"] == 1:
        ruled = dict.fromkeys(ruled["fields"], ruled)
    return [
        {"holding": name, "policy": each["policy"], "edition": each["edition"]}
        for name, each in sorted(ruled.items())
    ]


def _sentence(terms: str) -> str:
    """The specification that the terms quote, in one plain sentence."""
    return specification.parse(json.loads(terms)["specification"]).sentence()


def _people(agreement: models.Agreement) -> Iterable[dict[str, str]]:
    """Who may see the data under this agreement: the lead, and those of its team who hold them."""
    case = agreement.case
    lead = case.institution.name if case.institution else ""
    joins = agreement.kind == models.Agreement.Kind.JOINDER
    if not joins:
        yield {"name": case.applicant.name, "role": "lead", "from": lead}
    holders = case.team.filter(ended_at=None, will_access_data=True)
    for each in holders.select_related("institution").order_by("pk"):
        own = each.institution_id == agreement.institution_id
        if own or (not joins and each.institution_id is None):
            where = each.institution.name if each.institution else lead
            yield {"name": each.name, "role": each.project_role, "from": where}


def _conditions(case: models.Case) -> Iterable[str]:
    standing = models.Condition.objects.filter(
        determination__case=case, determination__superseded_at__isnull=True
    )
    return standing.order_by("pk").values_list("text", flat=True)


def _fees(case: models.Case) -> dict[str, Any] | None:
    estimate = case.estimates.filter(superseded_at__isnull=True).order_by("-version").first()
    if estimate is None:
        return None
    currency = estimate.currency
    return {
        "version": estimate.version,
        "valid_until": estimate.valid_until_on.isoformat(),
        "total": fees.written(estimate.total_minor, currency),
        "kept": fees.written(kept, currency) if (kept := estimate.non_refundable_minor) else "",
        "overrun": fees.overrun(editions.bundle_of(case.edition)) if estimate.total_minor else "",
        "lines": [
            {"what": str(each["what"]), "amount": fees.written(each["amount_minor"], currency)}
            for each in estimate.lines
        ],
    }
