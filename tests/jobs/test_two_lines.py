"""A request for two parts leaves on two lines, under one agreement and one set of terms."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from muniment import cli, models
from muniment.actions import agreement, release
from muniment.demo import contracting, releasing
from muniment.demo.house import ABSTRACTS, PILOT
from muniment.demo.story import Story
from muniment.gateways import dataplane
from muniment.queries import release as releases
from muniment.rulebook.words import Role
from tests import series, two_parts
from tests.evidence import refused
from tests.jobs.test_changed_inputs import other_policy, sha256, write
from tests.world import World, memory

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

DANA = ("dana", Role.DATA_ENGINEER)


def each_line(story: two_parts.TwoParts) -> list[Path]:
    """The folders that left, of the first line and of the second."""
    found = []
    for story.on in two_parts.PARTS:
        assert story.build.state == "released"
        found.append(story.released_to)
    return found


def verified(story: Story, folder: Path, tmp_path: Path) -> int:
    """As a recipient does, with the programme's public key and nothing else."""
    key = tmp_path / "programme.pub.pem"
    key.write_bytes(story.house.plant.keys.public_key("manifest"))
    return cli.main(["release", "verify", str(folder), "--key", str(key)])


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def people(folder: Path, table: str) -> set[str]:
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return {row["USUBJID"] for row in csv.DictReader(file)}


def policy_of(holding: str) -> models.MethodPolicy:
    return models.MethodPolicy.objects.filter(holding__slug=holding).latest("pk")


def test_a_request_for_two_holdings_leaves_in_two_verified_packages(
    world: World, tmp_path: Path
) -> None:
    story = two_parts.both_released(world, two_parts.of_two_holdings())
    assert story.case.stage == "active"
    terms = f"sha256:{story.agreement.terms_sha256}"
    first, second = each_line(story)
    for folder, holding, part in ((first, PILOT, "p1"), (second, ABSTRACTS, "p2")):
        assert verified(story, folder, tmp_path) == 0
        told = manifest(folder)
        assert (told["kind"], told["terms_hash"]) == ("release", terms)
        assert [(each["part"], each["holding"]) for each in told["parts"]] == [(part, holding)]
    assert manifest(first)["plan_hash"] != manifest(second)["plan_hash"]
    assert {path.name for path in (first / "data").glob("*.csv")} == {
        "subjects.csv", "adverse_events.csv",
    }  # fmt: skip
    assert {path.name for path in (second / "data").glob("*.csv")} == {"abstracts.csv"}
    for folder, theirs in ((first, (b"abstract_id", b"nct_id")), (second, (b"USUBJID", b"AESEV"))):
        for path in folder.rglob("*"):
            found = path.read_bytes() if path.is_file() else b""
            assert not [each for each in theirs if each in found], path
    assert "How the fields leave:" in story.agreement.text
    for holding, policy in ((PILOT, "pilot-standard"), (ABSTRACTS, "abstracts-standard")):
        says = f"- {holding}@2026.1: the method policy {policy}, 2026.1"
        assert says in story.agreement.text.splitlines()


@pytest.mark.parametrize("linked", [False, True])
def test_two_parts_of_one_holding_leave_and_people_are_the_same_only_where_linked(
    world: World, tmp_path: Path, linked: bool
) -> None:
    story = two_parts.both_released(world, two_parts.of_one_holding(linked=linked))
    first, second = each_line(story)
    assert [verified(story, folder, tmp_path) for folder in (first, second)] == [0, 0]
    assert {path.name for path in (second / "data").glob("*.csv")} == {"exposure.csv"}
    some, everybody = people(first, "subjects"), people(second, "exposure")
    assert some
    assert some & everybody == (some if linked else set())
    story.on = "p1"
    keepers = {releases.is_linked(story.line)}
    story.on = "p2"
    assert keepers | {releases.is_linked(story.line)} == {linked}


