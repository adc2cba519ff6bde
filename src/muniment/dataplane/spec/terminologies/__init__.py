"""Code hierarchies that ship with the program: which codes lie under which.

ICD-10-CM (neoplasms, C00 to D49) is published by the United States Government; OncoTree is
published under CC BY 4.0 by Memorial Sloan Kettering Cancer Center and contributors. Each file
names its source and edition, and says what was left out.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

from muniment.dataplane.spec.cohort import Terminology


@dataclass(frozen=True, slots=True)
class Tree:
    """`parents` maps each code to the one above it, None at the top; a file has no cycle."""

    terminology: str
    edition: str
    covers: str
    source: str
    licence: str
    parents: Mapping[str, str | None]

    def find(self, written: str) -> str | None:
        """The code as the terminology writes it, or None; the dot of ICD-10-CM may be left out."""
        if written in self.parents:
            return written
        dotted = f"{written[:3]}.{written[3:]}"
        return dotted if "." not in written and dotted in self.parents else None

    def under(self, code: str) -> tuple[str, ...]:
        """The code and all below it, sorted. Raises `KeyError` for a code that is not here."""
        if code not in self.parents:
            raise KeyError(code)
        return tuple(sorted(each for each in self.parents if code in self._line(each)))

    def _line(self, code: str | None) -> list[str]:
        """A code and those above it."""
        line = []
        while code is not None:
            line.append(code)
            code = self.parents[code]
        return line


@cache
def tree(terminology: str) -> Tree:
    """One hierarchy; raises `KeyError` for a terminology that does not ship."""
    document = json.loads(_bytes(terminology))
    return Tree(
        terminology=document["terminology"],
        edition=document["edition"],
        covers=document["covers"],
        source=document["source"],
        licence=document["licence"],
        parents=MappingProxyType(document["codes"]),
    )


@lru_cache(maxsize=1024)
def written_under(terminology: str, code: str) -> tuple[str, ...]:
    """Every way in which data may write the code or one below it, sorted.

    Files often leave the dot of ICD-10-CM out, so both forms are listed. A code that is not
    known has nothing under it.
    """
    known = tree(terminology)
    found = known.find(code)
    if found is None:
        return ()
    codes = known.under(found)
    return tuple(sorted({*codes, *(each.replace(".", "") for each in codes)}))


def tree_hash(terminology: str) -> str:
    """`sha256:<hex>` over the file of a hierarchy; it belongs in the terms of a release."""
    return "sha256:" + hashlib.sha256(_bytes(terminology)).hexdigest()


def _bytes(terminology: str) -> bytes:
    if terminology not in list(Terminology):
        raise KeyError(terminology)
    return resources.files(__package__).joinpath(f"{terminology}.json").read_bytes()
