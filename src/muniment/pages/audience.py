"""Who each page is for. A test compares this list with every route there is."""

from enum import StrEnum


class Audience(StrEnum):
    """The widest circle that a route answers with a page."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    CASE = "case"
    """Only those whom `queries.access` lets in; everyone else gets the same 404 as for a request
    that does not exist."""
    WRITERS = "writers"
    """Only who writes the request: its applicant and co-applicants who may edit."""
    ACCOUNT = "account"
    """The door itself: one's own credentials, profile and sessions, or the steps towards them."""
    ADDRESSED = "addressed"
    """Only the one person whom a link or an answer was sent to."""
    ENQUIRY_OFFICE = "enquiry_office"
    """Only the offices that work on enquiries, or read along."""
    COMMITTEE = "committee"
    """Only who sits on the committee; before a declaration a cover, recused one sentence."""
    OFFICE = "office"
    """Only who holds an office; of requests, only those that `queries.access` opens to it."""
    DEMO = "demo"
    """Only on loopback, in a home that the demo made, behind a one-time link."""


ROUTES = {
    "front": Audience.ANYONE,
    "data_list": Audience.ANYONE,
    "data_sheet": Audience.ANYONE,
    "how_access_works": Audience.ANYONE,
    # What anyone reads
    "policy": Audience.ANYONE,
    "data_interest": Audience.SIGNED_IN,
    "data_download": Audience.ANYONE,
    "codebook": Audience.ANYONE,
    "codebook_csv": Audience.ANYONE,
    "codebook_pdf": Audience.ANYONE,
    "catalog_turtle": Audience.ANYONE,
    "catalog_json_ld": Audience.ANYONE,
    "register": Audience.ANYONE,
    "register_csv": Audience.ANYONE,
    "register_use": Audience.ANYONE,
    "up": Audience.ANYONE,
    "sign_out": Audience.ANYONE,
    "request_list": Audience.SIGNED_IN,
    "request": Audience.CASE,
    "request_answer": Audience.CASE,
    "request_ask": Audience.CASE,
    "application_start": Audience.SIGNED_IN,
    "application": Audience.WRITERS,
    "application_section": Audience.WRITERS,
    "application_check": Audience.WRITERS,
    "application_edition": Audience.WRITERS,
    "application_withdraw": Audience.WRITERS,
    "application_copy": Audience.WRITERS,
    # The data specification.
    "specification": Audience.WRITERS,
    "specification_add": Audience.WRITERS,
    "specification_confirm": Audience.WRITERS,
    "specification_paper": Audience.WRITERS,
    "specification_download": Audience.WRITERS,
    "specification_words": Audience.WRITERS,
    "specification_draft": Audience.CASE,
    "specification_proposal": Audience.WRITERS,
    "specification_part": Audience.WRITERS,
    "specification_count": Audience.WRITERS,
    "specification_remove": Audience.WRITERS,
    # Files, and forms filled in off line.
    "form_file": Audience.ANYONE,
    "apply_by_form": Audience.SIGNED_IN,
    "application_upload": Audience.WRITERS,
    "application_entered": Audience.WRITERS,
    "application_file": Audience.CASE,
    # team
    "team": Audience.WRITERS,
    "team_end": Audience.WRITERS,
    "team_supervisor": Audience.WRITERS,
    "supervision": Audience.CASE,
    "invitation": Audience.ADDRESSED,
    # enquiries and letters
    "ask": Audience.ANYONE,
    "enquiries": Audience.SIGNED_IN,
    "enquiry": Audience.ADDRESSED,
    "enquiry_letter": Audience.ADDRESSED,
    "office_enquiries": Audience.ENQUIRY_OFFICE,
    "office_enquiry": Audience.ENQUIRY_OFFICE,
    "office_enquiry_form": Audience.ENQUIRY_OFFICE,
    "verify": Audience.ANYONE,
    # money
    "card_report": Audience.ANYONE,
    "signing_report": Audience.ANYONE,
    "office_invoices": Audience.OFFICE,
    "office_fees": Audience.OFFICE,
    "fees": Audience.CASE,
    "quote_pdf": Audience.CASE,
    "invoice": Audience.CASE,
    "invoice_pdf": Audience.CASE,
    "invoice_tax_form": Audience.CASE,
    # the ledger
    "checkpoint": Audience.ANYONE,
    "checkpoint_page": Audience.ANYONE,
    "ledger_checkpoint": Audience.ANYONE,
    "ledger_tile": Audience.ANYONE,
    "receipts": Audience.CASE,
    "receipt_file": Audience.CASE,
    # the catalogue
    "office_catalog": Audience.OFFICE,
    "office_edition": Audience.OFFICE,
    "office_methods": Audience.OFFICE,
    # the settings
    "settings": Audience.OFFICE,
    "settings_roster": Audience.OFFICE,
    "office_people": Audience.OFFICE,
    "office_person": Audience.OFFICE,
    "office_certificate": Audience.OFFICE,
    "settings_edit": Audience.OFFICE,
    "settings_edition": Audience.OFFICE,
    "settings_export": Audience.OFFICE,
    # reports
    "reports": Audience.OFFICE,
    "reports_csv": Audience.OFFICE,
    "reports_alone": Audience.OFFICE,
    "reports_alone_csv": Audience.OFFICE,
    # the committee
    "review_list": Audience.COMMITTEE,
    "review": Audience.COMMITTEE,
    "review_conflict": Audience.COMMITTEE,
    "review_papers": Audience.COMMITTEE,
    "review_talk": Audience.COMMITTEE,
    "review_readers": Audience.COMMITTEE,
    "office_review": Audience.OFFICE,
    # the release
    "builds": Audience.OFFICE,
    "office_release": Audience.OFFICE,
    "office_series": Audience.OFFICE,
    "request_series": Audience.CASE,
    "delivery": Audience.CASE,
    "delivery_key": Audience.CASE,
    "download_stream": Audience.CASE,
    "download_fetch": Audience.ANYONE,
    # the office
    "request_after": Audience.CASE,
    "request_changes": Audience.CASE,
    "office_change": Audience.OFFICE,
    "hearing": Audience.COMMITTEE,
    "office_after": Audience.OFFICE,
    "office_queue": Audience.OFFICE,
    "office_request": Audience.OFFICE,
    "office_absence": Audience.OFFICE,
    "confirmations": Audience.OFFICE,
    "confirmation": Audience.ADDRESSED,
    "office_messages": Audience.OFFICE,
    "office_history": Audience.OFFICE,
    "office_history_csv": Audience.OFFICE,
    "office_jobs": Audience.OFFICE,
    # meetings
    "meeting_list": Audience.OFFICE,
    "meeting": Audience.OFFICE,
    "meeting_papers": Audience.OFFICE,
    "meeting_item": Audience.OFFICE,
    # the agreement
    "office_agreement": Audience.OFFICE,
    "sign_list": Audience.SIGNED_IN,
    "sign": Audience.CASE,
    "sign_file": Audience.CASE,
    # the decision
    "office_decision": Audience.OFFICE,
    "decision_chair": Audience.CASE,
    "decision_letter": Audience.CASE,
    "decision_condition": Audience.CASE,
    # screening
    "office_application": Audience.OFFICE,
    "office_completeness": Audience.OFFICE,
    "office_availability": Audience.OFFICE,
    "office_scope": Audience.OFFICE,
    "office_policy": Audience.OFFICE,
    "office_policy_rule": Audience.OFFICE,
    "request_points": Audience.WRITERS,
    "outbox": Audience.DEMO,
    "outbox_mail": Audience.DEMO,
    # people
    "account_fresh_code": Audience.ACCOUNT,
    "profile": Audience.SIGNED_IN,
    "profile_training": Audience.ACCOUNT,
    "profile_training_end": Audience.ACCOUNT,
    "openid_connect_login": Audience.ACCOUNT,
    "openid_connect_callback": Audience.ACCOUNT,
    "socialaccount_connections": Audience.ACCOUNT,
    "socialaccount_signup": Audience.ACCOUNT,
    "socialaccount_login_cancelled": Audience.ACCOUNT,
    "socialaccount_login_error": Audience.ACCOUNT,
    "account_login": Audience.ACCOUNT,
    "account_request_login_code": Audience.ACCOUNT,
    "account_confirm_login_code": Audience.ACCOUNT,
    "account_signup": Audience.ACCOUNT,
    "account_email_verification_sent": Audience.ACCOUNT,
    "account_email": Audience.ACCOUNT,
    "account_inactive": Audience.ACCOUNT,
    "account_logout": Audience.ACCOUNT,
    "account_reauthenticate": Audience.ACCOUNT,
    "mfa_index": Audience.ACCOUNT,
    "mfa_authenticate": Audience.ACCOUNT,
    "mfa_reauthenticate": Audience.ACCOUNT,
    "mfa_activate_totp": Audience.ACCOUNT,
    "mfa_deactivate_totp": Audience.ACCOUNT,
    "mfa_generate_recovery_codes": Audience.ACCOUNT,
    "mfa_view_recovery_codes": Audience.ACCOUNT,
    "mfa_download_recovery_codes": Audience.ACCOUNT,
    "mfa_list_webauthn": Audience.ACCOUNT,
    "mfa_add_webauthn": Audience.ACCOUNT,
    "mfa_edit_webauthn": Audience.ACCOUNT,
    "mfa_remove_webauthn": Audience.ACCOUNT,
    "mfa_login_webauthn": Audience.ACCOUNT,
    "mfa_reauthenticate_webauthn": Audience.ACCOUNT,
    "usersessions_list": Audience.ACCOUNT,
    "demo_link": Audience.DEMO,
    "demo_people": Audience.DEMO,
}

BEFORE_SECOND_FACTOR = frozenset({Audience.ANYONE, Audience.ACCOUNT, Audience.DEMO})
"""What an office reaches before it has shown its second factor."""
