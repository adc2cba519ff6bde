"""What the applicant sent: the last submission, and how it differs from the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muniment import models
from muniment.dataplane.spec import diff
from muniment.programme import Bundle, forms
from muniment.queries import application, asked, editions


@dataclass(frozen=True, slots=True)
class Changed:
    """One field whose answer differs; None stands for no answer."""

    section: Mapping[str, Any]
    field: Mapping[str, Any]
    options: Mapping[str, str]
    before: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Sent:
    """One submission, to read. `data` says in sentences what changed in the specification."""

    number: int
    round: int
    at: datetime
    by: str
    form: application.Form
    changed: tuple[Changed, ...]
    data: tuple[str, ...]
    before: datetime | None


def find_sent(case: models.Case) -> Sent | None:
    """The last submission, compared with the one before; None while nothing was submitted."""
    rows = case.submissions.select_related("specification", "made_by__person")
    newest = list(rows.order_by("-number")[:2])
    if not newest:
        return None
    bundle = editions.bundle_of(case.edition)
    last, before = newest[0], newest[1] if len(newest) > 1 else None
    person = last.made_by.person
    return Sent(
        number=last.number,
        round=last.round,
        at=last.made_at,
        by=person.name if person else "",
        form=form_of(bundle, last.answers),
        changed=tuple(_changed(bundle, before.answers, last.answers)) if before else (),
        data=_data(before.specification, last.specification) if before else (),
        before=before.made_at if before else None,
    )


def form_of(bundle: Bundle, answers: Mapping[str, Mapping[str, Any]]) -> application.Form:
    """Answers as a form to read, whoever saved them and when."""
    return application.Form(
        bundle=bundle,
        answers=answers,
        versions={},
        saved={},
        asked=forms.asked(bundle, answers),
        missing=forms.missing(bundle, answers),
        wrong=[each for each in forms.validate(bundle, answers) if "field" in each.params],
    )


def _changed(
    bundle: Bundle,
    before: Mapping[str, Mapping[str, Any]],
    now: Mapping[str, Mapping[str, Any]],
) -> list[Changed]:
    """Every field whose answer differs, whether or not it is asked in both versions."""
    found = []
    for section in bundle["form"]["sections"]:
        old, new = before.get(section["id"], {}), now.get(section["id"], {})
        for field in section["fields"]:
            was, value = old.get(field["id"]), new.get(field["id"])
            if was != value:
                options = forms.options(bundle, field)
                found.append(Changed(section, field, options, was, value))
    return found


def _data(before: models.Specification | None, now: models.Specification | None) -> tuple[str, ...]:
    old, new = asked.parsed(before), asked.parsed(now)
    if old is None or new is None or old.hash == new.hash:
        return ()
    return tuple(change.says for change in diff.diff(old, new))
