"""Release: lines open, builds are made and checked, deliveries reach people. What was approved."""

from muniment.rulebook.tables.release import builds, deliveries, lines

STEPS = (*lines.STEPS, *builds.STEPS, *deliveries.STEPS)
