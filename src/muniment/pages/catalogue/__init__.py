"""The catalogue in the hands of the office that keeps it."""
