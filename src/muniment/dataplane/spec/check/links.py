"""Parts of several holdings are joined only by keys that a holding declares."""

from collections.abc import Iterator, Sequence

from muniment.dataplane.spec import linked
from muniment.dataplane.spec.faults import Fault, at
from muniment.dataplane.spec.holding import Holding, Holdings
from muniment.dataplane.spec.specification import Specification


def faults(specification: Specification, holdings: Holdings) -> Iterator[Fault]:
    """Links over holdings that declared keys do not tie together, over any number of steps.

    Parts of one holding need no declaration, whatever their editions. A holding that is not among
    `holdings` declares nothing.
    """
    for place, link in enumerate(specification.links):
        parts = [specification.get_part(part_id) for part_id in link.parts]
        keys = [(part.holding, part.edition) for part in parts]
        sources = [holdings[key] for key in keys if key in holdings]
        names = list(dict.fromkeys(part.holding for part in parts))
        tied = _tied(names[0], sources)
        for name in names:
            if name not in tied:
                message = (
                    f"{names[0]} and {name} cannot be linked: neither declares a key that the "
                    "other has too. Take the link out, or ask who keeps the data to declare one."
                )
                yield Fault(at("/links", place, "parts"), "link-not-declared", message)


def _tied(first: str, sources: Sequence[Holding]) -> set[str]:
    """The holdings that declared links reach from one of them, in either direction."""
    pairs = [
        {one.holding, other.holding}
        for one in sources
        for other in sources
        if any(linked.links_of(one, other))
    ]
    found = {first}
    for _ in sources:
        for pair in pairs:
            if found & pair:
                found |= pair
    return found
