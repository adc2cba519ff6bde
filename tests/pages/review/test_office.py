"""Who reviews, for the office and the chair: ask, remind, recuse, pass on, read scores."""

from collections.abc import Callable

import pytest
from django.test import Client

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.review import scene
from tests.pages.review.scene import hand_in, text

Browser = Callable[[str], Client]


def tab(case: models.Case) -> str:
    return f"/office/{case.reference}/review/"


def kinds(office: rows.Office, name: str) -> list[str]:
    """The letters a person was sent."""
    return list(office.people[name].messages.order_by("pk").values_list("kind", flat=True))


def test_the_tab_shows_who_declared_was_asked_and_handed_in(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office, declared=("max", "mia"))
    scene.asks_for_review(office, case, "max", "mia")
    hand_in(as_("mia"), case)
    shown = text(as_("cora"), tab(case))
    assert "Max Example" in shown
    assert "1 member has not declared yet." in shown
    assert shown.count("mu-tag-good") == 3  # two declared, one handed in
    assert "The reviews are not open to the office now." in shown


@pytest.mark.parametrize("name", ["alice", "max", "stan", "fay", "dana"])
def test_the_tab_is_for_those_who_screen_and_oversee(
    office: rows.Office, as_: Browser, name: str
) -> None:
    case = scene.before_committee(office, declared=("max",))
    assert as_(name).get(tab(case)).status_code == 404
    assert as_(name).post(tab(case), {"do": "remind"}).status_code == 404
    assert Client().get(tab(case)).status_code == 401


