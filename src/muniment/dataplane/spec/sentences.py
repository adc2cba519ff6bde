"""A specification in plain English: the same words on page, agreement and register."""

from typing import TYPE_CHECKING

from muniment.dataplane.spec import cohort, derived

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
        measured = [each.words() for each in asked.measures]
        opening = f"Grouped numbers of {source}{grouped}"
        opening += f", with {listed(measured)}" if measured else ""
        opening += f": {columns}" if columns else ""
    who = "for everyone in it"
    if asked.cohort is not None:
        who = f"for those where {condition(asked.cohort)}"
    where = "; ".join(computed(each) for each in asked.derived)
    return f"{opening}; {who}{'; where ' if where else ''}{where}."


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
            return f"there is a row in {table}{_where(where)}"
        case cohort.Count(table, where, op, values):
            return f"the number of rows in {table}{_where(where)} {_judged(op, _shown(values))}"
        case cohort.Edge(end, table, by, where, then):
            return f"on the {end} {by} of the rows in {table}{_where(where)}, {_inner(then)}"
        case cohort.Within():
            return _within(node)
        case cohort.Under(variable, codes, of):
            listing = listed(_few([f'"{code}"' for code in codes]), word="or")
            return f"{variable} is {listing} of {of}, or a code below"
        case _:
            return _comparison(node)


def _inner(node: cohort.Node) -> str:
    grouped = isinstance(node, cohort.AllOf | cohort.AnyOf) and len(node.nodes) > 1
    return f"({condition(node)})" if grouped else condition(node)


def _where(node: cohort.Node | None) -> str:
    return "" if node is None else f" where {_inner(node)}"


def _within(node: cohort.Within) -> str:
    other = f"{node.of} of the base row" if node.base else node.of
    if node.high is None:
        span = f"at least {node.low}"
    elif node.low is None:
        span = f"at most {node.high}"
    else:
        span = f"{node.low}" if node.low == node.high else f"{node.low} to {node.high}"
    return f"{node.variable} is {span} days after {other}"


def _comparison(node: cohort.Comparison) -> str:
    if node.op is cohort.Op.MISSING:
        return f"{node.variable} is missing"
    if node.op is cohort.Op.PRESENT:
        return f"{node.variable} is not missing"
    return f"{node.variable} {_judged(node.op, _shown(node.values))}"


def _shown(values: tuple[cohort.Scalar, ...]) -> list[str]:
    return [f'"{value}"' if isinstance(value, str) else str(value) for value in values]


def _judged(op: cohort.Op, values: list[str]) -> str:
    if op is cohort.Op.BETWEEN:
        return f"is between {values[0]} and {values[1]}"
    if op is cohort.Op.IN:
        return f"is one of {listed(_few(values), word='or')}"
    return f"{_WORDS[op]} {values[0]}"


def _few(values: list[str]) -> list[str]:
    more = len(values) - MOST_NAMED
    return [*values[:MOST_NAMED], f"{more} more"] if more > 0 else values


def computed(each: derived.Derived) -> str:
    """What a derived variable is, in words."""
    match each:
        case derived.AgeAt(born=born, at=at, on=on):
            return f"{each.name} is the completed years from {born} to {on or at}"
        case derived.DaysBetween(start=start, end=end):
            return f"{each.name} is the days from {start} to {end}"
        case derived.CountOf(table=table, where=where):
            return f"{each.name} is the number of rows in {table}{_where(where)}"
    return f"{each.name} is whether there is a row in {each.table}{_where(each.where)}"


def listed(names: list[str], *, word: str = "and") -> str:
    """`A`, `A and B`, `A, B and C`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
