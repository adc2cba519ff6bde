"""Two releases join in the persons who are alone with one course in both; kinds are kept apart."""

from muniment.dataplane.risk import joins

EARLIER = [
    joins.Sketch(joins.INTERVALS, "events.ONSET", ("a", "b", "b", "d")),
    joins.Sketch(joins.TRAJECTORY, "events.TERM", ("a",)),
]


def test_only_who_is_alone_here_and_there_with_one_course_of_a_kind_is_joined() -> None:
    """`b` is shared there and `c` is not there; `a` of another kind is another course."""
    mine = [joins.Sketch(joins.INTERVALS, "visits.DAY", ("a", "b", "c", "d", "d"))]
    assert joins.joined(mine, EARLIER) == [
        {"kind": "intervals", "on": "visits.DAY", "with": "events.ONSET", "units": 5, "joined": 1}
    ]


def test_sketches_come_back_from_a_trace_file_as_they_were() -> None:
    assert joins.of_documents(each.document() for each in EARLIER) == EARLIER
