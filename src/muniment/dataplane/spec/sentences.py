"""A specification in plain English: the same words on page, agreement and register."""

from typing import TYPE_CHECKING

from muniment.dataplane.spec import cohort

if TYPE_CHECKING:  # specification imports this module to speak
    from muniment.dataplane.spec import specification

MOST_NAMED = 5
_WORDS = {
    cohort.Op.EQUALS: "is",
    cohort.Op.NOT_EQUALS: "is not",
    cohort.Op.LESS_THAN: "is less than",
    cohort.Op.AT_MOST: "is at most",
    cohort.Op.MORE_THAN: "is more than",
    cohort.Op.AT_LEAST: "is at least",
}


def whole(asked: "specification.Specification") -> str:
    """One sentence per part and per link, in their order."""
    said = [part(each) for each in asked.parts]
    for link in asked.links:
        said.append(f"Parts {listed(list(link.parts))} are to be linked.")
    return " ".join(said)


def part(asked: "specification.Part") -> str:
    source = f"{asked.holding} {asked.edition}"
    columns = "; ".join(
        f"{listed([variable.name for variable in table.variables])} from {table.name}"
        for table in asked.tables
    )
    if asked.level == "record":
        opening = f"Rows of {source}: {columns}"
    else:
        grouped = f" by {listed(list(asked.group_by))}" if asked.group_by else ""
        opening = f"Grouped numbers of {source}{grouped}"
        opening += f": {columns}" if columns else ""
    if asked.cohort is None:
        return f"{opening}; for everyone in it."
    return f"{opening}; for those where {condition(asked.cohort)}."


def condition(node: cohort.Node) -> str:
    """One condition as words; groups inside groups stand in parentheses."""
    match node:
        case cohort.AllOf(nodes):
            return " and ".join(_inner(child) for child in nodes)
        case cohort.AnyOf(nodes):
            return " or ".join(_inner(child) for child in nodes)
        case cohort.Not(child):
            return f"not ({condition(child)})"
        case cohort.Exists(table, where):
            opening = f"there is a row in {table}"
            return opening if where is None else f"{opening} where {_inner(where)}"
        case _:
            return _comparison(node)


def _inner(node: cohort.Node) -> str:
    grouped = isinstance(node, cohort.AllOf | cohort.AnyOf) and len(node.nodes) > 1
    return f"({condition(node)})" if grouped else condition(node)


def _comparison(node: cohort.Comparison) -> str:
    values = [f'"{value}"' if isinstance(value, str) else str(value) for value in node.values]
    match node.op:
        case cohort.Op.MISSING:
            return f"{node.variable} is missing"
        case cohort.Op.PRESENT:
            return f"{node.variable} is not missing"
        case cohort.Op.BETWEEN:
            return f"{node.variable} is between {values[0]} and {values[1]}"
        case cohort.Op.IN:
            if len(values) > MOST_NAMED:
                values = [*values[:MOST_NAMED], f"{len(values) - MOST_NAMED} more"]
            return f"{node.variable} is one of {listed(values, word='or')}"
    return f"{node.variable} {_WORDS[node.op]} {values[0]}"


def listed(names: list[str], *, word: str = "and") -> str:
    """`A`, `A and B`, `A, B and C`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
