"""The published JSON Schemas of an edition's files, and their complaints as plain sentences."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from .yamlfile import Place

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

# section of the bundle -> file of the folder; the schema has the file's name
FILES = {
    "programme": "programme.yaml",
    "information_list": "information-list.yaml",
    "form": "form.yaml",
    "policy": "policy.yaml",
    "criteria": "criteria.yaml",
    "committee": "committee.yaml",
    "tracks": "tracks.yaml",
    "fees": "fees.yaml",
    "clauses": "clauses.yaml",
    "letters": "letters.yaml",
    "calendar": "calendar.yaml",
    "roster": "roster.yaml",
}
CODEBOOK = "codebook"

_TYPES = {
    "object": "a group of keys and values",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "empty",
}


def names() -> list[str]:
    """The names of the published schemas, `words` included."""
    return sorted([file.removesuffix(".yaml") for file in FILES.values()] + [CODEBOOK, "words"])


def schema(name: str) -> dict[str, Any]:
    """One published schema as data; raises FileNotFoundError for a name that is none."""
    source = resources.files("muniment.programme") / "schemas" / f"{name}.json"
    loaded: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return loaded


def complaints(data: Any, *, name: str) -> Iterator[tuple[Place, str]]:
    """Each place at which the data break the schema of that name, with a sentence."""
    for error in _validator(name).iter_errors(data):
        yield from _sentences(error)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A key that must stand at a place and does not, or that stands there and is not known."""

    place: Place
    key: str
    is_missing: bool


def misfits(data: Any, *, name: str) -> Iterator[Misfit]:
    """The keys by which data of an older schema differ from the schema of that name."""
    for error in _validator(name).iter_errors(data):
        place: Place = tuple(error.absolute_path)
        if error.validator == "required":
            lacking = [key for key in error.validator_value if key not in error.instance]
            yield from (Misfit(place, key, True) for key in lacking)
        elif error.validator == "additionalProperties":
            strange = sorted(set(error.instance) - set(error.schema.get("properties", {})))
            yield from (Misfit(place, key, False) for key in strange)


@cache
def _validator(name: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource

    registry: Registry[Any] = Registry().with_resources(
        [(f"urn:muniment:programme:{n}", Resource.from_contents(schema(n))) for n in names()]
    )
    checker = FormatChecker(formats=["date"])
    return Draft202012Validator(schema(name), registry=registry, format_checker=checker)


def _sentences(error: "ValidationError") -> Iterator[tuple[Place, str]]:
    place: Place = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        yield (*place, error.instance), f"the key {error.instance!r} is not {_wanted(error)}."
    elif error.validator == "additionalProperties":
        for key in sorted(set(error.instance) - set(error.schema.get("properties", {}))):
            yield (*place, key), f"the key {key!r} is not known here; remove it or correct it."
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield place, f"the key {key!r}{_of(place)} is missing."
    else:
        say = _SAYINGS.get(str(error.validator), _otherwise)
        yield place, f"{_subject(place)} {say(error)}."


def _subject(place: Place) -> str:
    """The thing the sentence is about: the key, or the entry of a list."""
    if not place:
        return "the file"
    if isinstance(place[-1], int):
        return f"entry {place[-1] + 1}{_of(place[:-1])}"
    return f"{place[-1]!r}"


def _of(place: Place) -> str:
    keys = [part for part in place if isinstance(part, str)]
    return f" of {keys[-1]!r}" if keys else ""


def _wanted(error: "ValidationError") -> str:
    if error.validator == "enum":
        return f"one of {', '.join(map(str, error.validator_value))}"
    return str(error.schema.get("description", f"as the schema asks ({error.validator})"))


def _type(error: "ValidationError") -> str:
    wanted = error.validator_value
    kinds = [wanted] if isinstance(wanted, str) else wanted
    return f"must be {' or '.join(_TYPES[kind] for kind in kinds)}"


def _otherwise(error: "ValidationError") -> str:
    return f"does not fit the schema ({error.validator})"


_SAYINGS: dict[str, Callable[["ValidationError"], str]] = {
    "type": _type,
    "enum": lambda e: f"must be one of {', '.join(map(str, e.validator_value))}; it is {_said(e)}",
    "const": lambda e: f"must be {e.validator_value}; it is {_said(e)}",
    "pattern": lambda e: f"must be {_wanted(e)}; it is {_said(e)}",
    "format": lambda e: f"must be a date that exists, such as 2026-11-02; it is {_said(e)}",
    "minLength": lambda e: "must not be empty",
    "maxLength": lambda e: f"is longer than {e.validator_value} characters",
    "minItems": lambda e: f"needs at least {e.validator_value} in the list",
    "maxItems": lambda e: f"has more than {e.validator_value} in the list",
    "uniqueItems": lambda e: "names the same thing twice",
    "minimum": lambda e: f"must be at least {e.validator_value}; it is {_said(e)}",
    "maximum": lambda e: f"must be at most {e.validator_value}; it is {_said(e)}",
    "minProperties": lambda e: "must not be empty",
}


def _said(error: "ValidationError") -> str:
    text = repr(error.instance)
    return text if len(text) <= 60 else f"{text[:60]}…"
