"""What Annex B signs: everything that decides what may leave, before any data are looked at.

Terms hold for every build of every line of an agreement: they are made over the whole
specification, whichever parts of it a line delivers. A build's plan adds what only the day of the
build knows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from muniment.dataplane import policy, reference
from muniment.dataplane.spec import cohort, derived, fields, holding, specification, terminologies

VERSION = 2
"""In version 2 each holding has its own method policy; in version 1 one policy stands for all."""
VERSIONS = (1, VERSION)


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


def version_of(contents: Mapping[str, object]) -> int:
    """In which form a terms document is written; the newest for a form that we do not know."""
    found = contents.get("muniment_terms")
    return found if found in VERSIONS and isinstance(found, int) else VERSION


def make(
    asked: specification.Specification,
    *,
    holdings: holding.Holdings,
    methods: policy.Policy,
    version: int = VERSION,
) -> Terms:
    """The terms of a specification with these methods, over every holding that stands behind it.

    The specification stands whole; policy, thresholds and editions are those of `holdings`. Raises
    `Refused` where version 1 cannot say it.
    """
    sources = [holdings[key] for key in sorted(holdings)]
    return Terms(
        {
            "muniment_terms": version,
            "specification": asked.document(),
            "method_policy": methods.single() if version == 1 else methods.document(),
            "thresholds": {_name(source): source.limits for source in sources},
            "reference_tables": _tables(asked, methods, holdings),
            "editions": [
                {"holding": source.holding, "edition": source.edition} for source in sources
            ],
        }
    )


def _name(source: holding.Holding) -> str:
    return f"{source.holding}@{source.edition}"


def _tables(
    asked: specification.Specification, methods: policy.Policy, holdings: holding.Holdings
) -> dict[str, object]:
    """Hashes of the tables that decide what leaves: of ZIP codes, and of code hierarchies."""
    trees = {
        leaf.of.value
        for part in asked.parts
        if (part.holding, part.edition) in holdings
        for node in _conditions(part)
        for leaf in _leaves(node)
        if isinstance(leaf, cohort.Under)
    }
    found: dict[str, object] = {name: terminologies.tree_hash(name) for name in sorted(trees)}
    years: set[str] = set()
    for ruled in methods.holdings.values():
        for rule in ruled.rules.values():
            if rule.method is fields.Method.ZIP3:
                chosen = rule.params["tables"]
                assert isinstance(chosen, list | tuple)
                years.update(str(year) for year in chosen)
    return found | {f"zip3-{year}": reference.zip3_hash(year) for year in sorted(years)}


def _conditions(part: specification.Part) -> Iterator[cohort.Node]:
    """The cohort of a part, and what its derived variables test."""
    if part.cohort is not None:
        yield part.cohort
    for each in part.derived:
        if isinstance(each, derived.CountOf | derived.AnyOf) and each.where is not None:
            yield each.where


def _leaves(node: cohort.Node) -> Iterator[cohort.Leaf]:
    """Every leaf, inside relations too."""
    for leaf, _ in cohort.walk(node, ""):
        yield leaf
        if isinstance(leaf, cohort.Relation) and leaf.where is not None:
            yield from _leaves(leaf.where)
        if isinstance(leaf, cohort.Edge):
            yield from _leaves(leaf.then)
