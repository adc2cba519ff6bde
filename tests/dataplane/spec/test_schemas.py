"""The published schemas and our readers agree, apart from what a schema cannot say."""

import json
from importlib import resources

import jsonschema
import pytest
from hypothesis import assume, given, settings

from muniment.dataplane.spec import faults, holding, specification
from tests.dataplane import tables
from tests.dataplane.spec import strategies

# What the schemas' own descriptions say they leave to the program.
BEYOND_SPECIFICATION = {"duplicate", "unknown-part", "too-deep", "too-many-nodes", "more-faults"}
BEYOND_HOLDING = {
    "duplicate", "unknown-table", "unknown-variable", "unsafe-path", "direct-identifier",
    "no-unit-key", "wrong-order", "more-faults",
}  # fmt: skip


def schema(name: str) -> dict:
    folder = resources.files("muniment.dataplane.spec") / "schemas"
    return json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))


SPECIFICATION = jsonschema.Draft202012Validator(schema("specification"))
HOLDING = jsonschema.Draft202012Validator(schema("holding"))


def codes(read, document: object) -> set[str]:
    try:
        read(document)
    except faults.Faulty as faulty:
        return {fault.code for fault in faulty.faults}
    return set()


def whole_floats(value: object) -> bool:
    """Whether a float occurs: JSON Schema takes 1.0 for an integer, and so may not we."""
    if isinstance(value, dict):
        return any(whole_floats(child) for child in value.values())
    if isinstance(value, list):
        return any(whole_floats(child) for child in value)
    return isinstance(value, float)


@pytest.mark.parametrize("name", ["specification", "holding"])
def test_the_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@given(strategies.specifications())
def test_what_the_parser_reads_the_schema_allows(shape: dict) -> None:
    specification.parse(shape)
    assert SPECIFICATION.is_valid(shape)


@settings(max_examples=120)
@given(strategies.bent(strategies.specifications()))
def test_schema_and_parser_agree_on_bent_specifications(shape: dict) -> None:
    assume(not whole_floats(shape))
    found = codes(specification.parse, shape)
    assert SPECIFICATION.is_valid(shape) == (found <= BEYOND_SPECIFICATION)


@given(strategies.any_json)
def test_schema_and_parser_agree_on_any_json(value: object) -> None:
    assert not SPECIFICATION.is_valid(value)
    assert codes(specification.parse, value)


def ours(document: dict) -> list[dict]:
    """The members called muniment, which are what the schema describes in full."""
    found = [document["muniment"]]
    for resource in document["resources"]:
        found.append(resource["muniment"])
        found += [field["muniment"] for field in resource["schema"]["fields"]]
    return found


@settings(max_examples=120)
@given(strategies.st.data())
def test_schema_and_reader_agree_on_bent_descriptors(data) -> None:
    document = tables.descriptor()
    document["muniment"]["embargo"] = {"table": "events", "field": "ONSET"}
    members = data.draw(strategies.st.sampled_from(ours(document)))
    bent = data.draw(strategies.bent(strategies.st.just(members)))
    assert bent is members
    assume(not whole_floats(document))
    found = codes(holding.parse, document)
    # A band that is no value of its column's type is beyond the schema as well.
    typed = {"wrong-type"} if any("banded" in each for each in ours(document)) else set()
    valid = HOLDING.is_valid(document)
    if valid:
        assert found <= BEYOND_HOLDING | typed
    else:
        assert found - BEYOND_HOLDING


def test_the_schema_allows_the_holdings_that_tests_make() -> None:
    HOLDING.validate(tables.descriptor())
    assert holding.parse(tables.descriptor()).key == ("small", "2026.1")
