"""Registers are read whole or not at all; what cannot be right is kept and named."""

from collections import Counter
from datetime import date

import pytest

from muniment.documents.register import faults, mapping, rows, tables
from tests.documents.register import registers

GOOD = "1,Dose and age,Dr Ada Roe,2026-01-05,2026-02-02,yes"


def faults_of(*lines: str, **columns: object) -> list[tuple[int, str, str]]:
    with pytest.raises(faults.Faulty) as raised:
        registers.small(*lines, **columns)
    return [(each.row, each.column, each.code) for each in raised.value.faults]


def test_a_row_becomes_a_request_with_its_words_and_days() -> None:
    [request] = registers.small(GOOD).requests
    assert (request.id, request.title, request.row) == ("1", "Dose and age", 2)
    assert request.words == {"applicant": "Dr Ada Roe", "outcome": "approved"}
    assert request.days == {"received_on": date(2026, 1, 5), "decided_on": date(2026, 2, 2)}
    assert request.sound


def test_a_day_may_be_written_in_any_form_that_the_mapping_names() -> None:
    [request] = registers.small("1,Dose,Roe,05.01.2026,,no").requests
    assert request.days == {"received_on": date(2026, 1, 5)}


def test_every_fault_is_named_by_row_and_column_at_once() -> None:
    found = faults_of(
        GOOD, "1,Again,Roe,2026-01-05,,yes", ",No id,Roe,,,yes", "4,,Roe,,,yes",
        "5,Bad day,Roe,5th of May,,yes", "6,Bad code,Roe,,,maybe", f"7,{'long ' * 60},Roe,,,no",
        "8,Nothing\0here,Roe,,,no",
    )  # fmt: skip
    assert found == [
        (3, "No", "id-repeated"),
        (4, "No", "id-missing"),
        (5, "Study", "title-missing"),
        (6, "Came", "date-unreadable"),
        (7, "How", "code-unknown"),
        (8, "Study", "title-long"),
        (9, "Study", "text-unreadable"),
    ]


def test_no_fault_repeats_a_cell() -> None:
    with pytest.raises(faults.Faulty) as raised:
        registers.small("1,Dose,Roe,secret day,,secret code")
    assert "secret" not in str(raised.value)


def test_dates_that_cannot_be_right_are_kept_and_doubted() -> None:
    found = registers.small(
        "1,Turned,Roe,2026-02-02,2026-01-05,yes", "2,Old,Roe,1900-01-01,,yes",
        "3,To come,Roe,2027-01-01,,yes", GOOD.replace("1,", "4,", 1),
    )  # fmt: skip
    assert [(each.row, each.code) for each in found.doubts] == [
        (2, "decided-before-received"),
        (3, "date-too-early"),
        (4, "date-to-come"),
    ]
    assert [request.sound for request in found.requests] == [False, False, False, True]
    assert found.requests[1].days == {"received_on": date(1900, 1, 1)}


def test_a_long_title_is_cut_at_a_word_where_the_mapping_says_so() -> None:
    wanted = {"columns": ["Study"], "shorten": True}
    [request] = registers.small(f"1,{'seven letters ' * 30},Roe,,,yes", title=wanted).requests
    assert len(request.title) <= 255
    assert request.title.endswith(("seven…", "letters…"))


def test_texts_of_several_columns_stand_under_each_other_and_empty_words_are_left_out() -> None:
    [request] = registers.small(
        "1,Dose,Roe,,,yes", summary={"columns": ["Study", "Came", "Lead"]}
    ).requests
    assert request.words["summary"] == "Dose\n\nRoe"


def test_a_table_without_rows_is_a_fault() -> None:
    assert faults_of() == [(0, "", "no-rows")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"No,Study\n1,Dose", "column-missing"),
        (b"No,No,Study,Lead,Came,Ended,How\n", "column-missing"),
        (b"\xff\xfe\x00", "not-text"),
        (b'No,Study,Lead,Came,Ended,How\n1,"Dose', "not-a-table"),
        (b"", "column-missing"),
    ],
)
def test_a_file_that_is_not_the_table_of_the_mapping_is_refused(content: bytes, code: str) -> None:
    told = mapping.parse(registers.SMALL, live=False)
    with pytest.raises(faults.Faulty) as raised:
        tables.read(content, columns=told)
    assert {each.code for each in raised.value.faults} == {code}


def test_a_file_that_is_too_large_is_not_read() -> None:
    told = mapping.parse(registers.SMALL, live=False)
    with pytest.raises(faults.Faulty) as raised:
        tables.read(bytes(tables.LARGEST_BYTES + 1), columns=told)
    assert raised.value.faults[0].code == "too-large"


def test_a_workbook_is_asked_for_its_sheet() -> None:
    data = {**registers.SMALL, "table": {"sheet": "Requests"}}
    told = mapping.parse(data, live=False)
    with pytest.raises(faults.Faulty) as raised:
        tables.read(b"no workbook", columns=told)
    assert raised.value.faults[0].code == "not-a-workbook"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "With Spaces"}, "mapping-invalid"),
        ({"columns": {"id": "No"}}, "mapping-invalid"),
        ({"columns": {"id": "No", "title": "Study"}}, "field-missing"),
        (
            {"columns": {"id": "No", "title": "S", "outcome": {"always": "lost"}}},
            "word-unknown",
        ),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(faults.Faulty) as raised:
        mapping.parse({**registers.SMALL, **change}, live=False)
    assert {each.code for each in raised.value.faults} == {code}


def test_running_requests_need_an_address_a_stage_and_documents() -> None:
    with pytest.raises(faults.Faulty) as raised:
        mapping.parse(registers.SMALL, live=True)
    assert len(raised.value.faults) == 3


@registers.needs_data
def test_the_register_of_proposals_is_read_with_its_doubtful_dates() -> None:
    told = registers.of("proposals.yaml")
    table = tables.read(registers.PROPOSALS.read_bytes(), columns=told)
    found = rows.read(table, columns=told, today=registers.TODAY)
    assert len(found.requests) == 2756
    kinds = Counter(each.code for each in found.doubts)
    assert kinds == {"decided-before-received": 16, "date-too-early": 13}
    assert sum(not request.sound for request in found.requests) == 18
    assert sum("decided_on" not in request.days for request in found.requests) == 40


@registers.needs_data
def test_the_purpose_statements_are_read_from_their_sheet() -> None:
    told = registers.of("purposes.yaml")
    table = tables.read(registers.PURPOSES.read_bytes(), columns=told)
    found = rows.read(table, columns=told, today=registers.TODAY)
    assert len(found.requests) == 585
    assert found.doubts == ()
    assert max(len(request.title) for request in found.requests) <= 255
