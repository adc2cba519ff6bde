"""Synthetic holdings: the same seed gives the same bytes, and shares lie where their source says.

Bounds on shares are five standard errors of a binomial share, so that a fair generator fails less
than once in a million seeds, plus what a comment beside them allows for.
"""

import datetime
import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.holdings import generate
from muniment.holdings.generate import basket, frequencies, patients, wording
from tests.holdings import places

FolderOf = Callable[[str], Path]
SMALL = {
    "practice-census": 40,
    "qopi-rounds": 8,
    "qopi-charts": 60,
    "meeting-abstracts": 40,
    "basket-trial": 50,
}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def error(share: float, number: int) -> float:
    return 5 * (share * (1 - share) / number) ** 0.5


@pytest.mark.parametrize("name", generate.NAMES)
def test_the_same_seed_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    first = generate.make(name, tmp_path / "a", seed=3, size=SMALL[name])
    second = generate.make(name, tmp_path / "b", seed=3, size=SMALL[name])
    assert contents(first) == contents(second)


@pytest.mark.parametrize("name", generate.NAMES)
def test_another_seed_gives_other_rows(name: str, tmp_path: Path) -> None:
    first = contents(generate.make(name, tmp_path / "a", seed=3, size=SMALL[name]))
    second = contents(generate.make(name, tmp_path / "b", seed=4, size=SMALL[name]))
    data = [path for path in first if path.startswith("data/")]
    assert len(data) == 2
    assert all(first[path] != second[path] for path in data)


@pytest.mark.parametrize("name", generate.NAMES)
def test_size_is_the_number_of_units(name: str, tmp_path: Path) -> None:
    folder = generate.make(name, tmp_path / "made", seed=1, size=SMALL[name])
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert len(places.rows(folder, package["muniment"]["base_table"])) == SMALL[name]


def test_an_unknown_name_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    with pytest.raises(generate.NotMade, match="practice-census, qopi-rounds") as refusal:
        generate.make("tapur", tmp_path / "made", seed=1)
    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "made").exists()


def test_a_size_under_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(generate.NotMade, match="at least one unit"):
        generate.make("qopi-rounds", tmp_path / "made", seed=1, size=0)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(generate.NotMade, match="not empty"):
        generate.make("qopi-rounds", tmp_path, seed=1, size=2)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "made").write_text("mine")
    with pytest.raises(generate.NotMade, match="not empty"):
        generate.make("qopi-rounds", tmp_path / "made", seed=1, size=2)
    assert (tmp_path / "made").read_text() == "mine"


def test_an_empty_folder_is_filled_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    assert generate.make("qopi-rounds", tmp_path / "made", seed=1, size=2) == tmp_path / "made"
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    assert (tmp_path / "made" / "datapackage.json").is_file()


def test_practices_are_small_with_a_long_tail(folder_of: FolderOf) -> None:
    answers = places.rows(folder_of("practice-census"), "practices")
    sizes = [int(row["n_oncologists"]) for row in answers if row["n_oncologists"]]
    assert 5 <= statistics.median(sizes) <= 7  # the judgment: a median of about 6
    assert max(sizes) > 60
    assert statistics.mean(sizes) > 1.5 * statistics.median(sizes)


def test_items_are_left_out_more_often_towards_the_end_of_the_form(folder_of: FolderOf) -> None:
    answers = places.rows(folder_of("practice-census"), "practices")
    items = [name for name in answers[0] if any(row[name] == "" for row in answers)]
    gaps = {name: sum(row[name] == "" for row in answers) / len(answers) for name in items}
    asked = [name for name in items if name != "comments"]
    for name in asked:
        assert 0.05 - error(0.05, len(answers)) <= gaps[name] <= 0.10 + error(0.10, len(answers))
    half = len(asked) // 2
    assert statistics.mean(gaps[n] for n in asked[half:]) > statistics.mean(
        gaps[n] for n in asked[:half]
    )
    assert abs((1 - gaps["comments"]) - 0.07) < error(0.07, len(answers))


