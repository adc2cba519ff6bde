"""Screening: three gates with three owners, in an order that never changes."""

from muniment.rulebook.tables.screening import availability, completeness, policy

STEPS = (*completeness.STEPS, *availability.STEPS, *policy.STEPS)
