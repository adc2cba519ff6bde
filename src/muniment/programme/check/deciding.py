"""criteria.yaml, committee.yaml and tracks.yaml."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from muniment.rulebook import words

from .problem import Place, Problem, Sections, keys, twice

OUTCOMES = {"approved", "approved_with_conditions", "revise_and_resubmit", "deferred", "denied"}
# No track may drop these: without them nothing is asked, or nobody answers for what leaves.
_ALWAYS = {"draft", "submitted"}
_BINDING = {"agreement": {"applicant", "signing_official", "programme_signatory"}}


def problems(sections: Sections) -> Iterator[Problem]:
    """A committee that cannot decide, or a track that skips what protects someone."""
    yield from _criteria(sections)
    yield from _committee(sections)
    yield from _tracks(sections)


def _criteria(sections: Sections) -> Iterator[Problem]:
    criteria = sections["criteria"]
    yield from twice(criteria["criteria"], ("criteria", "criteria"), key="id")
    yield from twice(criteria["outcomes"], ("criteria", "outcomes"), key="id")
    scale = criteria["scale"]
    wanted = {str(score) for score in range(scale["lowest"], scale["highest"] + 1)}
    for number, entry in enumerate(criteria["criteria"]):
        lacking = sorted(wanted ^ set(entry["anchors"]))
        if lacking:
            sentence = f"the anchors must be the scores of the scale; look at {lacking[0]!r}."
            yield Problem(("criteria", "criteria", number, "anchors"), sentence)
    for outcome in sorted(OUTCOMES - keys(criteria["outcomes"])):
        yield Problem(("criteria", "outcomes"), f"the outcome {outcome!r} is missing.")


def _committee(sections: Sections) -> Iterator[Problem]:
    committee = sections["committee"]
    seats = committee["seats"]
    yield from twice(seats, ("committee", "seats"), key="id")
    chairs = sum(seat.get("count", 1) for seat in seats if seat["role"] == "chair")
    if chairs != 1:
        yield Problem(("committee", "seats"), f"there must be one seat for a chair, not {chairs}.")
    voting = sum(seat.get("count", 1) for seat in seats if seat["voting"])
    least = committee["quorum"]["at_least"]
    if voting < least:
        sentence = f"the quorum needs {least} but only {voting} seats may vote."
        yield Problem(("committee", "quorum", "at_least"), sentence)


def _tracks(sections: Sections) -> Iterator[Problem]:
    tracks = sections["tracks"]["tracks"]
    yield from twice(tracks, ("tracks", "tracks"), key="id")
    for track in words.Track:
        if track.value not in keys(tracks):
            yield Problem(("tracks", "tracks"), f"the track {track.value!r} is missing.")
    for number, entry in enumerate(tracks):
        yield from _track(entry, ("tracks", "tracks", number))


def _track(entry: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    removed = set(entry["stages_removed"])
    if entry["id"] == "public":
        return
    for stage in sorted(removed & _ALWAYS):
        yield Problem((*place, "stages_removed"), f"no track can leave out {stage!r}.")
    if "availability" in removed and "policy" not in removed:
        sentence = "policy is not judged before availability, so 'policy' must be left out too."
        yield Problem((*place, "stages_removed"), sentence)
    if entry["id"] == "full" and removed:
        yield Problem((*place, "stages_removed"), "the full track leaves no stage out.")
    lacking = sorted(_BINDING.get(entry["terms"], set()) - set(entry["signers"]))
    if lacking:
        sentence = f"an agreement also needs the signature of: {', '.join(lacking)}."
        yield Problem((*place, "signers"), sentence)
    yield from _order(entry["signers"], (*place, "signers"))
    if "download_days" not in entry and entry["delivery"] != "open_download":
        yield Problem(place, "say in 'download_days' how long a download stays open.")


def _order(signers: Sequence[str], place: Place) -> Iterator[Problem]:
    """The list is the order of signing; the rulebook alone says who signs last."""
    if "programme_signatory" in signers[:-1]:
        yield Problem(place, "'programme_signatory' signs after everybody else: name it last.")
