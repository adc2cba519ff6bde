"""A complete application to CENTRA, to be changed by tests."""

import copy
from typing import Any

FILE = {"name": "plan.pdf", "sha256": "a" * 64, "size": 12_000}
PERSON = {"name": "Alice Field", "email": "alice@example.edu"}

COMPLETE: dict[str, dict[str, Any]] = {
    "request": {"request_kind": "data"},
    "applicant": {
        "applicant": PERSON,
        "applicant_class": "academic",
        "lead_is_permanent": True,
    },
    "institution": {
        "institution_name": "Example University",
        "institution_address": "1 College Street\nSpringfield",
        "institution_country": "US",
        "signing_official": {"name": "Sam Seal", "email": "sam@example.edu"},
    },
    "team": {
        "team": [
            {
                "name": "Tom Tally",
                "email": "tom@example.edu",
                "role": "Analyst",
                "institution": "Example University",
                "sees_data": True,
            }
        ],
        "statistician": {"name": "Tom Tally", "email": "tom@example.edu"},
        "statistician_training": "A degree in biostatistics.",
        "training_done": True,
        "team_qualifications": "We have done such studies.",
    },
    "project": {
        "title": "Skin reactions under a patch",
        "project_kind": "new-research",
        "lay_summary": "We want to know who gets a rash.",
        "background": "Patches irritate the skin.",
        "aims": "Find out who is at risk.",
        "design": "All people of the trial.",
        "outcomes": "Skin events.",
        "analysis_plan": "A regression of time to the first event.",
        "starts_on": "2027-01-04",
        "ends_on": "2027-12-31",
        "mission_items": ["goal-research"],
        "mission_argument": "It helps people to stay on treatment.",
        "protocol": [FILE],
        "cv_lead": [FILE],
    },
    "data": {
        "data_reason": "The events and the dose are needed.",
        "delivery_rhythm": "once",
        "linkage": False,
        "use_kinds": ["health"],
        "genetic_study": False,
    },
    "ethics": {
        "ethics_status": "pending",
        "conflicts": "none",
        "commercial_use": False,
        "prohibited_uses": True,
    },
    "security": {
        "storage_place": "A server of the university.",
        "storage_country": "US",
        "uses_cloud": False,
        "access_control": "Two people.",
        "encryption": "Both.",
        "backup": "Nightly, encrypted.",
        "custodian": {"name": "Tom Tally", "email": "tom@example.edu"},
        "destruction": "At the end.",
        "ai_tools": False,
    },
    "funding": {
        "funders": [{"kind": "affiliate-foundation", "name": "The foundation", "for_data": "500"}],
        "billing_contact": PERSON,
    },
    "outputs": {
        "outputs": ["paper"],
        "will_publish": True,
        "agrees_suppression": True,
        "agrees_no_ranking": True,
        "register_consent": True,
    },
    "declarations": {
        "true_and_complete": True,
        "policy_read": True,
        "no_reidentification": True,
        "discretion_understood": True,
        "earlier_breach": False,
    },
}


def complete(**changes: Any) -> dict[str, dict[str, Any]]:
    """The complete answers, with single fields changed by their id; None takes one out."""
    answers = copy.deepcopy(COMPLETE)
    for field, value in changes.items():
        homes = [section for section in answers.values() if field in section]
        section = homes[0] if homes else answers["request"]
        section[field] = value
        if value is None:
            del section[field]
    return answers
