"""What the data plane is asked about one part, and the approved work that it may overlap with."""

from typing import Any

from django.db.models import Exists, OuterRef

from muniment import models
from muniment.queries import asked, release

APPROVED = (models.Outcome.APPROVED, models.Outcome.CONDITIONS)


def inputs_of(part: models.Part) -> release.Inputs:
    """One part of the present specification by itself; nothing of it is built, so no policy."""
    written = asked.written_for(part)
    assert written is not None  # a part is a part of one
    assert part.holding is not None  # only a loaded holding is counted
    own = written.get_part(asked.id_of(part)).document()
    return release.Inputs(
        specification={"muniment_specification": 1, "parts": [own], "links": []},
        policies={},
        folders=(part.holding.folder,),
        holdings=((part.holding.slug, part.holding.edition),),
        parts=(asked.id_of(part),),
    )


def approved_beside(part: models.Part) -> dict[str, dict[str, Any]]:
    """Reference and part of every other approved request for the same holding -> what it asks."""
    stands = models.Determination.objects.filter(
        case=OuterRef("case"), outcome__in=APPROVED, superseded_at__isnull=True
    )
    rows = models.Part.objects.filter(Exists(stands), holding=part.holding, status__in=asked.LIVE)
    rows = rows.exclude(case=part.case).select_related("case").order_by("case__reference", "pk")
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        written = asked.parsed(asked.find_specification(row.case))
        if written is not None and row.part_id in written.part_hashes:
            name = f"{row.case.reference} {row.part_id}"
            found[name] = written.get_part(row.part_id).document()
    return found
