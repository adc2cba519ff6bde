"""From files on disk to terms and plan: what would be built, before anything is."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muniment.dataplane import links, policy, refusals, terms
from muniment.dataplane import plan as plans
from muniment.dataplane.extract import scope as scopes
from muniment.dataplane.links import namespaces
from muniment.dataplane.spec import check, faults, holding, specification

Folders = Mapping[tuple[str, str], Path]


@dataclass(frozen=True, slots=True)
class Given:
    """What terms are drawn from: the whole specification, its holdings and their method policies.

    `folders` are where holdings lie; `declared` are those whose files are elsewhere; `version` is
    the form of the terms. `over_time` says that later editions of the parts leave under the same
    codes.
    """

    asked: specification.Specification
    folders: Folders
    overrides: policy.Overrides
    declared: holding.Holdings = field(default_factory=dict)
    version: int = terms.VERSION
    over_time: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """What is signed for, and what one line delivers of it.

    `parts` are those of the release line; `places` is folder and holding of these alone, by
    (holding, edition), `beside` of linked ones that tell of the same units when they are over 89
    (`policy.across`). Methods and terms are of every part of the specification whose holding lies
    here or is declared (`known`): a described one has its rules before anybody brought its files.
    """

    asked: specification.Specification
    parts: tuple[specification.Part, ...]
    places: plans.Sources
    methods: policy.Policy
    terms: terms.Terms
    known: holding.Holdings
    beside: plans.Sources

    @property
    def read(self) -> plans.Sources:
        """Every place that a build reads."""
        return {**self.beside, **self.places}

    @property
    def holdings(self) -> dict[tuple[str, str], holding.Holding]:
        """All that are read."""
        return {key: source for key, (_, source) in self.read.items()}

    def shows_ages_elsewhere(self, part: specification.Part) -> bool:
        """Whether an age leaves with a linked part of another holding."""
        return self.methods.together(self.asked, self.known).shows_ages_elsewhere(part)

    def linked(self, part: specification.Part) -> tuple[specification.Part, ...]:
        """The linked parts by whose ages and days those of a part are withheld."""
        return self.methods.together(self.asked, self.known).beside(part)


@dataclass(frozen=True, slots=True)
class Drawn(Outline):
    """Everything that decides a build: beside the terms a plan, over the data as they are."""

    plan: plans.Plan

    def scope(self, part: specification.Part, *, now: datetime.datetime) -> scopes.Scope:
        """One part as a build at that moment sees it."""
        return scopes.wide(
            part,
            self.read[part.holding, part.edition][1],
            beside=self.asked.parts,
            group=links.group_name(self.asked, part.id),
            now=now,
            names=namespaces.of_group(self.asked, part, self.known),
        )


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
    known = _known(parts, folders, {})
    _unless_faulty(parts, known)
    return _lying(parts, folders, known)


def reread(found: plans.Sources) -> dict[tuple[str, str], holding.Holding]:
    """The holdings as their descriptors are on disk now."""
    return {key: holding.load(folder) for key, (folder, _) in found.items()}


def terms_of(given: Given) -> terms.Terms:
    """What an agreement signs, from descriptors alone. Raises `Refused`."""
    return _outlined(given, ()).terms


def outline(given: Given, *, part_ids: Sequence[str] | None = None) -> Outline:
    """Methods and terms over the whole specification, for a line that delivers these parts.

    A part whose holding does not lie here is left out of the terms, unless the line delivers it:
    then, as for a fault in any other part, raises `Refused`.
    """
    return _outlined(given, chosen(given.asked, part_ids))


def draw(given: Given, *, part_ids: Sequence[str] | None = None) -> Drawn:
    """Terms and plan as of now, for a line that delivers these parts (None: all).

    Reads every byte of the line's holdings once, for their hashes. Raises `Refused`.
    """
    return planned(outline(given, part_ids=part_ids))


def planned(of: Outline) -> Drawn:
    """The plan of these terms over the line's data as they are now. Raises `Refused`."""
    hashes = {}
    for key, (folder, source) in sorted(of.read.items(), key=lambda item: item[0]):
        try:
            hashes["@".join(key)] = plans.content_hash(folder, source)
        except faults.Faulty as error:
            raise refusals.from_faults(error) from None
    plan = plans.make(of.terms, content_hashes=hashes)
    return Drawn(of.asked, of.parts, of.places, of.methods, of.terms, of.known, of.beside, plan)


def _outlined(given: Given, parts: tuple[specification.Part, ...]) -> Outline:
    asked = given.asked
    known = _known(asked.parts, given.folders, given.declared)
    covered = [
        part for part in asked.parts if part in parts or (part.holding, part.edition) in known
    ]
    _unless_faulty(covered or asked.parts, known, asked=asked)
    mine = _lying(parts, given.folders, known)
    methods = policy.resolve(
        asked, known, parts=covered, overriding=given.overrides, over_time=given.over_time
    )
    drawn = terms.make(asked, holdings=known, methods=methods, version=given.version)
    together = methods.together(asked, known)
    linked = [each for part in parts for each in together.beside(part)]
    return Outline(asked, parts, mine, methods, drawn, known, _lying(linked, given.folders, known))


def _known(
    parts: Sequence[specification.Part], folders: Folders, declared: holding.Holdings
) -> dict[tuple[str, str], holding.Holding]:
    """The holdings of these parts: as the descriptor in their folder says, else as declared."""
    keys = dict.fromkeys((part.holding, part.edition) for part in parts)
    return {
        key: _read(key, folders[key]) if key in folders else declared[key]
        for key in keys
        if key in folders or key in declared
    }


def _read(key: tuple[str, str], folder: Path) -> holding.Holding:
    try:
        source = holding.load(folder)
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None
    if source.key != key:
        message = f"{folder} holds {'@'.join(source.key)}, not {'@'.join(key)}."
        raise refusals.refused("other-holding", message)
    return source


def _lying(
    parts: Sequence[specification.Part], folders: Folders, known: holding.Holdings
) -> dict[tuple[str, str], plans.Place]:
    """Where the data of these parts lie. Raises `Refused` where a holding is only described."""
    found: dict[tuple[str, str], plans.Place] = {}
    for part in parts:
        key = part.holding, part.edition
        if key not in folders or known[key].kind is holding.Kind.DESCRIBED:
            title = known[key].title
            message = f"{title} is described, not loaded: its files are built elsewhere."
            raise refusals.refused("described-holding", message)
        found[key] = folders[key], known[key]
    return found


def _unless_faulty(
    parts: Sequence[specification.Part],
    known: holding.Holdings,
    *,
    asked: specification.Specification | None = None,
) -> None:
    """Each part, and the links of the whole specification `asked` where one is given."""
    faulty = check.against(specification.Specification(tuple(parts), ()), known)
    faulty += check.links.faults(asked, known) if asked and not faulty else []
    if faulty:
        raise refusals.from_faults(faults.Faulty(faulty))
