"""Who each page is for. A test compares this list with every route there is."""

from enum import StrEnum


class Audience(StrEnum):
    """The widest circle that a route answers with a page."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    CASE = "case"
    """Only those whom `queries.access` lets in; everyone else gets the same 404 as for a request
    that does not exist."""
    DEMO = "demo"
    """Only on loopback, in a home that the demo made, behind a one-time link."""


ROUTES = {
    "front": Audience.ANYONE,
    "data_list": Audience.ANYONE,
    "data_sheet": Audience.ANYONE,
    "how_access_works": Audience.ANYONE,
    "up": Audience.ANYONE,
    "sign_out": Audience.ANYONE,
    "request_list": Audience.SIGNED_IN,
    "request": Audience.CASE,
    "demo_link": Audience.DEMO,
    "demo_people": Audience.DEMO,
}
