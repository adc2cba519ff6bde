"""How alone the units of a stored table are."""

from pathlib import Path

from muniment.dataplane.extract import session, staging, watch
from muniment.dataplane.risk import measures
from muniment.dataplane.spec import holding
from tests.dataplane import tables


def test_special_uniques_are_not_sought_among_more_groups_than_can_be_held(tmp_path: Path) -> None:
    """Each person is a group here: the risks are still told, and of uniques nothing is said."""
    many = measures.MOST_COMBINATIONS + 1
    rest = ["Person", "F", "40", "22.00", "CA", "true", "2012-01-02", ""]
    told = {}
    for people in (3, many):
        folder = tmp_path / str(people)
        subjects = ([f"S-{at}", *rest] for at in range(people))
        tables.write_holding(folder, tables.descriptor(), subjects=subjects)
        place = (folder, holding.load(folder))
        with (
            staging.beside(tmp_path / f"out-{people}") as stage,
            session.Session(place, staging=stage, watch=watch.Watch(), label="p1") as engine,
        ):
            told[people] = measures.of_groups(engine, "subjects", ["USUBJID"])
    assert told[3]["uniques"]["unique"] == 3
    assert told[many]["uniques"] is None
    assert told[many]["rates_millionths"]["prosecutor_most"] == 1_000_000
