"""The narrow door to a draft: it opens for an office of the request's own programme, while held."""

from datetime import date

import pytest

from muniment import models
from muniment.queries import enquiries, specification
from muniment.rulebook.words import Role, Stage
from tests.pages import rows


@pytest.fixture
def office(db: None) -> rows.Office:
    return rows.office()


def described(office: rows.Office) -> models.Case:
    """A draft whose writer asked the office for a specification."""
    case = office.case(Stage.DRAFT)
    models.Enquiry.objects.create(
        programme=office.programme, asker=office.people["alice"], case=case, subject="Data",
        text="Everyone of at least 65.", due_on=rows.TODAY, made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    return case


def elsewhere(office: rows.Office, name: str, role: Role) -> None:
    """The same office in another programme, which has no edition in force yet."""
    other = models.Programme.objects.create(slug="other", name="Another library")
    models.RoleGrant.objects.create(
        person=office.people[name], programme=other, role=role.value, from_on=date(2026, 1, 1),
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def end(office: rows.Office, name: str) -> None:
    office.people[name].grants.update(ended_at=rows.NOW, ended_by=office.system)


def test_an_office_that_ended_here_opens_nothing_though_it_is_held_elsewhere(
    office: rows.Office,
) -> None:
    case, stella = described(office), office.people["stella"]

    def door() -> tuple[models.Case, Role] | None:
        return specification.find_drafting(stella, case.reference, now=rows.NOW)

    assert door() == (case, Role.STATISTICIAN)
    end(office, "stella")
    elsewhere(office, "stella", Role.STATISTICIAN)
    assert door() is None


def test_enquiries_are_read_in_the_programmes_where_the_office_is_held(
    office: rows.Office,
) -> None:
    described(office)
    cora, [row] = office.people["cora"], models.Enquiry.objects.all()
    assert [each.enquiry for each in enquiries.list_rows(cora, now=rows.NOW) or []] == [row]
    opened = enquiries.find_opened(cora, row.pk, now=rows.NOW)
    assert opened is not None
    assert opened.role == Role.COORDINATOR
    end(office, "cora")
    elsewhere(office, "cora", Role.COORDINATOR)
    assert enquiries.list_rows(cora, now=rows.NOW) == []
    assert enquiries.find_opened(cora, row.pk, now=rows.NOW) is None
    assert enquiries.list_rows(office.people["dana"], now=rows.NOW) is None
