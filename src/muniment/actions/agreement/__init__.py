"""The Data Use Agreement: drafted from the case, issued with its estimate, changed clause by clause
in rounds, signed in order, sealed.
"""

from .changing import accept_clause_change, propose_clause_change, refuse_clause_change
from .drafting import ask_for_draft, draft_agreement
from .elsewhere import STEPS as ELSEWHERE
from .elsewhere import (
    Evidence,
    ask_to_sign_elsewhere,
    decline_elsewhere,
    end_envelope,
    go_on_elsewhere,
    look_elsewhere,
    put_off_envelope,
    record_sent,
    sign_elsewhere,
)
from .ending import decline_to_sign, void_agreement
from .issuing import issue_agreement_and_estimate
from .masters import end_master_agreement, record_master_agreement
from .officials import name_answered_official, name_signing_official
from .sealing import SealedFile, store_seal, store_stamp
from .signing import (
    Hand,
    accept_standard_terms,
    countersign,
    record_ink_signature,
    sign_as_applicant,
    sign_as_supervisor,
    sign_for_institution,
    sign_joinder,
    sign_team_pledge,
)

__all__ = [
    "ELSEWHERE",
    "Evidence",
    "Hand",
    "SealedFile",
    "accept_clause_change",
    "accept_standard_terms",
    "ask_for_draft",
    "ask_to_sign_elsewhere",
    "countersign",
    "decline_elsewhere",
    "decline_to_sign",
    "draft_agreement",
    "end_envelope",
    "end_master_agreement",
    "go_on_elsewhere",
    "issue_agreement_and_estimate",
    "look_elsewhere",
    "name_answered_official",
    "name_signing_official",
    "propose_clause_change",
    "put_off_envelope",
    "record_ink_signature",
    "record_master_agreement",
    "record_sent",
    "refuse_clause_change",
    "sign_as_applicant",
    "sign_as_supervisor",
    "sign_elsewhere",
    "sign_for_institution",
    "sign_joinder",
    "sign_team_pledge",
    "store_seal",
    "store_stamp",
    "void_agreement",
]
