"""The programme: its editions, the people on its committee, and when two are asked for."""

from .editions import (
    activate_programme_edition,
    change_second_person_mode,
    found,
    load_edition,
    load_programme_edition,
    retire_programme_edition,
)
from .seats import end_seat, seat_member

__all__ = [
    "activate_programme_edition",
    "change_second_person_mode",
    "end_seat",
    "found",
    "load_edition",
    "load_programme_edition",
    "retire_programme_edition",
    "seat_member",
]
