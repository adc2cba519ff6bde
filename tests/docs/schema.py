"""JSON Schema as tables for people: one row a member, with its form and whether it is needed."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.docs import markdown

Schema = Mapping[str, Any]
LARGEST = 2**53 - 1
FORMS = {
    "name": "text, up to 128 characters",
    "reason": "text, up to 2,000 characters",
    "scalar": "an integer or text",
    "unit": "a noun in small letters",
    "duo_term": "a term such as `DUO:0000042`",
}


def members(schema: Schema, defs: Schema, says: Mapping[str, str] | None = None) -> str:
    """A table of the members of one object; `says` speaks where the schema is silent."""
    required = schema.get("required", [])
    rows = []
    for name, each in schema["properties"].items():
        words = _says(each, defs) or (says or {})[name]
        rows.append((markdown.code(name), form(each, defs), _presence(name, each, required), words))
    return markdown.table(("member", "form", "needed", "what it says"), rows)


def variants(schema: Schema) -> Iterator[Schema]:
    """The forms an object may take."""
    yield from schema["oneOf"]


def form(schema: Schema, defs: Schema) -> str:
    """What may stand there, in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return FORMS.get(name) or f"[{name}](#{name})"
    if "const" in schema:
        return markdown.code(schema["const"])
    if "enum" in schema:
        return _either([markdown.code(word) for word in schema["enum"]])
    if "oneOf" in schema:
        return _either([form(each, defs) for each in schema["oneOf"]])
    kind = schema["type"]
    if kind == "array":
        return _list(schema, defs)
    if isinstance(kind, list):
        return _either(kind)
    return _plain(kind, schema)


def _presence(name: str, schema: Schema, required: list[str]) -> str:
    if name in required:
        return "yes"
    if "default" in schema:
        value = schema["default"]
        return f"else {markdown.code(str(value).lower() if isinstance(value, bool) else value)}"
    return "no"


def _says(schema: Schema, defs: Schema) -> str:
    if "description" in schema:
        return str(schema["description"])
    name = schema.get("$ref", "").rpartition("/")[2]
    return str(defs[name].get("description", "")) if name in FORMS else ""


def _list(schema: Schema, defs: Schema) -> str:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    number = f"{least}" if least == most else f"{least} to {most:,}" if most else f"{least} or more"
    return f"list of {number}: {form(schema['items'], defs)}"


def _plain(kind: str, schema: Schema) -> str:
    if kind == "integer":
        least, most = schema.get("minimum"), schema.get("maximum")
        if most is not None and abs(most) == LARGEST:
            return "an integer" if least == -LARGEST else f"an integer from {least}"
        return f"an integer from {least} to {most}"
    if kind == "string" and "pattern" in schema:
        return f"text like {markdown.code(schema['pattern'])}"
    if kind == "object":
        names = [markdown.code(name) for name in schema.get("properties", ())]
        return f"an object with {' and '.join(names)}" if names else "an object"
    return {"boolean": "true or false", "null": "null", "string": "text"}[kind]


def _either(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
