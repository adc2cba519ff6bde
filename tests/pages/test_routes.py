"""Every route: who it is for, its headers, and the pages for when there is no page."""

import inspect
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from muniment.pages import audience
from muniment.pages.audience import Audience
from muniment.rulebook.words import Stage
from tests.pages import rows

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ARGUMENTS = {
    "data_sheet": {"slug": "sdtm-pilot"},
    # What anyone reads
    "data_interest": {"slug": "tapur"},
    "data_download": {"slug": "progress-timeline", "table": "milestones"},
    "codebook": {"slug": "sdtm-pilot"},
    "codebook_csv": {"slug": "sdtm-pilot"},
    "codebook_pdf": {"slug": "sdtm-pilot"},
    "request_answer": {"reference": "CENTRA-2026-0001", "pk": 1},
    "request_ask": {"reference": "CENTRA-2026-0001"},
    "register_use": {"reference": "CENTRA-2026-0001"},
    "request": {"reference": "CENTRA-2026-0001"},
    "application_start": {"slug": "sdtm-pilot"},
    "application": {"reference": "CENTRA-2026-0001"},
    "application_section": {"reference": "CENTRA-2026-0001", "name": "project"},
    "application_check": {"reference": "CENTRA-2026-0001"},
    "application_edition": {"reference": "CENTRA-2026-0001"},
    "application_withdraw": {"reference": "CENTRA-2026-0001"},
    "application_copy": {"reference": "CENTRA-2026-0001"},
    **{
        f"specification{each}": {"reference": "CENTRA-2026-0001"}
        for each in ("", "_add", "_confirm", "_paper", "_download", "_words", "_draft", "_proposal")
    },
    **{
        f"specification_{each}": {"reference": "CENTRA-2026-0001", "name": "p1"}
        for each in ("part", "count", "remove")
    },
    # Files, and forms filled in off line.
    "form_file": {"programme": "centra", "kind": "docx"},
    "application_upload": {"reference": "CENTRA-2026-0001"},
    "application_entered": {"reference": "CENTRA-2026-0001"},
    "application_file": {"reference": "CENTRA-2026-0001", "sha256": "a" * 64},
    # the agreement
    "office_agreement": {"reference": "CENTRA-2026-0001"},
    "sign": {"reference": "CENTRA-2026-0001"},
    "sign_file": {"reference": "CENTRA-2026-0001", "kind": "pdf"},
    # team, enquiries, people
    "team": {"reference": "CENTRA-2026-0001"},
    "team_end": {"reference": "CENTRA-2026-0001", "pk": 1},
    "team_supervisor": {"reference": "CENTRA-2026-0001"},
    "supervision": {"reference": "CENTRA-2026-0001"},
    "invitation": {"token": "never-sent"},
    "enquiry": {"pk": 1},
    "enquiry_letter": {"pk": 1, "proof": 1},
    "office_enquiry": {"pk": 1},
    "office_enquiry_form": {"pk": 1},
    "verify": {"code": "0" * 32},
    # money
    "office_fees": {"reference": "CENTRA-2026-0001"},
    "fees": {"reference": "CENTRA-2026-0001"},
    "quote_pdf": {"reference": "CENTRA-2026-0001", "version": 1},
    "invoice": {"number": "CENTRA-2026-0001-1"},
    "invoice_tax_form": {"number": "CENTRA-2026-0001-1"},
    "invoice_pdf": {"number": "CENTRA-2026-0001-1"},
    # the ledger
    "ledger_tile": {"place": "0/000"},
    "receipts": {"reference": "CENTRA-2026-0001"},
    "receipt_file": {"reference": "CENTRA-2026-0001", "number": 1},
    # the committee
    **{
        f"review{each}": {"reference": "CENTRA-2026-0001"}
        for each in ("", "_conflict", "_papers", "_talk", "_readers")
    },
    "office_review": {"reference": "CENTRA-2026-0001"},
    # the release
    "office_release": {"reference": "CENTRA-2026-0001"},
    "office_series": {"reference": "CENTRA-2026-0001"},
    "request_series": {"reference": "CENTRA-2026-0001"},
    "delivery": {"reference": "CENTRA-2026-0001", "pk": 1},
    "delivery_key": {"reference": "CENTRA-2026-0001"},
    "download_stream": {"token": "never-minted"},
    "download_fetch": {"token": "never-minted"},
    # the catalogue
    "office_edition": {"pk": 1},
    "office_methods": {"pk": 1},
    # the settings
    "office_person": {"public_id": "0" * 32},
    "office_certificate": {"public_id": "0" * 32, "pk": 1},
    "settings_edit": {"name": "fees.yaml"},
    "settings_edition": {"number": 1},
    "settings_export": {"number": 1},
    # the office
    "confirmation": {"pk": 1},
    "office_request": {"reference": "CENTRA-2026-0001"},
    "request_after": {"reference": "CENTRA-2026-0001"},
    "request_changes": {"reference": "CENTRA-2026-0001"},
    "office_change": {"reference": "CENTRA-2026-0001"},
    "hearing": {"reference": "CENTRA-2026-0001"},
    "office_after": {"reference": "CENTRA-2026-0001"},
    "office_messages": {"reference": "CENTRA-2026-0001"},
    "office_history": {"reference": "CENTRA-2026-0001"},
    "office_history_csv": {"reference": "CENTRA-2026-0001"},
    # meetings
    "meeting": {"pk": 1},
    "meeting_papers": {"pk": 1},
    "meeting_item": {"pk": 1, "order": 1},
    # the decision
    "office_decision": {"reference": "CENTRA-2026-0001"},
    "decision_chair": {"reference": "CENTRA-2026-0001"},
    "decision_letter": {"reference": "CENTRA-2026-0001", "pk": 1},
    "decision_condition": {"reference": "CENTRA-2026-0001", "pk": 1},
    # screening
    **{
        f"office_{each}": {"reference": "CENTRA-2026-0001"}
        for each in ("application", "completeness", "availability", "policy")
    },
    "request_points": {"reference": "CENTRA-2026-0001"},
    "office_scope": {"reference": "CENTRA-2026-0001", "part": "p1"},
    "office_policy_rule": {"reference": "CENTRA-2026-0001", "rule": "security"},
    "outbox_mail": {"name": "none"},
    "profile_training_end": {"pk": 1},
    "openid_connect_login": {"provider_id": "none"},
    "openid_connect_callback": {"provider_id": "none"},
    "demo_link": {"token": "never-minted"},
    "mfa_edit_webauthn": {"pk": 1},
    "mfa_remove_webauthn": {"pk": 1},
}
SIGNED_OUT = {Audience.COMMITTEE: {401},
              Audience.ANYONE: {200, 302, 405}, Audience.SIGNED_IN: {401},
              Audience.CASE: {401, 405},
              Audience.DEMO: {404}, Audience.ACCOUNT: {200, 302, 405},
              Audience.WRITERS: {401, 405}, Audience.ADDRESSED: {401},
              Audience.ENQUIRY_OFFICE: {401}, Audience.OFFICE: {401, 405}}  # fmt: skip
