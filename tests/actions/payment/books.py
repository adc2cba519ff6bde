"""Money as a child would count it, beside the real actions: the oracle of the random walks.

Nothing here reads a row. Every amount is a whole number of cents in one currency.
"""

from dataclasses import dataclass, field


@dataclass
class Bill:
    """One invoice: what it asked for, what was credited, and what came and went."""

    total: int
    kept: int
    credited: int = 0
    came: list[int] = field(default_factory=list)
    voided: bool = False


class Ledger:
    """The plain sums. A wrong ledger is a subclass that gets one of them wrong."""

    def __init__(self) -> None:
        self.bills: dict[str, Bill] = {}
        self.estimate = self.accepted = self.kept = 0
        self.waived = False

    def received(self, bill: Bill) -> int:
        return sum(bill.came)

    def credited(self, bill: Bill) -> int:
        return bill.credited

    def owed(self, bill: Bill) -> int:
        return bill.total - self.credited(bill)

    def live(self) -> list[Bill]:
        return [bill for bill in self.bills.values() if not bill.voided]

    def billed(self) -> int:
        return sum(self.owed(bill) for bill in self.live())

    def is_open(self, bill: Bill) -> bool:
        return not bill.voided and self.received(bill) < self.owed(bill)

    def refundable(self, bill: Bill) -> int:
        return max(0, self.received(bill) - min(bill.kept, self.owed(bill)))

    def paid(self) -> bool:
        asking = self.live()
        covered = all(self.received(bill) >= self.owed(bill) for bill in asking)
        return bool(asking) and self.billed() >= self.estimate and covered

    def again(self, bill: Bill, amount: int) -> None:
        """The same line, file or report once more: nothing."""


class CountsRepeats(Ledger):
    """Wrong: what is reported twice is money twice."""

    def again(self, bill: Bill, amount: int) -> None:
        bill.came.append(amount)


class ForgetsRefunds(Ledger):
    """Wrong: what was paid back still counts as received."""

    def received(self, bill: Bill) -> int:
        return sum(each for each in bill.came if each > 0)


class TakesCreditForMoney(Ledger):
    """Wrong: a credit note is booked as money and not as less to pay."""

    def received(self, bill: Bill) -> int:
        return sum(bill.came) + bill.credited

    def credited(self, bill: Bill) -> int:
        return 0


class BillsWhatIsVoid(Ledger):
    """Wrong: an invoice that was taken back is still asked for."""

    def live(self) -> list[Bill]:
        return list(self.bills.values())


class LosesWhatIsTooMuch(Ledger):
    """Wrong: what came above an invoice is kept by nobody."""

    def received(self, bill: Bill) -> int:
        return min(sum(bill.came), self.owed(bill))


WRONG = (CountsRepeats, ForgetsRefunds, TakesCreditForMoney, BillsWhatIsVoid, LosesWhatIsTooMuch)
