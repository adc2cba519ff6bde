"""A request whose approval stands, with Rita to sign for the programme; agreements by actions."""

import json
import re
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse

from muniment import models
from muniment.actions import agreement, people
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

TERMS = json.dumps(rows.TERMS)
SECURITY = {
    "request_kind": "data",
    "storage_place": "Lakeside secure research environment only",
    "storage_country": "US",
    "encryption": "Disks and transport.",
}


def approved(office: rows.Office, **more: Any) -> models.Case:
    """At the agreement, with an estimate of 1,200 dollars and nothing drafted."""
    case = office.case(Stage.AGREEMENT, **more)
    models.Section.objects.create(case=case, name="security", answers=SECURITY)
    models.Determination.objects.create(
        case=case, round=1, outcome="approved", reason="Sound.", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    models.Estimate.objects.create(
        case=case, version=1, lines=[{"what": "Base", "formula": "", "amount_minor": 120_000}],
        total_minor=120_000, currency="USD", valid_until_on=rows.TODAY + timedelta(days=60),
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    rita(office)
    return case


def rita(office: rows.Office) -> models.Person:
    """Signs for the programme."""
    if "rita" not in office.people:
        person = models.Person.objects.create_user("rita@example.org", "Rita Example")
        office.people["rita"] = person
        models.RoleGrant.objects.create(
            person=office.people["rita"], programme=office.programme,
            role=Role.PROGRAMME_SIGNATORY.value, from_on=date(2026, 1, 1), made_at=rows.NOW,
            made_by=office.system,
        )  # fmt: skip
    return office.people["rita"]


def by(office: rows.Office, name: str, role: Role) -> dict[str, Any]:
    """Who acts, and when."""
    return {"actor": people.acting(office.people[name], role), "now": rows.NOW}


def drafted(office: rows.Office, case: models.Case, **more: Any) -> models.Agreement:
    """As a worker drafts it once the terms are drawn."""
    return agreement.draft_agreement(
        case, terms=TERMS, starts_on=rows.TODAY, ends_on=rows.TODAY + timedelta(days=730),
        **by(office, "cora", Role.COORDINATOR), **more,
    )  # fmt: skip


def issued(office: rows.Office, case: models.Case) -> models.Agreement:
    """Drafted and sent with the estimate."""
    drafted(office, case)
    made, _estimate = agreement.issue_agreement_and_estimate(
        case, **by(office, "cora", Role.COORDINATOR)
    )
    return fresh(made)


def fresh(row: models.Agreement) -> models.Agreement:
    """As the database has it now, with its request."""
    return models.Agreement.objects.select_related("case", "institution").get(pk=row.pk)


def signs(office: rows.Office, row: models.Agreement, name: str) -> models.Signature:
    """Alice as applicant, Tess of the team, Sam as official, Rita for the programme."""
    act, role = {
        "alice": (agreement.sign_as_applicant, Role.APPLICANT),
        "tess": (agreement.sign_team_pledge, Role.TEAM_MEMBER),
        "sam": (agreement.sign_for_institution, Role.SIGNING_OFFICIAL),
        "rita": (agreement.countersign, Role.PROGRAMME_SIGNATORY),
    }[name]
    now = fresh(row)
    return act(now, shown_sha256=now.text_sha256, **by(office, name, role))


def said(answer: HttpResponse) -> str:
    """What a page says, without its marks."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(text.split())
