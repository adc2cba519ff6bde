"""A programme edition as one frozen value with one canonical form and one hash.

The bundle is a tree of mappings, tuples, text, whole numbers and true or false, in the shape that
the published schemas give each section:

    programme information_list form policy criteria committee tracks fees clauses letters
    calendar roster    each as its YAML file
    codebooks          slug -> codebooks/<slug>.yaml
    clause_texts       id -> clauses/<id>.md
    letter_texts       id -> letters/<id>.md
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

FORMAT = "muniment_programme_edition"


class Sectioned(Protocol):
    """Anything that has an edition's sections: a Bundle, or the dict it is made from."""

    def __getitem__(self, section: str, /) -> Any:
        """One section."""


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """One edition. Two bundles are equal when their canonical bytes are."""

    canonical: bytes
    _tree: Mapping[str, Any]
    lacks: tuple[str, ...] = ()
    """Where a stored edition falls short of today's rules, in sentences; see `folder.older`."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bundle) and self.canonical == other.canonical

    def __hash__(self) -> int:
        return hash(self.canonical)

    def __getitem__(self, section: str) -> Any:
        """One section, read-only; raises KeyError for a section that does not exist."""
        return self._tree[section]

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical bytes, 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def slug(self) -> str:
        """The programme's slug."""
        return str(self._tree["programme"]["slug"])

    @property
    def edition(self) -> str:
        """The edition's own label, such as 2026.1."""
        return str(self._tree["programme"]["edition"])

    def plain(self) -> dict[str, Any]:
        """A fresh copy of the tree in dicts and lists, for whoever must serialize it.

        Its keys stand in canonical order, whatever the tree was read from: bundles that are equal
        are written alike.
        """
        import rfc8785

        whole = rfc8785.dumps(_thaw(self._tree)) if self.lacks else self.canonical
        copy: dict[str, Any] = json.loads(whole)
        return copy

    def completed(self) -> "Bundle":
        """The same rules with what they lack filled in, as an edition by itself."""
        return Bundle.from_data(self.plain()) if self.lacks else self

    @classmethod
    def from_data(cls, sections: Mapping[str, Any]) -> "Bundle":
        """A bundle of checked sections; `folder.read` and `from_canonical` check them first."""
        import rfc8785

        data = {FORMAT: 1, **sections}
        return cls(rfc8785.dumps(data), freeze(data))

    @classmethod
    def from_canonical(cls, canonical: bytes) -> "Bundle":
        """The bundle that these bytes are; raises `folder.FolderFaulty` with every fault."""
        from . import folder

        return folder.from_canonical(canonical)

    @classmethod
    def from_stored(cls, canonical: bytes) -> "Bundle":
        """The bundle of a row, readable also where it was written for older rules."""
        from . import folder

        return folder.read_stored(canonical)


def freeze(value: Any) -> Any:
    """The same tree, which nobody can change."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: freeze(inside) for key, inside in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(inside) for inside in value)
    return value


def _thaw(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _thaw(inside) for key, inside in value.items()}
    if isinstance(value, tuple):
        return [_thaw(inside) for inside in value]
    return value
