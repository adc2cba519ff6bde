"""Where a case came from."""

from muniment import models
from muniment.rulebook.words import Fact

from .situation import Situation, reads


@reads(Fact.FROM_PAPER)
def from_paper(here: Situation) -> bool:
    """It was brought in while it ran; an earlier request is at its end and has no gate to pass."""
    return models.Origin.objects.filter(case=here.case, earlier=False).exists()
