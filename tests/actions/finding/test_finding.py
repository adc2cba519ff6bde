"""The words that are kept of a request, when they change, and the views a person keeps."""

import pytest

from muniment import models
from muniment.actions import application, finding, questions, step
from muniment.actions.people import profile
from muniment.rulebook.words import Stage
from tests.world_front import START, Front, refusal_codes


def found(case: models.Case, word: str) -> list[bool]:
    """Whether the word is kept, and whether only of an answer."""
    return list(case.words.filter(word=word).values_list("in_answers", flat=True))


def change(front: Front, request: models.Case, field: str, text: str) -> models.Section:
    """The applicant changes one answer of the section that asks this field."""
    row = next(each for each in request.sections.all() if field in each.answers)
    return application.save_section(
        request, row.name, {**row.answers, field: text}, version=row.version,
        actor=front.alice, now=front.now,
    )  # fmt: skip


def test_submitting_keeps_the_words_of_title_people_and_answers(front: Front) -> None:
    request = front.submitted()
    assert found(request, "alice") == [False]
    assert found(request, request.reference.rsplit("-", 1)[1]) == [False]
    kept = request.words.filter(in_answers=True)
    assert kept.exists()
    assert not request.words.exclude(word__regex=r"^\w{2,40}$").exists()


def test_a_draft_has_no_words(front: Front) -> None:
    request = front.complete_draft()
    assert not request.words.exists()


def test_what_a_question_opens_is_found_as_it_is_changed(front: Front) -> None:
    request = front.submitted()
    questions.ask_blocking_question(
        request, "Which title?", actor=front.acting("cora"), now=front.now, about="title"
    )
    change(front, request, "title", "Telehealth among farmers")
    assert found(request, "telehealth") == [False]


def test_what_is_being_written_anew_is_not_found_before_it_is_sent(front: Front) -> None:
    request = front.submitted()
    field = "title"
    models.Case.objects.filter(pk=request.pk).update(stage=Stage.RETURNED.value)
    request.refresh_from_db()
    row = next(each for each in request.sections.all() if field in each.answers)
    row.answers = {**row.answers, "aims": "Zebrafish"}
    row.save()
    finding.keep_words(request)
    assert found(request, "zebrafish") == []
    models.Case.objects.filter(pk=request.pk).update(stage=Stage.POLICY.value)
    request.refresh_from_db()
    finding.keep_words(request)
    assert found(request, "zebrafish") == [True]


def test_a_new_name_is_found_and_the_old_one_only_where_it_was_written(front: Front) -> None:
    request = front.submitted()
    profile.change_profile(front.people["alice"], name="Zuzana Nováková")
    assert found(request, "novakova") == [False]
    assert found(request, "alice") == [True]


def test_requests_without_words_get_theirs_once(front: Front) -> None:
    request = front.submitted()
    request.words.all().delete()
    assert finding.keep_missing_words() == 1
    assert found(request, "alice") == [False]
    assert finding.keep_missing_words() == 0


def test_a_request_of_no_institution_has_words_too(front: Front) -> None:
    request = front.submitted()
    request.institution = None
    finding.keep_words(request)
    assert found(request, "alice") == [False]


def test_a_view_is_kept_replaced_and_forgotten(front: Front) -> None:
    cora = front.people["cora"]
    view = finding.keep_view(cora, " Late ", {"tab": "late", "page": "3"}, now=START)
    assert (view.name, view.asked) == ("Late", {"tab": "late"})
    assert (view.made_at, view.made_by.person) == (START, cora)
    again = finding.keep_view(cora, "Late", {"tab": "mine"}, now=START)
    assert (again.pk, again.asked) == (view.pk, {"tab": "mine"})
    finding.forget_view(view)
    assert not cora.views.exists()


def test_a_view_without_a_name_and_one_too_many_are_refused(front: Front) -> None:
    cora = front.people["cora"]
    codes = refusal_codes(lambda: finding.keep_view(cora, " ", {}, now=START))
    assert codes == ["view-unnamed"]
    for number in range(finding.MOST_VIEWS):
        finding.keep_view(cora, f"View {number}", {}, now=START)
    with pytest.raises(step.Refused):
        finding.keep_view(cora, "One more", {}, now=START)
    finding.keep_view(cora, "View 3", {"tab": "late"}, now=START)
    assert cora.views.count() == finding.MOST_VIEWS