def test_payer_shares_add_up_to_a_hundred(folder_of: FolderOf) -> None:
    answers = places.rows(folder_of("practice-census"), "practices")
    payers = [name for name in answers[0] if name.startswith("pct_")]
    whole = [row for row in answers if all(row[name] for name in payers)]
    assert len(whole) > len(answers) / 2
    assert {sum(int(row[name]) for name in payers) for row in whole} == {100}


def test_states_follow_the_census(folder_of: FolderOf) -> None:
    answers = places.rows(folder_of("practice-census"), "practices")
    weights = frequencies.state_weights()
    counts = Counter(row["state"] for row in answers)
    for state in ("CA", "TX", "FL", "NY"):
        share = weights[state] / sum(weights.values())
        assert abs(counts[state] / len(answers) - share) < error(share, len(answers))


def test_rates_lie_around_the_real_benchmarks(tmp_path: Path) -> None:
    folder = generate.make("qopi-rounds", tmp_path / "made", seed=places.SEED, size=250)
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in places.rows(folder, "results"):
        if row["rate"]:
            found[row["measure_id"]][row["practice_id"]].append(float(row["rate"]) / 100)
    for measure, facts in frequencies.load("measure_rates").items():
        usual = [statistics.mean(rates) for rates in found[measure].values()]
        # Five standard errors of a mean over practices; charts add the little that is left.
        bound = 5 * facts["deviation"] / len(usual) ** 0.5 + 0.01
        assert abs(statistics.mean(usual) - facts["mean"]) < bound, measure
    assert statistics.pstdev(statistics.mean(r) for r in found["PIMSH1"].values()) > 0.15


def test_rates_over_few_charts_are_not_reported(folder_of: FolderOf) -> None:
    results = places.rows(folder_of("qopi-rounds"), "results")
    few = [row for row in results if int(row["n_denominator"]) < 20]
    assert len(few) > 100
    assert {(row["n_numerator"], row["rate"]) for row in few} == {("", "")}
    for row in results:
        if row["rate"]:
            share = 100 * int(row["n_numerator"]) / int(row["n_denominator"])
            assert abs(float(row["rate"]) - share) < 0.06


def test_sites_and_sexes_follow_the_frequency_tables(folder_of: FolderOf) -> None:
    drawn = places.rows(folder_of("qopi-charts"), "patients")
    table = frequencies.load("sites")
    women = table["female_share"]
    assert abs(sum(r["sex"] == "female" for r in drawn) / len(drawn) - women) < error(
        women, len(drawn)
    )
    for sex in ("female", "male"):
        own = [row["site"] for row in drawn if row["sex"] == sex]
        whole = sum(facts[sex] for facts in table["sites"].values())
        for site in ("C50", "C34", "C18", "C61"):
            share = table["sites"][site][sex] / whole
            assert abs(own.count(site) / len(own) - share) <= error(share, len(own)), (sex, site)


def test_ages_pass_ninety_as_often_as_the_tables_say(folder_of: FolderOf) -> None:
    drawn = places.rows(folder_of("qopi-charts"), "patients")
    table = frequencies.load("sites")
    share = statistics.mean(sum(table["sites"][row["site"]]["decades"][9:]) / 100 for row in drawn)
    old = sum(int(row["age_at_first_visit"]) >= 90 for row in drawn)
    assert old > 0
    # No one under 18 is drawn, which lifts every other decade by less than a tenth.
    assert abs(old / len(drawn) - share) < error(share, len(drawn)) + share / 10
    assert min(int(row["age_at_first_visit"]) for row in drawn) >= patients.YOUNGEST


def test_ages_are_calendar_ages(folder_of: FolderOf) -> None:
    for row in places.rows(folder_of("qopi-charts"), "patients"):
        born = datetime.date.fromisoformat(row["birth_on"])
        for age, day in (
            ("age_at_first_visit", "first_visit_on"),
            ("age_at_diagnosis", "diagnosed_on"),
        ):
            on = datetime.date.fromisoformat(row[day])
            had_birthday = (on.month, on.day) >= (born.month, born.day)
            assert int(row[age]) == on.year - born.year - (not had_birthday)


