"""Meetings of the committee: the calendar, one meeting as its reader may see it, its record.

A reader sees of an agenda what the door to each request lets them see: to whoever is recused, or
stands on the applicant's side, the item is not there.
"""

from .calendar import (
    LEADERS,
    ORGANIZERS,
    READERS,
    Place,
    Row,
    list_meetings,
    list_to_hear,
    list_to_sign,
    list_waiting,
    organized_by,
)
from .item import Opened, find_item
from .meeting import Item, Sitting, find_meeting

__all__ = [
    "LEADERS",
    "ORGANIZERS",
    "READERS",
    "Item",
    "Opened",
    "Place",
    "Row",
    "Sitting",
    "find_item",
    "find_meeting",
    "list_meetings",
    "list_to_hear",
    "list_to_sign",
    "list_waiting",
    "organized_by",
]
