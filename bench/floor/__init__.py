"""The floor: what bare Django needs for the same thing, as an app beside Muniment's."""
