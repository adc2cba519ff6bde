"""People on a team who work with the data, and what binds them."""

from typing import Any

from muniment import models
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.world import World


def joins(world: World, story: Story, name: str, **other: Any) -> models.TeamMember:
    """Somebody who accepted a place; where nothing else is said, to work with the data."""
    by = world.by("alice", Role.APPLICANT)
    given = {"will_access_data": True, "accepted_at": by["now"], "accepted_by": by["actor"]}
    return models.TeamMember.objects.create(
        case=story.case, person=world.person(name), name=name.capitalize(), made_at=by["now"],
        made_by=by["actor"], **given | other,
    )  # fmt: skip


def pledges(world: World, agreement: models.Agreement, name: str) -> models.Signature:
    """They gave their pledge on this text."""
    return signs(world, agreement, name, Role.TEAM_MEMBER)


def signs(world: World, agreement: models.Agreement, name: str, role: Role) -> models.Signature:
    """They signed this text in that capacity."""
    by = world.by(name, role)
    return models.Signature.objects.create(
        agreement=agreement, signer=world.person(name), capacity=role.value, method="in_app",
        shown_sha256=agreement.text_sha256, signed_on=world.house.clock.now.date(),
        made_at=by["now"], made_by=by["actor"],
    )  # fmt: skip


def joined(lead: models.Agreement, institution: models.Institution) -> models.Agreement:
    """The institution's own text, signed by its official and the program."""
    kept = ("case", "terms", "terms_sha256", "text", "starts_on", "ends_on", "issued_at",
            "issued_by", "made_at", "made_by", "document", "version")  # fmt: skip
    joinder = models.Agreement.objects.create(
        institution=institution, kind=models.Agreement.Kind.JOINDER, text_sha256="9" * 64,
        **{name: getattr(lead, name) for name in kept},
    )  # fmt: skip
    for each in lead.signatures.filter(capacity__in=("signing_official", "programme_signatory")):
        each.pk, each.agreement, each.shown_sha256 = None, joinder, joinder.text_sha256
        each.save()
    return joinder