@pytest.mark.parametrize("holding", [PILOT, ABSTRACTS])
@pytest.mark.parametrize("on", two_parts.PARTS)
def test_the_policy_of_either_holding_stops_both_lines(world: World, on: str, holding: str) -> None:
    """Annex B is one document over the whole request: its other half is not as signed either."""
    story = two_parts.both_planned(world, two_parts.of_two_holdings())
    story.on = on
    two_parts.wait_for_the_embargo(story)
    row, field = policy_of(holding), {PILOT: "subjects.AGE", ABSTRACTS: "abstracts.year"}[holding]
    text = other_policy(row.document).replace("subjects.AGE", field)
    write(row, document=text)
    start = release.start_build
    assert refused(lambda: start(story.build, **world.by(*DANA))) == ["plan-changed"]
    write(row, document=text.replace('"keep"', '"drop"'), sha256=sha256(text))
    assert refused(lambda: start(story.build, **world.by(*DANA))) == ["plan-changed"]
    write(row, document=row.document, sha256=row.sha256)
    start(story.build, **world.by(*DANA))
    write(row, document=text.replace('"keep"', '"drop"'))
    story.house.work_off()
    assert story.build.state == "planned"
    assert story.build.error.startswith("plan-changed: ")


def test_the_executor_itself_refuses_what_no_row_of_the_database_says(world: World) -> None:
    """The other holding's descriptor was loosened on the disk."""
    story = two_parts.both_planned(world, two_parts.of_two_holdings())
    story.on = "p1"
    release.start_build(story.build, **world.by(*DANA))
    holding = models.Holding.objects.get(slug=ABSTRACTS)
    path = world.house.home / "holdings" / holding.folder / "datapackage.json"
    before = path.read_bytes()
    document = json.loads(before)
    document["muniment"]["k"] += 1
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        story.house.work_off()
    finally:
        path.write_bytes(before)
    assert story.build.state == "planned"
    assert "the thresholds of the holding changed" in story.build.error


def signed_in_version_1(story: Story) -> None:
    """As terms were drawn before each holding had a policy of its own: the first part's for all."""
    plant = story.house.plant
    inputs = releases.inputs_of(story.case)
    only = json.loads(policy_of(PILOT).document)
    order = plant.order(inputs)
    drawn = plant.plane.terms(
        type(order)(order.specification, order.folders, {"": only}, terms_version=1)
    )
    contracting.draft(story)
    today = story.today
    agreement.draft_agreement(
        story.case, terms=drawn.terms_text, starts_on=today, ends_on=today.replace(year=2029),
        **story.by("cora", Role.COORDINATOR),
    )  # fmt: skip


def test_an_agreement_that_was_signed_in_version_1_is_built_on_both_lines(
    world: World, tmp_path: Path
) -> None:
    instead = {contracting.draft: signed_in_version_1}
    story = two_parts.both_released(world, two_parts.of_two_holdings(), instead=instead)
    assert json.loads(story.agreement.terms)["muniment_terms"] == 1
    for folder in each_line(story):
        assert verified(story, folder, tmp_path) == 0
        assert manifest(folder)["terms_hash"] == f"sha256:{story.agreement.terms_sha256}"


def test_a_later_edition_of_one_part_is_delivered_on_the_terms_of_both(world: World) -> None:
    story = two_parts.both_released(world, two_parts.of_two_holdings())
    story.on = "p1"
    series.asks_for_a_series(world, story, linkage=False)
    _, row = series.prepared(world, story)
    assert row.error == ""
    assert row.risk["p1"]["within"] is True
    inputs = releases.inputs_for(row.line)
    assert inputs.holdings == ((ABSTRACTS, "2026.1"), (PILOT, series.NEXT))
    drawn = world.house.plant.plane.draw(world.house.plant.order(inputs))
    assert drawn.terms_text == releases.signed_terms(row.line)
    assert set(drawn.plan["holding_content_hashes"]) == {f"{PILOT}@{series.NEXT}"}
    assert not releases.is_linked(row.line)


