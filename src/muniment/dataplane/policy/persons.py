"""Which columns name the protected unit, and which fields a part asks for."""

from collections.abc import Iterator

from muniment.dataplane.spec import fields, holding, specification
from muniment.dataplane.spec.derived import leaving

is_direct = holding.is_direct
person_columns = holding.person_columns


def unit_column(source: holding.Holding, table: holding.Table) -> str | None:
    """The column that says which unit a row is about; None when it is about none."""
    if table.name == source.base_table:
        return source.unit_key
    return min(person_columns(source, table), default=None)


def fields_of(
    part: specification.Part,
    source: holding.Holding,
    *,
    rule_of: leaving.RuleOf = leaving.declared,
) -> Iterator[tuple[holding.Table, fields.Field]]:
    """Every table and field a part names, in its order; an aggregate names its groups and measures.

    A derived variable is a field of the base table, with the rule that follows from `rule_of`.
    """
    source = leaving.widened(source, part.derived, rule_of=rule_of)
    if part.level is specification.Level.AGGREGATE:
        for name in (*part.group_by, *(each.variable for each in part.measures)):
            yield source.base, source.base.get_field(name)
        return
    for asked in part.tables:
        table = source.get_table(asked.name)
        for variable in asked.variables:
            yield table, table.get_field(variable.name)
