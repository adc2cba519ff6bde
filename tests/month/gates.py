"""What the office does with a request before it is decided, on its own pages."""

from collections.abc import Callable

from tests.month.calendar import Month

Act = Callable[[Month, str], None]
BOTH = ("cora", "dana")


def certify(month: Month, request: str) -> None:
    """Cora finds it complete."""
    cora = month.person("cora")
    cora.opens(f"/office/{request}/completeness/")
    cora.presses("Certify that it is complete")


def return_it(month: Month, request: str, point: str) -> None:
    """Cora sends it back with one point."""
    cora = month.person("cora")
    cora.opens(f"/office/{request}/completeness/")
    cora.fills("Section", "Ethics and law", within="Point 1")
    cora.fills("What is to be completed", point, within="Point 1")
    cora.presses("Return it with these points")


def count(month: Month, request: str, verdict: str) -> None:
    """Dana has it counted, and judges by the figures."""
    dana = month.person("dana")
    dana.opens(f"/office/{request}/availability/")
    dana.presses("Count it")
    month.works()
    dana.opens(f"/office/{request}/availability/")
    why = "As the figures and the plan of the analysis say."
    dana.presses("Record the verdict", {"Is it enough?": verdict, "Why": why})


def find_available(month: Month, request: str) -> None:
    """Dana finds it available and enough."""
    count(month, request, "Sufficient")
    month.person("dana").presses("Pass on to policy")


def say_elsewhere(month: Month, request: str, pointer: str) -> None:
    """Dana says that others hold it, and ends it with a pointer to them."""
    dana = month.person("dana")
    dana.opens(f"/office/{request}/availability/")
    dana.presses(
        "Record availability", {"Is it available?": "Held elsewhere", "Reason": "Not ours to give."}
    )
    dana.presses("End it here and say where", {"Where the data can be had": pointer})


def close_not_available(month: Month, request: str) -> None:
    """Dana ends what the data cannot answer."""
    count(month, request, "Insufficient")
    reason = "Too few people for a comparison."
    month.person("dana").presses("Close it: not available", {"Reason": reason})


def judge_policy(month: Month, request: str) -> None:
    """Cora judges what the rules leave to a person, and passes it on; nobody else could confirm."""
    cora = month.person("cora")
    cora.opens(f"/office/{request}/policy/")
    cora.presses("Run the rules")
    for number in range(cora.text.count("Why, or the question to the applicant")):
        cora.fills("Met", True, nth=number)
        cora.fills("Why, or the question to the applicant", "Read, and in order.", nth=number)
    cora.presses("Save what you judged")
    cora.presses("Pass ")


def declare(month: Month, request: str) -> None:
    """Both say that they have no conflict, before they see more than the cover."""
    for name in BOTH:
        person = month.person(name)
        person.opens(f"/reviews/{request}/conflict/")
        person.presses("Send my declaration", {"I have no conflict": True})


def review(month: Month, request: str, score: str) -> None:
    """Both score without seeing the other's scores."""
    for name in BOTH:
        person = month.person(name)
        person.opens(f"/reviews/{request}/")
        if "Open the papers" in person.text:
            person.presses("Open the papers")
            person.opens(f"/reviews/{request}/")
        for number in range(4):
            person.fills(score, True, nth=number)
            person.fills("Reason", "As it is written.", nth=number)
        person.presses("Submit my review", {"Comment on the whole": "Read with care."})


def meet(month: Month, items: dict[str, str]) -> None:
    """Both meet, vote alike on each request, and Cora records what was said."""
    cora = month.person("cora")
    cora.opens("/meetings/")
    day = month.today.isoformat()
    cora.presses("Plan the meeting", {"Day": day, "Who chairs": "Cora Coordinator"})
    for request in items:
        cora.presses("Put it on the agenda", {"Add a request": request})
    cora.presses("Publish the agenda")
    cora.presses("Open the meeting")
    cora.presses("Record who is here", {"Cora Coordinator": True, "Dana Data": True})
    meeting = cora.path
    for number, choice in enumerate(items.values(), start=1):
        item = f"{meeting}item/{number}/"
        cora.opens(item)
        cora.presses("Open the vote")
        for name in BOTH:
            month.person(name).opens(item)
            month.person(name).presses("Cast my vote", {choice: True})
        cora.opens(item)
        cora.presses(
            "Close the vote and record the outcome", {"The committee’s reasons": "We agree."}
        )
    cora.opens(meeting)
    cora.presses("Draft the minutes")
    cora.presses("Approve the minutes and close")


CRITERIA = (
    "Scientific merit",
    "Qualifications of the team",
    "Concordance with mission and priorities",
    "Concordance with the sharing policy",
)
"""A denial after the committee has a reason for each."""


def decide(month: Month, request: str, outcome: str, reason: str, condition: str = "") -> None:
    """Cora drafts the letter, reads it, and sends it."""
    cora = month.person("cora")
    cora.opens(f"/office/{request}/decision/")
    cora.fills(outcome, True)
    cora.fills("Reason", reason)
    if outcome == "Deny":
        for criterion in CRITERIA:
            cora.fills(criterion, reason)
    if condition:
        cora.fills("What is asked for", condition)
    cora.presses("Draft the letter")
    cora.presses("Send the decision")
