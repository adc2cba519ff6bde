"""The information list: published by dated edition, and followed by the tables.

Every change of the list is a new edition of the whole programme with the new list in it, so that
what was offered when can always be read again.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from muniment import models
from muniment.actions import people, step
from muniment.actions.catalogue import interest
from muniment.programme import Bundle, folder
from muniment.queries import editions
from muniment.rulebook import words

OPEN = models.Dataset.Status.OPEN.value
PLANNED = models.Dataset.Status.PLANNED.value
UNDATED = "undated"
"""The label of a dataset's only edition where the list names none: it has nothing to ask for."""


def follow_list(programme: models.Programme, bundle: Bundle) -> None:
    """Make the tables say what the information list in force says; rows are never removed.

    A dataset that the list no longer names is not offered. An edition that was withdrawn stays so.
    """
    named = set()
    for entry in bundle["information_list"]["datasets"]:
        named.add(entry["slug"])
        dataset, _ = models.Dataset.objects.update_or_create(
            programme=programme,
            slug=entry["slug"],
            defaults={
                "title": entry["title"],
                "information_type": entry["type"],
                "status": entry["status"],
            },
        )
        _follow_editions(dataset, entry)
    gone = programme.datasets.exclude(slug__in=named)
    gone.update(status=models.Dataset.Status.NOT_OFFERED)


def _follow_editions(dataset: models.Dataset, entry: Mapping[str, Any]) -> None:
    """One row for each dated edition: the dataset's entry with the edition's own words over it."""
    common = {key: value for key, value in entry.items() if key != "editions"}
    dated = entry.get("editions") or [{"edition": UNDATED}]
    for each in dated:
        models.DatasetEdition.objects.update_or_create(
            dataset=dataset,
            label=each["edition"],
            defaults={"entry": plain({**common, **each})},
        )


def plain(value: Any) -> Any:
    """A frozen tree of a bundle as dicts and lists, for a JSON column."""
    if isinstance(value, Mapping):
        return {key: plain(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inside) for inside in value]
    return value


