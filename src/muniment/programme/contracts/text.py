"""The agreement in words: parties, clauses in the library's order, annexes A to E."""

from collections.abc import Iterator, Mapping
from typing import Any

from . import odrl

Document = Mapping[str, Any]


def written(document: Document) -> str:
    """The agreement in Markdown; its SHA-256 is what every signature is about."""
    parts = [
        f"# {title(document)}",
        _between(document),
        *_under(document),
        *(_clause(each) for each in document["clauses"]),
        *(f"## {heading}\n\n{body}" for heading, body in annexes(document)),
        "## Machine copy\n\nThe same terms as ODRL (JSON-LD) are attached to the PDF of this "
        f"agreement. SHA-256 of that file: {odrl.sha256(document)}",
        *_checking(document),
    ]
    return "\n\n".join(parts) + "\n"


def addendum(
    document: Document, *, number: int, ends_on: str, before: str, because: str, verify: str
) -> str:
    """What a granted renewal adds to the signed text, in Markdown.

    `because` is the reference of the renewal, `before` the last day until now, both days ISO.
    """
    return (
        f"# Addendum {number} to {title(document)}, version {document['version']}\n\n"
        f"By the renewal {because}, which {document['lead']} asked for and the program granted, "
        f"the last day of this agreement is {ends_on} in the place of {before}. Everything else "
        f"stands as it was signed.\n\nWhether this addendum stands is said at {verify}\n"
    )


def _clause(each: Mapping[str, Any]) -> str:
    return f"## {each['number']}. {each['title']}\n\n{each['text']}"


def _checking(document: Document) -> Iterator[str]:
    """Where anybody holding the paper asks whether it stands; only what was issued says so."""
    if document["verify"]:
        yield f"Whether this agreement stands is said at {document['verify']}"


def title(document: Document) -> str:
    """What stands on top."""
    if document.get("master"):
        return f"Project Annex {document['reference']}"
    if document["kind"] == "joinder":
        return f"Joinder to the Data Use Agreement {document['reference']}"
    return f"Data Use Agreement {document['reference']}"


def annexes(document: Document) -> Iterator[tuple[str, str]]:
    """Heading and body of each annex."""
    yield "Annex A. Research plan", _plan(document)
    yield "Annex B. Data specification", _data(document)
    yield "Annex C. People", _people(document)
    yield "Annex D. Data protection plan and conditions", _security(document)
    yield "Annex E. Fees", _fees(document)


def _between(document: Document) -> str:
    who = f"Between {document['programme']} and {document['institution']}"
    term = f"from {document['starts_on']} to {document['ends_on']}"
    lead = f"The lead is {document['lead']}."
    if document["supervisor"]:
        lead += f" {document['supervisor']} answers for the project as supervisor."
    joins = ""
    if document["kind"] == "joinder":
        joins = (
            f" {document['institution']} joins the agreement {document['reference']} of "
            f"{document['joins']} and is bound by the same clauses for its own people."
        )
    return f"{who}, {term}. {lead}{joins} Version {document['version']}."


def _under(document: Document) -> Iterator[str]:
    """The master agreement that a project annex belongs to; other agreements stand alone."""
    master = document.get("master")
    if not master:
        return
    until = f" and runs until {master['ends_on']}" if master["ends_on"] else ""
    yield (
        f"This is a project annex to the master agreement {master['number']} between the same "
        f"parties, which was signed on {master['signed_on']}{until}. SHA-256 of the signed copy "
        f"that the program keeps: {master['sha256']}"
    )
    if master["covers"]:
        listed = "\n".join(f"- {each['title']}" for each in master["covers"])
        yield f"The master agreement says for this project as well, not repeated here:\n\n{listed}"


def _plan(document: Document) -> str:
    told = [f"**{each['label']}.** {each['text']}" for each in document["plan"]]
    return "\n\n".join([str(document["title"]), *told])


def _data(document: Document) -> str:
    asked = "\n".join(f"- {each['title']}, edition {each['edition']}" for each in document["data"])
    told = document["specification"]
    terms = f"Terms hash: sha256:{document['terms_sha256']}"
    return "\n\n".join([asked, told, *_methods(document), *_series(document), terms])


def _methods(document: Document) -> Iterator[str]:
    """By which rules the fields of each holding leave; agreements of before said only the hash."""
    listed = [f"- {each['holding']}: {_policy(each)}" for each in document.get("methods", ())]
    if listed:
        yield "How the fields leave:\n\n" + "\n".join(listed)


def _policy(ruled: Mapping[str, Any]) -> str:
    if ruled["edition"] is None:
        return "the rules of its own description"
    return f"the method policy {ruled['policy']}, {ruled['edition']}"


def _series(document: Document) -> Iterator[str]:
    """What a standing request adds to the terms; nothing where one delivery was asked for."""
    until = document.get("series_until")
    if until:
        yield (
            f"This is a standing request. Until {until}, each later edition of these datasets is "
            "delivered on the same terms, with that edition in the place of the one named above. "
            "What is available, the risk and the fee are looked at again for each; no new decision "
            "is taken."
        )


def _people(document: Document) -> str:
    return "\n".join(
        f"- {each['name']}, {each['role']}" + (f", {each['from']}" if each["from"] else "")
        for each in document["people"]
    )


def _security(document: Document) -> str:
    told = [f"**{each['label']}** {each['text']}" for each in document["security"]]
    met = "\n".join(f"- {each}" for each in document["conditions"]) or "None."
    return "\n\n".join([*told, f"Conditions of the approval:\n\n{met}"])


def _fees(document: Document) -> str:
    fees = document["fees"]
    if fees is None:
        return "As stated in the estimate issued with this agreement."
    lines = "\n".join(f"- {each['what']}: {each['amount']}" for each in fees["lines"])
    return (
        f"Estimate version {fees['version']}, which can be accepted until {fees['valid_until']}."
        f"\n\n{lines}\n\nTotal: {fees['total']}" + "".join(_terms_of(fees))
    )


def _terms_of(fees: Mapping[str, Any]) -> Iterator[str]:
    """What holds beside the sum; agreements of before did not say it here."""
    if fees.get("kept"):
        yield f"\n\nOf the total, {fees['kept']} before tax is not refunded once work has begun."
    if fees.get("overrun"):
        yield (
            f"\n\nIf the real cost is more than {fees['overrun']} above the total, it has to be "
            "accepted anew."
        )
