"""How strictly a case is handled, and when a second person is asked for."""

from muniment.rulebook.words.word import Word


class Track(Word):
    """From the lightest to the strictest; a request follows the strictest of its parts."""

    PUBLIC = "public", "A publication, downloaded at once; it is not a release."
    INTERNAL = "internal", "Asked for by the organization's own staff; the office decides."
    EXPEDITED = "expedited", "Low risk: the office decides and the committee is informed."
    FULL = "full", "The committee reviews the request before it is decided."

    @classmethod
    def strictest(cls, tracks: "list[Track]") -> "Track":
        """The track that a request made of these parts follows; at least one part is needed."""
        return max(tracks, key=list(cls).index)


STAFF_TRACKS = (Track.INTERNAL, Track.EXPEDITED)


class Mode(Word):
    """A programme's setting for a second person, where the law of the house leaves a choice.

    Small offices need the choice. Three rules are not settings: who built cannot check, who asked
    for a waiver cannot approve it, and who is conflicted cannot decide.
    """

    NEVER = "never", "One person is enough."
    IF_AVAILABLE = "if_available", "A second person confirms; if there is none, that is recorded."
    ALWAYS = "always", "A second person confirms, without exception."

    def asks(self, *, someone_is_available: bool) -> bool:
        """Whether a second person must confirm, given that one could be found."""
        return self is Mode.ALWAYS or (self is Mode.IF_AVAILABLE and someone_is_available)
