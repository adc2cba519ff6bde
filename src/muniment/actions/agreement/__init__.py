"""The Data Use Agreement: drafted from the case, issued with its estimate, changed clause by clause
in rounds, signed in order, sealed.
"""

from .changing import accept_clause_change, propose_clause_change, refuse_clause_change
from .drafting import ask_for_draft, draft_agreement
from .ending import decline_to_sign, void_agreement
from .issuing import issue_agreement_and_estimate
from .officials import name_signing_official
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
    "Hand",
    "SealedFile",
    "accept_clause_change",
    "accept_standard_terms",
    "ask_for_draft",
    "countersign",
    "decline_to_sign",
    "draft_agreement",
    "issue_agreement_and_estimate",
    "name_signing_official",
    "propose_clause_change",
    "record_ink_signature",
    "refuse_clause_change",
    "sign_as_applicant",
    "sign_as_supervisor",
    "sign_for_institution",
    "sign_joinder",
    "sign_team_pledge",
    "store_seal",
    "store_stamp",
    "void_agreement",
]