def test_rare_areas_and_odd_postal_codes_occur_on_purpose(tmp_path: Path) -> None:
    folder = generate.make("qopi-charts", tmp_path / "made", seed=places.SEED, size=3000)
    codes = [row["zip"] for row in places.rows(folder, "patients")]
    rare = {
        prefix
        for prefixes in frequencies.load("zips")["states"].values()
        for prefix, facts in prefixes.items()
        if facts[0] <= patients.RARE_PREFIX
    }
    assert len(rare) == 18  # the list that Census 2020 gives
    thin = sum(code[:3] in rare for code in codes) / len(codes)
    assert abs(thin - 0.015) < error(0.015, len(codes)) + 0.002  # plus those drawn by population
    assert {code for code in codes if code and not (len(code) == 5 and code.isdigit())}
    assert "" in codes
    assert any(code.startswith("0") and len(code) == 5 for code in codes), "text, not a number"


def test_visits_run_forward_and_end_before_death(folder_of: FolderOf) -> None:
    folder = folder_of("qopi-charts")
    people = {row["chart_id"]: row for row in places.rows(folder, "patients")}
    last: dict[str, str] = {}
    for row in places.rows(folder, "visits"):
        person = people[row["chart_id"]]
        assert person["diagnosed_on"] <= person["first_visit_on"] <= row["visit_on"]
        assert not person["died_on"] or row["visit_on"] < person["died_on"]
        if row["visit_no"] == "1":
            assert row["visit_on"] == person["first_visit_on"]
        else:
            assert row["visit_on"] > last[row["chart_id"]]
        last[row["chart_id"]] = row["visit_on"]
        assert datetime.date.fromisoformat(row["visit_on"]).weekday() < 5
    assert set(last) == set(people)
    assert sum(bool(row["died_on"]) for row in people.values()) > 100


def test_notes_hold_what_free_text_must_never_let_out(folder_of: FolderOf) -> None:
    folder = folder_of("qopi-charts")
    notes = " ".join(row["note"] for row in places.rows(folder, "visits"))
    numbers = {row["record_number"] for row in places.rows(folder, "patients")}
    assert "555-01" in notes
    assert any(number in notes for number in numbers)


def test_abstracts_have_the_length_and_shape_of_abstracts(folder_of: FolderOf) -> None:
    drawn = places.rows(folder_of("meeting-abstracts"), "abstracts")
    quarters = statistics.quantiles([len(row["title"].split()) for row in drawn])
    assert 12 <= quarters[0] <= quarters[2] <= 20  # titles of 12 to 20 words
    texts = [[row[section] for section in wording.SECTIONS] for row in drawn]
    lengths = [len(" ".join(text).split()) for text in texts]
    assert 180 <= statistics.median(lengths) <= 290  # published quartiles: 198, 239, 283
    for row, text in zip(drawn, texts, strict=True):
        assert len(row["title"]) + sum(map(len, text)) <= wording.LONGEST
        assert "{" not in "".join(text)
        running = row["in_progress"] == "yes"
        assert (row["results"] == "") == (row["conclusions"] == "") == running
        assert row["abstract_no"].startswith("TPS") == running


def test_a_third_of_abstracts_have_an_invented_registry_number(folder_of: FolderOf) -> None:
    drawn = places.rows(folder_of("meeting-abstracts"), "abstracts")
    share = sum(bool(row["nct_id"]) for row in drawn) / len(drawn)
    assert abs(share - 1 / 3) < error(1 / 3, len(drawn)) + 0.03  # the templates' own mix
    assert all(row["nct_id"].startswith("NCT9") for row in drawn if row["nct_id"])
    assert all(bool(row["nct_id"]) == (row["clinical_trial"] == "yes") for row in drawn)


def test_numbers_are_unique_within_a_meeting(folder_of: FolderOf) -> None:
    drawn = places.rows(folder_of("meeting-abstracts"), "abstracts")
    keys = Counter((row["meeting"], row["year"], row["abstract_no"]) for row in drawn)
    assert set(keys.values()) == {1}


@pytest.mark.parametrize("day", ["2026-01-02", "2026-05-20", "2026-06-30", "2027-11-22"])
def test_the_next_meeting_is_always_under_embargo(day: str, tmp_path: Path) -> None:
    around = datetime.date.fromisoformat(day)
    folder = generate.make("meeting-abstracts", tmp_path / "made", seed=5, around=around)
    embargoes = [row["embargo_until"] for row in places.rows(folder, "abstracts")]
    ahead = sum(until > f"{day}T23:59:59Z" for until in embargoes)
    assert 11 < ahead < len(embargoes) / 2
    years = json.loads((folder / "datapackage.json").read_text("utf-8"))["muniment"]["years"]
    told = {int(row["year"]) for row in places.rows(folder, "abstracts")}
    assert years[0] <= min(told) <= max(told) <= years[1]


