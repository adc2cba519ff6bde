"""Facts of what follows a release."""

from muniment import models
from muniment.queries import aftercare
from muniment.queries.agreement import signers
from muniment.rulebook.words import Fact

from .situation import Situation, reads


@reads(Fact.ACCESS_SUSPENDED)
def access_suspended(here: Situation) -> bool:
    return here.case.suspensions.filter(lifted_at__isnull=True).exists()


@reads(Fact.TERM_OVER)
def term_over(here: Situation) -> bool:
    return aftercare.is_over(here.case, today=here.today)


@reads(Fact.RETENTION_ASKED)
def retention_asked(here: Situation) -> bool:
    undecided = here.case.retentions.filter(granted_at__isnull=True, refused_at__isnull=True)
    return undecided.exists()


@reads(Fact.FINAL_REPORT_IN)
def final_report_in(here: Situation) -> bool:
    final = here.case.reports.filter(kind=models.Report.Kind.FINAL)
    return final.filter(filed_at__isnull=False).exists()


@reads(Fact.BINDS_PARTY)
def binds_party(here: Situation) -> bool:
    """Of the agreement that the step is about, in the very role in which its party is bound."""
    agreement = here.given("agreement")
    return agreement is not None and signers.binder(agreement) == (here.actor.role, here.person)


@reads(Fact.DESTRUCTION_CERTIFIED)
def destruction_certified(here: Situation) -> bool:
    """For every agreement in force: one without a certificate still holds data."""
    uncertified = aftercare.in_force(here.case).exclude(destructions__certified_at__isnull=False)
    return not uncertified.exists()
