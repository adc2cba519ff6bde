"""Where a program asks for a second person, the colleague confirms on a page of their own."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.actions import step
from muniment.actions.people import confirming
from muniment.jobs import clockwork
from muniment.programme import Bundle
from muniment.queries import facts
from muniment.queries.facts import seconds
from muniment.rulebook.words import Role
from tests.pages import rows
from tests.pages.decision import scene

As = Callable[[str], Client]
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def case(office: rows.Office) -> models.Case:
    """A request that the coordinator decides, in a program that always asks for two."""
    sections = rows.bundle().plain()
    sections["programme"]["second_person"]["mode"] = "always"
    bundle = Bundle.from_data(sections)
    models.EditionBundle.objects.update(canonical=bundle.canonical.decode())
    models.ProgrammeEdition.objects.update(sha256=bundle.sha256)
    scene.knows(office, "paula")
    made = scene.heard(office, track="expedited")
    return models.Case.objects.select_related("edition").get(pk=made.pk)


def decides(office: rows.Office, case: models.Case, **more: str) -> dict[str, str]:
    return scene.typed(second_person=office.people["paula"].public_id, **more)


def kept() -> list[tuple[object, str]]:
    """What is kept of what was typed, and where."""
    return list(models.Confirmation.objects.values_list("typed", "path"))


def ask(office: rows.Office, as_: As, case: models.Case) -> str:
    """Cora decides and names Paula; the page of the question that this puts to her."""
    answer = as_("cora").post(scene.tab(case), decides(office, case))
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return answer["Location"]


def test_naming_a_colleague_asks_them_and_decides_nothing(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    page = ask(office, as_, case)
    assert page == f"/office/confirmations/{models.Confirmation.objects.get().pk}/"
    assert not models.Determination.objects.exists()
    letter = models.Message.objects.get(kind="confirmation-asked")
    assert letter.to == office.people["paula"]
    assert page in letter.body.replace("\\", "")
    assert "Sound." not in letter.body
    assert "Nothing has happened yet" in scene.text(as_("cora"), page)


def test_once_confirmed_the_same_step_is_taken_from_the_page(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    page = ask(office, as_, case)
    assert "A colleague asks you to confirm 1 step" in scene.text(as_("paula"), "/office/")
    paula = scene.text(as_("paula"), page)
    for words in ("Cora Example asks you", "Sound.", "Dear Alice, it is so.", "Confirm this step"):
        assert words in paula
    assert paula.count("btn-primary") == 1
    assert kept()[0][1] == scene.tab(case)
    for none in ("Total forms", "before release"):
        assert none not in paula, "neither the form's own fields nor rows that say nothing"
    scene.post(as_("paula"), page, {"do": "confirm"})
    assert models.Entry.objects.filter(tag="people.confirm_as_second_person").count() == 1
    assert models.Message.objects.filter(kind="confirmation-answered").get().to.name == (
        "Cora Example"
    )
    cora = scene.text(as_("cora"), page)
    assert cora.count("btn-primary") == 1
    again = {unescape(name): unescape(value) for name, value in HIDDEN.findall(cora)}
    again.pop("csrfmiddlewaretoken", None)
    assert f'action="{scene.tab(case)}"' in cora
    scene.post(as_("cora"), scene.tab(case), again)
    made = models.Determination.objects.get()
    assert (made.reason, made.made_by.person) == ("Sound.", office.people["cora"])
    assert kept() == [([], "")], "what was typed is not kept once it is done"
    assert "The step was taken on" in scene.text(as_("paula"), page)
    assert "asks you to confirm" not in scene.text(as_("paula"), "/office/")


def test_a_word_holds_for_these_words_only_and_not_for_ever(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    page = ask(office, as_, case)
    scene.post(as_("paula"), page, {"do": "confirm"})
    other = as_("cora").post(scene.tab(case), decides(office, case, reason="Other."))
    assert other.status_code == 302
    assert other["Location"] not in (page, scene.tab(case))
    assert not models.Determination.objects.exists()
    given = models.Confirmation.objects.filter(confirmed_at__isnull=False)
    given.update(confirmed_at=rows.NOW - timedelta(days=15))
    late = as_("cora").post(scene.tab(case), decides(office, case))
    assert late["Location"].startswith("/office/confirmations/")
    assert not models.Determination.objects.exists()


def test_a_word_for_one_round_or_scope_is_none_for_the_next(
    office: rows.Office, case: models.Case
) -> None:
    cora, paula = office.acting("cora", Role.COORDINATOR), office.people["paula"]
    about = {"reason": "Sound.", "second_person": paula}
    here = facts.Situation("approve_by_office", case, cora, rows.NOW, about)
    models.Confirmation.objects.create(
        programme=office.programme, case=case, step=here.step, digest=seconds.digest(here),
        second=paula, path="/office/", made_at=rows.NOW, made_by=cora,
        confirmed_at=rows.NOW, confirmed_by=office.acting("paula", Role.POLICY_OFFICER),
    )  # fmt: skip
    assert seconds.given(here, paula).exists()
    case.round = 2
    assert not seconds.given(here, paula).exists()
    case.round = 1
    assert seconds.given(here, paula).exists()
    wider = case.specifications.latest("version")
    wider.pk, wider.version, wider.sha256 = None, wider.version + 1, "0" * 64
    wider.save()
    assert not seconds.given(here, paula).exists()


def test_another_day_for_a_condition_is_another_question(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    def asks(day: str) -> str:
        condition = {"conditions-1-text": "Report.", "conditions-1-due_on": day}
        given = decides(office, case, outcome="approved_with_conditions", **condition)
        return str(as_("cora").post(scene.tab(case), given)["Location"])

    page = asks("2031-01-01")
    assert asks("2031-01-01") == page
    scene.post(as_("paula"), page, {"do": "confirm"})
    assert asks("2032-01-01").startswith("/office/confirmations/")
    assert not models.Condition.objects.exists()
    asks("2031-01-01")
    assert models.Condition.objects.get().due_on.isoformat() == "2031-01-01"


def test_who_left_office_reads_no_question_any_more(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    page = ask(office, as_, case)
    assert as_("paula").get(page).status_code == 200
    office.people["paula"].grants.update(ended_at=rows.NOW, ended_by=office.system)
    assert as_("paula").get(page).status_code == 404
    assert as_("paula").post(page, {"do": "decline"}).status_code == 404


def test_asked_twice_for_the_same_it_is_one_question(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    assert ask(office, as_, case) == ask(office, as_, case)
    assert models.Message.objects.filter(kind="confirmation-asked").count() == 1


def test_who_asked_confirms_nothing_and_declined_stays_undone(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    page = ask(office, as_, case)
    refused = scene.post(as_("cora"), page, {"do": "confirm"}, status=409)
    assert "Not possible yet" in refused
    scene.post(as_("paula"), page, {"do": "decline"})
    assert kept() == [([], "")]
    assert "Paula Example declined on" in scene.text(as_("cora"), page)
    assert "answered already" in scene.post(as_("paula"), page, {"do": "confirm"}, status=409)
    assert "Take the step now" not in scene.text(as_("cora"), page)


@pytest.mark.parametrize("confirms_first", [True, False])
def test_two_answers_at_once_are_one_answer_and_a_sentence(
    office: rows.Office, as_: As, case: models.Case, confirms_first: bool
) -> None:
    ask(office, as_, case)
    both = [confirming.confirm_as_second_person, confirming.decline_to_confirm]
    first, second = both if confirms_first else both[::-1]
    read_first, read_second = (models.Confirmation.objects.get() for _ in both)
    paula = {"actor": office.acting("paula", Role.POLICY_OFFICER), "now": read_first.made_at}
    first(read_first, **paula)
    with pytest.raises(step.Refused) as refused:
        second(read_second, **paula)
    assert [reason.code for reason in refused.value.reasons] == ["answered-already"]
    row = models.Confirmation.objects.get()
    assert (row.confirmed_at is None, row.declined_at is None) == (
        not confirms_first,
        confirms_first,
    )
    assert models.Message.objects.filter(kind="confirmation-answered").count() == 1


def test_what_was_typed_is_forgotten_with_the_word(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    ask(office, as_, case)
    made = models.Confirmation.objects.get().made_at
    clockwork.go(clock=lambda: made + 2 * seconds.HOLDS)
    assert kept()[0][1] == scene.tab(case)
    clockwork.go(clock=lambda: made + 2 * seconds.HOLDS + timedelta(seconds=1))
    assert kept() == [([], "")]


def test_a_question_grows_old(office: rows.Office, as_: As, case: models.Case) -> None:
    page = ask(office, as_, case)
    models.Confirmation.objects.update(made_at=rows.NOW - timedelta(days=15))
    assert "asked too long ago" in scene.text(as_("paula"), page)
    assert "too long ago" in scene.post(as_("paula"), page, {"do": "confirm"}, status=409)
    assert ask(office, as_, case) != page


def test_it_is_there_for_its_two_people_alone(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    page = ask(office, as_, case)
    for name in ("stan", "alice", "stella", "audra", "max"):
        assert as_(name).get(page).status_code == 404
        assert as_(name).post(page, {"do": "confirm"}).status_code == 404
    assert Client().get(page).status_code == 401
    assert as_("stan").get("/office/confirmations/").status_code == 404
    office.declares(case, "paula", conflicted=True)
    assert as_("paula").get(page).status_code == 404
    assert case.reference not in scene.text(as_("paula"), "/office/confirmations/")


def test_a_recused_colleague_is_not_asked(office: rows.Office, as_: As, case: models.Case) -> None:
    key = office.people["paula"].public_id
    office.declares(case, "paula", conflicted=True)
    answer = as_("cora").post(scene.tab(case), scene.typed(second_person=key))
    assert answer.status_code == 409
    assert not models.Confirmation.objects.exists()


def test_where_one_person_may_act_alone_nobody_is_asked(office: rows.Office, as_: As) -> None:
    """The mode that ships asks only where somebody else holds the same office."""
    scene.knows(office, "paula")
    small = scene.heard(office, track="expedited")
    scene.post(as_("cora"), scene.tab(small), scene.typed())
    assert models.Determination.objects.get().made_by.person == office.people["cora"]
    assert not models.Confirmation.objects.exists()


def test_the_list_takes_as_many_queries_for_one_as_for_many(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    def queries() -> int:
        browser = as_("paula")
        with CaptureQueriesContext(connection) as captured:
            assert case.reference in scene.text(browser, "/office/confirmations/")
        return len(captured)

    ask(office, as_, case)
    before = queries()
    for reason in ("One.", "Two.", "Three."):
        as_("cora").post(scene.tab(case), decides(office, case, reason=reason))
    assert models.Confirmation.objects.count() == 4
    assert queries() == before


def test_an_office_that_cannot_be_asked_gets_the_sentence(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    refused = scene.post(as_("cora"), scene.tab(case), scene.typed(), status=409)
    assert "A second person has to confirm this first." in refused
    assert Role.COORDINATOR in {Role(each.role) for each in office.people["cora"].grants.all()}


def test_behind_the_pages_too_only_who_was_asked_answers_and_without_a_stake(
    office: rows.Office, as_: As, case: models.Case
) -> None:
    ask(office, as_, case)
    asked = models.Confirmation.objects.get()

    def codes(act: Callable[..., object], name: str) -> list[str]:
        actor = office.acting(name, rows.OFFICES[name])
        asked.programme.refresh_from_db()
        with pytest.raises(step.Refused) as caught:
            act(asked, actor=actor, now=asked.made_at)
        return [reason.code for reason in caught.value.reasons]

    for act in (confirming.confirm_as_second_person, confirming.decline_to_confirm):
        assert codes(act, "stella") == ["not-asked"]
    office.declares(case, "paula", conflicted=True)
    assert codes(confirming.confirm_as_second_person, "paula") == ["conflicted"]
    assert models.Confirmation.objects.get().confirmed_at is None
