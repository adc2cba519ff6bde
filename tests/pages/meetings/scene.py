"""A committee of three with an alternate, and requests before it, as rows."""

from typing import Any

from django.test import Client

from muniment import models
from muniment.queries import asked
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

DAY = rows.TODAY.isoformat()
FREE = ("chen", "max", "mia")


def before_committee(
    office: rows.Office, title: str = "Age and dose", *, conflicted: tuple[str, ...] = ()
) -> models.Case:
    """A request that passed its gates and on which every member has declared."""
    case = office.case(Stage.IN_REVIEW, title=title)
    by = office.acting("paula", Role.POLICY_OFFICER)
    for gate in ("availability", "policy"):
        models.GatePass.objects.create(
            case=case, gate=gate, parts=asked.parts_by_hash(case),
            answers_sha256=asked.answers_sha256(case), made_at=rows.NOW, made_by=by,
        )  # fmt: skip
    for name in FREE:
        office.declares(case, name, conflicted=name in conflicted)
    return case


def stands_by(office: rows.Office, name: str = "edie") -> None:
    """This person sits where an alternate is called."""
    models.RoleGrant.objects.create(
        person=office.people[name], programme=office.programme, role="member", alternate=True,
        from_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def post(browser: Client, address: str, *, status: int = 302, **data: Any) -> str:
    """What comes of a form: where it leads, or the page with its reasons."""
    answer = browser.post(address, data)
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[-4000:])
    return answer["Location"] if status == 302 else answer.content.decode()


def text(browser: Client, address: str) -> str:
    """A page's own words."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def planned(office: rows.Office, browser: Client, *, chair: str = "chen", day: str = DAY) -> str:
    """The address of a meeting that was just planned."""
    return post(browser, "/meetings/", do="plan", held_on=day, place="Room 4",
                chair=office.people[chair].public_id)  # fmt: skip


def convened(
    office: rows.Office, browser: Client, *cases: models.Case, present: tuple[str, ...] = FREE
) -> str:
    """A meeting that is open, with these requests on its agenda and these people in the room."""
    address = planned(office, browser)
    for case in cases:
        post(browser, address, do="add", case=case.reference)
    post(browser, address, do="publish")
    post(browser, address, do="open")
    here = [office.people[name].public_id for name in present]
    post(browser, address, do="attend", present=here)
    return address
