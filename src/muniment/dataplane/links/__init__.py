"""Which parts of a specification may be joined person by person: those its links declare."""

from muniment.dataplane.spec import specification


def group_of(asked: specification.Specification, part_id: str) -> frozenset[str]:
    """The part and all parts that declared links join to it, over any number of steps."""
    group = {part_id}
    for _ in asked.links:
        for link in asked.links:
            if group.intersection(link.parts):
                group.update(link.parts)
    return frozenset(group)


def group_name(asked: specification.Specification, part_id: str) -> str:
    """One name for the group: its parts share pseudonyms; others do not, even in one line."""
    return min(group_of(asked, part_id))
