"""What a build takes out of the key store and puts back, and what it is compared with."""

import json
from collections.abc import Iterator

import pytest

from muniment import models
from muniment.actions import release
from muniment.dataplane import approval
from muniment.demo import contracting, releasing
from muniment.demo.story import Story
from muniment.gateways.keystore import local
from muniment.jobs import beside
from muniment.queries import release as releases
from muniment.rulebook.words import Role
from tests import series
from tests.actions.release import holders
from tests.jobs.test_signing import planned
from tests.world import World

DANA = ("dana", Role.DATA_ENGINEER)


@pytest.fixture(autouse=True)
def _lists_of_codes_stay_here(world: World) -> Iterator[None]:
    """The key store is shared by the worlds of a run: what a test keeps there, it takes away."""
    yield
    for kept in (world.house.home / "keys").glob("*.codes"):
        kept.unlink()


def line_of(story: Story, place: str = "place") -> beside.Line:
    return beside.Line(story.house.plant, releases.get_build(story.build.pk), place)


def test_the_list_of_codes_goes_out_sealed_and_comes_back_longer(world: World) -> None:
    line = line_of(world.after(releasing.plan))
    given, held = line.laid()
    assert (held, given.codes, line.codes.exists()) == (None, line.codes, False)
    line.taken(after=None)
    assert line.plant.keys.find_codes(line.keeper) is None
    line.codes.write_bytes(b"sealed")
    line.taken(after=None)
    assert line.plant.keys.find_codes(line.keeper) == b"sealed"
    assert not line.codes.exists()
    _, held = line.laid()
    assert held == line.codes.read_bytes() == b"sealed"
    assert line.codes.stat().st_mode & 0o777 == 0o600
    line.codes.write_bytes(b"longer")
    line.plant.keys.keep_codes(line.keeper, b"meanwhile", after=b"sealed")
    with pytest.raises(local.Changed):
        line.taken(after=held)
    assert line.plant.keys.find_codes(line.keeper) == b"meanwhile"
    assert not line.codes.exists()


@pytest.mark.parametrize("linkage", [True, False])
def test_versions_of_an_agreement_share_a_key_where_people_are_followed(
    world: World, linkage: bool
) -> None:
    """Signed anew by the same institution; another institution that joined has a key of its own."""
    story = series.delivered_once(world)
    series.asks_for_a_series(world, story, linkage=linkage)
    first = story.agreement
    contracting.draft(story)
    contracting.issue(story)
    contracting.sign(story)
    other = models.Institution.objects.create(name="Riverside")
    texts = [first, story.agreement, holders.joined(story.agreement, other)]
    part = story.part
    lines = [
        models.ReleaseLine(part=part, agreement=each, public_id=f"l{each.pk}") for each in texts[1:]
    ]
    rows = [story.build, *(models.Build(line=each) for each in lines)]
    found = [beside.Line(story.house.plant, row, "place").keeper for row in rows]
    assert (found[0] == found[1] == f"agreement-{first.pk}") is linkage
    assert found[2] not in found[:2]


def test_people_are_followed_over_time_only_where_both_were_asked_for(world: World) -> None:
    """As the answers are when the plan is signed; the build has that key or none."""
    story = planned(world)
    line = line_of(story)
    assert line.keeper == f"line-{line.row.line.public_id}"
    assert line.key == line.plant.keys.line_key(line.row.line.public_id)
    section = models.Section.objects.get(case_id=story.case_id, name="data")
    for rhythm, linkage, follows in [
        ("once", True, False), ("series", False, False), ("series", True, True),
    ]:  # fmt: skip
        section.answers |= {"delivery_rhythm": rhythm, "linkage": linkage}
        section.save()
        keeper = line_of(story).keeper
        assert (keeper == f"agreement-{line.row.line.agreement_id}") is follows
        terms = story.house.plant.order(releases.inputs_of(story.case)).message()
        assert terms["over_time"] is follows
        # What is delivered first is seen whole; of a later edition the data plane is told.
        assert not releases.inputs_for(line.row.line).over_time
    release.authorize_build(story.build, **world.by("rita", Role.PROGRAMME_SIGNATORY))
    story.house.work_off()
    paper = json.loads(story.build.plan.approval)
    assert paper["line_key"] == approval.named(line.plant.keys.kept_key(keeper))
    releasing.build(story)


def test_a_build_is_compared_with_what_other_lines_released_and_with_public_tables(
    world: World,
) -> None:
    story = world.after(releasing.plan)
    release.start_build(story.build, **world.by(*DANA))
    story.house.work_off()
    build = story.build
    assert build.folder, [(job.kind, job.state, job.error) for job in models.Job.objects.all()]
    prints = story.house.plant.receipts / f"{build.folder}.trace.json"
    assert prints.exists()
    assert releases.list_earlier(build.line) == []  # a line is not compared with itself
    [published] = releases.list_published(build.line)
    holding = build.line.part.holding
    assert (published["holding"], published["edition"]) == (holding.slug, holding.edition)
