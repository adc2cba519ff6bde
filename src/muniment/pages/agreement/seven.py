"""The terms in seven lines, for who has to decide whether to sign; the full text is one link on."""

from datetime import date
from typing import Any

from django.utils.dateformat import format as dated
from django.utils.translation import gettext, ngettext

WIDEST = 240
MUST_NOT = {
    "no-recognition": "try to recognize a person or a practice",
    "no-linkage": "link the data to other data",
    "no-redistribution": "pass the data on",
}
MUST = {
    "report-outputs": "tell us of what you publish",
    "breach": "tell us of a breach within one business day",
    "acknowledgement": "cite the data",
    "close-out": "destroy the data at the end and say so",
    "close-out-click": "destroy the data at the end and say so",
}
"""What a clause of the library comes to, in the fewest words."""


def lines(document: dict[str, Any]) -> list[dict[str, str]]:
    """Label and value of each; made from the same document as the text."""
    people, data = document["people"], document["data"]
    known = {each["id"] for each in document["clauses"]}
    named = ngettext("%(n)d named person.", "%(n)d named people.", len(people)) % {"n": len(people)}
    told = [
        (gettext("Between"), _both(document)),
        (gettext("For"), ", ".join([document["reference"], *(each["title"] for each in data)])),
        (gettext("Lasts"), gettext("%(start)s to %(end)s, then renew or destroy") % {
            "start": _day(document["starts_on"]), "end": _day(document["ends_on"])}),
        (gettext("Who may use it"), f"{named} {gettext('Tell us before you add anyone.')}"),
        (gettext("Where"), _where(document)),
        (gettext("You must not"), _joined(MUST_NOT, known)),
        (gettext("You must"), _joined(MUST, known)),
    ]  # fmt: skip
    return [{"label": label, "value": value} for label, value in told]


def _day(written: str) -> str:
    return dated(date.fromisoformat(written), "j M Y")


def _both(document: dict[str, Any]) -> str:
    both = {"programme": document["programme"], "institution": document["institution"]}
    said = gettext("%(programme)s and %(institution)s") % both
    if "master" not in document:
        return said
    under = {"said": said, "number": document["master"]["number"]}
    return gettext("%(said)s, under their master agreement %(number)s") % under


def _where(document: dict[str, Any]) -> str:
    place = next((each["text"] for each in document["security"]), "")
    if not place:
        return gettext("As annex D says")
    return place if len(place) <= WIDEST else f"{place[:WIDEST].rsplit(' ', 1)[0]} …"


def _joined(said: dict[str, str], known: set[str]) -> str:
    found = list(dict.fromkeys(gettext(text) for name, text in said.items() if name in known))
    listed = "; ".join(found)
    return f"{listed[:1].upper()}{listed[1:]}"
