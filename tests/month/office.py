"""The month week by week: what comes in, what the two do with it, and where it stands."""

from dataclasses import dataclass, field

from tests.month import applying, asked, gates, leaving
from tests.month.calendar import Month

QUICK, FULL, TOTALS, FEW, NAUSEA, DIZZY, RANKED, STEPS, EARLY, NEAR = range(1, 11)


@dataclass
class Told:
    """The month so far; `of` is number of the request to its reference."""

    month: Month
    of: dict[int, str] = field(default_factory=dict)

    def first_week(self) -> None:
        """Six requests come in on Monday and four on Wednesday; two end, one goes back."""
        self.come_in(QUICK, FULL, TOTALS, FEW, NAUSEA, NEAR)
        self.month.passes()
        self.each(gates.certify, QUICK, FULL, TOTALS, FEW, NEAR)
        gates.return_it(self.month, self.of[NAUSEA], "Say when the ethics board decides.")
        gates.close_not_available(self.month, self.of[FEW])
        gates.say_elsewhere(self.month, self.of[NEAR], "The register of the state holds them.")
        self.each(gates.find_available, QUICK, FULL, TOTALS)
        self.month.passes()
        self.come_in(DIZZY, RANKED, STEPS, EARLY)
        completes(self.month, self.of[NAUSEA])
        self.each(gates.judge_policy, QUICK, FULL, TOTALS)
        for number in (QUICK, TOTALS):
            gates.decide(self.month, self.of[number], "Approve", "Nobody can be told from it.")
        self.month.passes(2)
        self.each(gates.certify, DIZZY, RANKED, STEPS, EARLY)
        self.each(gates.find_available, DIZZY, RANKED, STEPS, EARLY)
        withdraws(self.month, self.of[DIZZY])
        self.month.passes(3)

    def second_week(self) -> None:
        """Four go before the committee, each with another outcome."""
        self.each(gates.judge_policy, RANKED, STEPS, EARLY)
        self.month.passes()
        for number, score in ((FULL, "5"), (RANKED, "1"), (STEPS, "3"), (EARLY, "4")):
            gates.declare(self.month, self.of[number])
            gates.review(self.month, self.of[number], score)
        self.month.passes(2)
        gates.meet(self.month, {
            self.of[FULL]: "Approve", self.of[RANKED]: "Deny",
            self.of[STEPS]: "Ask to revise", self.of[EARLY]: "Approve with conditions",
        })  # fmt: skip
        self.month.passes()
        gates.decide(self.month, self.of[FULL], "Approve", "Sound, and no more than is needed.")
        gates.decide(self.month, self.of[RANKED], "Deny", "It would rank places by their data.")
        gates.decide(
            self.month, self.of[STEPS], "Ask to revise and resubmit", "Say what a step of dose is."
        )
        gates.decide(
            self.month, self.of[EARLY], "Approve with conditions", "Sound, once ethics agrees.",
            condition="Send the letter of the ethics board.",
        )  # fmt: skip
        self.month.passes(3)

    def third_week(self) -> None:
        """Agreements and fees; what is signed and settled leaves."""
        self.each(leaving.draft, QUICK, TOTALS, FULL)
        leaving.verify_official(self.month, self.of[FULL])
        revises(self.month, self.of[STEPS])
        hands_in(self.month, self.of[EARLY], "The letter is on its way by mail, number 1187.")
        self.month.passes(2)
        gates.certify(self.month, self.of[NAUSEA])
        gates.judge_policy(self.month, self.of[STEPS])
        accepts_evidence(self.month, self.of[EARLY])
        for number in (QUICK, TOTALS):
            leaving.sign(self.month, self.of[number], "alice")
        leaving.sign(self.month, self.of[FULL], "alice", "sam", "dana")
        leaving.waive(self.month, self.of[TOTALS])
        self.each(leaving.settle, QUICK, FULL)
        self.month.passes()
        self.each(leaving.release, QUICK, FULL, TOTALS)
        self.month.passes(4)

    def fourth_week(self) -> None:
        """Files arrive, and the second round comes to its end."""
        for number in (QUICK, FULL, TOTALS):
            assert leaving.download(self.month, self.of[number])[:4] == b"PK\x03\x04"
        gates.review(self.month, self.of[STEPS], "4")
        appeals(self.month, self.of[FEW])
        self.month.passes(3)
        gates.meet(self.month, {self.of[STEPS]: "Approve"})
        gates.decide(self.month, self.of[STEPS], "Approve", "Now it says what a step is.")
        self.month.passes(4)

    def come_in(self, *numbers: int) -> None:
        """Alice fills in the form of each and sends it."""
        for number in numbers:
            dataset, specification, changes = asked.ask(number)
            self.of[number] = applying.applies(
                self.month.person("alice"), dataset, specification,
                title=asked.TITLES[number - 1], changes=changes,
            )  # fmt: skip
        self.month.works()

    def each(self, act: gates.Act, *numbers: int) -> None:
        """The same with each of them."""
        for number in numbers:
            act(self.month, self.of[number])

    def fates(self) -> dict[str, str]:
        """Title to where it stands at the end of the month, as Alice reads it."""
        alice = self.month.person("alice")
        found = {}
        for number, title in enumerate(asked.TITLES, start=1):
            alice.opens(f"/requests/{self.of[number]}/")
            found[title] = alice.turn()
        return found


