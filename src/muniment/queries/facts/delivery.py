"""Facts of deliveries: who may have one, until when, and how they proved who they are."""

from datetime import timedelta

from muniment import models
from muniment.queries import release as releases
from muniment.rulebook.words import Fact

from .situation import Situation, reads


@reads(Fact.ACCESS_OPEN)
def access_open(here: Situation) -> bool:
    """The recipient is the one the delivery names, and might be named for it today as well."""
    delivery = _delivery(here)
    if here.person is None or delivery.recipient_id != here.person.pk:
        return False
    line = delivery.build.line
    bound = here.once(
        ("recipients", line.pk), lambda: releases.list_recipients(line, today=here.today)
    )
    return here.person in bound


@reads(Fact.DOWNLOAD_WINDOW_OPEN)
def download_window_open(here: Situation) -> bool:
    """A file is there and its last day is not over; to close the window it only has to be open."""
    delivery = _delivery(here)
    if here.step == "close_delivery":
        return delivery.closed_at is None
    packed = delivery.packed_at is not None and delivery.closed_at is None
    return bool(packed and here.today <= delivery.until_on)


@reads(Fact.SECOND_FACTOR_FRESH)
def second_factor_fresh(here: Situation) -> bool:
    """The time comes from the session that asks; without one no second factor was shown."""
    shown = here.given("second_factor_at")
    return shown is not None and timedelta(0) <= here.now - shown <= releases.FRESH


@reads(Fact.KEY_CONFIRMED)
def key_confirmed(here: Situation) -> bool:
    """A key is needed where the track, or the dataset for this class of applicant, asks for one."""
    if releases.find_confirmed_key(here.given("recipient")) is not None:
        return True
    return not releases.needs_key(here.case, [here.build.line.part])


def _delivery(here: Situation) -> models.Delivery:
    """The delivery of the step, read afresh: what counts is what the database holds now."""
    key = here.given("delivery").pk
    return here.once(("delivery", key), lambda: releases.get_delivery(key))
