"""Everybody at once: a linear program over all answers, after Dinur and Nissim (2003).

Each answer is a sum over people of an unknown between zero and one. The program finds the unknowns
that the answers fit best, in the sum of absolute misfits, and rounds them.
"""

import highspy
import numpy

from muniment.dataplane.counts import protection
from muniment.dataplane.spec import budget, cohort
from tests.attacks import measure, oracles, worlds
from tests.attacks.oracles import Oracle, Spent
from tests.attacks.worlds import POSITIVE, World

QUESTIONS = 260


def everybody(oracle: Oracle, *, questions: int = QUESTIONS) -> list[bool]:
    """A guess for every person of the world, in their order."""
    masks, answers = [], []
    for wide in groups(oracle.world, questions):
        try:
            shown = oracle.ask(cohort.AllOf((wide, POSITIVE)))
        except Spent:
            break
        if shown is not None:
            masks.append(oracle.world.mask(wide))
            answers.append(shown)
    return [value > 0.5 for value in fitted(masks, answers, people=len(oracle.world.people))]


def groups(world: World, number: int) -> list[cohort.Node]:
    """Random large groups that declared codes can name: some codes of each of three traits."""
    draw = oracles.chooser("groups", len(world.people), number)
    found = []
    for _ in range(number):
        chosen = []
        for name in draw.sample(sorted(worlds.CODES), 3):
            codes = worlds.CODES[name]
            some = draw.sample(codes, draw.randrange(1, len(codes)))
            chosen.append(
                cohort.AnyOf(tuple(worlds.leaf(name, cohort.Op.EQUALS, code) for code in some))
            )
        first, second, third = chosen
        found.append(cohort.AnyOf((cohort.AllOf((first, second)), cohort.AllOf((third, first)))))
    return found


def fitted(masks: list[int], answers: list[int], *, people: int) -> list[float]:
    """The unknowns of least misfit. Columns: a person each, then a misfit for each answer."""
    rows = len(masks)
    if not rows:
        return [0.0] * people
    member = numpy.array([[mask >> at & 1 for at in range(people)] for mask in masks], dtype=float)
    told = numpy.array(answers, dtype=float)
    unit = numpy.eye(rows)
    matrix = numpy.vstack([numpy.hstack([member, -unit]), numpy.hstack([member, unit])])
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = people + rows, 2 * rows
    program.col_cost_ = numpy.r_[numpy.zeros(people), numpy.ones(rows)]
    program.col_lower_ = numpy.zeros(people + rows)
    program.col_upper_ = numpy.r_[numpy.ones(people), numpy.full(rows, highspy.kHighsInf)]
    program.row_lower_ = numpy.r_[numpy.full(rows, -highspy.kHighsInf), told]
    program.row_upper_ = numpy.r_[told, numpy.full(rows, highspy.kHighsInf)]
    places = [numpy.flatnonzero(row) for row in matrix]
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = numpy.cumsum([0, *map(len, places)])
    program.a_matrix_.index_ = numpy.concatenate(places)
    program.a_matrix_.value_ = numpy.concatenate(
        [row[at] for row, at in zip(matrix, places, strict=True)]
    )
    solver = highspy.Highs()
    solver.silent()
    solver.passModel(program)
    solver.run()
    return list(solver.getSolution().col_value)[:people]


def attribute(
    protect: oracles.Protection,
    *,
    number: int,
    rule: protection.Rule,
    limits: budget.Limits | None,
    persons: int = 110,
) -> measure.Gain:
    """The program against everybody in so many worlds, with one institution's pool."""
    guesses = []
    for seed in range(number):
        world = worlds.drawn(seed, persons=persons, rule=rule)
        oracle = Oracle(world, protect, key=oracles.key_for("linear", seed), limits=limits)
        found = everybody(oracle)
        guesses.append(
            [guess == person.positive for guess, person in zip(found, world.people, strict=True)]
        )
    return measure.gain(guesses)
