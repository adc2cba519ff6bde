"""How requests are found again: the words that are kept of them, and the views people keep.

Both are edits: the words follow what was submitted, a view is a person's own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection, transaction

from muniment import models
from muniment.queries import asked, queue
from muniment.rulebook import words

from . import input_refused, people

WRITING = {words.Stage.DRAFT, words.Stage.RETURNED, words.Stage.REVISING}
MOST_VIEWS = 20
AT_ONCE = 500


def keep_words(case: models.Case) -> None:
    """Keep the words of a request: title, reference, people, and the answers as they stand.

    Called where the office gets to see something new; what an applicant is still writing is
    found by nobody.
    """
    rows = _words_of(case)
    with transaction.atomic():
        case.words.all().delete()
        _keep(rows)


Word = tuple[int, str, bool]
"""The key of the request, the word, and whether it stands in an answer only."""


def _words_of(case: models.Case) -> list[Word]:
    named = queue.words_of(
        case.reference,
        case.title,
        case.applicant.name,
        case.institution.name if case.institution else "",
    )
    said = queue.words_of(*queue.texts_in(_sent(case)))
    return [(case.pk, word, word not in named) for word in sorted(named | said)]


def _sent(case: models.Case) -> Mapping[str, Any]:
    """The answers that the office has: as sent last while they are being written anew."""
    writing = words.Stage(case.stage) in WRITING
    last = case.submissions.order_by("-number").first() if writing else None
    if last is None:
        return asked.answers_of(case)
    answers: Mapping[str, Any] = last.answers
    return answers


def _keep(rows: Sequence[Word]) -> None:
    """Write the words of requests that have none; one that somebody else wrote meanwhile stays.

    As rows: a register has half a million words, and an instance for each costs more than all else.
    """
    with connection.cursor() as cursor:
        for begin in range(0, len(rows), AT_ONCE):
            some = rows[begin : begin + AT_ONCE]
            values = ", ".join(["(%s, %s, %s)"] * len(some))
            cursor.execute(f"{_INSERT} {values} {_ONCE}", list(chain(*some)))


def keep_words_of(person: models.Person) -> None:
    """The same for every submitted request of a person, whose name has changed."""
    for case in person.cases.filter(submitted_on__isnull=False).select_related(
        "applicant", "institution"
    ):
        keep_words(case)


def keep_missing_words() -> int:
    """The same for requests that came in another way than by being submitted; returns how many.

    Somebody else may be doing it at the same time.
    """
    sent = models.Case.objects.filter(submitted_on__isnull=False, words__isnull=True)
    wordless = sent.select_related("applicant", "institution").order_by("pk")
    kept, last = 0, 0
    while some := list(wordless.filter(pk__gt=last)[:AT_ONCE]):
        rows = [word for case in some for word in _words_of(case)]
        with transaction.atomic():
            _keep(rows)
        kept, last = kept + len(some), some[-1].pk
    return kept


def keep_view(
    person: models.Person, name: str, asked_for: Mapping[str, str], *, now: datetime
) -> models.SavedView:
    """Keep the queue's filters under a name; the same name again replaces them."""
    found = []
    if not name.strip():
        found.append(words.Refusal("view-unnamed", "Give the view a name."))
    if person.views.exclude(name=name.strip()).count() >= MOST_VIEWS:
        message = "You keep {most} views already; forget one first."
        found.append(words.Refusal("views-enough", message, {"most": str(MOST_VIEWS)}))
    input_refused.unless_empty(found)
    view, _ = models.SavedView.objects.update_or_create(
        person=person,
        name=name.strip()[:60],
        defaults={"asked": queue.Wanted.read(asked_for).said},
        create_defaults={
            "asked": queue.Wanted.read(asked_for).said,
            "made_at": now,
            "made_by": people.acting(person, words.Role.ANYONE),
        },
    )
    return view


def forget_view(view: models.SavedView) -> None:
    """Keep a view no longer."""
    view.delete()


_INSERT = "INSERT INTO muniment_searchword (case_id, word, in_answers) VALUES"
_ONCE = "ON CONFLICT DO NOTHING"
