"""Looking around in the demonstration: a request at every stage, and no number that is not shown.

As `privacy.md` A3 asks: a marker stands where every exact count is kept, and whoever is not staff
walks the whole site, reads every page, file and mail, and meets it nowhere. A marker that staff do
meet, for a purpose, shows that the walk would have found it.
"""

import functools
import re
from typing import Any

import pytest
from django.test import Client

from muniment import models
from muniment.demo import every_stage, releasing, roads
from muniment.rulebook.words import Stage
from tests.pages.conftest import with_second_factor
from tests.pages.review import crawl
from tests.world import Milestone, World, memory, rolled_back

pytestmark = pytest.mark.slow

MARKER = 7_919
SHOWN = re.compile(r"(?<![\d.,])7,?919(?![\d,.]\d|\d)")
"""As a whole displayed number, with or without its comma."""
MOST = 2_000
WORDS = 4
"""Fewer are a name, a place or a choice, which letters may hold."""
WRITTEN: dict[Any, tuple[str, ...]] = {
    models.Question: ("text", "answer"),
    models.Enquiry: ("text", "subject"),
    models.Determination: ("reason",),
    models.Condition: ("text", "evidence"),
    models.ReturnPoint: ("text", "answer"),
    models.Note: ("text",),
}


def marked(kept: Any) -> Any:
    """The same document with the marker in place of every count."""
    if isinstance(kept, dict):
        return {name: marked(each) for name, each in kept.items()}
    if isinstance(kept, list):
        return [marked(each) for each in kept]
    return MARKER if isinstance(kept, int) and not isinstance(kept, bool) else kept


def browser_of(world: World, name: str) -> Client:
    client, person = Client(), world.person(name)
    client.force_login(person)
    with_second_factor(client, person)
    return client


@functools.cache
def filled() -> Milestone:
    """Everything that the demonstration shows, with a marker where exact numbers are kept."""
    world = World()
    with rolled_back():
        world.after(releasing.verify)
        world.walk_beside(road=roads.EXPEDITED, until=releasing.plan)
        every_stage.fill(world.house, say=lambda _: None)
        answers = list(models.Availability.objects.all())
        for answer in answers:
            answer.exact = marked(answer.exact)
        models.Availability.objects.bulk_update(answers, ["exact"])
        return memory().keep(world.house, case_id=0)


@pytest.fixture
def around(world: World, settings: Any) -> World:
    settings.MUNIMENT_HOME = memory().home
    world.house = memory().recall(filled())
    return world


def test_nobody_but_staff_meets_an_exact_number_and_no_page_breaks(around: World) -> None:
    stages = set(models.Case.objects.values_list("stage", flat=True))
    assert stages == {stage.value for stage in Stage}
    browsers = {name: browser_of(around, name) for name in ("alice", "milo", "sam", "stan")}
    for name, browser in {**browsers, "the public": Client()}.items():
        seen = crawl.walk(browser, most=MOST)
        for address, (status, _, text) in seen.answers.items():
            assert status < 500, (name, address)
            assert not SHOWN.search(text), (name, address)
            assert len(re.findall(r'class="btn btn-primary', text)) <= 1, (name, address)
    for letter in models.Message.objects.all():
        assert not SHOWN.search(f"{letter.subject} {letter.body}")
    counted = models.Availability.objects.exclude(exact={}).order_by("pk").first()
    assert counted is not None, "the marker stands nowhere"
    where = f"/office/{counted.part.case.reference}/availability/"
    look = {"do": "look", "part": "p1", "look-purpose": "To try the marker."}
    assert SHOWN.search(browser_of(around, "stella").post(where, look).content.decode())


def typed() -> set[str]:
    """What people wrote about requests: all texts of some words, wherever they are kept."""
    texts = [*models.Case.objects.values_list("title", "child_reason")]
    for kind, fields in WRITTEN.items():
        texts += kind.objects.values_list(*fields)
    texts += [_texts_in(answers) for answers in models.Section.objects.values_list("answers")]
    return {text for each in texts for text in each if len(text.split()) >= WORDS}


def _texts_in(kept: Any) -> list[str]:
    """Every text somewhere in a document."""
    if isinstance(kept, dict | list | tuple):
        inner = kept.values() if isinstance(kept, dict) else kept
        return [text for each in inner for text in _texts_in(each)]
    return [kept] if isinstance(kept, str) else []


@pytest.mark.one_database
def test_no_letter_carries_what_somebody_typed(around: World) -> None:
    written, letters = typed(), list(models.Message.objects.values_list("subject", "body"))
    assert len(written) > 40
    assert len(letters) > 50
    for subject, body in letters:
        said = " ".join(f"{subject} {body}".replace("\\", "").split())
        assert [text for text in written if " ".join(text.split()) in said] == []


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["cora", "audra"])
def test_no_page_of_the_office_breaks_at_any_stage(around: World, name: str) -> None:
    seen = crawl.walk(browser_of(around, name), most=MOST)
    assert {status for status, _, _ in seen.answers.values()} <= {
        200,
        302,
        401,
        403,
        404,
        405,
        409,
        429,
    }
    read = [address for address, (status, _, _) in seen.answers.items() if status == 200]
    references = models.Case.objects.exclude(stage="draft").values_list("reference", flat=True)
    assert {each for each in references if any(f"/office/{each}/" in at for at in read)} == set(
        references
    )
