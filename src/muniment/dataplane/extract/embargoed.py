"""When nothing is left of a table: whether an embargo is the reason."""

from dataclasses import replace

from muniment.dataplane import refusals
from muniment.dataplane.compile import nodes, questions
from muniment.dataplane.extract import session
from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.spec import holding


def refuse(engine: session.Session, scope: Scope, wanted: holding.Table) -> None:
    """Nothing to release: say so when it is an embargo that hides it."""
    if scope.source.embargo is None:
        return
    lifted = replace(scope.source, embargo=None)
    any_column = [wanted.fields[0].name]
    rows = questions.rows(scope.part, holding=lifted, table=wanted.name, columns=any_column)
    counted = nodes.select([session.rows_of()], source=nodes.derived(rows, "r"))
    if engine.whole(counted) > 0:
        message = (
            f"Every row asked of {wanted.name} is under embargo; "
            "build the release after the embargo lifts."
        )
        raise refusals.refused("under-embargo", message, table=wanted.name)
