"""Whoever signs for an institution finds their agreements from any page."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.pages import rows

As = Callable[[str], Client]
LINK = 'href="/sign/"'


def test_a_verified_official_has_the_link_on_top(office: rows.Office, as_: As) -> None:
    institution = office.institution
    institution.official = office.people["sam"]
    institution.official_verified_at, institution.official_verified_by = rows.NOW, office.system
    institution.save()
    assert LINK in as_("sam").get("/data/").content.decode()


@pytest.mark.parametrize("name", ["alice", "stan", "cora"])
def test_for_everybody_else_it_is_not_there(office: rows.Office, as_: As, name: str) -> None:
    office.institution.official = office.people["stan"]  # named, not verified
    office.institution.official_verified_at = office.institution.official_verified_by = None
    office.institution.save()
    assert LINK not in as_(name).get("/data/").content.decode()
