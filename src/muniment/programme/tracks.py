"""Which track a part follows, and what the track removes or asks for."""

from collections.abc import Iterable, Mapping
from typing import Any

from muniment.rulebook import words

from . import information
from .bundle import Bundle

KEY = "key_download"


def for_part(edition: Bundle, dataset: str, *, applicant_class: str) -> words.Track:
    """The track of a dataset for this class of applicant.

    A dataset that names no track is handled on the full one. Raises information.UnknownDataset.
    """
    named = information.get_dataset(edition, dataset).get("tracks", {"default": "full"})
    wanted = named.get("by_class", {}).get(applicant_class, named["default"])
    return next(track for track in words.Track if track.value == wanted)


def strictest(tracks: Iterable[words.Track]) -> words.Track:
    """The track that a request of these parts follows; without parts it is the full one."""
    return words.Track.strictest(list(tracks) or [words.Track.FULL])


def terms_of(edition: Bundle, track: words.Track) -> Mapping[str, Any]:
    """The track's entry: terms, signers, fee, second check, delivery, stages removed."""
    entries: Iterable[Mapping[str, Any]] = edition["tracks"]["tracks"]
    return next(entry for entry in entries if entry["id"] == track.value)


def needs_key(edition: Bundle, track: words.Track, *, dataset: str, applicant_class: str) -> bool:
    """Whether data leave only locked with the recipient's own confirmed key.

    The track says so, or the dataset for this class of applicant; neither can undo the other. A
    dataset that the list does not name adds nothing to the track.
    """
    try:
        named = information.get_dataset(edition, dataset).get("delivery", {})
    except information.UnknownDataset:
        named = {}
    wanted = named.get("by_class", {}).get(applicant_class, named.get("default"))
    return KEY in (wanted, terms_of(edition, track)["delivery"])


def download_days(edition: Bundle, track: words.Track) -> int:
    """How many days a download stays open: the track's own, else those of the calendar."""
    ours: int = edition["calendar"]["download_days"]
    own: int = terms_of(edition, track).get("download_days", ours)
    return own


def determines(edition: Bundle, track: words.Track) -> words.Role:
    """The office that determines on this track."""
    named = edition["committee"]["determines"][track.value]
    return next(role for role in words.Role if role.value == named)
