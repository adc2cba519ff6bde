"""programme.yaml and calendar.yaml."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from muniment.rulebook import reading, step, words

from .problem import Place, Problem, Sections, twice

# An agreement of a year, entered late in the calendar, must still have its due days.
_SHORTEST_CALENDAR = timedelta(days=365)


def problems(sections: Sections) -> Iterator[Problem]:
    """Settings that contradict each other or the rulebook."""
    yield from _programme(sections)
    yield from _calendar(sections)


def _programme(sections: Sections) -> Iterator[Problem]:
    programme = sections["programme"]
    for name in ("steps", "request_kinds", "themes", "applicant_classes", "mission", "disclaimers"):
        yield from twice(programme[name], ("programme", name), key="id")
    for number, entry in enumerate(programme["mission"]):
        if "until" in entry and entry["until"] < entry["from"]:
            place: Place = ("programme", "mission", number, "until")
            yield Problem(place, "'until' lies before 'from'.")
    seen: set[str] = set()
    for number, entry in enumerate(programme["steps"]):
        for stage in entry["stages"]:
            if stage in seen:
                place = ("programme", "steps", number, "stages")
                yield Problem(place, f"the stage {stage!r} is in two steps.")
            seen.add(stage)
    for name in programme["second_person"].get("steps", {}):
        place = ("programme", "second_person", "steps", name)
        row = reading.STEPS.get(name)
        if row is None:
            yield Problem(place, f"the rulebook has no step {name!r}.")
        elif words.Fact.SECOND_PERSON_PRESENT not in map(step.fact_of, row.needs):
            yield Problem(place, f"the step {name!r} never asks for a second person.")


def _calendar(sections: Sections) -> Iterator[Problem]:
    calendar = sections["calendar"]
    try:
        ZoneInfo(calendar["zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        sentence = "this is not a time zone, such as America/New_York."
        yield Problem(("calendar", "zone"), sentence)
    if len(calendar["weekend"]) > 6:
        yield Problem(("calendar", "weekend"), "at least one day of the week must be worked.")
    covers = calendar["covers"]
    if (
        date.fromisoformat(covers["until"]) - date.fromisoformat(covers["from"])
        < _SHORTEST_CALENDAR
    ):
        yield Problem(("calendar", "covers"), "the calendar must cover at least a year.")
    yield from twice(calendar["holidays"], ("calendar", "holidays"), key="on")
    for number, holiday in enumerate(calendar["holidays"]):
        if not covers["from"] <= holiday["on"] <= covers["until"]:
            place = ("calendar", "holidays", number, "on")
            yield Problem(place, "the holiday lies outside the dates the calendar covers.")
    yield from _limits(sections)


def _limits(sections: Sections) -> Iterator[Problem]:
    calendar = sections["calendar"]
    yield from twice(calendar["lapse"], ("calendar", "lapse"), key="stage")
    seen: set[tuple[str, str]] = set()
    for number, limit in enumerate(calendar["limits"]):
        for track in limit.get("tracks", ["any track"]):
            if (limit["stage"], track) in seen:
                place = ("calendar", "limits", number, "stage")
                yield Problem(place, f"the stage {limit['stage']!r} has two limits on {track}.")
            seen.add((limit["stage"], track))
        late = [days for days in limit.get("remind_before", ()) if days >= limit["days"]]
        if late:
            place = ("calendar", "limits", number, "remind_before")
            yield Problem(place, f"a reminder {late[0]} days before comes before the clock starts.")
