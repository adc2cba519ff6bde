"""The codebook: searched, grouped, downloaded; withdrawn variables stay; nothing observed shows."""

import csv
import io

import pytest
from django.test import Client

from muniment.documents import codebook as paper
from muniment.pages import codebook
from tests.pages import rows
from tests.pages.test_data_editions import activate, newer, page, publish

HERE = "/data/sdtm-pilot/codebook/"


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_it_shows_what_was_declared(office: rows.Office) -> None:
    text = page(HERE)
    assert "<code>USUBJID</code>" in text
    assert "Never leaves as it is" in text
    assert "65 to 69" in text


def test_a_search_finds_names_labels_and_codes(office: rows.Office) -> None:
    text = page(HERE + "?q=hispanic")
    assert "<code>ETHNIC</code>" in text
    assert "<code>USUBJID</code>" not in text
    assert "Show all" in text


def test_a_group_is_one_table(office: rows.Office) -> None:
    text = page(HERE + "?table=exposure")
    assert '<option value="exposure" selected>' in text
    assert "<code>ETHNIC</code>" not in text


def test_nothing_found_says_what_to_do(office: rows.Office) -> None:
    text = page(HERE + "?q=<b>nothing")
    assert "No variable matches" in text
    assert "<b>nothing" not in text


@pytest.mark.parametrize("slug", ["books", "no-such-dataset"])
@pytest.mark.parametrize("ending", ["/", ".csv", ".pdf"])
def test_a_dataset_without_one_has_none(office: rows.Office, slug: str, ending: str) -> None:
    assert Client().get(f"/data/{slug}/codebook{ending}").status_code == 404


def test_a_withdrawn_variable_keeps_its_row_and_says_since_when(office: rows.Office) -> None:
    activate(office, newer)
    text = page(HERE + "?q=RACE")
    assert "<code>RACE</code>" in text
    assert "Not offered since information list 2026-12 of 1 Dec 2026." in text
    read = table(page("/data/sdtm-pilot/codebook.csv"))
    assert [row["withdrawn since list"] for row in read if row["variable"] == "RACE"] == ["2026-12"]


def test_missing_values_are_told_in_bands_of_published_numbers(office: rows.Office) -> None:
    publish(office)
    read = {row["variable"]: row["missing"] for row in table(page("/data/sdtm-pilot/codebook.csv"))}
    assert read["SEX"] == "Too few to show"
    assert read["AGE"] == ""
    assert read["RACE"] == ""


@pytest.mark.parametrize("start", list("=+-@\t\r\n"))
def test_no_cell_begins_like_a_formula(start: str) -> None:
    assert codebook.defused(f"{start}SUM(A1)") == f"'{start}SUM(A1)"
    assert codebook.defused(f"A{start}") == f"A{start}"


def test_the_pdf_is_tagged_and_reads_nothing_from_its_values(office: rows.Office) -> None:
    pypdf = pytest.importorskip("pypdf")
    answer = Client().get("/data/sdtm-pilot/codebook.pdf")
    assert answer["Content-Type"] == "application/pdf"
    read = pypdf.PdfReader(io.BytesIO(answer.content))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in answer.content
    assert "USUBJID" in "".join(each.extract_text() for each in read.pages)


def test_a_value_is_never_a_command_of_the_typesetter() -> None:
    pypdf = pytest.importorskip("pypdf")
    trick = '#read("/etc/passwd") *bold* $x$'
    line = paper.Line("x", trick, "Text", "", "", "", "")
    made = paper.pdf(paper.told("T", "S", [("t", "person", [line])], note=trick))
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert '#read("/etc/passwd")' in text.replace("“", '"').replace("”", '"')
    assert "root:" not in text
