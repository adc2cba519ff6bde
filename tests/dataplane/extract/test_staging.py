"""All of a package or nothing: failures, cancellation, leftovers of killed builds."""

import dataclasses
import json
import os
from pathlib import Path

import pytest

from muniment.dataplane import plan, receipt, refusals, release
from muniment.dataplane.extract import staging
from muniment.dataplane.extract.watch import Stopped, Watch
from muniment.dataplane.spec import holding
from tests.dataplane import tables
from tests.dataplane.extract import builds

pytestmark = pytest.mark.slow

ASKED = tables.specification(variables=builds.WHOLE)
KEYS = release.Keys(builds.LINE_KEY, builds.SIGNER)


def steps(place: builds.Bench) -> list[str]:
    seen: list[str] = []
    release.build(place.order(ASKED), keys=KEYS, watch=Watch(lambda *said: seen.append(said[0])))
    return seen


def stopping_at(spot: int) -> Watch:
    """A watch that is asked to stop while it tells step number `spot`."""
    told: list[str] = []

    def tell(what: str, done: int, of: int) -> None:
        told.append(what)
        if len(told) == spot + 1:
            watch.stop()
            watch.check()

    watch = Watch(tell)
    return watch


def test_a_build_stopped_at_any_step_leaves_nothing(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    named = steps(place)
    assert named[0] == "check the specification"
    assert named[-1] == "publish"
    for spot in range(len(named)):
        order = place.order(ASKED)
        with pytest.raises(Stopped):
            release.build(order, keys=KEYS, watch=stopping_at(spot))
        assert not order.out.exists()
        assert not order.receipt.exists()
        assert len(list(order.out.parent.iterdir())) == 1  # the package of the first build


def test_a_stopped_watch_interrupts_what_runs() -> None:
    called: list[bool] = []
    watch = Watch()
    with watch.over(lambda: called.append(True)):
        watch.stop()
    watch.stop()
    assert called == [True]
    with pytest.raises(Stopped):
        watch.step("anything")


def test_a_target_that_exists_is_never_written_over(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    order = place.order(ASKED)
    order.out.mkdir(parents=True)
    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=KEYS)
    assert refused.value.code == "target-exists"
    assert list(order.out.iterdir()) == []


def test_a_link_that_leads_nowhere_is_a_target_that_exists(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    order = place.order(ASKED)
    order.out.parent.mkdir()
    order.out.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=KEYS)
    assert refused.value.code == "target-exists"


def test_a_receipt_that_exists_is_never_written_over(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    order = place.order(ASKED)
    order.receipt.parent.mkdir()
    order.receipt.write_text("mine", encoding="utf-8")
    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=KEYS)
    assert refused.value.code == "target-exists"
    assert order.receipt.read_text(encoding="utf-8") == "mine"


def test_where_nothing_can_be_written_there_is_a_sentence(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(refusals.Refused) as refused:
        release.build(place.order(ASKED), keys=KEYS)
    assert refused.value.code == "cannot-write"


def test_without_its_receipt_there_is_no_package(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    (tmp_path / "receipts").write_text("a file", encoding="utf-8")
    order = place.order(ASKED)
    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=KEYS)
    assert refused.value.code == "cannot-write"
    assert list(order.out.parent.iterdir()) == []


def test_a_package_that_cannot_be_published_leaves_no_receipt(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    order = place.order(ASKED)

    def squat(what: str, done: int, of: int) -> None:
        if what == "publish":
            order.out.mkdir()
            (order.out / "theirs").touch()

    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=KEYS, watch=Watch(squat))
    assert refused.value.code == "cannot-write"
    assert not order.receipt.exists()
    assert [path.name for path in order.out.iterdir()] == ["theirs"]


def test_the_receipt_is_readable_by_its_owner_only_and_its_hash_is_in_the_manifest(
    tmp_path: Path,
) -> None:
    place = builds.Bench.at(tmp_path)
    order = place.order(ASKED)
    built = release.build(order, keys=KEYS)
    assert order.receipt.stat().st_mode & 0o077 == 0
    assert built.manifest["receipt_hash"] == receipt.hash_of(built.receipt)
    again = release.build(place.order(ASKED), keys=KEYS)
    assert again.manifest["receipt_hash"] != built.manifest["receipt_hash"]


def test_only_folders_of_the_dead_are_swept(tmp_path: Path) -> None:
    out = tmp_path / "package"
    dead = tmp_path / f"{staging.PREFIX}dead"
    (dead / "package").mkdir(parents=True)
    (dead / staging.LOCK).touch()
    (dead / "package" / "rows.csv").write_text("canary", encoding="utf-8")
    empty = tmp_path / f"{staging.PREFIX}empty"
    empty.mkdir()
    odd = tmp_path / f"{staging.PREFIX}odd"
    odd.mkdir()
    (odd / staging.LOCK).mkdir()
    (tmp_path / f"{staging.PREFIX}file").touch()
    with staging.beside(out) as alive:
        assert not dead.exists()
        assert staging.sweep(tmp_path) == 0
        assert alive.package.is_dir()
        assert alive.spill.is_dir()
    assert not alive.root.exists()
    assert empty.exists()
    assert odd.exists()


def test_a_failing_engine_is_a_refusal_without_the_words_of_the_engine(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    order = place.order(ASKED)

    def damage(what: str, done: int, of: int) -> None:
        if what == "treat p1" and done == 1:
            path = place.folder / "events.csv"
            path.write_text('EVENTID\n"S-00001 canary', encoding="utf-8")

    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=KEYS, watch=Watch(damage))
    assert refused.value.code == "engine"
    assert "canary" not in str(refused.value)
    assert list(order.out.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda folder: (folder / "events.csv").unlink(), "no-file"),
        (lambda folder: (folder / "datapackage.json").unlink(), "no-descriptor"),
        (lambda folder: (folder / "datapackage.json").write_bytes(b"{"), "not-json"),
    ],
)
def test_a_broken_holding_is_refused_with_a_sentence(
    tmp_path: Path, change: object, code: str
) -> None:
    place = builds.Bench.at(tmp_path)
    order = place.order(ASKED)
    change(place.folder)  # type: ignore[operator]
    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=KEYS)
    assert refused.value.code == code


