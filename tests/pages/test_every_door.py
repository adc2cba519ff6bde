"""Every route in every role over HTTP, pairwise over stages and relations: denied by default.

What each may open is said here once more, in a table of its own and not by the code under test.
Offices and relations are walked along every route, and over the routes each meets every stage and
every relation: the rows form a Latin square, so that each pair of any two columns is in one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

import pytest
from django.test import Client
from django.urls import reverse

from muniment import models
from muniment.pages import audience
from muniment.pages.audience import Audience
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.test_routes import ARGUMENTS

As = Callable[[str], Client]
OFFICES = {**rows.OFFICES, "rita": Role.PROGRAMME_SIGNATORY, "ada": Role.ADMINISTRATOR}
PARTIES = {
    "alice": Role.APPLICANT,
    "supriya": Role.CO_APPLICANT,
    "edie": Role.SUPERVISOR,
    "tess": Role.TEAM_MEMBER,
    "conrad": Role.CONTRACTS_CONTACT,
    "sam": Role.SIGNING_OFFICIAL,
}
NAMES = (*OFFICES, *PARTIES, "stan")
STAGES = tuple(Stage)
RELATIONS = ("none", "recused", "team")
"""How somebody of the office stands to the request."""
FIRST = {Role.COORDINATOR, Role.STATISTICIAN, Role.POLICY_OFFICER}
ABOVE = {Role.AUDITOR, Role.ADMINISTRATOR, Role.DETERMINING_OFFICER}
LAST = {Role.PROGRAMME_SIGNATORY, Role.DATA_ENGINEER, Role.CHECKER, Role.FINANCE}
COMMITTEE = {Role.MEMBER, Role.CHAIR, Role.ACTING_CHAIR}
GATES = FIRST | ABOVE
DECIDING = ABOVE | {Role.COORDINATOR, Role.POLICY_OFFICER}
FULFILLING = ABOVE | {Role.COORDINATOR} | LAST - {Role.FINANCE}
TABS = {
    "office_request": FIRST | ABOVE | LAST,
    "office_application": FIRST | ABOVE,
    "office_completeness": GATES,
    "office_availability": GATES,
    "office_policy": GATES,
    "office_review": GATES,
    "office_decision": DECIDING,
    "office_agreement": DECIDING | {Role.PROGRAMME_SIGNATORY},
    "office_fees": ABOVE | {Role.COORDINATOR, Role.FINANCE},
    "office_release": FULFILLING,
    "office_after": FULFILLING | {Role.POLICY_OFFICER},
    "office_messages": FIRST | ABOVE,
    "office_history": FIRST | ABOVE | LAST,
    "office_history_csv": {Role.AUDITOR, Role.ADMINISTRATOR},
}
"""Whose work each tab of a request is; other pages of the office under a request are theirs too."""
HOUSE = {
    "office_queue": FIRST | ABOVE | LAST,
    "reports": ABOVE | {Role.COORDINATOR},
    "reports_csv": ABOVE | {Role.COORDINATOR},
    "settings": {Role.ADMINISTRATOR, Role.AUDITOR},
    "settings_roster": {Role.ADMINISTRATOR, Role.AUDITOR, Role.CHAIR},
    "settings_export": {Role.ADMINISTRATOR, Role.AUDITOR},
    "settings_edition": {Role.ADMINISTRATOR, Role.AUDITOR},
    "settings_edit": {Role.ADMINISTRATOR},
    "meeting_list": COMMITTEE | ABOVE | {Role.COORDINATOR},
    "review_list": COMMITTEE,
}
"""Pages of the office about no one request, and for whom they are."""
ENTERED = {"application_upload", "application_entered"}
"""Where the coordinator enters a form that came by mail, for its applicant to confirm."""
SHUT = {302, 404, 405}
"""What is not there may also lead to the page that comes first, which is a door of its own."""


@dataclass(frozen=True)
class Knock:
    """Somebody at a route, on a request at a stage."""

    route: str
    name: str
    stage: Stage
    relation: str

    @property
    def role(self) -> Role:
        return OFFICES.get(self.name) or PARTIES.get(self.name) or Role.ANYONE

    @property
    def is_party(self) -> bool:
        return self.name in PARTIES or (self.name in OFFICES and self.relation == "team")

    @property
    def opens(self) -> bool:
        """Whether the request itself is open to them, by office or by relation."""
        if self.name in PARTIES:
            return self.role is not Role.SIGNING_OFFICIAL or self.stage in ISSUED
        if self.name == "stan" or self.relation == "recused":
            return False
        if self.relation == "team":
            return True
        if self.stage is Stage.DRAFT:
            return False
        if self.role in COMMITTEE:
            return self.stage is Stage.IN_REVIEW
        return self.role in FIRST | ABOVE or self.stage in ISSUED


ISSUED = {Stage.BUILDING, Stage.CHECKING, Stage.ACTIVE, Stage.CLOSE_OUT, Stage.CLOSED}
"""The stages at which these tests' requests have an agreement that was sent."""


