"""A part of a specification in, one SQL expression tree out; nothing here runs a query.

Trees are built from nodes, never from text that a specification or a descriptor supplied:
`nodes` is the only module that touches names and values, and it quotes both.
"""
