"""Every form that somebody is offered, posted by the others: the rulebook's matrix over HTTP.

The states are walked to, on the full and on the expedited track, in a whole house and in an office
of four whose steps ask for a second person where there is one. At each, the people's pages are
read, and what a page offers is sent, word for word and with its files, by people to whom nobody
offered it. Whoever sends it, only what the rulebook gives to an office or a relation of theirs is
done. Each try is taken back. In `make soak` everybody tries everything, at every act of the roads;
else four states are enough, and each form is tried by whom it was offered and by a few in turn.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.test import Client
from django.urls import reverse

from muniment import models, programme
from muniment.demo import applying, cast, contracting, judging, roads
from muniment.pages import audience
from muniment.pages.audience import Audience
from muniment.rulebook import reading
from muniment.rulebook.words import Role, Stage
from tests.pages import offered
from tests.pages.conftest import with_second_factor
from tests.pages.test_routes import ARGUMENTS
from tests.world import rolled_back
from tests.world_fixture import world

if TYPE_CHECKING:
    from muniment.demo.story import Story
    from tests.world import Act, Road, World

__all__ = ["world"]
pytestmark = [pytest.mark.slow, pytest.mark.one_database, pytest.mark.crawls]

SOAK = hypothesis.settings().max_examples >= 5_000
OTHERS = len(cast.PEOPLE) if SOAK else 5
"""How many of those to whom a form was not offered try it."""
FOUR = {"cora": "office-1", "stella": "office-2", "dana": "office-3", "chen": "office-4"}
"""Who of the cast has the offices of which person of the shipped roster."""
OUTSIDE = ("alice", "sam", "stan")
BY_RELATION = {"alice": {Role.APPLICANT}, "sam": {Role.SIGNING_OFFICIAL}}
"""Whose request it is, and who signs for her institution."""
EVERYBODY = {Role.ANYONE, Role.SYSTEM}
"""Steps that anyone may take, and those that the system takes after somebody's own."""
WRITERS = frozenset({Role.APPLICANT, Role.CO_APPLICANT, Role.COORDINATOR})
"""Who writes answers and attaches files, which are edits and no steps."""
ON_A_REQUEST = {Audience.CASE, Audience.WRITERS, Audience.COMMITTEE, Audience.OFFICE}
ALIKE = {"mia", "milo"}
"""Who is offered what somebody else of their office is offered."""


@dataclass(frozen=True)
class State:
    """An act of a road, in a whole house or an office of four."""

    act: "Act"
    road: "Road" = roads.FULL
    four: bool = False
    readers: tuple[str, ...] = ()
    """Whose pages are read; empty for everybody's."""
    files: bool = False
    """Whether only forms that take a file are tried."""

    def __str__(self) -> str:
        return f"{self.act.__name__}{'-by-four' * self.four}{'-files' * self.files}"

    @property
    def offices(self) -> Mapping[str, Iterable[Role]]:
        """Who is there and what they hold, from the cast's own list or the shipped roster."""
        if not self.four:
            return {name: roles for name, (_, roles) in cast.PEOPLE.items()}
        people = programme.read(programme.default_folder())["roster"]["people"]
        held = {each["person"]: map(Role, each["roles"]) for each in people}
        return {name: tuple(held[seat]) for name, seat in FOUR.items()} | dict.fromkeys(OUTSIDE, ())


QUICK = {
    State(judging.score): {"declare_conflict", "read_papers", "recuse", "write_note", "assign"},
    State(contracting.invoice): {"ask_office", "ask_waiver", "draft_estimate", "void_invoice"},
    State(judging.pass_policy_for_office, roads.EXPEDITED, four=True): {
        "write_note", "correct_policy", "attach", "ask second: record_master_agreement",
    },
    State(applying.be_returned, readers=("alice", "cora"), files=True): {"attach", "write"},
}  # fmt: skip
"""Some of what the people to whom it is offered do with what is filled in here."""
EVERY = [
    State(act, road, four=four)
    for road, four in ((roads.FULL, False), (roads.EXPEDITED, False), (roads.EXPEDITED, True))
    for act, stage in road
    if stage is not Stage.DRAFT
]
STATES = [*QUICK, *(each for each in EVERY if each not in QUICK)] if SOAK else [*QUICK]


