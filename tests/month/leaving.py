"""From an approval to files on the applicant's machine: agreement, fee, release, by two people."""

import re

from tests.month.calendar import Month

SIGNERS = {"alice": "Alice Abara", "sam": "Sam Signer", "dana": "Dana Data"}


def draft(month: Month, request: str) -> None:
    """Cora drafts the agreement and computes the estimate; both go out together."""
    cora = month.person("cora")
    cora.opens(f"/office/{request}/agreement/")
    cora.presses("Draft the agreement")
    month.works()
    cora.opens(f"/office/{request}/fees/")
    cora.presses("Compute the estimate")
    cora.opens(f"/office/{request}/agreement/")
    cora.presses("Send for signature")


def verify_official(month: Month, request: str) -> None:
    """Alice names Sam; Cora makes sure by a contact of her own, and Dana confirms."""
    alice, cora = month.person("alice"), month.person("cora")
    alice.opens(f"/sign/{request}/")
    named = {"Name": "Sam Signer", "E-mail address at work": "sam@lakeside.example"}
    alice.presses("Name this person", named)
    cora.opens(f"/office/{request}/agreement/")
    how = {"How you made sure": "Called the number in the public directory of the institute."}
    cora.presses("Verify this official", {**how, "Confirmed by": "Dana Data"})


def sign(month: Month, request: str, *names: str) -> None:
    """Each reads the text and signs under their name."""
    for name in names:
        person = month.person(name)
        person.opens(f"/sign/{request}/")
        if "I can bind" in person.text:
            person.fills("I can bind", True)
        person.presses(
            "Sign the agreement",
            {"I have read version": True, "Type your full name": SIGNERS[name]},
        )
        person.sees("You have signed")
    month.works()


def settle(month: Month, request: str) -> None:
    """Cora sends the invoice, and records what the bank says came."""
    cora = month.person("cora")
    cora.opens(f"/office/{request}/fees/")
    cora.presses("Send the invoice")
    total = re.search(r"Total\s*USD ([\d,.]+)", cora.text)
    assert total, str(cora)
    cora.presses(
        "Record a payment",
        {"Amount received": total[1].replace(",", ""), "Reference on the statement": "Lakeside",
         "Day it was received": month.today.isoformat()},
    )  # fmt: skip
    cora.sees("Paid")


def waive(month: Month, request: str) -> None:
    """Cora asks for it on the applicant's behalf; only Dana can waive it."""
    cora, dana = month.person("cora"), month.person("dana")
    cora.opens(f"/office/{request}/fees/")
    cora.presses("Ask for the waiver", {"Reason": "Totals for a practice that pays for nothing."})
    cora.sees_no("Waive the fee")
    dana.opens(f"/office/{request}/fees/")
    dana.presses("Waive the fee", {"Reason": "It serves the public."})


def release(month: Month, request: str) -> None:
    """Dana builds and Cora checks; Alice has a locked file, and the passphrase by telephone."""
    cora, dana = month.person("cora"), month.person("dana")
    tab = f"/office/{request}/release/"
    cora.opens(tab)
    cora.presses("Open the release")
    dana.opens(tab)
    dana.presses("Draw the plan")
    month.works()
    cora.opens(tab)
    cora.presses("Authorize this plan")
    month.works()
    dana.opens(tab)
    dana.presses("Start the build")
    month.works()
    dana.opens(tab)
    dana.sees_no("Approve and release")
    cora.opens(tab)
    cora.presses("Show me the rows", {"What for": "To look for what names a person."})
    month.works()
    cora.opens(tab)
    cora.presses(
        "Approve and release",
        {"The variables and files match": True, "The risk is within": True,
         "I looked at sample rows": True, "Your finding": "Only what was approved."},
    )  # fmt: skip
    cora.presses("Open the download")
    month.works()
    cora.opens(tab)
    cora.presses("Show the passphrase once")


def download(month: Month, request: str) -> bytes:
    """Alice fetches her file; its bytes."""
    alice = month.person("alice")
    alice.opens(f"/requests/{request}/?tab=downloads")
    return alice.takes("Download")
