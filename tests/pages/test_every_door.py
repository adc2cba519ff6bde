"""Every route in every role over HTTP, pairwise over stages and relations: denied by default.

What each may open is said here once more, in a table of its own and not by the code under test.
Offices and relations are walked along every route, and over the routes each meets every stage and
every relation: the rows form a Latin square, so that each pair of any two columns is in one.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, cycle, product

import pytest
from django.test import Client
from django.urls import resolve, reverse

from muniment import models
from muniment.pages import audience
from muniment.pages.audience import Audience
from muniment.rulebook import reading
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.test_routes import ARGUMENTS

As = Callable[[str], Client]
pytestmark = pytest.mark.crawls
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
TO_READ = {*TABS, *HOUSE} - {"office_after"}
"""Pages on which an auditor only reads; on the other one they record an audit."""
SUBMITS = ("submit", "submit_again", "resubmit_for_availability")
TURNS = 3
"""Wrong stages that each route is met with."""
ENTERED = {"application_upload", "application_entered"}
"""Where the coordinator enters a form that came by mail, for its applicant to confirm."""
READERS = {
    role
    for role in Role
    if not any(
        role in step.by
        for step in reading.STEPS.values()
        if step.room != "people" and step.name != "record_audit"
    )
}
"""Offices to which the rulebook gives nothing to do on a request or in the house but that."""
SHUT = {404, 405}
"""What everybody gets where there is nothing for them, whether they look or post."""
REFUSED = {200, *SHUT, 409}
"""What a reader's post comes to; 200 is the same page again, with what its form still lacks."""


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
    def only_reads(self) -> bool:
        """Whether the rulebook gives their role no step, and the page is theirs to read."""
        return self.role in READERS and self.route in TO_READ and may(self) is True

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
            from_on=date(2026, 1, 1), made_at=rows.NOW, made_by=office.system,
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


def deeds_of(route: str) -> Iterator[str]:
    """What can be posted there as `do`, in turn and for ever: the steps of the page behind it."""
    view = resolve(reverse(route, kwargs=ARGUMENTS.get(route) or {})).func
    module = vars(sys.modules[view.__module__]).items()
    tables = [each for name, each in module if type(each) is dict and not name.startswith("__")]
    named = {key for table in tables for key, step in table.items() if callable(step)}
    return cycle(sorted(each for each in named if isinstance(each, str)) or ["x"])


def test_what_is_posted_are_the_steps_of_the_page() -> None:
    assert next(deeds_of("office_availability")) == "back"
    known = [route for route in audience.ROUTES if next(deeds_of(route)) != "x"]
    assert len(known) > 30
    assert Role.AUDITOR in READERS


@pytest.mark.slow
@pytest.mark.one_database
def test_every_door_is_shut_to_whoever_it_is_not_for_and_opens_to_the_others(
    office: rows.Office, as_: As, house: dict[tuple[Stage, str], str]
) -> None:
    wrong, browsers = [], {name: as_(name) for name in NAMES}
    deeds = {route: deeds_of(route) for route in audience.ROUTES}
    entries = models.Entry.objects.count()
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
        if expected is False or knock.only_reads:
            posted = browser.post(address, {"do": next(deeds[knock.route])})
            shut = SHUT if expected is False else REFUSED
            if posted.status_code not in shut or (not expected and got not in SHUT):
                wrong.append(f"{knock} {got} {posted.status_code}")
    assert wrong == []
    assert models.Entry.objects.count() == entries, "somebody did what was not theirs to do"


WRITES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "application_section": (("confirm_entry",), {"version": "0", "title": "Another title"}),
    "application_check": (SUBMITS, {}),
    "application_edition": (("keep_edition",), {"edition": "kept"}),
    "application_entered": (("confirm_entry",), {}),
    "application_withdraw": (("withdraw",), {}),
    "specification_add": (("choose_dataset",), {"edition": "EDITION"}),
    "specification_confirm": (("confirm_specification",), {"sha256": "SHA256"}),
    "specification_paper": (("choose_dataset",), {"version": "1", "document": "DOCUMENT"}),
    "specification_part": (("choose_dataset",), {"version": "1", "do": "save", "v": "AGE"}),
    "specification_remove": (("choose_dataset",), {}),
    "specification_words": (("choose_dataset",), {"words": "Everybody over sixty."}),
    "team": (("invite_to_team",),
             {"name": "Nia New", "email": "nia@example.org", "project_role": "analyst"}),
    "team_supervisor": (("invite_to_team",), {}),
}  # fmt: skip
"""What an applicant posts where, and the steps of the rulebook at whose stages it may be taken."""
REFUSES = re.compile(r'role="alert"|mu-note-warn|mu-errors|Nothing waits for you to confirm.')


@pytest.mark.parametrize("route", WRITES)
def test_what_comes_at_the_wrong_stage_is_refused_in_a_sentence_and_changes_nothing(
    office: rows.Office, as_: As, route: str
) -> None:
    steps, given = WRITES[route]
    right = {stage for name in steps for stage in reading.STEPS[name].at}
    wrong = [stage for stage in STAGES if stage not in right]
    first = sorted(WRITES).index(route)
    alice = as_("alice")
    alice.raise_request_exception = False
    for turn in range(TURNS):
        stage = wrong[(first + turn * len(wrong) // TURNS) % len(wrong)]
        case = office.case(stage, supervisor=office.people["edie"])
        arguments = ARGUMENTS[route] | {"reference": case.reference}
        entries, asked = models.Entry.objects.count(), asked_by(case)
        answer = alice.post(reverse(route, kwargs=arguments), filled(given, case), follow=True)
        assert answer.status_code in (200, 409), (route, stage, answer.status_code)
        assert REFUSES.search(answer.content.decode()), (route, stage)
        assert models.Entry.objects.count() == entries, (route, stage)
        kept = models.Case.objects.get(pk=case.pk)
        assert (kept.stage, kept.title) == (case.stage, case.title), (route, stage)
        assert not kept.sections.exists(), (route, stage)
        assert not kept.team.exists(), (route, stage)
        assert asked_by(kept) == asked, (route, stage)


def asked_by(case: models.Case) -> list[object]:
    """What a request asks for, in a specification or in words, and by whom it was confirmed."""
    versions = case.specifications.order_by("version")
    return [
        *versions.values_list("version", "document", "confirmed_at"),
        *case.parts.order_by("pk").values_list("part_id", "status", "dataset_edition"),
        *case.enquiries.order_by("pk").values_list("text"),
    ]


def filled(given: dict[str, str], case: models.Case) -> dict[str, str]:
    """What is posted, with the words that only the request knows."""
    present = case.specifications.latest("version")
    known = {
        "EDITION": str(models.DatasetEdition.objects.earliest("pk").pk),
        "SHA256": present.sha256,
        "DOCUMENT": present.document,
    }
    return {name: known.get(value, value) for name, value in given.items()}
