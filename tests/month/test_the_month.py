"""The month of the tutorial: two people, ten requests, each with another fate.

`docs/month.md` tells the same month. All that is asked for and done is asked for and done on pages.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.month.calendar import Month

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "month.md"
ROW = re.compile(r"^\| \d+ \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_two_people_take_ten_requests_through_a_month(month: "Month") -> None:
    from tests.month import office

    told = office.Told(month)
    told.first_week()
    told.second_week()
    told.third_week()
    told.fourth_week()
    assert told.fates() == dict(ROW.findall(PAGE.read_text(encoding="utf-8")))
