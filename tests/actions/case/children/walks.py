"""Child cases on their way: opened, changed and submitted as the applicant does."""

from typing import Any

from muniment import models
from muniment.actions import application
from muniment.actions.case import children
from muniment.demo import applying
from muniment.demo.story import Story
from muniment.queries import asked
from muniment.rulebook.words import Role
from tests.world import World

REASON = "The follow-up needs one more variable."
SAID = {"reason": "In order.", "notice": "This is decided."}


def alice(world: World) -> dict[str, Any]:
    """The applicant acts."""
    return world.by("alice", Role.APPLICANT)


def cora(world: World) -> dict[str, Any]:
    """The coordinator acts."""
    return world.by("cora", Role.COORDINATOR)


def otto(world: World) -> dict[str, Any]:
    """The determining officer acts."""
    return world.by("otto", Role.DETERMINING_OFFICER)


def fresh(case: models.Case) -> models.Case:
    """The case as the database holds it now."""
    return models.Case.objects.get(pk=case.pk)


def amendment(world: World, case: models.Case) -> Story:
    """An amendment of Alice's, with nothing changed yet."""
    child = children.open_amendment(fresh(case), reason=REASON, **alice(world))
    return Story(world.house, case_id=child.pk)


def say(world: World, story: Story, section: str, **changed: Any) -> None:
    """Change answers of one section."""
    row = story.case.sections.get(name=section)
    answers = {**row.answers, **changed}
    application.save_section(story.case, section, answers, version=row.version, **alice(world))


def ask_for(world: World, story: Story, document: dict[str, Any]) -> None:
    """Ask for other data, and confirm it."""
    present = asked.find_specification(story.case)
    written = application.put_specification(
        story.case, document, version=present.version if present else 0, **alice(world)
    )
    application.confirm_specification(story.case, sha256=written.sha256, **alice(world))


def less_than(story: Story) -> dict[str, Any]:
    """The specification without its last variable."""
    written = asked.parsed(asked.find_specification(story.case))
    assert written is not None
    document = written.document()
    document["parts"][0]["tables"][0]["variables"].pop()
    return document


def submit(story: Story) -> Story:
    """Alice submits the child."""
    applying.submit(story)
    return story
