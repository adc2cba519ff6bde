"""What the cast writes: answers to the form, specifications, reviews. Invented, like the people."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

Answers = dict[str, dict[str, Any]]

PILOT_TITLE = (
    "Skin reactions under a transdermal treatment: when they begin and how severe they get"
)
ABSTRACTS_TITLE = "How trial registration numbers are reported in meeting abstracts"
PROTOCOL = b"%PDF-1.4\n% Protocol, invented for the demonstration.\n%%EOF\n"


def person(name: str, email: str) -> dict[str, str]:
    """A person as the form holds one."""
    return {"name": name, "email": email, "institution": "Lakeside Cancer Institute"}


def file(name: str, content: bytes = PROTOCOL) -> dict[str, Any]:
    """A file as the form holds one: its name, hash and size."""
    return {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def pilot_answers(*, starts_on: date, ends_on: date, title: str = PILOT_TITLE) -> Answers:
    """A complete application for the pilot trial data."""
    alice = person("Alice Abara", "alice@lakeside.example")
    return {
        "request": {"request_kind": "data"},
        **_people(alice),
        "project": _project(
            title=title,
            summary="We look at when skin reactions begin after treatment starts and how bad they "
            "get, so that patients can be told what to expect.",
            starts_on=starts_on,
            ends_on=ends_on,
        ),
        "data": {
            "data_reason": "Events with their severity and start, age group, sex and arm; nothing "
            "else is needed.",
            "delivery_rhythm": "once",
            "linkage": False,
            "use_kinds": ["health"],
            "genetic_study": False,
        },
        "ethics": {
            "ethics_status": "pending",
            "conflicts": "None.",
            "commercial_use": False,
            "prohibited_uses": True,
        },
        "security": _security(alice),
        "funding": {
            "funders": [{"kind": "own", "name": "Lakeside Cancer Institute"}],
            "billing_contact": person("Lakeside accounts", "accounts@lakeside.example"),
            "purchase_order": False,
        },
        "outputs": _outputs(),
        "declarations": _declarations(),
    }


def abstracts_answers(*, starts_on: date, ends_on: date) -> Answers:
    """A complete application for the meeting abstracts, which needs no committee."""
    answers = pilot_answers(starts_on=starts_on, ends_on=ends_on)
    answers["project"] = _project(
        title=ABSTRACTS_TITLE,
        summary="We count how many abstracts of trials name the registration of their trial.",
        starts_on=starts_on,
        ends_on=ends_on,
    )
    answers["data"]["data_reason"] = "Year, track and registration number of each abstract."
    answers["data"]["use_kinds"] = ["general"]
    answers["ethics"] = {
        "ethics_status": "not-needed",
        "ethics_letter": [file("ethics.pdf")],
        "conflicts": "None.",
        "commercial_use": False,
        "prohibited_uses": True,
    }
    return answers


def _people(lead: Mapping[str, str]) -> Answers:
    return {
        "applicant": {
            "applicant": dict(lead),
            "applicant_class": "academic",
            "lead_is_permanent": True,
        },
        "institution": {
            "institution_name": "Lakeside Cancer Institute",
            "institution_address": "1 Lakeside Way, Springfield",
            "institution_country": "US",
            "signing_official": person("Sam Signer", "sam@lakeside.example"),
            "security_officer": person("Ines Secure", "ines@lakeside.example"),
        },
        "team": {
            "team": [],
            "statistician": person("Theo Tally", "theo@lakeside.example"),
            "statistician_training": "MSc in biostatistics, twelve years in oncology trials.",
            "training_done": True,
            "team_qualifications": "The team has published on safety in outpatient trials.",
        },
    }


def _project(*, title: str, summary: str, starts_on: date, ends_on: date) -> dict[str, Any]:
    return {
        "title": title,
        "project_kind": "new-research",
        "lay_summary": summary,
        "background": "Little is known about it outside single centers.",
        "aims": "To describe the course and to compare groups.",
        "design": "Retrospective analysis of everyone who fits the data specification.",
        "outcomes": "Those named in the data specification.",
        "analysis_plan": "Descriptive statistics, time to first event, no imputation.",
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "mission_items": ["mission"],
        "mission_argument": "Patients learn what to expect and whom to ask.",
        "protocol": [file("protocol.pdf")],
        "cv_lead": [file("cv.pdf")],
    }


def _security(custodian: Mapping[str, str]) -> dict[str, Any]:
    return {
        "storage_place": "A server of the institute that is not open to the internet.",
        "storage_country": "US",
        "uses_cloud": False,
        "access_control": "Named accounts with a second factor.",
        "encryption": "Disks and transfers are encrypted.",
        "backup": "Encrypted, kept for ninety days.",
        "custodian": dict(custodian),
        "destruction": "Erased at the end of use, backups after ninety days.",
        "ai_tools": False,
    }


def _outputs() -> dict[str, Any]:
    return {
        "outputs": ["paper"],
        "will_publish": True,
        "agrees_suppression": True,
        "agrees_no_ranking": True,
        "register_consent": True,
    }


def _declarations() -> dict[str, Any]:
    return {
        "true_and_complete": True,
        "policy_read": True,
        "no_reidentification": True,
        "discretion_understood": True,
        "earlier_breach": False,
    }


def pilot_specification() -> dict[str, Any]:
    """People with a moderate or severe event: who they are in bands, and their events."""
    return _specification(
        "sdtm-pilot",
        {
            "subjects": {
                "USUBJID": "Joins events to people.",
                "AGE": "Effect modifier.",
                "SEX": "Effect modifier.",
                "ARM": "Exposure.",
                "RFENDTC": "End of follow-up.",
            },
            "adverse_events": {
                "USUBJID": "Joins events to people.",
                "AEDECOD": "Outcome.",
                "AEBODSYS": "Groups the outcome.",
                "AESEV": "Outcome.",
                "AESTDTC": "Time to the event.",
            },
        },
        cohort={
            "exists": {
                "table": "adverse_events",
                "where": {"variable": "AESEV", "is": "in", "value": ["MODERATE", "SEVERE"]},
            }
        },
    )


def abstracts_specification() -> dict[str, Any]:
    """Every abstract of the edition, without its text."""
    return _specification(
        "meeting-abstracts",
        {
            "abstracts": {
                "abstract_id": "Unit of the analysis.",
                "year": "Trend.",
                "track": "Stratum.",
                "nct_id": "Outcome.",
            }
        },
    )


def _specification(
    holding: str,
    tables: Mapping[str, Mapping[str, str]],
    *,
    cohort: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    part: dict[str, Any] = {
        "id": "p1",
        "holding": holding,
        "edition": "2026.1",
        "level": "record",
        "tables": [
            {
                "name": name,
                "variables": [{"name": each, "reason": why} for each, why in variables.items()],
            }
            for name, variables in tables.items()
        ],
        "cohort": cohort,
    }
    return {"muniment_specification": 1, "parts": [part], "links": []}
