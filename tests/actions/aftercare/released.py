"""A request whose data were released, and the actors who may act on it."""

from datetime import timedelta
from typing import Any

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.world import World


class Released:
    """The pilot request in active use; `by` gives actor and time as the actions want them."""

    def __init__(self, world: World) -> None:
        self.world, self.story = world, world.at(Stage.ACTIVE)

    @property
    def case(self) -> models.Case:
        """The request as the database holds it now."""
        return models.Case.objects.get(pk=self.story.case_id)

    @property
    def agreement(self) -> models.Agreement:
        """The agreement in force."""
        return self.case.agreements.get(superseded_at__isnull=True)

    def by(self, name: str, role: Role) -> dict[str, Any]:
        """Who acts, and when."""
        return self.world.by(name, role)

    @property
    def alice(self) -> dict[str, Any]:
        """The applicant."""
        return self.by("alice", Role.APPLICANT)

    @property
    def cora(self) -> dict[str, Any]:
        """The coordinator."""
        return self.by("cora", Role.COORDINATOR)

    def asks_alone(self) -> None:
        """Alice has the data for herself: no institution, on a track that she alone signs."""
        agreement = self.agreement
        agreement.institution, agreement.document["track"] = None, "expedited"
        agreement.save()
        models.Case.objects.filter(pk=self.story.case_id).update(
            institution=None, track="expedited"
        )

    def pass_time(self, **span: float) -> None:
        """Let time go by."""
        self.world.house.clock.now += timedelta(**span)

    def letters(self) -> list[str]:
        """Kinds of the letters that the case has sent, in order."""
        return list(self.case.messages.order_by("pk").values_list("kind", flat=True))

    def last_tag(self) -> str:
        """The newest entry of the case's chain."""
        entries = models.Entry.objects.filter(subject_kind="case", subject_id=self.story.case_id)
        return str(entries.latest("pk").tag)
