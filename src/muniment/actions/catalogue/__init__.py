"""The catalogue: what the information list names, and the holdings behind it."""

from .holding import describe_holding, load_holding, publish_counts
from .interest import register_interest, tell_interested
from .listing import (
    UNDATED,
    announce_edition,
    follow_list,
    open_edition,
    plain,
    publish_list_edition,
    tighten_restriction,
)
from .publication import download_publication
from .recalling import Recall, correct_edition, withdraw_edition

__all__ = [
    "UNDATED",
    "Recall",
    "announce_edition",
    "correct_edition",
    "describe_holding",
    "download_publication",
    "follow_list",
    "load_holding",
    "open_edition",
    "plain",
    "publish_counts",
    "publish_list_edition",
    "register_interest",
    "tell_interested",
    "tighten_restriction",
    "withdraw_edition",
]
