"""Facts of money that came in or is asked back."""

from muniment import models
from muniment.queries import payment
from muniment.rulebook.words import Fact

from .situation import Situation, reads


@reads(Fact.AMOUNT_MATCHES)
def amount_matches(here: Situation) -> bool:
    """The line names this invoice and no other, and is exactly what is open on it."""
    line, invoice = here.given("bank_line"), here.given("invoice")
    if line is None or invoice is None:
        return False
    return bool(payment.find_match(line) == invoice)


@reads(Fact.REFUND_ASKED)
def refund_asked(here: Situation) -> bool:
    """The refund that the step decides, else any of its invoice, waits for a decision."""
    undecided = models.Refund.objects.filter(approved_at__isnull=True, refused_at__isnull=True)
    named = here.given("asked")
    if named is not None:
        return undecided.filter(pk=named.pk).exists()
    return undecided.filter(invoice=here.given("invoice")).exists()
