"""Figures: each is CPU per unit of work, as a ratio to its own baseline in the same run."""
