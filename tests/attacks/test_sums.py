"""A rival who subtracts comes near to nobody, and does where sums are not protected."""

from tests.attacks import measure, sums

WORLDS = 200
CONTROL = 0.40


def share(told: list[list[bool]]) -> tuple[float, float]:
    """Of all largest amounts, the share that is found; and its one-sided 99 % bound by worlds."""
    gain = measure.gain(told)  # above one half: here nobody guesses
    return gain.mean + 0.5, gain.upper + 0.5


def attack(protect: sums.Protect, number: int) -> tuple[float, float]:
    worlds = [sums.drawn(seed) for seed in range(number)]
    return share([sums.found(world, protect(world)) for world in worlds])


def test_without_protection_the_largest_is_found() -> None:
    assert attack(sums.off, 50)[0] >= CONTROL


def test_where_nobody_thinks_of_subtracting_some_are_found() -> None:
    """The rule for one sum, without the audit of what the shown ones leave."""
    assert attack(sums.each_by_itself, 50)[0] > 0


def test_with_protection_nobody_comes_within_the_rule() -> None:
    """The rule promises it of every table, so that one success would be a fault."""
    worlds = [sums.drawn(seed) for seed in range(WORLDS)]
    shown = [sums.ours(world) for world in worlds]
    told = [sums.found(*each) for each in zip(worlds, shown, strict=True)]
    assert share(told) == (0, 0)
    seen = sum(map(sum, shown))
    print(f"{WORLDS} worlds, {sums.GROUPS * WORLDS} sums, {seen} of them shown, none told")
    assert seen > WORLDS / 2, "a table that hides everything would prove nothing"