def test_a_file_that_nobody_may_read_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        # Root reads everything; a folder in the file's place cannot be read as one by anybody.
        place = builds.Bench.at(tmp_path)
        (place.folder / "events.csv").unlink()
        (place.folder / "events.csv").mkdir()
    else:
        place = builds.Bench.at(tmp_path)
        (place.folder / "events.csv").chmod(0)
    with pytest.raises(refusals.Refused) as refused:
        place.build(ASKED)
    assert "events.csv" in str(refused.value)


def test_a_described_holding_has_a_hash_of_its_descriptor(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, settings={"kind": "described"})
    path = place.folder / holding.DESCRIPTOR
    shape = json.loads(path.read_text(encoding="utf-8"))
    del shape["resources"][1]["path"]
    path.write_text(json.dumps(shape), encoding="utf-8")
    before = plan.content_hash(place.folder, holding.load(place.folder))
    (place.folder / "events.csv").unlink()
    assert plan.content_hash(place.folder, holding.load(place.folder)) == before
    path.write_text(json.dumps(shape, indent=2), encoding="utf-8")
    assert plan.content_hash(place.folder, holding.load(place.folder)) != before


def test_a_descriptor_that_cannot_be_hashed_is_named(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    source = holding.load(place.folder)
    (place.folder / holding.DESCRIPTOR).unlink()
    (place.folder / holding.DESCRIPTOR).mkdir()
    with pytest.raises(refusals.Refused) as refused:
        plan.content_hash(place.folder, source)
    assert refused.value.code == "unreadable"
    assert "datapackage.json" in str(refused.value)


def test_a_holding_that_is_another_or_only_described_is_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    place = builds.Bench.at(tmp_path / "a")
    other = builds.Bench.at(tmp_path / "b", edition="2027.1")
    order = replace(place.order(ASKED), folders={("small", "2026.1"): other.folder})
    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=KEYS)
    assert refused.value.code == "other-holding"
    described = builds.Bench.at(tmp_path / "c", settings={"kind": "described"})
    with pytest.raises(refusals.Refused) as refused:
        described.build(ASKED)
    assert refused.value.code == "described-holding"


def test_a_holding_that_was_not_given_is_named(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    with pytest.raises(refusals.Refused) as refused:
        place.build(tables.specification(holding="tapur"))
    assert refused.value.code == "unknown-holding"


@pytest.mark.parametrize("parts", [[], ["p9"]])
def test_parts_that_are_not_there_are_refused(tmp_path: Path, parts: list[str]) -> None:
    place = builds.Bench.at(tmp_path)
    with pytest.raises(refusals.Refused) as refused:
        place.build(ASKED, part_ids=parts)
    assert refused.value.code == "unknown-part"


def test_a_file_that_cannot_be_written_is_a_refusal_and_leaves_nothing(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    sound = release.build(place.order(ASKED), keys=KEYS)
    names = [each.name for each in (sound.folder / "data").iterdir()]
    order = dataclasses.replace(place.order(ASKED), out=tmp_path / "again" / "package")
    order.out.parent.mkdir()

    def block(what: str, done: int, of: int) -> None:
        if what == "treat p1" and done == 1:
            [staged] = order.out.parent.rglob("package")
            for name in names:
                (staged / "data" / name).mkdir(parents=True)

    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=KEYS, watch=Watch(block))
    assert refused.value.code == "engine"
    assert list(order.out.parent.iterdir()) == []
