"""The case as such: its course (hold, withdraw, lapse, reopen) and the cases that change it."""

from muniment.rulebook.tables.case import changes, course

STEPS = (*course.STEPS, *changes.STEPS)
