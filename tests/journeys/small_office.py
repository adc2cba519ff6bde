"""Small offices, and houses that hold only what a journey needs: quick to build.

An office of two (Cora and Dana hold every office between them, and both sit on the committee) and
one of four (the people of the shipped roster). What two must do stays with two: whoever built a
release does not check it. Elsewhere a second person confirms if there is one.
"""

import shutil
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from muniment import holdings, programme
from muniment.actions import people
from muniment.actions import programme as programmes
from muniment.demo import cast, house
from muniment.demo.calendar import Clock
from muniment.gateways.scanner import signatures
from muniment.holdings import generate
from muniment.jobs import plane
from muniment.rulebook.words import Role

Offices = Mapping[str, Sequence[Role]]
TWO: Offices = {
    "cora": (
        Role.ADMINISTRATOR, Role.COORDINATOR, Role.POLICY_OFFICER, Role.FINANCE, Role.CHAIR,
        Role.DETERMINING_OFFICER, Role.CHECKER,
    ),
    "dana": (
        Role.ADMINISTRATOR, Role.STATISTICIAN, Role.DATA_ENGINEER, Role.MEMBER, Role.ACTING_CHAIR,
        Role.PROGRAMME_SIGNATORY, Role.FINANCE,
    ),
}  # fmt: skip
FOUR = {"cora": "office-1", "stella": "office-2", "dana": "office-3", "chen": "office-4"}
"""Who has the offices of which person of the shipped roster."""
OUTSIDE = ("alice", "sam")
STANDS_FOR = {
    "stella": "dana", "paula": "cora", "chen": "cora", "otto": "cora", "rita": "dana",
}  # fmt: skip
"""Whom the demonstration knows by another name, where they are two."""
QUORUM_OF_TWO = (
    "committee.yaml",
    "  share: majority          # of the voting members who are not recused\n  at_least: 3",
    "  share: all\n  at_least: 2",
)
"""A change of the shipped programme."""
A_YEAR = timedelta(days=365)


def two(home: Path, clock: Clock, *, datasets: Sequence[str] = (house.PILOT,)) -> house.House:
    """The office of two, an applicant and her official."""
    bundle = programme.read(changed(home, QUORUM_OF_TWO))
    office = assemble(bundle, TWO, clock=clock)
    office.people.update({name: office.people[by] for name, by in STANDS_FOR.items()})
    return furnish(home, clock, office, datasets)


def four(home: Path, clock: Clock) -> house.House:
    """The office of four, as the shipped roster has it."""
    bundle = programme.read(programme.default_folder())
    held = {each["person"]: each["roles"] for each in bundle["roster"]["people"]}
    offices = {name: [Role(role) for role in held[seat]] for name, seat in FOUR.items()}
    return furnish(home, clock, assemble(bundle, offices, clock=clock), (house.ABSTRACTS,))


def whole(home: Path, clock: Clock, *, dataset: str = house.PILOT) -> house.House:
    """Everybody of the demonstration, with one dataset alone."""
    bundle = programme.read(programme.default_folder())
    office = cast.assemble(bundle, clock=lambda: clock.pass_minutes(1))
    return furnish(home, clock, office, (dataset,))


def furnish(home: Path, clock: Clock, office: cast.Cast, datasets: Sequence[str]) -> house.House:
    """The plant, and these holdings in it."""
    plant = plane.plant(home, scanner=signatures.Signatures(known={}))
    built = house.House(home, clock, office, plant)
    for name in datasets:
        house.load(built, name, partial(make, name, clock), second_person=office.cora)
    return built


def make(name: str, clock: Clock, target: Path) -> None:
    """A holding that ships, or one made up as of a year ago: by now nothing of it is embargoed."""
    if name in holdings.shipped():
        shutil.copytree(holdings.shipped()[name], target)
    else:
        generate.make(name, target, seed=house.SEED, around=clock.ends_on - A_YEAR)


def assemble(bundle: programme.Bundle, offices: Offices, *, clock: Clock) -> cast.Cast:
    """Found the programme; its administrators, the first two people, appoint one another."""
    institution = people.register_institution(cast.INSTITUTION, country="US")
    known = {}
    for name in (*offices, *OUTSIDE):
        full, at = cast.PEOPLE[name][0], institution if name in OUTSIDE else None
        known[name] = people.register_person(cast.address_of(name), name=full, institution=at)
        people.confirm_email(known[name], now=clock.pass_minutes(1))
    first, second, *more = offices
    edition = programmes.load_edition(bundle, administrator=known[first], now=clock.pass_minutes(1))
    office = cast.Cast(known, institution, edition.programme_id)
    for name in (second, *more):
        seen = {"programme": office.programme, "how": "Seen in person."}
        actor = office.acting(first, Role.ADMINISTRATOR)
        people.verify_person(known[name], actor=actor, now=clock.pass_minutes(1), **seen)
    for by, with_, name in (
        (first, second, second), (second, first, first), *((first, second, one) for one in more),
    ):  # fmt: skip
        appoint(office, name, offices[name], by=by, with_=with_, clock=clock)
    return office


def appoint(
    office: cast.Cast, name: str, roles: Sequence[Role], *, by: str, with_: str, clock: Clock
) -> None:
    """Somebody gives another their offices, and a second person confirms; nobody their own."""
    founder = next(iter(office.people)) == name
    for role in roles:
        if founder and role is Role.ADMINISTRATOR:
            continue
        today, now = clock.now.date(), clock.pass_minutes(1)
        people.grant_role(
            office.people[name], role, programme=office.programme, from_on=today, now=now,
            actor=office.acting(by, Role.ADMINISTRATOR), second_person=office.people[with_],
        )  # fmt: skip


def changed(home: Path, *changes: tuple[str, str, str]) -> Path:
    """The shipped programme's folder with a few words of it changed."""
    own = home / "programme"
    shutil.copytree(programme.default_folder(), own)
    for name, before, after in changes:
        text = (own / name).read_text(encoding="utf-8")
        assert before in text, f"{name} reads otherwise."
        (own / name).write_text(text.replace(before, after), encoding="utf-8")
    return own
