"""Method policies as they are read from files, and which of several is for which holding.

One policy may be for every holding of a specification; where there are several, each holding has
its own, and none reaches into another's.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from muniment.dataplane import refusals
from muniment.dataplane.policy import fitting, standards
from muniment.dataplane.risk import ladder
from muniment.dataplane.spec import faults, holding, specification
from muniment.dataplane.spec import rules as release_rules
from muniment.dataplane.spec.fields import Release
from muniment.dataplane.spec.reader import Reader

DESCRIPTOR = "descriptor"
ALL = ""
"""The name under which a policy stands that is for every holding without its own."""
OPTIONAL = ("holding", "anonymity", "ladders", "standard", "kinds")
POLICY_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
POLICY_EDITION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,31}")


@dataclass(frozen=True, slots=True)
class Override:
    """A method policy as read: rules by `table.field`, for one holding id or for all."""

    policy: str
    edition: str
    holding: str | None
    rules: Mapping[str, Release]
    anonymity: ladder.Settings = ladder.DEFAULT
    standard: standards.Standard | None = None
    kinds: Mapping[str, str] = dataclasses.field(default_factory=dict)


Overrides = Mapping[str, Override]
"""By what each is for: `holding@edition`, else `holding`, else ALL."""


def given(overrides: Overrides, source: holding.Holding) -> Override | None:
    """The policy that is for this holding; None where its descriptor alone says how it leaves."""
    names = ("@".join(source.key), source.holding, ALL)
    return next((overrides[name] for name in names if name in overrides), None)


def misnamed(
    overrides: Overrides, holdings: holding.Holdings, parts: Sequence[specification.Part]
) -> Iterator[refusals.Refusal]:
    """A policy that names a holding or a field which is not there would protect nothing."""
    for name, override in overrides.items():
        mine = {
            key: source
            for key, source in holdings.items()
            if given(overrides, source) is override and override.holding in (None, source.holding)
        }
        if mine:
            yield from _unknown_fields(override, mine, parts)
            continue
        named = override.holding or name.partition("@")[0]
        yield refusals.Refusal(
            "unknown-holding",
            f"The method policy is for the holding {named}, which is not used here.",
            {"holding": named},
        )


def _unknown_fields(
    override: Override, mine: holding.Holdings, parts: Sequence[specification.Part]
) -> Iterator[refusals.Refusal]:
    known = {
        f"{table.name}.{field.name}"
        for source in mine.values()
        for table in source.tables
        for field in table.fields
    }
    for part in parts:
        if (part.holding, part.edition) in mine:
            base = mine[part.holding, part.edition].base_table
            known |= {f"{base}.{each.name}" for each in part.derived}
    for where in dict.fromkeys([*override.rules, *override.anonymity.ladders, *override.kinds]):
        if where not in known:
            yield fitting.reason(
                "unknown-variable", where, "is in the method policy but in no holding"
            )


def read(document: object) -> Override:
    """A method policy from plain JSON values; raises `faults.Faulty`."""
    reader = Reader()
    override = _override(reader, document)
    reader.finish()
    return override


def _override(reader: Reader, document: object) -> Override:
    required = ["policy", "edition", "fields"]
    members = reader.members(document, "", required=required, optional=OPTIONAL)
    if members is None:
        return Override("", "", None, {})
    says = "use small letters, digits, -, _ and ."
    name = reader.pattern(members["policy"], "/policy", like=POLICY_ID, says=says)
    if name == DESCRIPTOR:
        message = f'The name "{DESCRIPTOR}" stands for the rules of the descriptor; use another.'
        reader.fault("/policy", "unknown-word", message)
    says = "use letters, digits, - and ."
    edition = reader.pattern(members["edition"], "/edition", like=POLICY_EDITION, says=says)
    only = None
    if members.get("holding") is not None:
        says = "use small letters, digits and -"
        like = specification.HOLDING_ID
        only = reader.pattern(members["holding"], "/holding", like=like, says=says)
    entries = _entries(reader, members["fields"], "/fields")
    read_rules = {
        where: rule
        for where, written in entries.items()
        if (rule := release_rules.read(reader, written, faults.at("/fields", where)))
    }
    anonymity = ladder.read(reader, members.get("anonymity"), members.get("ladders"))
    standard, kinds = _standard(reader, members)
    return Override(name or "", edition or "", only, read_rules, anonymity, standard, kinds)


def _standard(
    reader: Reader, members: Mapping[str, object]
) -> tuple[standards.Standard | None, dict[str, str]]:
    kinds: dict[str, str] = {}
    for where, kind in _entries(reader, members.get("kinds", {}), "/kinds").items():
        kinds[where] = reader.text(kind, faults.at("/kinds", where)) or ""
    named = members.get("standard")
    if named is None:
        return None, kinds
    standard = standards.shipped().get(named) if isinstance(named, str) else None
    if standard is None:
        known = ", ".join(standards.shipped())
        message = f"{faults.quoted(named)} is no standard; choose one of: {known}."
        reader.fault("/standard", "unknown-word", message)
    return standard, kinds


def _entries(reader: Reader, value: object, path: str) -> dict[str, object]:
    if not isinstance(value, dict):
        reader.fault(path, "wrong-type", "This must be an object.")
        return {}
    return value
