"""What the shipped programme holds, and that its words are the house's words."""

import json
from pathlib import Path
from typing import Any

import pytest

from muniment import holdings, programme
from muniment.holdings import generate
from muniment.programme import duo, forms, information, letters
from muniment.programme.folder import schemas
from muniment.rulebook import words
from tests.programme import shipped

STATUSES = {
    "meeting-abstracts": "open",
    "practice-census": "open",
    "member-surveys": "open",
    "qopi-measures": "open",
    "qopi-rounds": "open",
    "qopi-charts": "open",
    "tapur": "planned",
    "cancerlinq": "elsewhere",
    "covid-19-registry": "open",
    "in-training-exam": "open",
    "journal-articles": "open",
    "progress-timeline": "public",
    "award-recipients": "public",
    "cancernet-articles": "elsewhere",
    "books": "not_offered",
    "newsletters": "not_offered",
    "curricula": "not_offered",
    "learning-records": "not_offered",
    "member-records": "not_offered",
    "attendee-records": "not_offered",
    "sdtm-pilot": "open",
}


def descriptors() -> dict[str, Path]:
    """The descriptor of every holding that comes with the package or is generated."""
    found = {name: place / "datapackage.json" for name, place in holdings.shipped().items()}
    found |= {name: place / "datapackage.json" for name, place in holdings.described().items()}
    made = Path(generate.__file__).parent / "descriptors"
    return found | {name: made / f"{name}.json" for name in generate.NAMES}


def classes(described: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        table["name"]: {f["name"]: f["muniment"]["class"] for f in table["schema"]["fields"]}
        for table in described["resources"]
    }


def test_the_shipped_programme_has_no_fault() -> None:
    edition = shipped.bundle()
    assert programme.default_folder().is_relative_to(Path(programme.__file__).parent)
    assert (edition.slug, edition.edition) == ("centra", "2026.1")
    assert len(edition.sha256) == 64


def test_the_information_list_names_every_dataset_with_its_status() -> None:
    listed = information.list_datasets(shipped.bundle())
    assert {entry["slug"]: entry["status"] for entry in listed} == STATUSES


def test_every_dataset_that_can_be_asked_for_says_how_it_is_protected() -> None:
    for entry in information.list_datasets(shipped.bundle(), status="open"):
        assert entry["threshold"] >= 2
        assert information.variables(shipped.bundle(), entry["slug"])
        assert duo.use_of(entry["duo"]).permission is not None


def test_restrictions_stand_where_people_were_promised_them() -> None:
    def restrictions(slug: str) -> Any:
        return information.get_dataset(shipped.bundle(), slug)["restrictions"]

    assert "aggregate-only" in restrictions("practice-census")
    assert information.get_dataset(shipped.bundle(), "practice-census")["level"] == "aggregate"
    assert "not-for-commercial-use" in restrictions("covid-19-registry")
    abstracts = information.get_dataset(shipped.bundle(), "meeting-abstracts")
    assert abstracts["embargo"] == {"table": "abstracts", "field": "embargo_until"}
    assert next(series["label"] for series in abstracts["series"]) == "Annual Meeting"


def test_the_policy_covers_every_rule_of_the_public_description() -> None:
    named = {rule.get("follows") for rule in shipped.bundle()["policy"]["rules"]}
    assert {f"R{number}" for number in range(1, 15)} - named == set()


def test_the_form_asks_for_kind_themes_funder_and_member_number() -> None:
    fields = {
        field["id"]: field
        for section in shipped.bundle()["form"]["sections"]
        for field in section["fields"]
    }
    kinds = forms.options(shipped.bundle(), fields["request_kind"])
    themes = forms.options(shipped.bundle(), fields["themes"])
    assert set(kinds) == {"data", "collaboration", "both"}
    assert set(themes) == {"policy", "practice", "quality-efficiency"}
    funders = fields["funders"]["columns"][0]["options"]
    assert "affiliate-foundation" in {option["id"] for option in funders}
    assert not fields["member_number"].get("required")


def test_the_programme_claims_no_affiliation_and_states_its_discretion() -> None:
    own = shipped.bundle()["programme"]
    assert "not affiliated" in own["notice"]
    assert {"sole-discretion", "no-guarantee"} <= {entry["id"] for entry in own["disclaimers"]}
    assert own["second_person"]["mode"] == "if_available"


def test_every_stage_of_the_line_stands_in_one_of_the_three_steps() -> None:
    steps = shipped.bundle()["programme"]["steps"]
    assert len(steps) == 3
    stages = {stage for step in steps for stage in step["stages"]}
    assert stages == {stage.value for stage in words.OPEN_STAGES} | {"closed"}


def test_every_letter_a_step_sends_is_there() -> None:
    assert {one["id"] for one in shipped.bundle()["letters"]["letters"]} >= letters.REQUIRED


def test_the_schemas_speak_the_words_of_the_rulebook() -> None:
    kinds = schemas.schema("words")["$defs"]
    offered = {role.value for role in words.Role} - {"anyone", "system"}
    assert set(kinds["role"]["enum"]) == offered
    assert set(kinds["office_role"]["enum"]) == {role.value for role in words.OFFICE_ROLES}
    assert kinds["track"]["enum"] == [track.value for track in words.Track]
    assert kinds["mode"]["enum"] == [mode.value for mode in words.Mode]
    ongoing = {stage.value for stage in words.OPEN_STAGES} | {"closed"}
    assert set(kinds["stage"]["enum"]) == ongoing


@pytest.mark.parametrize("name", schemas.names())
def test_each_published_schema_is_a_valid_schema(name: str) -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schemas.schema(name))


def test_every_open_dataset_has_a_holding() -> None:
    assert {slug for slug, status in STATUSES.items() if status == "open"} <= set(descriptors())


NOT_ON_THE_LIST = {"basket-trial"}  # stands in for the planned registry until that one opens


def test_what_is_left_out_ships_and_is_not_on_the_list() -> None:
    assert set(descriptors()) - set(STATUSES) == NOT_ON_THE_LIST


@pytest.mark.parametrize("slug", sorted(set(descriptors()) - NOT_ON_THE_LIST))
def test_list_and_codebook_agree_with_the_holding(slug: str) -> None:
    described = json.loads(descriptors()[slug].read_text(encoding="utf-8"))
    own, entry = described["muniment"], information.get_dataset(shipped.bundle(), slug)
    for key in ("threshold", "noise_sigma", "rounding", "minimum_size", "k", "level", "kind"):
        assert (key, entry.get(key)) == (key, own[key])
    assert entry.get("synthetic", False) == own["synthetic"]
    assert entry["unit"] == own["unit"]
    assert entry.get("embargo") == own.get("embargo")
    assert entry["duo"]["permission"] == own["duo"]["permission"]
    asked = {modifier["term"] for modifier in entry["duo"].get("modifiers", ())}
    assert set(own["duo"]["modifiers"]) <= asked
    assert own["edition"] in {dated["edition"] for dated in entry["editions"]}
    assert classes(described) == {
        table: {name: variable["class"] for name, variable in variables.items()}
        for table, variables in information.variables(shipped.bundle(), slug).items()
    }
