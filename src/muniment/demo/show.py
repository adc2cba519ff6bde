"""The demonstration from first line to last: three requests, eight refusals, one release."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from muniment import models
from muniment.actions import ledger
from muniment.gateways import storage
from muniment.queries.agreement import sealing
from muniment.rulebook.words import Refusal, Stage

from . import asking_in_vain, every_stage, house, place, roads
from .calendar import Clock
from .story import Story

DAYS = 75

Print = Callable[[str], None]
AGREEMENT = "agreement.pdf"


def give(home: Path, *, out: Print) -> None:
    """Give the whole demonstration in a home that is migrated and empty."""
    out("Founding the programme, gathering people, checking three holdings …")
    stage = house.build(home, clock=Clock(days_ago=DAYS))
    with stage.plant.plane:
        pilot = _tell(stage, out, "1. The pilot trial data, on the full track")
        roads.walk(pilot, roads.FULL)
        _tell(stage, out, "2. What cannot be asked for", run=asking_in_vain.choose)
        abstracts = _tell(stage, out, "3. Meeting abstracts (synthetic), on the expedited track")
        roads.walk(abstracts, roads.EXPEDITED)
        asking_in_vain.build_under_embargo(abstracts)
        out("")
        out("4. Requests at every other stage, to look around at")
        every_stage.fill(stage, say=lambda case: out(_where(case)))
        received = _receive(stage, pilot)
        delivery = _fetch(stage, pilot, received.parent)
        _sign_off(stage, pilot, received.parent)
    _end(pilot.case, received, delivery, out)


def _tell(
    stage: house.House, out: Print, title: str, *, run: Callable[[Story], None] | None = None
) -> Story:
    out("")
    out(title)
    story = Story(
        stage,
        say=lambda who, what: out(f"  {stage.clock.now:%d %b}  {who}: {what}"),
        refuse=lambda refusal: out(_line(refusal)),
    )
    if run is not None:
        run(story)
    return story


def _where(case: models.Case) -> str:
    """A request with where it stands."""
    return f"  {case.reference}  {Stage(case.stage).value.replace('_', ' ')}: {case.title}"


def _line(refusal: Refusal) -> str:
    return f"refused: {refusal}"


def _receive(stage: house.House, story: Story) -> Path:
    """Put the folder where a recipient would have it, with the programme's public key beside it."""
    received = stage.home / "received"
    received.mkdir()
    folder = received / story.case.reference
    shutil.copytree(story.released_to, folder)
    (received / "manifest.pub.pem").write_bytes(stage.plant.keys.public_key("manifest"))
    return folder


def _fetch(stage: house.House, story: Story, received: Path) -> Path:
    """Put the locked file as Alice downloaded it, and beside it what Cora told her."""
    row = models.Delivery.objects.get(build=story.build)
    locked = received / f"{story.case.reference}.zip"
    with stage.plant.deliveries.open(row.sha256) as source, locked.open("wb") as target:
        shutil.copyfileobj(source, target)
    secrets = storage.at(stage.home, room=storage.SECRETS)
    with secrets.open(row.secret_sha256) as told:
        (received / "passphrase.txt").write_bytes(told.read() + b"\n")
    secrets.remove(row.secret_sha256)
    return locked


def _sign_off(stage: house.House, story: Story, received: Path) -> None:
    """Put the agreement as the worker sealed it, once for each signature."""
    seal = sealing.newest(story.agreement)
    assert seal is not None
    paper = received / AGREEMENT
    with stage.plant.files.open(sealing.file_of(seal).sha256) as source:
        paper.write_bytes(source.read())
    seals = stage.plant.sealer.check(paper.read_bytes())
    if not seals.holds:
        raise place.NotMade("The seals on the agreement do not hold.")
    story.say("Recipient", f"has the agreement with {len(seals.steps)} seals that hold")


def _end(case: models.Case, received: Path, delivery: Path, out: Print) -> None:
    total, breaks = ledger.verify()
    if breaks:
        raise place.NotMade("; ".join(str(each) for each in breaks))
    key = received.parent / "manifest.pub.pem"
    out("")
    out("Check the release as its recipient would:")
    out(f"  {_program()} release verify {received} --key {key}")
    out("Unlock the file as she downloaded it (any program that knows AES-256 ZIP does):")
    out(f"  the passphrase is in {received.parent / 'passphrase.txt'}")
    out("Ask which release a table came from, if it is found somewhere:")
    table = next((received / "data").glob("*.csv"))
    out(f"  {_program()} trace {table} --among {received.parent.parent / 'receipts'}")
    out("Look at the seals on the agreement (with pdfsig, of poppler-utils):")
    out(f"  pdfsig -nocert {received.parent / AGREEMENT}")
    out("Look at it in a browser:")
    out("  make serve")
    out("")
    out(f"case: {case.reference}")
    out(f"release: {received}")
    out(f"delivery: {delivery}")
    out(f"key: {key}")
    out(f"ledger: verified {total} entries")


def _program() -> str:
    """The command as it was called, so that the line can be pasted."""
    return sys.argv[0] if Path(sys.argv[0]).name == "muniment" else "muniment"
