"""What recipients may have: deliveries, keys, and leave to download."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet

from muniment import models
from muniment.programme import tracks
from muniment.queries import access, asked, editions
from muniment.queries.agreement import in_force, signers
from muniment.rulebook.words import Role, Track

MOST_DOWNLOADS = 5
"""How often one delivery may be fetched."""
FRESH = timedelta(minutes=10)
"""As long as a second factor counts as shown moments ago."""
LEAVE = timedelta(hours=1)
"""How long bytes may flow under one leave."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A released build on its way to one recipient, as somebody of the request sees it."""

    row: models.Delivery
    used: int
    mine: bool
    is_over: bool

    @property
    def left(self) -> int:
        """Downloads that are left."""
        return max(MOST_DOWNLOADS - self.used, 0)


def list_parcels(sight: access.Sight, person: models.Person, *, today: date) -> list[Parcel]:
    """What was released, newest first; for the parties and the office. One query."""
    if not (sight.is_party or sight.is_office):
        return []
    rows = _deliveries().filter(build__line__part__case=sight.case)
    counted = rows.annotate(used=Count("downloads")).order_by("-pk")
    return [
        Parcel(row, row.used, row.recipient_id == person.pk, row.until_on < today)
        for row in counted
    ]


def list_stopped(parcels: Iterable[Parcel], *, today: date) -> list[models.Delivery]:
    """Open windows through which nothing goes: the line's agreement binds their recipient no more.

    They stood already, or opened by rules of an earlier version. As many queries as lines need.
    """
    rows = [each.row for each in parcels if not each.is_over]
    live = [row for row in rows if row.closed_at is None and row.build.withdrawn_at is None]
    lines = {row.build.line_id: row.build.line for row in live}
    bound = {key: list_recipients(line, today=today) for key, line in lines.items()}
    return [row for row in live if row.recipient not in bound[row.build.line_id]]


def get_delivery(pk: int) -> models.Delivery:
    """A delivery with all it stands on; raises Delivery.DoesNotExist."""
    return _deliveries().get(pk=pk)


def find_delivery(case: models.Case, pk: int) -> models.Delivery | None:
    """A delivery of this request; None where there is none."""
    return _deliveries().filter(build__line__part__case=case, pk=pk).first()


def find_download(token: str, *, session: str, now: datetime) -> models.Download | None:
    """The leave of that token, while it runs and in the session it was minted for.

    None for a code in a browser's place and the other way round, and for whatever is over: who
    asks learns nothing else.
    """
    rows = models.Download.objects.filter(
        token_sha256=_sha256(token),
        session_sha256=_sha256(session) if session else "",
        made_at__gt=now - LEAVE,
    )
    return rows.select_related(
        "made_by__person",
        "delivery__build__plan",
        "delivery__build__line__agreement",
        "delivery__build__line__part__case",
    ).first()


def list_open_deliveries() -> list[models.Delivery]:
    """Windows that nobody closed yet, of requests at any stage: one that ended has some too."""
    rows = _deliveries().filter(closed_at__isnull=True)
    with_rules = rows.select_related("build__line__part__case__edition")
    return list(with_rules.order_by("pk"))


def live_files(hashes: Collection[str]) -> set[str]:
    """Those of these encrypted files that a delivery still names which nobody closed."""
    rows = models.Delivery.objects.filter(sha256__in=hashes, closed_at__isnull=True)
    return set(rows.values_list("sha256", flat=True))


def waiting_secrets(hashes: Collection[str]) -> set[str]:
    """Those of these passphrases that the office has not read yet."""
    rows = models.Delivery.objects.filter(
        secret_sha256__in=hashes, told_at__isnull=True, closed_at__isnull=True
    )
    return set(rows.values_list("secret_sha256", flat=True))


def find_confirmed_key(person: models.Person | None) -> models.RecipientKey | None:
    """The key with which a delivery to this person is locked; None without a confirmed one."""
    if person is None:
        return None
    rows = person.keys.filter(confirmed_at__isnull=False, ended_at__isnull=True)
    return rows.order_by("-pk").first()


