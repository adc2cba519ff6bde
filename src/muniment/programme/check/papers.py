"""fees.yaml, and the clauses and letters with their texts."""

from collections.abc import Iterator

from muniment.programme import clauses, letters

from .asking import condition_problems, facts_known
from .problem import Place, Problem, Sections, keys, twice


def problems(sections: Sections) -> Iterator[Problem]:
    """Papers that could not be written from this edition."""
    yield from _fees(sections)
    yield from _texts(sections, "clauses")
    yield from _clauses(sections)
    yield from _precedence(sections)
    yield from _texts(sections, "letters")
    yield from _letters(sections)


def _fees(sections: Sections) -> Iterator[Problem]:
    fees = sections["fees"]
    for name in ("classes", "surcharges", "waivers"):
        yield from twice(fees[name], ("fees", name), key="id")
    classes = keys(sections["programme"]["applicant_classes"])
    for one in sorted(classes - set(fees["factors"])):
        yield Problem(("fees", "factors"), f"applicants of class {one!r} have no factor.")
    rates = fees["hours"].get("by_class", {})
    for place, entries in ((("factors",), fees["factors"]), (("hours", "by_class"), rates)):
        for one in sorted(set(entries) - classes):
            yield Problem(("fees", *place, one), f"{one!r} is not an applicant class.")


def _texts(sections: Sections, name: str) -> Iterator[Problem]:
    """Each entry has its text and each text its entry."""
    entries, texts = sections[name][name], sections[f"{name[:-1]}_texts"]
    yield from twice(entries, (name, name), key="id")
    for number, entry in enumerate(entries):
        if entry["id"] not in texts:
            sentence = f"the text {name}/{entry['id']}.md is missing."
            yield Problem((name, name, number, "id"), sentence)
    for one in sorted(set(texts) - keys(entries)):
        yield Problem((f"{name[:-1]}_texts", one), f"{name}.yaml has no entry for this text.")


def _clauses(sections: Sections) -> Iterator[Problem]:
    named = {
        clause
        for entry in sections["information_list"]["datasets"]
        for clause in entry.get("clauses", ())
    }
    known = facts_known(sections, about_a_part=True)
    for number, entry in enumerate(sections["clauses"]["clauses"]):
        place: Place = ("clauses", "clauses", number)
        if "terms" not in entry and "duties" not in entry and entry["id"] not in named:
            yield Problem(place, "nothing brings this clause in: give it 'terms' or 'duties'.")
        if "when" in entry:
            yield from condition_problems(entry["when"], (*place, "when"), known=known)
    for name, text in sections["clause_texts"].items():
        for number, line in enumerate(text.split("\n"), start=1):
            if "{{" in line or "{%" in line:
                place = ("clause_texts", name, number)
                yield Problem(place, "a clause has no placeholders; the case is in the annexes.")


def _precedence(sections: Sections) -> Iterator[Problem]:
    """A library that leaves clauses to a master agreement says once which of the two prevails."""
    entries = sections["clauses"]["clauses"]
    settling = [number for number, entry in enumerate(entries) if "prevails" in entry]
    if not settling and any(entry.get("in_master") for entry in entries):
        message = "clauses are left to a master agreement, but none says which of the two prevails."
        yield Problem(("clauses", "clauses"), message)
    for number in settling[1:]:
        message = "another clause says already which of the two prevails."
        yield Problem(("clauses", "clauses", number, "prevails"), message)
    for number in settling:
        place: Place = ("clauses", "clauses", number)
        entry = entries[number]
        if not entry.get("fixed"):
            message = "what prevails is copied for programs too, so its words have to be 'fixed'."
            yield Problem(place, message)
        agreed = clauses.AGREEMENT in entry.get("terms", ())
        if not agreed or entry.get("in_master") or "when" in entry:
            message = (
                "what prevails stands in every annex: give it the terms 'agreement', and neither "
                "'in_master' nor 'when'."
            )
            yield Problem(place, message)


def _letters(sections: Sections) -> Iterator[Problem]:
    allowed = sections["letters"]["placeholders"]
    entries = sections["letters"]["letters"]
    for number, entry in enumerate(entries):
        subject = entry["subject"]
        for _, sentence in letters.text_faults(subject, letter=entry["id"], allowed=allowed):
            yield Problem(("letters", "letters", number, "subject"), sentence)
    for name, text in sections["letter_texts"].items():
        for line, sentence in letters.text_faults(text, letter=name, allowed=allowed):
            yield Problem(("letter_texts", name, line), sentence)
    for name in sorted(letters.REQUIRED - keys(entries)):
        yield Problem(("letters", "letters"), f"the letter {name!r} is missing.")
