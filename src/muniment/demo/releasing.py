"""Line, plan, approval file, build, check, release, delivery, and the recipient's own check."""

from django.db import connection

from muniment import models
from muniment.actions import release
from muniment.queries import release as releases
from muniment.rulebook.words import Role

from .story import Story


def try_too_early(story: Story) -> None:
    """Signed, but not paid: no line opens and so nothing can leave."""
    story.expect_refusal(
        "release-before-payment",
        lambda: release.open_line(
            story.part, agreement=story.agreement, **story.by("cora", Role.COORDINATOR)
        ),
    )


def open_line(story: Story) -> None:
    """Signed, settled, condition met: the release line opens."""
    release.open_line(story.part, agreement=story.agreement, **story.by("cora", Role.COORDINATOR))
    story.told("cora", "opened the release line")


def plan(story: Story) -> None:
    """Dana plans the build from the signed terms; Rita authorizes exactly this plan."""
    house = story.house
    house.clock.pass_days(1)
    line = releases.get_line(models.ReleaseLine.objects.get(part=story.part).pk)
    drawn = house.plant.plane.draw(house.plant.order(releases.inputs_for(line)))
    release.plan_build(line, plan=drawn.plan_text, **story.by("dana", Role.DATA_ENGINEER))
    story.told("dana", f"planned the build {drawn.plan_hash[:19]}…")
    release.authorize_build(story.build, **story.by("rita", Role.PROGRAMME_SIGNATORY))
    house.work_off()
    story.told("rita", "authorized the plan; the approval file is signed")


def try_with_changed_policy(story: Story) -> None:
    """Somebody edits the method policy in the database, behind everyone's back."""
    policy = models.MethodPolicy.objects.filter(holding=story.part.holding).latest("pk")
    changed = policy.document.replace('"fields":{}', '"fields":{"subjects.AGE":{"method":"keep"}}')
    _write_policy(policy.pk, changed)
    story.expect_refusal(
        "plan-changed",
        lambda: release.start_build(story.build, **story.by("dana", Role.DATA_ENGINEER)),
    )
    _write_policy(policy.pk, policy.document)


def _write_policy(pk: int, document: str) -> None:
    """Past every rule, as somebody with the database's password could."""
    table = models.MethodPolicy._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET document = %s WHERE id = %s",  # noqa: S608 (our own table's name)
            [document, pk],
        )


def build(story: Story) -> None:
    """Dana starts the build; the data plane makes the package."""
    release.start_build(story.build, **story.by("dana", Role.DATA_ENGINEER))
    story.told("dana", "started the build")
    story.house.work_off()
    built = story.build
    if built.state != models.Build.State.CHECKING:
        raise AssertionError(f"the build did not finish: {built.error}")
    story.say("Data plane", f"built the package sha256:{built.package_sha256[:12]}…")


def check(story: Story) -> None:
    """Dana also holds the checker's office here, and is refused; Dev checks."""
    built = story.build
    story.expect_refusal(
        "check-own-build",
        lambda: release.check(
            story.build,
            package_sha256=built.package_sha256,
            reason="Looks right.",
            **story.by("dana", Role.CHECKER),
        ),
    )
    let_dev_check(story)


def let_dev_check(story: Story) -> None:
    """A second person certifies that the build holds what was approved."""
    story.house.clock.pass_days(1)
    built = story.build
    release.check(
        built,
        package_sha256=built.package_sha256,
        reason="Only what was approved; the smallest group keeps the limit.",
        **story.by("dev", Role.CHECKER),
    )
    story.told("dev", "checked the build")


def let_go(story: Story) -> None:
    """Dev releases it, Cora opens the download and tells the passphrase, Alice has the file."""
    release.release(story.build, **story.by("dev", Role.CHECKER))
    story.told("dev", "released it")
    delivery = release.open_delivery(
        story.build,
        recipient=story.house.cast.alice,
        **story.by("cora", Role.COORDINATOR),
    )
    story.house.work_off()
    delivery.refresh_from_db()
    release.record_told(delivery, **story.by("cora", Role.COORDINATOR))
    story.told("cora", "opened the download and told Alice the passphrase by telephone")
    story.house.clock.pass_days(1)
    by = story.by("alice", Role.APPLICANT)
    release.download(delivery, second_factor_at=by["now"], session="at home", **by)
    release.confirm_receipt(delivery, **story.by("alice", Role.APPLICANT))
    story.told("alice", "downloaded the locked file and confirmed its receipt")


def verify(story: Story) -> None:
    """The recipient checks the folder with the programme's public key and nothing else."""
    house = story.house
    held = house.plant.plane.verify(story.released_to, key=house.plant.keys.public_key("manifest"))
    story.say("Recipient", f"verified {held['files']} files against the signed manifest")