def knocks() -> Iterator[Knock]:
    """Each route with each name; the stage and the relation follow from both."""
    for (row, route), (column, name) in product(
        enumerate(sorted(audience.ROUTES)), enumerate(NAMES)
    ):
        stage = STAGES[(row + column) % len(STAGES)]
        relation = RELATIONS[(row + 2 * column) % len(RELATIONS)]
        yield Knock(route, name, stage, relation)


def may(knock: Knock) -> bool | None:
    """Whether they get a page; None where it hangs on more than role, stage and relation."""
    meant = audience.ROUTES[knock.route]
    of_request = "reference" in ARGUMENTS.get(knock.route, {})
    if meant is Audience.WRITERS:
        writes = knock.role in (Role.APPLICANT, Role.CO_APPLICANT)
        enters = knock.route in ENTERED and knock.role is Role.COORDINATOR and knock.opens
        return None if writes or enters else False
    if meant is Audience.COMMITTEE and of_request:
        seated = knock.role in COMMITTEE and not knock.is_party
        return None if seated and (knock.opens or knock.relation == "recused") else False
    if knock.route in TABS:
        return knock.role in TABS[knock.route] and knock.opens and not knock.is_party
    if meant is Audience.OFFICE and of_request:
        return None if knock.opens and not knock.is_party else False
    if knock.route in HOUSE:
        return knock.role in HOUSE[knock.route]
    if meant in (Audience.OFFICE, Audience.COMMITTEE, Audience.ENQUIRY_OFFICE):
        return None if knock.name in OFFICES else False
    if meant is Audience.CASE and of_request:
        return None if knock.opens else False
    if meant in (Audience.CASE, Audience.ADDRESSED):
        return None if knock.name in (*OFFICES, *PARTIES) else False
    return None  # open to anyone, or to anyone signed in: nothing here is to be denied


def test_the_rows_hold_every_pair_of_route_role_stage_and_relation() -> None:
    every = list(knocks())
    columns = {
        "route": sorted(audience.ROUTES), "name": NAMES, "stage": STAGES, "relation": RELATIONS,
    }  # fmt: skip
    for one, other in combinations(columns, 2):
        met = {(getattr(each, one), getattr(each, other)) for each in every}
        assert met == set(product(columns[one], columns[other])), (one, other)


def test_the_table_says_of_every_tab_and_every_page_of_the_house_whose_it_is() -> None:
    assert set(TABS) | set(HOUSE) <= set(audience.ROUTES)
    denied = [each for each in knocks() if may(each) is False]
    given = [each for each in knocks() if may(each) is True]
    assert len(denied) > 1_000
    assert {each.name for each in given} >= set(OFFICES) - {"max", "mia"}
    assert {each.name for each in denied} == set(NAMES)


@pytest.fixture
def house(office: rows.Office) -> dict[tuple[Stage, str], str]:
    """A request at each stage in each relation, by reference."""
    for name, role in (("rita", Role.PROGRAMME_SIGNATORY), ("ada", Role.ADMINISTRATOR)):
        office.people[name] = _person(office, name)
        models.RoleGrant.objects.create(
            person=office.people[name], programme=office.programme, role=role.value,
            from_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
        )  # fmt: skip
    office.people["conrad"] = _person(office, "conrad")
    return {
        (stage, relation): _request(office, stage, relation).reference
        for stage, relation in product(STAGES, RELATIONS)
    }


def _person(office: rows.Office, name: str) -> models.Person:
    return models.Person.objects.create_user(
        f"{name}@example.org", f"{name.title()} Example", institution=office.institution
    )


def _request(office: rows.Office, stage: Stage, relation: str) -> models.Case:
    case = office.case(stage, supervisor=office.people["edie"])
    office.joins(case, "tess")
    office.joins(case, "supriya", may_edit=True)
    contact = office.joins(case, "conrad")
    contact.project_role = "contracts contact"
    contact.save()
    if stage in ISSUED:
        sent = office.agrees(case)
        sent.text = "# Data Use Agreement\n\nTerms."
        sent.save()
    for name in OFFICES:
        if relation == "recused":
            office.declares(case, name, conflicted=True)
        elif relation == "team":
            office.joins(case, name)
    return case


@pytest.mark.slow
def test_every_door_is_shut_to_whoever_it_is_not_for_and_opens_to_the_others(
    office: rows.Office, as_: As, house: dict[tuple[Stage, str], str]
) -> None:
    wrong, browsers = [], {name: as_(name) for name in NAMES}
    for knock in knocks():
        expected, browser = may(knock), browsers[knock.name]
        browser.raise_request_exception = False
        arguments = dict(ARGUMENTS.get(knock.route) or {})
        if "reference" in arguments:
            arguments["reference"] = house[knock.stage, knock.relation]
        address = reverse(knock.route, kwargs=arguments)
        got = browser.get(address).status_code
        if "sign-out" in address or browser.session.is_empty():
            browsers[knock.name] = as_(knock.name)
        if got >= 500 or (expected is True and got != 200):
            wrong.append(f"{knock} {got}")
        if expected is False:
            posted = browser.post(address, {"do": "x"}).status_code
            if got not in SHUT or posted not in SHUT:
                wrong.append(f"{knock} {got} {posted}")
    assert wrong == []
