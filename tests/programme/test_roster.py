"""The smallest office that can take every step, and the gaps of those that cannot."""

import pytest

from muniment.programme.check import roster
from muniment.rulebook import reading, words
from tests.programme import shipped

PEOPLE = {
    entry["person"]: frozenset(entry["roles"]) for entry in shipped.bundle()["roster"]["people"]
}
EVERYTHING = frozenset(role.value for role in words.OFFICE_ROLES)


def gaps(people: dict[str, frozenset[str]], *, mode: str = "if_available") -> list[str]:
    edition = shipped.altered(lambda data: data["programme"]["second_person"].update(mode=mode))
    return [gap.message for gap in roster.walk(edition, people)]


def without(person: str, *roles: str) -> dict[str, frozenset[str]]:
    return PEOPLE | {person: PEOPLE[person] - set(roles)}


def test_four_people_can_walk_every_step() -> None:
    assert len(PEOPLE) == 4
    assert gaps(PEOPLE) == []


@pytest.mark.parametrize("mode", ["never", "if_available", "always"])
def test_four_people_are_enough_in_every_mode(mode: str) -> None:
    assert gaps(PEOPLE, mode=mode) == []


def test_three_people_have_no_quorum_when_one_is_conflicted() -> None:
    three = {f"p{n}": EVERYTHING for n in range(3)}
    assert gaps(three) == [
        f"when p{n} is conflicted, the committee has 2 members and needs 3 to decide."
        for n in range(3)
    ]


def test_one_person_cannot_check_what_the_same_person_built() -> None:
    alone = {f"p{n}": EVERYTHING - {"data_engineer", "checker"} for n in range(4)}
    alone["p0"] = EVERYTHING
    found = gaps(alone)
    assert any("nobody can take" in gap and "a person is needed as checker" in gap for gap in found)


def test_an_empty_office_can_take_no_step() -> None:
    found = gaps({})
    assert "the committee has 0 members and needs 3 to decide." in found
    assert "nobody can lead the committee: name an acting chair." in found
    assert any("a person is needed as coordinator." in gap for gap in found)
    assert any("(\u201cBreak a tied vote\u201d …)" in gap for gap in found)
    assert not any("_" in gap for gap in found)


@pytest.mark.parametrize(
    ("roles", "needed"),
    [
        (("programme_signatory",), "programme signatory"),
        (("determining_officer",), "determining officer"),
    ],
)
def test_a_role_held_once_is_a_gap_when_its_holder_is_conflicted(
    roles: tuple[str, ...], needed: str
) -> None:
    found = gaps(without("office-4", *roles))
    assert found
    assert all(" is conflicted, nobody can take " in gap for gap in found)
    assert any(gap.endswith(f"one more {needed} is needed.") for gap in found)


def test_a_chair_without_a_deputy_is_a_gap() -> None:
    found = gaps(without("office-1", "acting_chair"))
    assert "when office-4 is conflicted, nobody can lead the committee: name an acting chair." in (
        found
    )


def test_the_mode_always_asks_for_a_second_person() -> None:
    one = {"p0": EVERYTHING}
    says = reading.STEPS["publish_list_edition"].says.rstrip(".")
    lonely = [gap for gap in gaps(one, mode="always") if says in gap]
    assert lonely
    assert not [gap for gap in gaps(one, mode="never") if says in gap]


def test_who_determines_is_the_programmes_choice() -> None:
    by_chair = shipped.altered(lambda data: data["committee"]["determines"].update(full="chair"))
    people = {name: held - {"determining_officer"} for name, held in PEOPLE.items()}
    stuck = [gap.message for gap in roster.walk(by_chair, people)]
    assert not [gap for gap in stuck if reading.STEPS["approve"].says[:-1] in gap]


def test_the_same_person_listed_twice_is_a_fault() -> None:
    def change(data: dict[str, object]) -> None:
        people = data["roster"]["people"]  # type: ignore[index]
        people.append(people[0])

    found = list(roster.problems(shipped.altered(change).plain()))
    assert found[0].message == "the same person is listed twice."
