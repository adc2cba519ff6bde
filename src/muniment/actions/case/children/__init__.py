"""Child cases: a change, a renewal, an appeal or a new try that hangs on an earlier request.

A child is a case of its own, with stage, clock and ledger, and goes down the same line. Its parent
stays as it is until the child is granted; what was granted is then applied to the parent at once
by the system, or by the coordinator where something stood in the way.
"""

from .appealing import (
    dismiss_appeal,
    reopen_availability_after_appeal,
    reopen_denied_after_appeal,
    reopen_policy_after_appeal,
    reopen_revoked_after_appeal,
    send_appeal_to_hearing,
    uphold_appeal,
)
from .applying import (
    apply_amendment,
    apply_amendment_while_active,
    apply_notified_change,
    extend_term,
)
from .deciding import (
    accept_notified_change,
    certify_renewal,
    grant_amendment,
    grant_amendment_by_office,
    grant_renewal,
    refuse_amendment,
    refuse_amendment_by_office,
    refuse_renewal,
)
from .opening import open_amendment, open_appeal, open_renewal, open_resubmission

__all__ = [
    "accept_notified_change",
    "apply_amendment",
    "apply_amendment_while_active",
    "apply_notified_change",
    "certify_renewal",
    "dismiss_appeal",
    "extend_term",
    "grant_amendment",
    "grant_amendment_by_office",
    "grant_renewal",
    "open_amendment",
    "open_appeal",
    "open_renewal",
    "open_resubmission",
    "refuse_amendment",
    "refuse_amendment_by_office",
    "refuse_renewal",
    "reopen_availability_after_appeal",
    "reopen_denied_after_appeal",
    "reopen_policy_after_appeal",
    "reopen_revoked_after_appeal",
    "send_appeal_to_hearing",
    "uphold_appeal",
]