def test_the_rows_of_one_part_do_not_wait_for_those_of_the_other(world: World) -> None:
    """The pilot part leaves while the abstracts are still under embargo."""
    story = two_parts.both_planned(world, two_parts.of_two_holdings())
    story.on = "p2"
    start = release.start_build
    assert refused(lambda: start(story.build, **world.by(*DANA))) == ["under-embargo"]
    story.on = "p1"
    releasing.build(story)


def test_the_second_line_is_compared_with_the_first_before_that_one_left(world: World) -> None:
    """Or two tables that are checked side by side could tell together what neither may alone."""
    story = two_parts.both_planned(world, two_parts.of_one_holding())
    story.on = "p1"
    releasing.build(story)
    first = story.build.folder
    assert releases.list_earlier(story.line) == []
    story.on = "p2"
    assert releases.list_earlier(story.line) == [first]
    releasing.build(story)
    second, story.on = story.build.folder, "p1"
    assert releases.list_earlier(story.line) == [second]


def as_described(story: Story) -> None:
    """The abstracts are of an office that builds its files elsewhere; the agreement is drafted."""
    holding = models.Holding.objects.get(slug=ABSTRACTS)
    descriptor = json.loads(json.dumps(holding.descriptor))
    descriptor["muniment"]["kind"] = "described"
    models.Holding.objects.filter(pk=holding.pk).update(
        kind="described", content_sha256="", folder="", descriptor=descriptor
    )
    contracting.draft(story)


def refuses_other_limits(world: World, story: Story) -> None:
    """Of a described holding the descriptor is a row: no line is built while it says otherwise."""
    holding = models.Holding.objects.get(slug=ABSTRACTS)
    declared = json.dumps(holding.descriptor)
    loosened = {**holding.descriptor["muniment"], "k": holding.descriptor["muniment"]["k"] - 1}
    start = release.start_build
    for other in ({**holding.descriptor, "muniment": loosened}, {"muniment": {}}):
        write(holding, descriptor=json.dumps(other))
        assert refused(lambda: start(story.build, **world.by(*DANA))) == ["plan-changed"]
    write(holding, descriptor=declared)


@pytest.fixture
def laid(world: World) -> Iterator[Callable[[two_parts.TwoParts], None]]:
    """Files of the abstracts, without a column that nobody asked for, laid under the line."""
    before = set((memory().home / "holdings").iterdir())
    made = []

    def lay(story: two_parts.TwoParts) -> None:
        made.append(incoming := story.house.home / "incoming" / story.line.public_id)
        incoming.mkdir(parents=True)
        for path in (story.house.home / "holdings" / f"{ABSTRACTS}-2026.1").rglob("*.csv"):
            shutil.copy(path, incoming / path.name)

    yield lay
    for path in [*made, *(set((memory().home / "holdings").iterdir()) - before)]:
        shutil.rmtree(path)


def test_a_described_part_leaves_beside_a_loaded_one_on_terms_that_were_signed_before_its_files(
    world: World, tmp_path: Path, laid: Callable[[two_parts.TwoParts], None]
) -> None:
    story = two_parts.walked(
        world, two_parts.of_two_holdings(), until=releasing.plan,
        instead={contracting.draft: as_described},
    )  # fmt: skip
    signed = json.loads(story.agreement.terms)
    assert set(signed["method_policy"]) == {f"{PILOT}@2026.1", f"{ABSTRACTS}@2026.1"}
    refuses_other_limits(world, story)
    releasing.build(story)
    story.on = "p2"
    release.open_further_line(
        story.part, agreement=story.agreement, **story.by("cora", Role.COORDINATOR)
    )
    with pytest.raises(dataplane.Refused, match="described, not loaded"):
        releasing.plan(story)
    laid(story)
    release.ask_to_bring(story.line, **story.by(*DANA))
    story.house.work_off()
    releasing.plan(story)
    two_parts.wait_for_the_embargo(story)
    releasing.build(story)
    assert verified(story, story.released_to, tmp_path) == 0
    terms = {manifest(story.released_to)["terms_hash"]}
    story.on = "p1"
    assert terms == {manifest(story.released_to)["terms_hash"]}
    assert terms == {f"sha256:{story.agreement.terms_sha256}"}
