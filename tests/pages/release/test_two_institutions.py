"""Two institutions on the site: the second signs, is built for, and downloads what is theirs."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import pyzipper
from django.test import Client
from django.utils import timezone

from muniment import models
from muniment.actions import release
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.gateways import storage
from muniment.rulebook.words import Role
from tests.actions.release import holders
from tests.world import World

pytestmark = pytest.mark.slow

As = Callable[..., Client]


class Site:
    """What people post on the pages of one request; the worker goes on after each."""

    def __init__(self, story: Story, as_: As) -> None:
        self.story, self.as_ = story, as_

    def post(self, who: str, tab: str, **given: Any) -> None:
        answer = self.as_(who).post(f"/{tab}/", given)
        assert answer.status_code == 302, answer.content.decode()
        self.story.house.clock.now = timezone.now()
        self.story.house.work_off()

    def office(self, name: str, tab: str, **given: Any) -> None:
        self.post(name, f"office/{self.story.case.reference}/{tab}", **given)

    def signs(self, name: str, text: models.Agreement) -> None:
        person = self.story.house.cast.people[name]
        self.post(
            name, f"sign/{self.story.case.reference}", do="sign", form="sign", agrees="on",
            binds="on", name=person.name, shown=text.text_sha256,
        )  # fmt: skip


def test_the_second_institution_signs_and_its_people_alone_download_what_is_built_for_them(
    world: World, as_: As
) -> None:
    story = world.after(releasing.check)
    story.house.clock.now = timezone.now()
    release.release(story.build, **world.by("dev", Role.CHECKER))
    site, lead = Site(story, as_), story.agreement
    riverside = _joins(world, story)
    joinder = _signed(site, lead, riverside)
    build = _released(site, story, joinder)
    stan = world.person("stan")
    site.office(
        "cora", "release", do="deliver", form="deliver", build=build.pk, recipient=stan.public_id
    )
    delivery = models.Delivery.objects.get()
    assert (delivery.recipient, delivery.build.line.agreement) == (stan, joinder)
    alone = {"do": "deliver", "form": "deliver", "build": build.pk}
    bench = f"/office/{story.case.reference}/release/"
    lead_of = {**alone, "recipient": world.person("alice").public_id}
    assert as_("cora").post(bench, lead_of).status_code == 200, "she is not among the choices"
    assert models.Delivery.objects.count() == 1
    _opens(story, as_, delivery)


def _joins(world: World, story: Story) -> models.Institution:
    """Stan, of Riverside, is on the team; Max was verified to sign for it."""
    by = world.by("cora", Role.COORDINATOR)
    riverside = models.Institution.objects.create(
        name="Riverside", official=world.person("max"), official_verified_at=by["now"],
        official_verified_by=by["actor"],
    )  # fmt: skip
    holders.joins(world, story, "stan", institution=riverside)
    return riverside


def _signed(site: Site, lead: models.Agreement, party: models.Institution) -> models.Agreement:
    """Drafted, sent for signature, and signed by Stan, the official and the program."""
    days = {"starts_on": lead.starts_on, "ends_on": lead.starts_on + timedelta(days=300)}
    site.office("cora", "agreement", do="draft", form="draft", institution=party.pk, **days)
    site.office("cora", "agreement", do="issue")
    text = models.Agreement.objects.get(institution=party)
    for name in ("stan", "max", "rita"):
        site.signs(name, text)
    return text


def _released(site: Site, story: Story, text: models.Agreement) -> models.Build:
    """Its own line: opened, planned, authorized, built, looked at, and released by a second one."""
    part = story.part.part_id
    site.office("cora", "release", do="open_line", part=part, agreement=text.pk)
    line = models.ReleaseLine.objects.get(agreement=text)
    site.office("dana", "release", do="plan_build", line=line.pk)
    build = {"build": line.builds.get().pk}
    site.office("rita", "release", do="authorize_build", **build)
    site.office("dana", "release", do="start_build", **build)
    site.office("dev", "release", do="look", form="look", purpose="To check it.", **build)
    built = line.builds.get()
    ticks = {"fits": "on", "risk": "on", "rows": "on", "reason": "As approved."}
    site.office(
        "dev", "release", do="check", form="approve", package_sha256=built.package_sha256,
        **ticks, **build,
    )  # fmt: skip
    built.refresh_from_db()
    assert built.state == "released"
    return built


def _opens(story: Story, as_: As, delivery: models.Delivery) -> None:
    """Stan reads it with the passphrase; for Alice it is not hers, and for others not there."""
    where = f"/requests/{story.case.reference}/downloads/{delivery.pk}/"
    assert as_("alice").post(where, {"do": "download"}).status_code == 409
    assert as_("mia").post(where, {"do": "download"}).status_code == 404
    browser = as_("stan")
    answer = browser.post(where, {"do": "download"})
    locked = b"".join(browser.get(answer["Location"]).streaming_content)  # type: ignore[attr-defined]
    with storage.at(story.house.home, room=storage.SECRETS).open(delivery.secret_sha256) as kept:
        secret = kept.read()
    with pyzipper.AESZipFile(io.BytesIO(locked)) as archive:
        archive.setpassword(secret)
        [subjects] = [name for name in archive.namelist() if name.endswith("/subjects.csv")]
        theirs = set(archive.read(subjects).decode().splitlines()[1:])
    first = models.Build.objects.exclude(pk=delivery.build_id).get()
    folder = story.house.plant.releases / first.folder
    ours = set((folder / "data" / "subjects.csv").read_text("utf-8").splitlines()[1:])
    assert len(theirs) == len(ours) > 0
    assert not theirs & ours, "the same people under other codes"
