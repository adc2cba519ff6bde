"""Every form that somebody is offered, posted by the others: the rulebook's matrix over HTTP.

The states are walked to. At each, everybody's pages are read, and what a page offers is sent, word
for word, by people to whom nobody offered it. Whoever sends it, only what the rulebook gives to an
office or a relation of theirs is done. Each try is taken back. In `make soak` everybody tries
everything, at every act of the road; else two states are enough, and each form is tried by whom
it was offered and by a few others in turn.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.test import Client
from django.urls import reverse

from muniment import models
from muniment.demo import applying, cast, contracting, judging
from muniment.demo.roads import FULL
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
    from tests.world import Act, World

__all__ = ["world"]
pytestmark = pytest.mark.slow

SOAK = hypothesis.settings().max_examples >= 5_000
OTHERS = len(cast.PEOPLE) if SOAK else 5
"""How many of those to whom a form was not offered try it."""
STATES = (judging.score, contracting.invoice)
ACTS = [act for act, stage in FULL if stage is not Stage.DRAFT] if SOAK else [*STATES]
DONE = {
    applying.submit: {"certify_complete", "return_incomplete", "end_seat", "declare_absence"},
    judging.score: {"declare_conflict", "read_papers", "recuse"},
    contracting.invoice: {"ask_office", "ask_waiver", "draft_estimate", "void_invoice"},
}
"""Some of what the people to whom it is offered do with what is filled in here."""
BY_RELATION = {"alice": {Role.APPLICANT}, "sam": {Role.SIGNING_OFFICIAL}}
"""Whose request it is, and who signs for her institution."""
EVERYBODY = {Role.ANYONE, Role.SYSTEM}
"""Steps that anyone may take, and those that the system takes after somebody's own."""
ON_A_REQUEST = {Audience.CASE, Audience.WRITERS, Audience.COMMITTEE, Audience.OFFICE}
ALIKE = {"mia", "milo"}
"""Who is offered what somebody else of their office is offered."""


def held(name: str) -> set[Role]:
    """The offices and relations of one of the cast, from the cast's own list."""
    return {*cast.PEOPLE[name][1], *BY_RELATION.get(name, ())}


def addresses(story: "Story") -> Iterator[str]:
    """The pages of the request and of its meetings; at its first state also those of the house."""
    first = story.case.stage == Stage.SUBMITTED
    for route, meant in sorted(audience.ROUTES.items()):
        given = ARGUMENTS.get(route) or {}
        of_request = set(given) == {"reference"}
        if meant in ON_A_REQUEST and (of_request or (first and not given)):
            yield reverse(route, kwargs=dict.fromkeys(given, story.case.reference))
    for meeting in models.Meeting.objects.all():
        yield reverse("meeting", args=[meeting.pk])


def offers(world: "World", story: "Story") -> list[tuple[offered.Offer, str]]:
    """Each button of each form once, with the first to whom it was offered."""
    found: dict[tuple[str, str], tuple[offered.Offer, str]] = {}
    pages = list(addresses(story))
    for name in sorted(cast.PEOPLE.keys() - ALIKE):
        browser = signed_in(world, name)
        for address in pages:
            answer = browser.get(address)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                for offer in offered.of(answer.content.decode(), address=address):
                    if offer.address != reverse("sign_out"):
                        found.setdefault((offer.address, offer.do), (offer, name))
    return list(found.values())


def signed_in(world: "World", name: str) -> Client:
    browser, person = Client(), world.person(name)
    browser.force_login(person)
    with_second_factor(browser, person)
    return browser


def steps_taken(browser: Client, offer: offered.Offer) -> set[str]:
    """The steps that the ledger tells of after this was sent; all of it is taken back."""
    with rolled_back():
        before = entries()
        status = browser.post(offer.address, offer.posted).status_code
        assert status not in (401, 500), (offer, status)
        return {tag.split(".")[1] for key, tag in entries().items() if key not in before}


def entries() -> dict[tuple[str, int, int], str]:
    told = models.Entry.objects.values_list("subject_kind", "subject_id", "number", "tag")
    return {(kind, subject, number): tag for kind, subject, number, tag in told}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_is_offered_to_one_is_done_for_nobody_whose_step_it_is_not(
    world: "World", act: "Act"
) -> None:
    story = world.after(act)
    wrong, done, in_vain = [], set(), 0
    browsers = {name: signed_in(world, name) for name in cast.PEOPLE}
    names = sorted(cast.PEOPLE)
    for number, (offer, owner) in enumerate(offers(world, story)):
        at = number % len(names)
        others = [name for name in names[at:] + names[:at] if name != owner]
        own = steps_taken(browsers[owner], offer)
        done |= own
        for name in others[:OTHERS]:
            steps = steps_taken(browsers[name], offer)
            in_vain += bool(own) and not steps
            if not all(set(reading.STEPS[each].by) & (held(name) | EVERYBODY) for each in steps):
                wrong.append((name, offer.address, offer.do, steps))
    assert wrong == []
    assert DONE.get(act, set()) | {"write_note", "assign"} <= done, sorted(done)
    assert in_vain > 20


def test_the_states_are_on_the_road() -> None:
    assert set(STATES) <= DONE.keys() <= {act for act, _stage in FULL}
