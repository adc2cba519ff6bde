"""From rows held to rows that may leave: one engine session a part, lookups, methods, numbers.

Nothing here decides what a release is or writes a file of it; `release` does.
"""
