"""Public tables: kept as the data plane wrote them, replaced whole, refused when not theirs."""

import copy
import hashlib
from typing import Any

import pytest
import rfc8785

from muniment import models
from muniment.actions import catalogue, step
from muniment.queries.catalogue import cubes
from tests.dataplane import tables
from tests.world_front import START, Front, is_marked, last_entry, refusal_codes

CUBE: dict[str, Any] = {
    "muniment_cube": 1,
    "holding": "small",
    "edition": "2026.1",
    "synthetic": False,
    "unit": "person",
    "threshold": 11,
    "rounding": 5,
    "method": "Small numbers are hidden, the rest is rounded.",
    "variables": [{"name": "SEX", "labels": ["F", "M", "missing"]}],
    "tables": [
        {"variables": [], "cells": [{"labels": [], "value": 60}]},
        {
            "variables": ["SEX"],
            "cells": [
                {"labels": ["F"], "value": 45},
                {"labels": ["M"], "value": None},
                {"labels": ["missing"], "value": None},
            ],
        },
    ],
}


@pytest.fixture
def small(front: Front) -> models.Holding:
    return loaded(front)


def loaded(front: Front, edition: str = "2026.1") -> models.Holding:
    descriptor = tables.descriptor(edition=edition)
    descriptor["muniment"] |= {"threshold": 11, "rounding": 5}  # type: ignore[operator]
    return catalogue.load_holding(
        front.programme, descriptor, dataset_edition=front.edition("qopi-charts"),
        content_sha256="c" * 64, folder=f"small-{edition}", found=(), actor=front.acting("dana"),
        now=START,
    )  # fmt: skip


def publish(
    front: Front, holding: models.Holding, document: dict[str, Any], *, who: str = "stella"
) -> models.PublishedCounts:
    return catalogue.publish_counts(holding, document, actor=front.acting(who), now=START)


def test_the_document_is_kept_as_it_was_written_with_its_hash(
    front: Front, small: models.Holding
) -> None:
    row = publish(front, small, CUBE)
    written = rfc8785.dumps(CUBE)
    assert (row.document.encode(), row.sha256) == (written, hashlib.sha256(written).hexdigest())
    assert is_marked(row, "made", actor=front.acting("stella"), now=START)
    entry = last_entry(small)
    assert (entry.tag, sorted(entry.values)) == (
        "catalogue.publish_counts", ["document", "edition", "holding"],
    )  # fmt: skip
    found = cubes.find_published("qopi-charts", programme=front.programme)
    assert found is not None
    assert found.sha256 == row.sha256
    assert found.cube.tables[1].cells == {("F",): 45, ("M",): None, ("missing",): None}


def test_what_is_published_anew_supersedes_what_was(front: Front, small: models.Holding) -> None:
    first = publish(front, small, CUBE)
    second = publish(front, small, {**CUBE, "method": "The same, said otherwise."})
    first.refresh_from_db()
    assert is_marked(first, "superseded", actor=front.acting("stella"), now=START)
    assert second.superseded_at is None
    found = cubes.find_published("qopi-charts", programme=front.programme)
    assert found is not None
    assert found.sha256 == second.sha256


def test_only_a_statistician_publishes_counts(front: Front, small: models.Holding) -> None:
    assert refusal_codes(lambda: publish(front, small, CUBE, who="dana")) == ["not-your-step"]
    assert not models.PublishedCounts.objects.exists()


def changed(*path: str | int, value: object) -> dict[str, Any]:
    """The cube with another value at a place."""
    bent: Any = copy.deepcopy(CUBE)
    place = bent
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return dict(bent)


@pytest.mark.parametrize(
    "bent",
    [
        changed("tables", 1, "cells", 0, "value", value=7),
        changed("tables", 1, "cells", 0, "value", value=46),
        changed("tables", 1, "cells", 0, "value", value=45.0),
        changed("tables", 1, "cells", 0, "value", value=True),
        changed("tables", 1, "cells", 0, "labels", value=["X"]),
        changed("tables", 1, "cells", value=CUBE["tables"][1]["cells"][:2]),
        changed("tables", 1, "exact", value=[45, 8, 7]),
        changed("tables", value=[]),
        changed("unit", value=1),
        changed("threshold", value=0),
        changed("exact", value=60),
        changed("muniment_cube", value=2),
        changed("earlier", value="2025.1"),
        changed("earlier", value=[2025]),
    ],
)
def test_a_number_that_must_not_show_is_not_published(
    front: Front, small: models.Holding, bent: dict[str, Any]
) -> None:
    assert refusal_codes(lambda: publish(front, small, bent)) == ["figures-unprotected"]
    assert not models.PublishedCounts.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("holding", "other"), ("edition", "2025.1"), ("unit", "practice"), ("threshold", 10)],
)
def test_tables_of_another_holding_are_not_published(
    front: Front, small: models.Holding, name: str, value: object
) -> None:
    bent = {**CUBE, name: value}
    assert refusal_codes(lambda: publish(front, small, bent)) == ["other-holding"]


def test_a_later_edition_is_published_only_beside_all_that_were(
    front: Front, small: models.Holding
) -> None:
    """Two editions that were not compared could be subtracted; a superseded one can be too."""
    publish(front, small, CUBE)
    second, third = loaded(front, "2026.2"), loaded(front, "2026.3")
    alone = {**CUBE, "edition": "2026.2"}
    assert refusal_codes(lambda: publish(front, second, alone)) == ["editions-not-compared"]
    publish(front, second, {**alone, "earlier": ["2026.1"]})
    publish(front, second, {**alone, "earlier": ["2026.1"], "method": "Said otherwise."})
    beside_last = {**CUBE, "edition": "2026.3", "earlier": ["2026.2"]}
    with pytest.raises(step.Refused, match=r"those published of 2026\.1\. Make them again"):
        publish(front, third, beside_last)
    assert publish(front, third, {**beside_last, "earlier": ["2026.1", "2026.2"]}).pk
    assert refusal_codes(lambda: publish(front, small, CUBE)) == ["editions-not-compared"]


def test_an_edition_that_the_holding_never_had_is_no_earlier_one(
    front: Front, small: models.Holding
) -> None:
    """A name that is made up, of another holding, or of nothing that was ever loaded."""
    second = {**CUBE, "edition": "2026.2"}
    later = loaded(front, "2026.2")
    for named in (["2026.1", "1999.9"], ["2026.1", "small@2026.1"], ["2026.3"]):
        with pytest.raises(step.Refused, match="but small has no such edition") as refused:
            publish(front, later, {**second, "earlier": named})
        [reason] = refused.value.reasons
        assert (reason.code, reason.params["editions"]) == ("editions-unknown", named[-1])
    assert not models.PublishedCounts.objects.exists()
    assert publish(front, later, {**second, "earlier": ["2026.1"]}).pk


def test_counts_of_a_recalled_edition_are_not_shown(front: Front, small: models.Holding) -> None:
    publish(front, small, CUBE)
    models.DatasetEdition.objects.filter(dataset__slug="qopi-charts").update(
        withdrawn_at=START, withdrawn_by=front.system
    )
    assert cubes.find_published("qopi-charts", programme=front.programme) is None
