"""Text that must have a form: e-mail, country, ORCID, ROR, DOI, address.

Each function says what is wrong in words that finish the sentence "The answer …", or None. A
check digit is checked here because a mistyped identifier would name somebody else.
"""

import re
from collections.abc import Callable
from functools import cache

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LAST = r"(?:[A-Za-z]{2,63}|[xX][nN]--[A-Za-z0-9]{1,59})"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LAST}")
LONGEST_EMAIL = 254
"""RFC 3696, erratum 1690; and a dot-atom, as every mailbox that people are sent mail at is."""
_ORCID = re.compile(r"(?:https://orcid\.org/)?([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])")
_ROR = re.compile(r"(?:https://ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})")
_DOI = re.compile(r"(?:https://doi\.org/)?10\.[0-9]{4,9}/\S{1,200}")
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:/\S{0,400})?")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def fault(text: str, *, form: str) -> str | None:
    """What is wrong with this text as the named format; None when nothing is."""
    return _CHECKS[form](text)


@cache
def countries() -> dict[str, str]:
    """Two-letter country code -> name, as the time zone database lists ISO 3166."""
    from importlib import resources

    table = resources.files("tzdata.zoneinfo") / "iso3166.tab"
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {row[0]: row[1] for row in rows}


def _email(text: str) -> str | None:
    is_one = len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None
    return None if is_one else "must be an e-mail address, such as name@example.org"


def _country(text: str) -> str | None:
    return None if text in countries() else "must be a two-letter country code, such as US"


def _orcid(text: str) -> str | None:
    """ISO 7064 MOD 11-2, as ORCID's structure page describes it."""
    found = _ORCID.fullmatch(text)
    if not found:
        return "must be an ORCID iD, such as 0000-0002-1825-0097"
    digits, check = found[1].replace("-", "")[:-1], found[1][-1]
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    expected = (12 - total % 11) % 11
    right = check == ("X" if expected == 10 else str(expected))
    return None if right else "is not an ORCID iD that exists; look for a mistyped digit"


def _ror(text: str) -> str | None:
    """Crockford base 32 with an ISO 7064 MOD 97-10 check, as ROR's identifier page describes it."""
    found = _ROR.fullmatch(text)
    if not found:
        return "must be a ROR identifier, such as https://ror.org/05dxps055"
    number = 0
    for letter in found[1][:-2]:
        number = number * 32 + _CROCKFORD.index(letter)
    right = 98 - number * 100 % 97 == int(found[1][-2:])
    return None if right else "is not a ROR identifier that exists; look for a mistyped character"


def _doi(text: str) -> str | None:
    return None if _DOI.fullmatch(text) else "must be a DOI, such as 10.1000/182"


def _address(text: str) -> str | None:
    return None if _ADDRESS.fullmatch(text) else "must be an address that begins with https://"


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "email": _email,
    "country": _country,
    "orcid": _orcid,
    "ror": _ror,
    "doi": _doi,
    "address": _address,
}
