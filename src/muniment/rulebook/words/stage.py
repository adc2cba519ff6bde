"""Where a case stands. One column holds it; a step of the rulebook moves it; nothing else does."""

from muniment.rulebook.words.word import Word


class Stage(Word):
    """The stages in the order of the line, then the ends."""

    DRAFT = "draft", "The applicant is writing the request; nobody has been asked anything yet."
    SUBMITTED = "submitted", "The office checks that the request is complete."
    RETURNED = "returned", "The applicant completes the points the office listed."
    AVAILABILITY = "availability", "The office finds out whether the data exist and are enough."
    POLICY = "policy", "The request is held against the rules of the sharing policy."
    IN_REVIEW = "in_review", "The committee judges the request on its merit."
    DETERMINATION = "determination", "The outcome is decided and the notice is written."
    REVISING = "revising", "The applicant revises the request for the next round."
    AGREEMENT = "agreement", "The Data Use Agreement is signed and the fee is settled."
    BUILDING = "building", "The first release is being built."
    CHECKING = "checking", "The first build waits for its check by a second person."
    ACTIVE = "active", "Data have been released and may be used under the agreement."
    CLOSE_OUT = "close_out", "Use has ended; the final report and the destruction are due."
    CLOSED = "closed", "Every duty is done; the case is complete."
    DENIED = "denied", "The request was denied, with reasons."
    NOT_AVAILABLE = "not_available", "The data do not exist here or are not enough."
    REDIRECTED = "redirected", "The data are held elsewhere and the applicant was told where."
    WITHDRAWN = "withdrawn", "The applicant withdrew the request."
    LAPSED = "lapsed", "Nobody answered in time, so the case ended by itself."
    REVOKED = "revoked", "Access was taken back for a stated reason."


ENDS = frozenset(
    {
        Stage.CLOSED,
        Stage.DENIED,
        Stage.NOT_AVAILABLE,
        Stage.REDIRECTED,
        Stage.WITHDRAWN,
        Stage.LAPSED,
        Stage.REVOKED,
    }
)
OPEN_STAGES = tuple(stage for stage in Stage if stage not in ENDS)