STRANGER = {Audience.COMMITTEE: {404},
            Audience.ANYONE: {200, 302, 405}, Audience.SIGNED_IN: {200}, Audience.CASE: {404, 405},
            Audience.DEMO: {404}, Audience.ACCOUNT: {200, 302, 403, 404, 405},
            Audience.WRITERS: {404, 405}, Audience.ADDRESSED: {404},
            Audience.ENQUIRY_OFFICE: {404}, Audience.OFFICE: {404, 405}}  # fmt: skip
NAMES_NOTHING = {
    "register_use",
    "data_download",
    "verify",
    "checkpoint",
    "ledger_checkpoint",
    "ledger_tile",
    "openid_connect_login",
    "openid_connect_callback",
}
"""Routes whose argument here names nothing that exists; they may say so to anyone."""


def routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        else:
            yield str(pattern.name)


def test_every_route_says_who_it_is_for() -> None:
    assert sorted(routes(get_resolver().url_patterns)) == sorted(audience.ROUTES)


@pytest.mark.parametrize("route", sorted(audience.ROUTES))
def test_every_route_answers_its_audience_and_nobody_else(
    office: rows.Office, as_: Callable[[str], Client], route: str
) -> None:
    office.case(Stage.IN_REVIEW)
    address = reverse(route, kwargs=ARGUMENTS.get(route))
    meant = audience.ROUTES[route]
    missing = {404} if route in NAMES_NOTHING else {401} if route.endswith("_error") else set()
    assert Client().get(address).status_code in SIGNED_OUT[meant] | missing
    assert as_("stan").get(address).status_code in STRANGER[meant] | missing


def test_every_view_is_short_enough_to_be_read_at_a_glance() -> None:
    patterns = get_resolver().url_patterns
    views = [each.callback for each in patterns if isinstance(each, URLPattern)]
    lines = {
        view.__name__: len(inspect.getsource(inspect.unwrap(view)).split("\ndef ")[-1].splitlines())
        for view in views
    }
    assert {name: count for name, count in lines.items() if count > 15} == {}


@pytest.mark.parametrize("route", sorted(audience.ROUTES))
def test_every_answer_carries_the_strict_policy(office: rows.Office, route: str) -> None:
    answer = Client().get(reverse(route, kwargs=ARGUMENTS.get(route)))
    sent = dict(part.strip().split(" ", 1) for part in
                answer["Content-Security-Policy"].split(";") if part.strip())  # fmt: skip
    assert sent == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


def test_what_is_not_there_gets_a_page_in_the_same_look(office: rows.Office) -> None:
    answer = Client().get("/nothing/here/")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "There is no page here" in text
    assert "mu-top" in text


@pytest.mark.django_db
def test_the_site_is_up_when_its_database_answers() -> None:
    answer = Client().get("/up/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_page_for_our_own_fault_needs_no_database() -> None:
    from django.test import RequestFactory

    from muniment.pages import errors

    asked = RequestFactory().get("/")
    answers = [
        errors.broken(asked),
        errors.bad_request(asked, Exception()),
        errors.forbidden(asked, Exception()),
    ]
    assert [answer.status_code for answer in answers] == [500, 400, 403]
    assert all(b"<h1>" in answer.content for answer in answers)


@pytest.mark.parametrize("name", ["alice", "cora", "max", "audra", "stan", None])
def test_the_bar_on_top_has_at_most_five_links(
    office: rows.Office, as_: Callable[[str], Client], name: str | None
) -> None:
    browser = as_(name) if name else Client()
    assert browser.get("/data/").content.decode().count('class="nav-link') <= 5
