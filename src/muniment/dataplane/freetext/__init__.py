"""Free text: find what may name somebody, show it to a reader, release what the reader approved.

Finding and releasing are apart on purpose: a detector marks places for a person to look at and has
no way to let a text out.
"""
