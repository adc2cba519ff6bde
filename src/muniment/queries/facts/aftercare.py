"""Facts of what follows a release."""

from muniment.rulebook.words import Fact

from .situation import Situation, reads


@reads(Fact.ACCESS_SUSPENDED)
def access_suspended(here: Situation) -> bool:
    return here.case.suspensions.filter(lifted_at__isnull=True).exists()
