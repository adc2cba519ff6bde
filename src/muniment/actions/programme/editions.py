"""The programme and its editions: founded once, loaded as drafts, activated by an administrator."""

from datetime import datetime

from django.db import transaction

from muniment import models
from muniment.actions import catalogue, input_refused, ledger, people, step
from muniment.programme import Bundle, clocks
from muniment.queries import editions
from muniment.rulebook import words


def load_edition(
    bundle: Bundle,
    *,
    administrator: models.Person,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.ProgrammeEdition:
    """Bring in an edition from the command line: found the programme, or load and activate.

    Loading what is already in force changes nothing. Raises Refused with every reason.
    """
    programme = models.Programme.objects.filter(slug=bundle.slug).first()
    if programme is None:
        founded = found(bundle, administrator=administrator, now=now)
        assert founded.active_edition is not None  # a programme is founded with one
        return founded.active_edition
    active = programme.active_edition
    if active is not None and active.sha256 == bundle.sha256:
        return active
    actor = people.acting(administrator, words.Role.ADMINISTRATOR, via=models.Actor.Via.COMMAND)
    with transaction.atomic():
        edition = load_programme_edition(programme, bundle, actor=actor, now=now)
        return activate_programme_edition(
            edition, actor=actor, now=now, second_person=second_person
        )


def found(bundle: Bundle, *, administrator: models.Person, now: datetime) -> models.Programme:
    """Make a programme with its first edition in force and its first administrator.

    No rule can be asked before there is one, so the system does it, once for a slug, and the
    ledger says so. The administrator's identity is taken from whoever holds the machine.
    """
    if models.Programme.objects.filter(slug=bundle.slug).exists():
        message = "The programme {slug} exists already; load the edition as its administrator."
        raise step.Refused([words.Refusal("programme-exists", message, {"slug": bundle.slug})])
    actor = people.system(via=models.Actor.Via.COMMAND)
    with transaction.atomic():
        name = bundle["programme"]["name"]
        programme = models.Programme.objects.create(slug=bundle.slug, name=name)
        edition = _edition(programme, bundle, actor=actor, now=now)
        _unless_sound(edition)
        _put_in_force(edition, bundle, actor=actor, now=now)
        _first_administrator(programme, administrator, bundle, actor=actor, now=now)
        ledger.append(
            programme,
            tag="programme.found",
            actor=actor,
            now=now,
            values={"edition": bundle.sha256, "administrator": administrator.public_id},
        )
        programme.save(update_fields=["ledger_length", "ledger_head"])
    return programme


def _first_administrator(
    programme: models.Programme,
    person: models.Person,
    bundle: Bundle,
    *,
    actor: models.Actor,
    now: datetime,
) -> None:
    if person.identity_verified_at is None:
        person.identity_verified_at, person.identity_verified_by = now, actor
        person.identity_how = "Named on the command line when the programme was founded."
        person.save(update_fields=["identity_verified_at", "identity_verified_by", "identity_how"])
    models.RoleGrant.objects.create(
        person=person,
        programme=programme,
        role=words.Role.ADMINISTRATOR.value,
        from_on=clocks.local_day(bundle, now),
        identity_confirmed_at=now,
        identity_confirmed_by=actor,
        made_at=now,
        made_by=actor,
    )


def load_programme_edition(
    programme: models.Programme, bundle: Bundle, *, actor: models.Actor, now: datetime
) -> models.ProgrammeEdition:
    """Keep an edition as a draft: its canonical bundle, its hash, and nothing in force yet."""
    about = {"bundle": bundle}
    with step.taking(
        "load_programme_edition", programme, actor=actor, now=now, about=about
    ) as taken:
        if bundle.slug != programme.slug:
            message = "This edition is of the programme {slug}; choose the folder of {own}."
            params = {"slug": bundle.slug, "own": programme.slug}
            raise step.Refused([words.Refusal("other-programme", message, params)])
        edition = _edition(programme, bundle, actor=actor, now=now)
        taken.records(edition=bundle.sha256, number=edition.number)
    return edition


def activate_programme_edition(
    edition: models.ProgrammeEdition,
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.ProgrammeEdition:
    """Put an edition in force: new drafts follow it, and the information list is its own.

    Requests that were submitted keep the edition they were made under.
    """
    programme = edition.programme
    bundle = editions.bundle_of(edition)
    about = {"bundle": bundle, "second_person": second_person}
    with step.taking(
        "activate_programme_edition", programme, actor=actor, now=now, about=about
    ) as taken:
        if edition.retired_at is not None:
            message = "This edition was retired; load it anew under another name."
            raise step.Refused([words.Refusal("edition-retired", message)])
        _put_in_force(edition, bundle, actor=actor, now=now)
        taken.records(edition=edition.sha256, number=edition.number)
    return edition


def retire_programme_edition(
    edition: models.ProgrammeEdition,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    second_person: models.Person | None = None,
) -> models.ProgrammeEdition:
    """Retire an edition: no draft may keep to it any more; submitted requests do.

    The one in force is not retired, because a programme is never without rules.
    """
    programme = edition.programme
    about = {"reason": reason, "second_person": second_person, "edition": edition}
    with step.taking(
        "retire_programme_edition", programme, actor=actor, now=now, about=about
    ) as taken:
        if edition.pk == programme.active_edition_id:
            message = "This edition is in force; put another one in force first."
            raise step.Refused([words.Refusal("edition-in-force", message)])
        live = models.ProgrammeEdition.objects.filter(pk=edition.pk, retired_at__isnull=True)
        if not live.update(retired_at=now, retired_by=actor, retired_reason=reason):
            raise step.Refused(
                [words.Refusal("edition-retired", "This edition is retired already.")]
            )
        edition.refresh_from_db()
        taken.records(edition=edition.sha256, number=edition.number, reason=reason)
    return edition


def change_second_person_mode(
    programme: models.Programme,
    mode: words.Mode,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    second_person: models.Person | None = None,
) -> models.ProgrammeEdition:
    """Change when a second person is asked for, by a new edition that differs in this alone.

    Where single steps have a mode of their own, they keep it.
    """
    about = {"reason": reason, "second_person": second_person, "mode": mode.value}
    with step.taking(
        "change_second_person_mode", programme, actor=actor, now=now, about=about
    ) as taken:
        sections = editions.active_bundle(programme).plain()
        before = sections["programme"]["second_person"]["mode"]
        if mode.value == before:
            message = "A second person is asked for in this way already."
            raise step.Refused([words.Refusal("mode-unchanged", message)])
        sections["programme"]["second_person"]["mode"] = mode.value
        sections["programme"]["edition"] = editions.next_label(programme)
        bundle = Bundle.from_data(sections)
        edition = _edition(programme, bundle, actor=actor, now=now)
        _unless_sound(edition)
        _put_in_force(edition, bundle, actor=actor, now=now)
        taken.records(mode_from=before, mode=mode.value, reason=reason, edition=bundle.sha256)
    return edition


def _unless_sound(edition: models.ProgrammeEdition) -> None:
    """A bundle made in memory is checked like one from a folder; raise Refused with every fault."""
    from muniment.programme import folder

    try:
        Bundle.from_canonical(edition.bundle.canonical.encode())
    except folder.FolderFaulty as faulty:
        input_refused.unless_empty(
            [words.Refusal("edition-unchecked", str(fault)) for fault in faulty.faults]
        )


def _edition(
    programme: models.Programme, bundle: Bundle, *, actor: models.Actor, now: datetime
) -> models.ProgrammeEdition:
    """The row of an edition; the same content is never kept twice."""
    same = programme.editions.filter(sha256=bundle.sha256).first()
    if same is not None:
        return same
    edition = models.ProgrammeEdition.objects.create(
        programme=programme,
        number=programme.editions.count() + 1,
        sha256=bundle.sha256,
        made_at=now,
        made_by=actor,
    )
    models.EditionBundle.objects.create(edition=edition, canonical=bundle.canonical.decode())
    return edition


def _put_in_force(
    edition: models.ProgrammeEdition, bundle: Bundle, *, actor: models.Actor, now: datetime
) -> None:
    edition.activated_at, edition.activated_by = now, actor
    edition.save(update_fields=["activated_at", "activated_by"])
    programme = edition.programme
    programme.active_edition, programme.name = edition, bundle["programme"]["name"]
    programme.save(update_fields=["active_edition", "name"])
    catalogue.follow_list(programme, bundle)
