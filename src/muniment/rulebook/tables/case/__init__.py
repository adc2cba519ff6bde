"""The case as such: its course (hold, withdraw, lapse, reopen), the cases that change it,
and those that did not begin here.
"""

from muniment.rulebook.tables.case import changes, course, importing

STEPS = (*course.STEPS, *changes.STEPS, *importing.STEPS)