def completes(month: Month, request: str) -> None:
    """Alice changes what was incomplete, says so point by point, and sends it again."""
    alice = month.person("alice")
    alice.opens(f"/requests/{request}/form/ethics/")
    alice.presses("Save and continue", {"Legal basis and consent": "The board decides in May."})
    alice.opens(f"/requests/{request}/points/")
    alice.presses("Save and check your answers", {"1. Say when": "In May; its letter follows."})
    alice.presses("Submit the request")


def withdraws(month: Month, request: str) -> None:
    """Alice needs it no more."""
    alice = month.person("alice")
    alice.opens(f"/requests/{request}/withdraw/")
    alice.presses("Withdraw")


def revises(month: Month, request: str) -> None:
    """Alice changes the application as the committee asked, and sends the second round."""
    alice = month.person("alice")
    alice.opens(f"/requests/{request}/form/project/")
    alice.unfolds()
    alice.presses("Save and continue", {"Design, population": "A step is one change of patch."})
    alice.opens(f"/requests/{request}/check/")
    alice.presses("Submit the request")


def appeals(month: Month, request: str) -> None:
    """Alice appeals; Cora hears her, because it was Dana who ended the request."""
    alice, cora = month.person("alice"), month.person("cora")
    alice.opens(f"/requests/{request}/changes/")
    alice.presses("Begin the appeal", {"What is wrong": "Nobody said that ages end at 85."})
    appeal = alice.path.strip("/").split("/")[1]
    alice.opens(f"/requests/{appeal}/check/")
    alice.presses("Submit the request")
    cora.opens(f"/office/{appeal}/change/")
    cora.presses("Send it to")
    cora.presses(
        "Dismiss the appeal",
        {"Reasons, for the record": "The bands are published.",
         "Letter to the applicant": "The bands stand beside the dataset in the library."},
    )  # fmt: skip
    alice.opens(f"/requests/{appeal}/")
    assert alice.turn() == "Denied", str(alice)


def hands_in(month: Month, request: str, evidence: str) -> None:
    """Alice shows that the condition is met."""
    alice = month.person("alice")
    alice.opens(f"/requests/{request}/?tab=decision")
    alice.presses("Hand in the evidence", {"What shows that it is met?": evidence})


def accepts_evidence(month: Month, request: str) -> None:
    """Cora finds it met."""
    cora = month.person("cora")
    cora.opens(f"/office/{request}/decision/")
    cora.presses("Accept the evidence")
    cora.sees("Met")
