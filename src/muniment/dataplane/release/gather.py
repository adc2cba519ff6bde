"""From files on disk to terms and plan: what would be built, before anything is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from muniment.dataplane import plan as plans
from muniment.dataplane import policy, refusals, terms
from muniment.dataplane.spec import check, faults, holding, specification

Folders = Mapping[tuple[str, str], Path]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Everything that decides a build.

    `parts` are those of the release line; `places` is folder and holding, by (holding, edition).
    """

    asked: specification.Specification
    parts: tuple[specification.Part, ...]
    places: plans.Sources
    methods: policy.Policy
    terms: terms.Terms
    plan: plans.Plan

    @property
    def holdings(self) -> dict[tuple[str, str], holding.Holding]:
        return {key: source for key, (_, source) in self.places.items()}


def chosen(
    asked: specification.Specification, part_ids: Sequence[str] | None
) -> tuple[specification.Part, ...]:
    """The parts by id, in the order of the specification; all of them for None.

    Raises `Refused` (unknown-part).
    """
    if part_ids is None:
        return asked.parts
    known = {part.id for part in asked.parts}
    unknown = sorted(set(part_ids) - known)
    if unknown or not part_ids:
        named = ", ".join(unknown) or "nothing"
        message = f"The specification has no part {named}; it has {', '.join(sorted(known))}."
        raise refusals.refused("unknown-part", message)
    return tuple(part for part in asked.parts if part.id in part_ids)


def places(parts: Sequence[specification.Part], folders: Folders) -> plans.Sources:
    """Load the holdings of these parts and check each part against its own.

    Raises `Refused` with every reason.
    """
    found: dict[tuple[str, str], plans.Place] = {}
    for part in parts:
        key = part.holding, part.edition
        if key in folders and key not in found:
            found[key] = folders[key], _loaded(key, folders[key])
    holdings = {key: source for key, (_, source) in found.items()}
    faulty = check.against(specification.Specification(tuple(parts), ()), holdings)
    if faulty:
        raise refusals.from_faults(faults.Faulty(faulty))
    return found


def reread(found: plans.Sources) -> dict[tuple[str, str], holding.Holding]:
    """The holdings as their descriptors are on disk now."""
    return {key: holding.load(folder) for key, (folder, _) in found.items()}


def terms_of(
    asked: specification.Specification,
    parts: Sequence[specification.Part],
    found: plans.Sources,
    override: policy.Override | None,
) -> tuple[policy.Policy, terms.Terms]:
    """The resolved method policy and the terms. Raises `Refused`."""
    holdings = {key: source for key, (_, source) in found.items()}
    methods = policy.resolve(asked, holdings, parts=parts, override=override)
    return methods, terms.make(asked, holdings=holdings, methods=methods)


def draw(
    asked: specification.Specification,
    *,
    folders: Folders,
    override: policy.Override | None,
    part_ids: Sequence[str] | None = None,
) -> Drawn:
    """Terms and plan as of now, for a line that delivers these parts (None: all).

    Reads every byte of the holdings once, for their hashes. Raises `Refused`.
    """
    parts = chosen(asked, part_ids)
    found = places(parts, folders)
    methods, drawn_terms = terms_of(asked, parts, found, override)
    return Drawn(asked, parts, found, methods, drawn_terms, plan_of(drawn_terms, found))


def plan_of(drawn_terms: terms.Terms, found: plans.Sources) -> plans.Plan:
    """The plan of these terms over the data as they are now. Raises `Refused`."""
    hashes = {}
    for key, (folder, source) in sorted(found.items(), key=lambda item: item[0]):
        try:
            hashes["@".join(key)] = plans.content_hash(folder, source)
        except faults.Faulty as error:
            raise refusals.from_faults(error) from None
    return plans.make(drawn_terms, content_hashes=hashes)


def _loaded(key: tuple[str, str], folder: Path) -> holding.Holding:
    try:
        source = holding.load(folder)
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None
    if source.key != key:
        message = f"{folder} holds {'@'.join(source.key)}, not {'@'.join(key)}."
        raise refusals.refused("other-holding", message)
    if source.kind is holding.Kind.DESCRIBED:
        message = f"{source.title} is described, not loaded: its files are built elsewhere."
        raise refusals.refused("described-holding", message)
    return source
