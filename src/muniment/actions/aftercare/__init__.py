"""After the release: reports, access that stops, the orderly end, and the public register."""

from .access import end_persons_access, lift_suspension, revoke, suspend_access
from .closing import (
    accept_close_out,
    ask_retention,
    begin_close_out,
    certify_destruction,
    expire_agreement,
    grant_retention,
    refuse_retention,
)
from .duties import begin_duties
from .register import correct_register_entry, publish_register_entry
from .reporting import (
    record_audit,
    report_breach,
    report_output,
    report_progress,
    submit_final_report,
)

__all__ = [
    "accept_close_out",
    "ask_retention",
    "begin_close_out",
    "begin_duties",
    "certify_destruction",
    "correct_register_entry",
    "end_persons_access",
    "expire_agreement",
    "grant_retention",
    "lift_suspension",
    "publish_register_entry",
    "record_audit",
    "refuse_retention",
    "report_breach",
    "report_output",
    "report_progress",
    "revoke",
    "submit_final_report",
    "suspend_access",
]