def addresses(story: "Story", *, written: bool) -> Iterator[str]:
    """The pages of the request and of its meetings; at its first state also those of the house."""
    first, reference = story.case.stage == Stage.SUBMITTED, story.case.reference
    for route, meant in sorted(audience.ROUTES.items()):
        given = ARGUMENTS.get(route) or {}
        of_request = set(given) == {"reference"}
        if meant in ON_A_REQUEST and (of_request or (first and not given)):
            yield reverse(route, kwargs=dict.fromkeys(given, reference))
    for meeting in models.Meeting.objects.all():
        yield reverse("meeting", args=[meeting.pk])
    for section in story.case.sections.all() if written else ():
        yield reverse("application_section", args=[reference, section.name])


def offers(
    state: State, browsers: Mapping[str, Client], story: "Story"
) -> list[tuple[offered.Offer, str]]:
    """Each button of each form once, with the first to whom it was offered."""
    found: dict[tuple[str, str], tuple[offered.Offer, str]] = {}
    pages = list(addresses(story, written=SOAK or state.files))
    for name in sorted(state.readers or browsers.keys() - ALIKE):
        for address in pages:
            answer = browsers[name].get(address)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                for offer in offered.of(answer.content.decode(), address=address):
                    if offer.address != reverse("sign_out") and (offer.files or not state.files):
                        found.setdefault((offer.address, offer.do), (offer, name))
    return list(found.values())


def signed_in(world: "World", name: str) -> Client:
    browser, person = Client(), world.person(name)
    browser.force_login(person)
    with_second_factor(browser, person)
    return browser


Done = tuple[str, frozenset[Role]]
"""A step or an edit, and whose it is."""


def done_by(browser: Client, offer: offered.Offer) -> set[Done]:
    """What came of it after this was sent; all of it is taken back."""
    with rolled_back():
        before = traces()
        status = browser.post(offer.address, offer.posted).status_code
        assert status not in (401, 500), (offer, status)
        return {done for key, done in traces().items() if key not in before}


def traces() -> dict[tuple[object, ...], Done]:
    """Entries of the ledger, words asked of a second person, answers and files, by their keys."""
    told = models.Entry.objects.values_list("subject_kind", "subject_id", "number", "tag")
    found = {tuple(key): _step(tag.split(".")[1]) for *key, tag in told}
    for pk, step in models.Confirmation.objects.values_list("pk", "step"):
        name, by = _step(step)
        found["asked", pk] = f"ask second: {name}", by
    for pk, version in models.Section.objects.values_list("pk", "version"):
        found["section", pk, version] = "write", WRITERS
    for pk in models.Attachment.objects.values_list("pk", flat=True):
        found["file", pk] = "attach", WRITERS
    return found


def _step(name: str) -> Done:
    """What is written in the ledger and is no step is nobody's to do."""
    return name, frozenset(reading.STEPS[name].by) if name in reading.STEPS else frozenset()


def leave_four(world: "World", state: State) -> None:
    """Everybody else is gone, and the four hold what the shipped roster gives them."""
    models.RoleGrant.objects.all().delete()
    by = {"made_at": world.house.now(), "made_by": world.house.acting("ada", Role.ADMINISTRATOR)}
    models.RoleGrant.objects.bulk_create(
        models.RoleGrant(
            person=world.person(name), role=role.value, programme=world.house.cast.programme,
            from_on=world.house.now().date(), **by,
        )
        for name, roles in state.offices.items()
        for role in roles
    )  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=str)
def test_what_is_offered_to_one_is_done_for_nobody_whose_step_it_is_not(
    world: "World", state: State
) -> None:
    story = world.after(state.act, road=state.road)
    if state.four:
        leave_four(world, state)
    offices = state.offices
    holds = {name: {*roles, *BY_RELATION.get(name, ())} for name, roles in offices.items()}
    wrong, done, in_vain = [], set(), 0
    browsers, names = {name: signed_in(world, name) for name in offices}, sorted(offices)
    for number, (offer, owner) in enumerate(offers(state, browsers, story)):
        at = number % len(names)
        others = [name for name in names[at:] + names[:at] if name != owner]
        own = done_by(browsers[owner], offer)
        done |= {name for name, _ in own}
        for name in others[:OTHERS]:
            theirs = done_by(browsers[name], offer)
            in_vain += bool(own) and not theirs
            if not all(by & (holds[name] | EVERYBODY) for _, by in theirs):
                wrong.append((name, offer.address, offer.do, theirs))
    assert wrong == []
    assert QUICK.get(state, set()) <= done, sorted(done)
    assert in_vain > (3 if state.files else 20)


def test_the_states_are_on_the_roads() -> None:
    assert all(state.act in dict(state.road) for state in QUICK)
    assert {state.road for state in EVERY} == {roads.FULL, roads.EXPEDITED}
