"""The information list: what may be asked for, and on which track."""

from typing import Any

import pytest

from muniment.programme import information, tracks
from muniment.programme.check import catalogue
from muniment.rulebook.words import Role, Track
from tests.programme import shipped


@pytest.mark.parametrize(
    ("slug", "level", "code"),
    [
        ("sdtm-pilot", "record", None),
        ("practice-census", "aggregate", None),
        ("practice-census", "record", "aggregate-only"),
        ("in-training-exam", "record", "aggregate-only"),
        ("tapur", "record", "planned-edition"),
        ("cancerlinq", "record", "held-elsewhere"),
        ("cancernet-articles", None, "held-elsewhere"),
        ("member-records", "aggregate", "not-offered"),
        ("progress-timeline", None, "is-public"),
        ("atlantis", None, "dataset-unknown"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(slug: str, level: str, code: str | None) -> None:
    found = information.refusals(shipped.bundle(), slug, label=None, level=level)
    assert [one.code for one in found] == ([code] if code else [])


def test_a_refusal_says_where_else_to_ask() -> None:
    found = information.refusals(shipped.bundle(), "cancerlinq", label=None, level=None)
    assert found[0].sentence == (
        "CancerLinQ Discovery is held elsewhere. "
        "Ask at CancerLinQ Discovery https://www.cancerlinq.org."
    )


def test_an_edition_may_be_closed_while_its_dataset_is_open() -> None:
    def withdraw(data: dict[str, dict[str, list[dict[str, list[dict[str, str]]]]]]) -> None:
        entry = data["information_list"]["datasets"][0]
        old = {"edition": "2025.1", "published_on": "2025-11-02", "status": "withdrawn"}
        entry["editions"].append(old)

    edition = shipped.altered(withdraw)
    slug = "meeting-abstracts"
    assert information.refusals(edition, slug, label="2026.1", level="record") == []
    found = information.refusals(edition, slug, label="2025.1", level="record")
    assert [one.code for one in found] == ["edition-withdrawn"]
    unknown = information.refusals(edition, slug, label="1999.1", level="record")
    assert [one.code for one in unknown] == ["dataset-unknown"]


def test_the_codebook_gives_tables_and_variables() -> None:
    found = information.variables(shipped.bundle(), "sdtm-pilot")
    assert found["subjects"]["AGE"]["class"] == "quasi"
    assert found["subjects"]["USUBJID"]["class"] == "direct"
    assert information.variables(shipped.bundle(), "books") == {}


@pytest.mark.parametrize(
    ("slug", "applicant_class", "track"),
    [
        ("sdtm-pilot", "academic", Track.FULL),
        ("sdtm-pilot", "staff", Track.INTERNAL),
        ("practice-census", "academic", Track.EXPEDITED),
        ("practice-census", "industry", Track.FULL),
        ("progress-timeline", "industry", Track.PUBLIC),
        ("books", "academic", Track.FULL),  # names no track, so it is handled strictly
    ],
)
def test_the_track_depends_on_dataset_and_applicant(
    slug: str, applicant_class: str, track: Track
) -> None:
    assert tracks.for_part(shipped.bundle(), slug, applicant_class=applicant_class) is track


def test_a_request_follows_the_strictest_of_its_parts() -> None:
    assert tracks.strictest([Track.EXPEDITED, Track.INTERNAL]) is Track.EXPEDITED
    assert tracks.strictest([Track.PUBLIC, Track.FULL, Track.EXPEDITED]) is Track.FULL
    assert tracks.strictest([]) is Track.FULL


def test_a_track_says_its_terms_and_who_determines() -> None:
    full = tracks.terms_of(shipped.bundle(), Track.FULL)
    assert (full["terms"], full["second_check"], full["fee"]) == ("agreement", "always", "schedule")
    assert tracks.terms_of(shipped.bundle(), Track.EXPEDITED)["stages_removed"] == ("in_review",)
    assert tracks.determines(shipped.bundle(), Track.FULL) is Role.DETERMINING_OFFICER
    assert tracks.determines(shipped.bundle(), Track.EXPEDITED) is Role.COORDINATOR


@pytest.mark.parametrize(
    ("track", "dataset", "applicant_class", "asked"),
    [
        (Track.INTERNAL, "sdtm-pilot", "staff", True),
        (Track.FULL, "sdtm-pilot", "academic", False),
        (Track.FULL, "sdtm-pilot", "industry", True),
        (Track.FULL, "practice-census", "industry", False),
        (Track.FULL, "no-such", "industry", False),
    ],
)
def test_a_key_is_asked_for_by_the_track_or_by_the_dataset_for_a_class(
    track: Track, dataset: str, applicant_class: str, asked: bool
) -> None:
    def change(sections: dict[str, Any]) -> None:
        listed = sections["information_list"]["datasets"]
        pilot = next(each for each in listed if each["slug"] == "sdtm-pilot")
        pilot["delivery"] = {"default": "secure_download", "by_class": {"industry": "key_download"}}

    edition = shipped.altered(change)
    found = tracks.needs_key(edition, track, dataset=dataset, applicant_class=applicant_class)
    assert found is asked


def test_a_track_without_days_of_its_own_has_those_of_the_calendar() -> None:
    def change(sections: dict[str, Any]) -> None:
        sections["calendar"]["download_days"] = 30
        sections["tracks"]["tracks"][0].pop("download_days", None)

    edition = shipped.altered(change)
    assert tracks.download_days(edition, Track.PUBLIC) == 30
    assert tracks.download_days(edition, Track.FULL) == 14


@pytest.mark.parametrize(
    ("slug", "lacking"),
    [
        ("tapur", {"years", "threshold", "noise_sigma", "restrictions", "fee_class", "reason"}),
        ("progress-timeline", {"fee_class", "threshold", "editions", "duo", "pointer"}),
        ("sdtm-pilot", {"unit", "years", "editions", "codebook", "duo", "level", "kind", "tracks"}),
        ("books", {"reason"}),
    ],
)
def test_every_entry_says_what_its_kind_has_to_say(slug: str, lacking: set[str]) -> None:
    sections = shipped.bundle().plain()
    entry = next(each for each in sections["information_list"]["datasets"] if each["slug"] == slug)
    for key in lacking:
        del entry[key]
    said = " ".join(problem.message for problem in catalogue.problems(sections))
    assert [key for key in lacking if f"must say {key!r}" not in said] == []


def test_the_shipped_list_says_all_of_it() -> None:
    assert list(catalogue.problems(shipped.bundle().plain())) == []
