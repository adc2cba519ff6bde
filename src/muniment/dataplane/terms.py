"""What Annex B signs: everything that decides what may leave, before any data are looked at.

Terms hold for every build of a line. A build's plan adds what only the day of the build knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from muniment.dataplane import policy, reference
from muniment.dataplane.spec import fields, holding, specification

VERSION = 1


@dataclass(frozen=True, slots=True)
class Terms:
    """A terms document and its hash; made by `make`, or read back from an approval."""

    contents: Mapping[str, object]

    def document(self) -> dict[str, object]:
        return dict(self.contents)

    def canonical(self) -> bytes:
        """RFC 8785 bytes."""
        return specification.canonical(self.document())

    @property
    def hash(self) -> str:
        return specification.digest(self.document())


def make(
    asked: specification.Specification, *, holdings: holding.Holdings, methods: policy.Policy
) -> Terms:
    """The terms of a specification with these methods, over the holdings of the parts a line has.

    The specification stands whole; policy, thresholds and editions are those of `holdings`.
    """
    sources = [holdings[key] for key in sorted(holdings)]
    return Terms(
        {
            "muniment_terms": VERSION,
            "specification": asked.document(),
            "method_policy": methods.document(),
            "thresholds": {_name(source): _limits(source) for source in sources},
            "reference_tables": _tables(methods),
            "editions": [
                {"holding": source.holding, "edition": source.edition} for source in sources
            ],
        }
    )


def _name(source: holding.Holding) -> str:
    return f"{source.holding}@{source.edition}"


def _limits(source: holding.Holding) -> dict[str, object]:
    return {
        "unit": source.unit,
        "level": source.level.value,
        "threshold": source.threshold,
        "rounding": source.rounding,
        "k": source.k,
    }


def _tables(methods: policy.Policy) -> dict[str, object]:
    """Hashes of the reference tables that the methods consult."""
    years: set[str] = set()
    for rules in methods.rules.values():
        for rule in rules.values():
            if rule.method is fields.Method.ZIP3:
                chosen = rule.params["tables"]
                assert isinstance(chosen, list | tuple)
                years.update(str(year) for year in chosen)
    return {f"zip3-{year}": reference.zip3_hash(year) for year in sorted(years)}
