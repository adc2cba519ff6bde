"""The rulebook: who may do what, when, and why not. It knows nobody and imports nothing.

    words/        the vocabulary: stages, roles, tracks, facts, and the sentence of each refusal
    step.py       one row: by whom, at which stages, needing, never, next stage
    tables/       the rows, one table per room, in the order of the line
    reading.py    the interpreter: refusals, next_stage, open_steps
    hard_rules/   what no row may forget, as data and as sentences
    printing.py   the same rows as text, JSON, the manual's matrix and its diagrams

To change a rule, change its row, run `muniment rules` for the manual's pages, and read the diff.
"""
