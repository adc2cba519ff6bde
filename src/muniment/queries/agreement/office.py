"""The agreements of a request as the office has them: versions, changes, officials, scans."""

from dataclasses import dataclass
from typing import Any

from muniment import models
from muniment.programme import contracts, tracks
from muniment.queries import editions
from muniment.queries.agreement import composing, elsewhere, in_force, sealing, signers
from muniment.queries.office.jobs import CALLED_OFF
from muniment.rulebook.words import Role, Track

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that does not read as in the library, or is asked not to."""

    title: str
    runs: tuple[contracts.wording.Run, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that waits for a decision, as the words that would go and come."""

    change: models.ClauseChange
    title: str
    runs: tuple[contracts.wording.Run, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One institution's present agreement, and the signed one that it will take the place of."""

    agreement: models.Agreement
    in_force: models.Agreement | None
    changed: tuple[Clause, ...]
    asked: tuple[Asked, ...]
    missing: tuple[Role, ...]
    declined: tuple[models.Declined, ...]
    seal: models.Seal | None


def list_standing(case: models.Case) -> list[Standing]:
    """The lead's first, then joinders."""
    rows = case.agreements.filter(superseded_at__isnull=True)
    earlier = in_force.list_superseded(case)
    return [
        _standing(row, next((each for each in earlier if in_force.takes_place(row, each)), None))
        for row in rows.select_related("institution__official").order_by("-kind")
    ]


def _standing(row: models.Agreement, earlier: models.Agreement | None) -> Standing:
    library = {each.id: each.text for each in composing.library(row.case)}
    clauses = {each["id"]: each for each in row.document.get("clauses", ())}
    changed = [
        Clause(each["title"], tuple(contracts.wording.difference(library[name], each["text"])))
        for name, each in clauses.items()
        if name in library and not contracts.wording.same(library[name], each["text"])
    ]
    waiting = row.clause_changes.filter(accepted_at__isnull=True, refused_at__isnull=True)
    asked = [
        Asked(
            each,
            clauses[each.clause]["title"],
            tuple(contracts.wording.difference(clauses[each.clause]["text"], each.text)),
        )
        for each in waiting.order_by("pk")
    ]
    return Standing(
        row, earlier, tuple(changed), tuple(asked), tuple(signers.missing(row)),
        tuple(row.declined.select_related("made_by__person").order_by("pk")), sealing.newest(row),
    )  # fmt: skip


def find_standing(case: models.Case, key: int) -> models.Agreement | None:
    """One of them by its key."""
    rows = case.agreements.filter(superseded_at__isnull=True, pk=key)
    return rows.select_related("case", "institution__official").first()


def find_change(case: models.Case, key: int) -> models.ClauseChange | None:
    """A change that was asked for on this request."""
    rows = models.ClauseChange.objects.filter(agreement__case=case, pk=key)
    return rows.select_related("agreement__case", "agreement__institution", "made_by").first()


def list_parties(case: models.Case) -> list[models.Institution]:
    """The lead's institution, then those of others on the team."""
    team = case.team.filter(ended_at__isnull=True, institution__isnull=False)
    others = models.Institution.objects.filter(pk__in=team.values("institution"))
    first = [case.institution] if case.institution else []
    return [*first, *(each for each in others.order_by("pk") if each not in first)]


def list_named(case: models.Case) -> list[models.NamedOfficial]:
    """Whom the applicant's side named and who is not the verified official, the last one first.

    Nobody where no official signs: the form may have named one all the same.
    """
    if not _has_officials(case):
        return []
    rows = case.officials.select_related("person", "institution", "made_by__person")
    return [
        each
        for each in rows.order_by("-pk")
        if each.institution.official_id != each.person_id
        or each.institution.official_verified_at is None
    ]


def _has_officials(case: models.Case) -> bool:
    track = tracks.terms_of(editions.bundle_of(case.edition), Track(case.track or Track.FULL))
    standing = case.agreements.filter(superseded_at__isnull=True).select_related("case__edition")
    by_track = Role.SIGNING_OFFICIAL.value in track["signers"]
    return by_track or any(Role.SIGNING_OFFICIAL in signers.named(row) for row in standing)


def list_scans(case: models.Case) -> list[models.Attachment]:
    """Clean PDF files of the request, any of which may be the scan of a signature."""
    rows = case.attachments.filter(
        removed_at__isnull=True, file__verdict="clean", file__media_type=PDF
    )
    kept = rows.exclude(purpose=elsewhere.EVIDENCE)
    return list(kept.select_related("file").order_by("-pk"))


def list_ink_signers(agreement: models.Agreement) -> dict[str, Any]:
    """Who is next to sign and may do so on paper: `role:public id` to person and role."""
    following = signers.missing(agreement)[:1]
    return {
        f"{role.value}:{person.public_id}": (role, person)
        for role, person in signers.expected(agreement).items()
        if role in following
    }


@dataclass(frozen=True, slots=True)
class Drafting:
    """What became of the draft that was asked for last.

    `lives` says that it is still being made; `refused` is every reason why there is none.
    """

    lives: bool = False
    refused: tuple[str, ...] = ()


def find_drafting(case: models.Case) -> Drafting:
    """Of a draft that nobody asked for, or that is there, it says nothing."""
    job = case.jobs.filter(kind="draft_agreement").order_by("-pk").first()
    if job is None or job.error == CALLED_OFF:
        return Drafting()
    refused = job.error.splitlines() if job.state == models.Job.State.FAILED else []
    return Drafting(job.state in models.Job.LIVE, tuple(refused))