def publish_list_edition(
    programme: models.Programme,
    information_list: Mapping[str, Any],
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.ProgrammeEdition:
    """Publish a new edition of the list: the programme's edition in force, with this list in it."""
    sections = editions.active_bundle(programme).plain()
    bundle = Bundle.from_data({**sections, "information_list": information_list})
    about = {"bundle": bundle, "second_person": second_person}
    with step.taking("publish_list_edition", programme, actor=actor, now=now, about=about) as taken:
        return put_in_force(taken, programme, bundle)


def announce_edition(
    programme: models.Programme,
    dataset: models.Dataset,
    label: str,
    *,
    actor: models.Actor,
    now: datetime,
    note: str = "",
) -> models.DatasetEdition:
    """Announce a planned edition of a dataset; a dataset that is not open becomes planned."""
    about = {"dataset": dataset}
    with step.taking("announce_edition", programme, actor=actor, now=now, about=about) as taken:
        listed = _list(programme, now)
        entry = _entry(listed, dataset)
        dated = entry.setdefault("editions", [])
        if any(each["edition"] == label for each in dated):
            message = "The list has an edition {label} of this dataset already."
            raise step.Refused([words.Refusal("edition-listed", message, {"label": label})])
        planned = {"edition": label, "published_on": listed["published_on"], "status": PLANNED}
        dated.append({**planned, **({"note": note} if note else {})})
        if entry["status"] != models.Dataset.Status.OPEN:
            entry["status"] = PLANNED
            entry.setdefault("reason", note or "It is being prepared.")
        put_in_force(taken, programme, _bundle(programme, listed))
        taken.records(dataset=dataset.slug, announced=label)
    return dataset.editions.get(label=label)


def open_edition(
    programme: models.Programme,
    edition: models.DatasetEdition,
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.DatasetEdition:
    """Open an edition for requests, and its dataset with it; whoever waited for it is told."""
    about = {"edition": edition, "second_person": second_person}
    with transaction.atomic():
        _open(programme, edition, about, actor=actor, now=now)
        if edition.dataset.interests.filter(told_at__isnull=True).exists():
            edition.dataset.refresh_from_db()
            interest.tell_interested(programme, edition.dataset, actor=people.system(), now=now)
    return edition


def _open(
    programme: models.Programme,
    edition: models.DatasetEdition,
    about: Mapping[str, Any],
    *,
    actor: models.Actor,
    now: datetime,
) -> None:
    with step.taking("open_edition", programme, actor=actor, now=now, about=about) as taken:
        listed = _list(programme, now)
        entry = _entry(listed, edition.dataset)
        entry["status"] = OPEN
        for each in entry["editions"]:
            if each["edition"] == edition.label:
                each["status"] = OPEN
        put_in_force(taken, programme, _bundle(programme, listed))
        taken.records(dataset=edition.dataset.slug, opened=edition.label)
    edition.refresh_from_db()


def tighten_restriction(
    programme: models.Programme,
    dataset: models.Dataset,
    restriction: str,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.ProgrammeEdition:
    """Put a rule of the policy on a dataset. It binds every case on it at once.

    From then on no case that was approved without it is built or released (the rulebook asks
    whether a restriction was tightened), and open ones are judged by the new list.
    """
    about = {"dataset": dataset, "reason": reason}
    with step.taking("tighten_restriction", programme, actor=actor, now=now, about=about) as taken:
        listed = _list(programme, now)
        set_before = _entry(listed, dataset).setdefault("restrictions", [])
        if restriction in set_before:
            message = "This restriction is on the dataset already."
            raise step.Refused([words.Refusal("restriction-set", message)])
        set_before.append(restriction)
        published = put_in_force(taken, programme, _bundle(programme, listed))
        taken.records(dataset=dataset.slug, restriction=restriction, reason=reason)
    return published


def put_in_force(
    taken: step.Taken, programme: models.Programme, bundle: Bundle
) -> models.ProgrammeEdition:
    """The row of the edition that carries this list; the tables follow it."""
    edition = models.ProgrammeEdition.objects.create(
        programme=programme,
        number=programme.editions.count() + 1,
        sha256=bundle.sha256,
        activated_at=taken.now,
        activated_by=taken.actor,
        made_at=taken.now,
        made_by=taken.actor,
    )
    models.EditionBundle.objects.create(edition=edition, canonical=bundle.canonical.decode())
    programme.active_edition = edition
    programme.save(update_fields=["active_edition"])
    follow_list(programme, bundle)
    taken.records(edition=bundle.sha256, number=edition.number)
    return edition


def _list(programme: models.Programme, now: datetime) -> dict[str, Any]:
    """The list in force, to be changed, under the day's own label; the next of a day counts on."""
    listed: dict[str, Any] = editions.active_bundle(programme).plain()["information_list"]
    day = editions.today(programme, now)
    listed["edition"] = _next_label(listed["edition"], day)
    listed["published_on"] = day.isoformat()
    return listed


def _next_label(before: str, day: date) -> str:
    today = day.isoformat()
    if not before.startswith(today):
        return today
    number = before.removeprefix(today).removeprefix(".")
    return f"{today}.{int(number) + 1 if number.isdigit() else 2}"


def _entry(listed: dict[str, Any], dataset: models.Dataset) -> dict[str, Any]:
    for entry in listed["datasets"]:
        if entry["slug"] == dataset.slug:
            found: dict[str, Any] = entry
            return found
    message = "The list in force does not name this dataset; publish it with its entry first."
    raise step.Refused([words.Refusal("dataset-unlisted", message)])


def _bundle(programme: models.Programme, listed: Mapping[str, Any]) -> Bundle:
    """The programme's edition in force with this list in it; raises Refused with every fault."""
    sections = editions.active_bundle(programme).plain()
    bundle = Bundle.from_data({**sections, "information_list": listed})
    try:
        return Bundle.from_canonical(bundle.canonical)
    except folder.FolderFaulty as faulty:
        reasons = [words.Refusal("list-unchecked", str(fault)) for fault in faulty.faults]
        raise step.Refused(reasons) from None
