"""An agreement that comes to nothing: somebody declines, or the office voids it."""

from datetime import datetime

from muniment import models
from muniment.actions import proofs, step

DECLINED = "somebody declined to sign"
VOIDED = "the agreement was taken back, with every signature on it"


def decline_to_sign(
    agreement: models.Agreement, *, actor: models.Actor, now: datetime, reason: str
) -> models.Declined:
    """Say no, with the reason; who issued it and the applicant are told, and nothing is signed."""
    case, about = agreement.case, {"agreement": agreement, "reason": reason}
    with step.taking("decline_to_sign", case, actor=actor, now=now, about=about) as taken:
        declined = models.Declined.objects.create(
            agreement=agreement, capacity=actor.role, reason=reason.strip(), made_at=now,
            made_by=actor,
        )  # fmt: skip
        taken.records(capacity=actor.role, reason=reason)
        if actor.person != case.applicant:
            taken.tells(case.applicant, "agreement-news", what=DECLINED)
        issuer = agreement.issued_by
        assert issuer is not None  # nobody declines what was not issued
        assert issuer.person is not None  # a coordinator issues
        link = f"/office/{case.reference}/agreement/"
        taken.tells(issuer.person, "agreement-news", what=DECLINED, link=link)
    return declined


def void_agreement(
    agreement: models.Agreement, *, actor: models.Actor, now: datetime, reason: str
) -> models.Agreement:
    """Take back what not everybody has signed; the next draft is a new version."""
    case, about = agreement.case, {"agreement": agreement, "reason": reason}
    with step.taking("void_agreement", case, actor=actor, now=now, about=about) as taken:
        agreement.superseded_at, agreement.superseded_by = now, actor
        agreement.void_reason = reason.strip()
        agreement.save(update_fields=["superseded_at", "superseded_by", "void_reason"])
        proofs.revoke_agreement(agreement, actor=actor, now=now)
        taken.records(version=agreement.version, reason=reason)
        taken.tells(case.applicant, "agreement-news", what=VOIDED)
    return agreement