def test_a_coordinator_asks_for_a_review(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max",))
    member = office.people["max"]
    sent = {"do": "assign", "member": member.public_id}
    assert as_("cora").post(tab(case), sent).status_code == 302
    assert case.assignments.get().person == member
    assert kinds(office, "max") == ["review-asked"]
    again = as_("cora").post(tab(case), sent)
    assert again.status_code == 409
    assert "Choose somebody from the list." in again.content.decode()


def test_the_auditor_reads_and_asks_nobody(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max",))
    assert "<form" not in text(as_("audra"), tab(case)).split("<main")[1]
    sent = {"do": "assign", "member": office.people["max"].public_id}
    assert as_("audra").post(tab(case), sent).status_code == 409


def test_after_the_review_nobody_is_asked(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max",))
    models.Case.objects.filter(pk=case.pk).update(stage=Stage.DETERMINATION.value)
    shown = text(as_("cora"), tab(case))
    assert "This step is open only at" in shown
    assert "Recuse somebody" in shown
    models.Case.objects.filter(pk=case.pk).update(stage=Stage.AGREEMENT.value)
    shown = text(as_("cora"), tab(case))
    assert "Max Example" in shown
    for each in ("This step is open only at", "Recuse somebody", "Remind them"):
        assert each not in shown


def test_whoever_is_missing_is_reminded_and_nobody_recused(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office, declared=("mia",))
    scene.asks_for_review(office, case, "mia")
    office.declares(case, "max", conflicted=True)
    assert as_("cora").post(tab(case), {"do": "remind"}).status_code == 302
    assert kinds(office, "mia") == kinds(office, "chen") == ["reminder"]
    assert kinds(office, "max") == []
    hand_in(as_("mia"), case)
    as_("cora").post(tab(case), {"do": "remind"})
    assert kinds(office, "mia") == ["reminder"]


@pytest.mark.parametrize(("name", "page"), [("cora", "office"), ("chen", "reviews")])
def test_the_coordinator_and_the_chair_recuse(
    office: rows.Office, as_: Browser, name: str, page: str
) -> None:
    case = scene.before_committee(office, declared=("max", "chen"))
    where = tab(case) if page == "office" else f"/reviews/{case.reference}/reviewers/"
    sent = {"do": "recuse", "member": office.people["max"].public_id, "kind": "work"}
    assert as_(name).post(where, {**sent, "reason": " "}).status_code == 409
    assert as_(name).post(where, {**sent, "kind": "", "reason": "A paper."}).status_code == 409
    assert as_(name).post(where, {**sent, "reason": "A paper together."}).status_code == 302
    word = case.declarations.get(superseded_at__isnull=True, member=office.people["max"])
    assert (word.conflicted, word.kind, word.reason) == (True, "work", "A paper together.")
    assert "You are recused since" in text(as_("max"), f"/reviews/{case.reference}/")
    assert "A paper together." not in text(as_("max"), f"/reviews/{case.reference}/")
    assert kinds(office, "max") == ["recused"]


def test_a_member_s_question_is_passed_on_in_the_office_s_name(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office, declared=("max",))
    there = f"/reviews/{case.reference}/discussion/"
    as_("max").post(there, {"do": "suggest", "text": "Why this year?"})
    assert kinds(office, "cora") == ["question-suggested"]
    sent = {"do": "pass", "suggestion": case.suggestions.get().pk, "text": "Why this one year?"}
    assert as_("cora").post(tab(case), {**sent, "blocking": "1"}).status_code == 302
    question = case.questions.get()
    assert (question.text, question.blocking) == ("Why this one year?", True)
    asked = text(as_("alice"), f"/requests/{case.reference}/")
    assert "Why this one year?" in asked
    assert "Max" not in asked
    assert "Passed on" in text(as_("max"), there)
    assert as_("cora").post(tab(case), sent).status_code == 409
    assert case.questions.count() == 1


def test_a_question_is_kept_back_with_a_reason(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max",))
    there = f"/reviews/{case.reference}/discussion/"
    as_("max").post(there, {"do": "suggest", "text": "Why this year?"})
    sent = {"do": "keep", "suggestion": case.suggestions.get().pk}
    assert as_("cora").post(tab(case), {**sent, "reason": ""}).status_code == 409
    as_("cora").post(tab(case), {**sent, "reason": "It is answered in the protocol."})
    assert "It is answered in the protocol." in text(as_("max"), there)
    assert as_("cora").post(tab(case), {**sent, "suggestion": "9999"}).status_code == 404
    assert as_("cora").post(tab(case), {**sent, "suggestion": "x"}).status_code == 404


def test_the_office_s_note_is_for_the_committee(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max",))
    as_("stella").post(tab(case), {"do": "brief", "text": "A strong fit."})
    assert "A strong fit." in text(as_("max"), f"/reviews/{case.reference}/")
    assert "A strong fit." not in text(as_("alice"), f"/requests/{case.reference}/")
    as_("stella").post(tab(case), {"do": "brief", "text": ""})
    assert "Note from the office" not in text(as_("max"), f"/reviews/{case.reference}/")
    assert as_("audra").post(tab(case), {"do": "brief", "text": "Mine."}).status_code == 409


def test_the_office_reads_the_scores_once_everybody_asked_has_handed_in(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office, declared=("max", "mia"))
    scene.asks_for_review(office, case, "max", "mia")
    hand_in(as_("mia"), case, comment="Mia says yes.")
    assert "Mia says yes." not in text(as_("cora"), tab(case))
    hand_in(as_("max"), case)
    assert "Mia says yes." in text(as_("cora"), tab(case))


@pytest.mark.parametrize(
    ("rule", "before", "after"), [("never", False, False), ("decided", False, True)]
)
def test_a_programme_may_keep_the_scores_from_its_office(
    office: rows.Office, as_: Browser, rule: str, before: bool, after: bool
) -> None:
    set_rule(office, staff_see_scores=rule)
    case = scene.before_committee(office, declared=("mia",))
    hand_in(as_("mia"), case, comment="Mia says yes.")
    assert ("Mia says yes." in text(as_("cora"), tab(case))) is before
    models.Case.objects.filter(pk=case.pk).update(stage=Stage.DETERMINATION.value)
    assert ("Mia says yes." in text(as_("cora"), tab(case))) is after


def test_a_coordinator_with_a_seat_stays_blind_until_their_own_is_in(
    office: rows.Office, as_: Browser
) -> None:
    models.RoleGrant.objects.create(
        person=office.people["cora"], programme=office.programme, role=Role.MEMBER.value,
        from_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    case = scene.before_committee(office, declared=("mia", "cora"))
    hand_in(as_("mia"), case, comment="Mia says yes.")
    shown = text(as_("cora"), tab(case))
    assert "shown to you once your own review is in" in shown
    assert "Mia says yes." not in shown
    hand_in(as_("cora"), case)
    assert "Mia says yes." in text(as_("cora"), tab(case))


@pytest.mark.parametrize(("mode", "asks"), [("none", False), ("comments", True)])
def test_a_committee_that_gives_no_scores(
    office: rows.Office, as_: Browser, mode: str, asks: bool
) -> None:
    set_rule(office, scoring=mode)
    case = scene.before_committee(office, declared=("max",))
    shown = text(as_("max"), f"/reviews/{case.reference}/")
    assert "score.scientific-merit" not in shown
    assert ("Submit my review" in shown) is asks
    sent = {"do": "hand-in", "comment": "A good plan."}
    answer = as_("max").post(f"/reviews/{case.reference}/", sent)
    assert answer.status_code == (302 if asks else 409)
    there = f"/reviews/{case.reference}/discussion/"
    assert as_("max").post(there, {"do": "discuss", "text": "A word."}).status_code == 302


def test_criteria_have_weights_where_the_programme_gives_them(
    office: rows.Office, as_: Browser
) -> None:
    sections = rows.bundle().plain()
    criteria = sections["criteria"]["criteria"]
    criteria[0]["weight"] = 3
    rows.put_in_force(office, sections)
    case = scene.before_committee(office, declared=("max",))
    assert "weight 3" in text(as_("max"), f"/reviews/{case.reference}/")
    hand_in(as_("max"), case, value=3, **{f"score.{criteria[0]['id']}": 5})
    as_("max").post(f"/reviews/{case.reference}/", {"do": "scores"})
    assert "Mean over all criteria: 4.00" in text(as_("max"), f"/reviews/{case.reference}/")


def set_rule(office: rows.Office, **rules: str) -> None:
    """The committee's rules of this programme, but for these."""
    sections = rows.bundle().plain()
    sections["committee"].update(rules)
    rows.put_in_force(office, sections)
