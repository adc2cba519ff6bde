"""A lint over the data plane: no text can become part of a query except through `nodes`.

Where text must be written all the same, the file is a door in the list below, with the reason. A
door that is no longer used, or used for more than the list says, fails as well.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

import muniment.dataplane
from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import spark_dialect

DATAPLANE = Path(muniment.dataplane.__file__).parent
THE_DOOR = DATAPLANE / "compile" / "nodes.py"
NO_QUERY = "runs what is neither a literal nor a tree"
# What the lint says of a file that may do it, and why nothing from users becomes SQL there.
DOORS = {
    "engines/spark_dialect.py": [
        "imports more than exp",  # sqlglot's own writer for Spark: a class, and no parser
        NO_QUERY,  # the value of a TRY_CAST, as that writer wrote it
        NO_QUERY,  # and its type
        NO_QUERY,  # a tree made into text: what `nodes.sql` is for the embedded engine
    ],
}
# Methods of sqlglot's nodes that parse the text they are given.
BUILDERS = {
    "where", "from_", "having", "group_by", "order_by", "sort_by", "cluster_by", "qualify",
    "lateral", "with_", "window", "distinct", "ctas", "as_", "and_", "or_", "not_", "isin",
    "between", "like", "ilike", "rlike", "parse_one", "parse", "maybe_parse", "transpile",
    "limit", "offset", "select", "join", "except_",
}  # fmt: skip
# Classes whose text is written into a query as it is.
RAW = {
    "Anonymous", "Command", "Identifier", "Literal", "Parameter", "Placeholder", "RawString",
    "Var", "Hint", "Parse",
}  # fmt: skip
HARMLESS = {"true", "false", "null"}
# `nodes.select` and a session's `join` are ours; they take nodes only.
OUR_MODULES = {"nodes", "session", "specification", "holding", "numpy", "os", "str"}
# Modules whose function `sql` writes a tree with every name quoted.
WRITERS = {"nodes", "spark_dialect"}


def told(source: str) -> list[str]:
    tree = ast.parse(source)
    return [f"line {node.lineno}: {what}" for node, what in _wrong(tree)]


def _wrong(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    texts = _text_arguments(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(a.name.startswith("sqlglot") for a in node.names):
            yield node, "imports sqlglot whole"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlglot"):
            yield from ((node, "imports more than exp") for a in node.names if a.name != "exp")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _wrong_call(node, node.func, texts)


def _wrong_call(
    node: ast.Call, function: ast.Attribute, texts: set[str]
) -> Iterator[tuple[ast.expr, str]]:
    owner = function.value.id if isinstance(function.value, ast.Name) else None
    arguments = [*node.args, *[each.value for each in node.keywords if each.arg not in ALLOWED]]
    if owner == "exp":
        if function.attr in RAW:
            yield node, f"builds exp.{function.attr} outside nodes"
        elif function.attr == "var" and isinstance(node.args[0], ast.Constant):
            return  # a keyword of SQL, written out here
        elif function.attr.islower() and function.attr not in HARMLESS:
            yield node, f"calls exp.{function.attr}, which parses text"
        elif any(_is_text(argument, texts) for argument in arguments):
            yield node, f"gives text to exp.{function.attr}"
    elif function.attr in BUILDERS and owner not in OUR_MODULES and not _on_text(function):
        yield node, f"calls the builder .{function.attr}()"
    elif (function.attr == "execute" and not _is_query(node)) or (
        function.attr == "sql" and owner not in WRITERS and not _is_query(node)
    ):
        yield node, NO_QUERY
    elif function.attr == "SQL" and not isinstance(node.args[0], ast.Constant):
        yield node, "gives psycopg text that is no literal"


ALLOWED = {"kind", "side"}


def _is_text(argument: ast.expr, texts: set[str]) -> bool:
    match argument:
        case ast.JoinedStr() | ast.Constant(value=str()):
            return True
        case ast.BinOp(left=left, right=right):
            return _is_text(left, texts) or _is_text(right, texts)
        case ast.Call(func=ast.Attribute(attr="format" | "join")) | ast.Call(func=ast.Name("str")):
            return True
        case ast.Name(id=name):
            return name in texts
    return False


def _text_arguments(tree: ast.AST) -> set[str]:
    """Names that some function of the file takes as text."""
    return {
        argument.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.arg) and isinstance(node.annotation, ast.Name)
        for argument in [node]
        if node.annotation.id == "str"
    }


def _on_text(function: ast.Attribute) -> bool:
    """`", ".join(…)` and `worker.join()` are no joins of tables."""
    return isinstance(function.value, ast.Constant) or function.attr in {"join", "parse"}


def _is_query(node: ast.Call) -> bool:
    match node.args[:1]:
        case [ast.Constant(value=str())]:
            return True
        case [ast.Call(func=ast.Attribute(value=ast.Name(writer), attr="sql"))]:
            return writer in WRITERS
        # psycopg quotes what it puts into its own literals.
        case [ast.Call(func=ast.Attribute(value=ast.Call(func=made), attr="format"))]:
            return isinstance(made, ast.Attribute) and made.attr == "SQL"
    return False


def test_the_data_plane_builds_queries_from_nodes_only() -> None:
    files = [path for path in sorted(DATAPLANE.rglob("*.py")) if path != THE_DOOR]
    assert len(files) > 20
    found = {
        str(path.relative_to(DATAPLANE)): [what.partition(": ")[2] for what in wrong]
        for path in files
        if (wrong := told(path.read_text(encoding="utf-8")))
    }
    assert found == DOORS


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)
HOSTILE = st.sampled_from(["`; DROP TABLE t; --", "'; --", "\\'", "\\", "a`b", '"', "*/", "{x}"])


@given(st.lists(TEXT | HOSTILE, min_size=3, max_size=3))
def test_through_the_door_to_spark_names_stay_names_and_text_stays_text(words: list[str]) -> None:
    column, table, value = words
    held = nodes.column("r", column)
    cast = exp.TryCast(this=held, to=nodes.DATE.copy())
    where = [exp.EQ(this=held.copy(), expression=nodes.text(value))]
    source = nodes.table(table, "r")
    tree = nodes.select([nodes.named(cast, column)], source=source, where=where)
    said = spark_dialect.sql(tree)
    [read] = sqlglot.parse(said, dialect=spark_dialect.SparkSQL)
    assert read is not None
    assert {each.this for each in read.find_all(exp.Identifier)} == {column, table, "r"}
    assert [each.this for each in read.find_all(exp.Literal)] == [value]


@pytest.mark.parametrize(
    "line",
    [
        "import sqlglot",
        "from sqlglot import exp, parse_one",
        "from sqlglot.optimizer import optimize",
        "query.where(condition)",
        "query.from_(name).where(f'{a} > 1')",
        "exp.select('a')",
        "exp.condition(text)",
        "exp.column(name)",
        "exp.cast(value, 'int')",
        "exp.Anonymous(this=name)",
        "exp.Var(this=name)",
        "exp.var(name)",
        "exp.Identifier(this=name)",
        "exp.Literal(this=value)",
        "exp.EQ(this=a, expression=f'{b}')",
        "exp.EQ(this=a, expression='b')",
        "exp.EQ(this=a, expression='x' + b)",
        "exp.EQ(this=a, expression='{}'.format(b))",
        "exp.EQ(this=a, expression=str(b))",
        "def f(b: str): return exp.Column(this=b)",
        "connection.execute(text)",
        "connection.execute(f'SELECT {a}')",
        "connection.execute('SELECT ' + a)",
        "connection.sql(text)",
        "session.sql(f'SELECT {a}')",
        "cursor.execute(sql.SQL(text))",
        "cursor.execute(sql.SQL(text).format(name))",
        "cursor.execute('SELECT {}'.format(name))",
    ],
)
def test_the_lint_sees_text_that_would_become_a_query(line: str) -> None:
    assert told(line)


@pytest.mark.parametrize(
    "line",
    [
        "from sqlglot import exp",
        "nodes.select([a], source=b)",
        "exp.EQ(this=a, expression=nodes.text(b))",
        "exp.Join(this=a, on=b, side=side)",
        "exp.true()",
        "exp.var('DAY')",
        "connection.execute(nodes.sql(tree))",
        "connection.execute('SELECT 1')",
        "session.sql(spark_dialect.sql(tree))",
        "cursor.execute(sql.SQL('SELECT {}').format(sql.Identifier(name)))",
        "', '.join(names)",
    ],
)
def test_the_lint_lets_nodes_pass(line: str) -> None:
    assert told(line) == []
