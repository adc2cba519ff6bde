"""What hangs on a request: its changes, renewals, appeals, and new requests that grew from it."""

from muniment import models


def list_children(case: models.Case) -> list[models.Case]:
    """The oldest first; a part that became a request of its own is listed with the parts."""
    split = models.Case.ChildKind.SPLIT
    return list(case.children.exclude(child_kind=split).order_by("pk"))
