"""What hangs on a request: its changes, renewals, appeals, and new requests that grew from it."""

from muniment import models


def list_children(case: models.Case) -> list[models.Case]:
    """The oldest first; a part that became a request of its own is listed with the parts."""
    split = models.Case.ChildKind.SPLIT
    return list(case.children.exclude(child_kind=split).order_by("pk"))


def find_outcome(case: models.Case) -> models.Determination | None:
    """What was decided last on a case, for who hears an appeal against it or renews it."""
    standing = case.determinations.filter(superseded_at__isnull=True)
    return standing.select_related("made_by__person").order_by("-pk").first()
