"""Ask to change, renew or appeal: the page of the request's own side, over HTTP."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

ADDRESS = "/requests/CENTRA-2026-0001/changes/"
Browser = Callable[[str], Client]


@pytest.fixture
def case(office: rows.Office) -> models.Case:
    """Alice's request in active use; the programme has counted it."""
    models.Programme.objects.update(next_case_number=500)
    return office.case(Stage.ACTIVE)


def shown(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_a_change_is_begun_and_the_draft_opens(case: models.Case, as_: Browser) -> None:
    alice = as_("alice")
    text = shown(alice.get(ADDRESS))
    assert 'value="open_amendment"' in text
    assert 'value="open_renewal"' in text
    assert 'value="open_appeal"' not in text
    assert text.count("btn-primary") == 1
    posted = {"do": "open_amendment", "form": "open_amendment", "reason": "One more variable."}
    answer = alice.post(ADDRESS, posted)
    child = case.children.get()
    assert answer.headers["Location"] == f"/requests/{child.reference}/form/"
    text = shown(alice.get(ADDRESS))
    assert child.reference in text
    assert "One more variable." in text
    assert 'value="open_amendment"' not in text
    own = shown(alice.get(f"/requests/{child.reference}/changes/"))
    assert f'href="/requests/{case.reference}/"' in own
    assert ADDRESS in shown(alice.get(f"/requests/{case.reference}/"))


def test_without_a_word_nothing_begins(case: models.Case, as_: Browser) -> None:
    posted = {"do": "open_renewal", "form": "open_renewal", "reason": ""}
    answer = as_("alice").post(ADDRESS, posted)
    assert "Fill in “" in shown(answer)
    assert not case.children.exists()


def test_what_cannot_begin_now_says_why(case: models.Case, as_: Browser) -> None:
    alice = as_("alice")
    posted = {"do": "open_appeal", "form": "open_appeal", "reason": "Unfair."}
    answer = alice.post(ADDRESS, posted)
    assert answer.status_code == 409
    assert "open only at" in shown(answer)
    models.Case.objects.update(stage=Stage.SUBMITTED.value)
    assert "Nothing of this can begin now" in shown(alice.get(ADDRESS))


def test_an_appeal_may_be_begun_by_the_supervisor(
    case: models.Case, office: rows.Office, as_: Browser
) -> None:
    case.stage, case.supervisor = Stage.DENIED.value, office.people["sam"]
    case.save()
    posted = {"do": "open_appeal", "form": "open_appeal", "reason": "An error."}
    answer = as_("sam").post(ADDRESS, posted)
    assert answer.headers["Location"] == ADDRESS
    assert case.children.get().child_kind == "appeal"


def test_it_is_for_its_own_side_alone(case: models.Case, as_: Browser, client: Client) -> None:
    assert as_("stan").get(ADDRESS).status_code == 404
    assert as_("cora").get(ADDRESS).status_code == 404
    assert as_("alice").post(ADDRESS, {"do": "revoke"}).status_code == 404
    assert client.get(ADDRESS).status_code == 401


def test_more_children_cost_no_more_queries(
    case: models.Case, office: rows.Office, as_: Browser
) -> None:
    alice = as_("alice")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert alice.get(ADDRESS).status_code == 200
        return len(caught)

    made = {"parent": case, "child_kind": "amendment", "child_reason": "More."}
    office.case(Stage.DENIED, **made)
    queries()
    one = queries()
    for _ in range(4):
        office.case(
            Stage.CLOSED,
            applied_at=rows.NOW,
            applied_by=office.acting("cora", Role.COORDINATOR),
            **made,
        )
    assert queries() == one
