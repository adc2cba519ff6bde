"""The office's queue: what is open, whose turn it is, how late; searched, filtered, counted.

Everything starts from `access.office_door`: what a person may not open is not counted either.
"""

from .listing import ROWS, Hand, Queue, Row, hands_of, open_queue
from .spelling import texts_in, words_of
from .views import View, find_view, list_views
from .wanted import ORDERS, TABS, Order, Tab, Wanted

__all__ = [
    "ORDERS",
    "ROWS",
    "TABS",
    "Hand",
    "Order",
    "Queue",
    "Row",
    "Tab",
    "View",
    "Wanted",
    "find_view",
    "hands_of",
    "list_views",
    "open_queue",
    "texts_in",
    "words_of",
]
