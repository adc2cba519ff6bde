"""What cannot be asked for, however one asks."""

from functools import partial

from muniment.actions import application, release
from muniment.rulebook.words import Role

from . import applying
from .story import Story

UNOBTAINABLE = (
    ("tapur", "record", "planned-edition"),
    ("cancerlinq", "record", "held-elsewhere"),
    ("practice-census", "record", "aggregate-only"),
)
"""Dataset, level asked for, and the code of the refusal."""


def choose(story: Story) -> None:
    """Alice starts a draft and chooses, in turn, what is planned, elsewhere, or not for records."""
    applying.start(story)
    for slug, level, code in UNOBTAINABLE:
        edition = story.house.edition_of(slug)
        story.expect_refusal(
            code,
            partial(
                application.choose_dataset,
                story.case,
                edition,
                level=level,
                **story.by("alice", Role.APPLICANT),
            ),
        )


def build_under_embargo(story: Story) -> None:
    """Dana tries to build while abstracts that were asked for are still under embargo."""
    story.expect_refusal(
        "under-embargo",
        lambda: release.start_build(story.build, **story.by("dana", Role.DATA_ENGINEER)),
    )