def test_late_breaking_abstracts_come_out_after_the_others(folder_of: FolderOf) -> None:
    drawn = places.rows(folder_of("meeting-abstracts"), "abstracts")
    regular = {
        (row["meeting"], row["year"]): row["embargo_until"]
        for row in drawn
        if row["late_breaking"] == "no"
    }
    late = [row for row in drawn if row["late_breaking"] == "yes"]
    assert late
    assert all(row["embargo_until"] > regular[row["meeting"], row["year"]] for row in late)


def test_every_author_belongs_to_an_abstract_and_is_joined_from_syllables(
    folder_of: FolderOf,
) -> None:
    folder = folder_of("meeting-abstracts")
    known = {row["abstract_id"] for row in places.rows(folder, "abstracts")}
    authors = places.rows(folder, "authors")
    assert {row["abstract_id"] for row in authors} == known
    syllables = wording.phrases()["syllables"]
    made = {a + b + c for a in syllables for b in syllables for c in syllables}
    assert {row["author_name"].split(". ")[1].lower() for row in authors} <= made
    assert all(row["institution"].startswith("Synthetic Institution") for row in authors)


def test_cohorts_of_a_basket_trial_close_by_its_rule_and_most_are_small(
    folder_of: FolderOf,
) -> None:
    people = places.rows(folder_of("basket-trial"), "participants")
    sizes = Counter(row["cohort_id"] for row in people)
    facts = {row["cohort_id"]: (row["tumor_type"], row["gene"], row["drug"]) for row in people}
    assert all((r["tumor_type"], r["gene"], r["drug"]) == facts[r["cohort_id"]] for r in people)
    assert sum(size < 11 for size in sizes.values()) > len(sizes) / 2
    assert max(sizes.values()) <= basket.BOTH_STAGES
    taken: dict[str, list[bool]] = defaultdict(list)
    for row in sorted(people, key=lambda row: row["registered_on"]):
        taken[row["cohort_id"]].append(row["disease_control_16wk"] == "true")
    grown = [good for good in taken.values() if len(good) > basket.FIRST_STAGE]
    assert grown
    assert all(sum(good[: basket.FIRST_STAGE]) >= basket.GOOD_ENOUGH for good in grown)
    stopped = [good for good in taken.values() if len(good) == basket.FIRST_STAGE]
    assert any(sum(good) < basket.GOOD_ENOUGH for good in stopped)


def test_people_of_a_basket_trial_are_as_its_source_says(folder_of: FolderOf) -> None:
    people = places.rows(folder_of("basket-trial"), "participants")
    ages = [int(row["age"]) for row in people]
    assert 62 <= statistics.median(ages) <= 66
    assert 0.005 < sum(age > 89 for age in ages) / len(ages) < 0.04
    good = sum(row["disease_control_16wk"] == "true" for row in people) / len(people)
    assert 0.10 < good < 0.40
    tumors = Counter(row["tumor_type"] for row in people)
    # Closed cohorts take nobody, so the most frequent tumors fall behind their share.
    assert 0.09 < tumors["non-small cell lung"] / len(people) < 0.18
    assert all(int(row["pfs_days"]) <= int(row["os_days"]) for row in people)
    assert {row["sex"] for row in people if row["tumor_type"] == "ovarian"} <= {"female"}


def test_a_trial_that_is_full_opens_its_cells_again(tmp_path: Path) -> None:
    """At most 28 people a cell: more people than there is room for still make a holding."""
    size = basket.BOTH_STAGES * len(basket._TUMORS) * len(basket._ARMS) + 500
    folder = generate.make("basket-trial", tmp_path / "made", seed=2, size=size)
    sizes = Counter(row["cohort_id"] for row in places.rows(folder, "participants"))
    assert sum(sizes.values()) == size
    assert max(sizes.values()) <= basket.BOTH_STAGES
