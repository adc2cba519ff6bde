"""The shipped tables are what their sources hold, no more was changed than is said, and k holds."""

import datetime
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment import holdings
from muniment.holdings import generate
from muniment.holdings.origins import __main__ as remake
from muniment.holdings.origins import frequencies, measures, sdtm
from tests.holdings import places

LARGEST = 3_000_000  # bytes: the package stays small


def test_all_shipped_data_together_stay_small() -> None:
    base = Path(holdings.__file__).parent
    sizes = [path.stat().st_size for path in base.rglob("*") if path.suffix != ".pyc"]
    assert sum(sizes) < LARGEST


@pytest.mark.parametrize(
    ("name", "folder", "write"),
    [
        ("sdtm-pilot", "pharmaverse_sdtm", sdtm.write),
        ("qopi-measures", "qpp_measures", measures.write),
    ],
)
def test_the_shipped_tables_can_be_made_again_byte_for_byte(
    name: str, folder: str, write: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    write(places.source(folder), tmp_path)
    kept = holdings.shipped()[name] / "data"
    made = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    assert made == {path.name: path.read_bytes() for path in kept.iterdir()}


def test_the_frequency_tables_can_be_made_again_byte_for_byte(tmp_path: Path) -> None:
    shared = places.source("seer_like_frequencies").parent
    frequencies.write(shared, tmp_path)
    kept = Path(generate.__file__).parent / "distributions"
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (kept / made.name).read_bytes(), made.name


def test_making_again_without_a_folder_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert remake.main([]) == 2
    assert remake.main(["nowhere-at-all"]) == 2
    assert "Name one folder" in capsys.readouterr().err


def test_the_pilot_study_has_the_rows_it_is_described_with() -> None:
    folder = holdings.shipped()["sdtm-pilot"]
    tables = ("subjects", "adverse_events", "exposure", "disposition")
    assert [len(places.rows(folder, each)) for each in tables] == [306, 1191, 591, 850]
    arms = Counter(row["ARM"] for row in places.rows(folder, "subjects"))
    assert arms["Screen Failure"] == 306 - 254


def test_days_between_dates_agree_with_the_study_days_of_the_source() -> None:
    """Study day has no day 0 (SDTM implementation guide 3.4, section 4.4.4).

    One entry of the source is wrong, and SOURCE.md says so.
    """
    folder = holdings.shipped()["sdtm-pilot"]
    first = {row["USUBJID"]: row["RFSTDTC"] for row in places.rows(folder, "subjects")}
    compared, wrong = 0, []
    for row in places.rows(folder, "adverse_events"):
        if "NA" in (row["AESTDTC"], row["AESTDY"], first[row["USUBJID"]]):
            continue
        start = datetime.date.fromisoformat(row["AESTDTC"])
        days = (start - datetime.date.fromisoformat(first[row["USUBJID"]])).days
        compared += 1
        if int(row["AESTDY"]) != days + (days >= 0):
            wrong.append(row["AESTDY"])
    assert compared > 1000
    assert wrong == ["366"]


@pytest.mark.parametrize(
    ("columns", "smallest"),
    [(("AGE", "SEX"), 32), (("AGE", "RACE"), 7), (("SEX", "RACE"), 9), (("AGE", "SEX", "RACE"), 2)],
)
def test_the_k_that_source_md_promises_is_the_k_of_the_data(
    columns: tuple[str, ...], smallest: int
) -> None:
    """Bands and merged groups as the descriptor's rules leave them; counted here by hand."""
    groups = Counter(
        tuple(_treated(column, row[column]) for column in columns)
        for row in places.rows(holdings.shipped()["sdtm-pilot"], "subjects")
    )
    assert min(groups.values()) == smallest
    notice = (holdings.shipped()["sdtm-pilot"] / "SOURCE.md").read_text(encoding="utf-8")
    promised = str(smallest) if smallest >= 5 else "under 5"
    assert f"| {', '.join(columns)} | {promised} |" in notice


def _treated(column: str, value: str) -> object:
    if column == "AGE":
        return (int(value) >= 70) + (int(value) >= 80)
    return value == "WHITE" if column == "RACE" else value


def test_measures_carry_facts_and_no_long_descriptions() -> None:
    folder = holdings.shipped()["qopi-measures"]
    listed = places.rows(folder, "measures")
    assert {"143", "144", "450", "453"} <= {row["measure_id"] for row in listed}
    assert max(len(row["title"]) for row in listed) < 200
    means = {
        (row["measure_id"], row["year"], row["submission_method"]): row["mean"]
        for row in places.rows(folder, "benchmarks")
    }
    assert means["143", "2025", "registry"] == "95.95"
    assert means["143", "2025", "electronicHealthRecord"] == "84.6"


def test_the_timeline_runs_in_order_and_each_decade_fits_its_year() -> None:
    told = places.rows(holdings.shipped()["progress-timeline"], "milestones")
    assert len(told) >= 40
    years = [int(row["year"]) for row in told]
    assert years[0] == 1846
    assert years[-1] == 2024
    assert all(row["decade"] == f"{row['year'][:3]}0s" for row in told)
    assert len({row["title"] for row in told}) == len(told)