def needs_key(case: models.Case, parts: Iterable[models.Part]) -> bool:
    """Whether any of these parts leaves only locked with the recipient's own confirmed key.

    The rules are those of the edition that the request keeps.
    """
    bundle, track = editions.bundle_of(case.edition), Track(case.track)
    applies_as = asked.find_answer(case, "applicant_class") or ""
    slugs = {part.dataset_edition.dataset.slug for part in parts}
    return any(
        tracks.needs_key(bundle, track, dataset=slug, applicant_class=applies_as) for slug in slugs
    )


def find_key(person: models.Person) -> models.RecipientKey | None:
    """The newest key that did not end: offered, proven or confirmed."""
    return person.keys.filter(ended_at__isnull=True).order_by("-pk").first()


def find_waiting_key(case: models.Case, pk: int) -> models.RecipientKey | None:
    """A proven key of a receiver of this request that the office has not confirmed."""
    rows = models.RecipientKey.objects.filter(
        pk=pk,
        person__in=[each.pk for each in list_receivers(case)],
        proven_at__isnull=False,
        confirmed_at__isnull=True,
        ended_at__isnull=True,
    )
    return rows.select_related("person").first()


def list_waiting_keys(case: models.Case) -> list[models.RecipientKey]:
    """Proven keys of the receivers of a request that wait for the office."""
    rows = models.RecipientKey.objects.filter(
        person__in=[each.pk for each in list_receivers(case)],
        proven_at__isnull=False,
        confirmed_at__isnull=True,
        ended_at__isnull=True,
    )
    return list(rows.select_related("person").order_by("pk"))


def list_recipients(line: models.ReleaseLine, *, today: date) -> list[models.Person]:
    """To whom data of this line may go: receivers whom its agreement binds, while it is in force.

    They are of its institution, named as working with the data, and gave the pledge that is asked.
    """
    agreement, case = line.agreement, line.agreement.case
    if not in_force.stands(agreement, today=today):
        return []
    bound = _bound_by(agreement) - _without_data(case)
    return [each for each in list_receivers(case) if each.pk in bound]


def _without_data(case: models.Case) -> set[int | None]:
    """Who has a place on the team that is not to work with the data, a supervisor too."""
    places = case.team.filter(ended_at__isnull=True, will_access_data=False)
    return set(places.exclude(person=None).values_list("person", flat=True))


def _bound_by(agreement: models.Agreement) -> set[int | None]:
    named, held = signers.named(agreement), signers.members(agreement)
    if Role.TEAM_MEMBER in named:
        held = held.exclude(pk__in=signers.unpledged(agreement).values("pk"))
    found: set[int | None] = set(held.values_list("person", flat=True))
    if signers.binds_lead(agreement):
        lead, supervisor = agreement.case.applicant_id, agreement.case.supervisor
        signed = signers.standing(agreement).filter(signer=supervisor).exists()
        asked_to, named_there = Role.SUPERVISOR in named, signers.supervisor_of(agreement)
        bound = signed if asked_to else named_there == supervisor
        found |= {lead, agreement.case.supervisor_id} if bound else {lead}
    return found


def list_receivers(case: models.Case) -> list[models.Person]:
    """Whom deliveries concern: the lead, the supervisor, and who accepted a place and stayed.

    Two queries.
    """
    leads = [pk for pk in (case.applicant_id, case.supervisor_id) if pk is not None]
    team = case.team.filter(accepted_at__isnull=False, ended_at__isnull=True, person__isnull=False)
    named = {*leads, *team.values_list("person", flat=True)}
    return list(models.Person.objects.filter(pk__in=named).order_by("pk"))


def _deliveries() -> QuerySet[models.Delivery]:
    return models.Delivery.objects.select_related(
        "recipient",
        "key",
        "build__plan",
        "build__line__agreement",
        "build__line__part__case",
        "build__line__part__dataset_edition__dataset",
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
