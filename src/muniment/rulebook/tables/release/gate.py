"""The gate before data leave, in one place: every row that opens, builds or releases repeats it."""

from muniment.rulebook.step import PAUSED
from muniment.rulebook.words import Fact

# Signed AND (paid OR waived OR nothing due) AND conditions before release met, on an approval.
GATE = (
    Fact.APPROVAL_STANDS,
    Fact.AGREEMENT_SIGNED_BY_ALL,
    Fact.FEE_SETTLED,
    Fact.CONDITIONS_BEFORE_RELEASE_MET,
)
# What closes it again.
SHUT = (
    Fact.AMENDMENT_PENDING,
    Fact.RESTRICTION_TIGHTENED,
    Fact.EDITION_WITHDRAWN,
    Fact.ACCESS_SUSPENDED,
    *PAUSED,
)
