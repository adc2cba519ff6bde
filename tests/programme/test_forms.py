"""The application form: what is missing and what does not fit, each as one sentence."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.programme import forms
from tests.programme import shipped
from tests.programme.answers import FILE, PERSON, complete

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "email", "size", "kind", "x"]), inner)
    ),
    max_leaves=6,
)


def missing(answers: dict[str, dict[str, Any]]) -> list[str]:
    return [refusal.sentence for refusal in forms.missing(shipped.bundle(), answers)]


def misfits(answers: dict[str, dict[str, Any]]) -> list[str]:
    return [refusal.sentence for refusal in forms.validate(shipped.bundle(), answers)]


def test_complete_answers_have_nothing_missing_and_all_fits() -> None:
    assert missing(complete()) == []
    assert misfits(complete()) == []


def test_an_empty_form_misses_what_is_always_asked() -> None:
    refusals = forms.missing(shipped.bundle(), {})
    assert {refusal.code for refusal in refusals} == {"answer-missing"}
    fields = [refusal.params["field"] for refusal in refusals]
    assert fields[0] == "request_kind"
    assert "supervisor" not in fields  # asked of trainees only
    assert misfits({}) == []


@pytest.mark.parametrize("nothing", ["", "  \n", None, [], {}])
def test_an_empty_answer_is_missing_and_fits(nothing: Any) -> None:
    answers = complete()
    answers["project"]["title"] = nothing
    assert missing(answers) == ['Answer "Title" in the section "The project".']
    assert misfits(answers) == []


def test_no_and_zero_are_answers() -> None:
    assert missing(complete(uses_cloud=False)) == []


def test_a_refusal_names_section_and_field_for_the_page() -> None:
    refusal = forms.missing(shipped.bundle(), complete(aims=None))[0]
    assert (refusal.params["section_id"], refusal.params["field"]) == ("project", "aims")


def test_a_trainee_is_asked_for_a_supervisor() -> None:
    answers = complete(applicant_class="trainee")
    assert missing(answers) == [
        'Answer "Training program" in the section "You".',
        'Answer "Supervisor" in the section "You".',
    ]
    answers["applicant"] |= {"training_program": "Fellowship", "supervisor": PERSON}
    assert missing(answers) == []


def test_an_individual_is_not_asked_for_an_institution() -> None:
    answers = complete(applicant_class="independent", lead_is_permanent=None)
    del answers["institution"]
    assert missing(answers) == []


def test_a_collaboration_asks_for_themes_and_for_no_data() -> None:
    answers = complete(request_kind="collaboration")
    for section in ("data", "security"):
        del answers[section]
    assert missing(answers) == [
        'Answer "Themes of the collaboration" in the section "What you ask for".',
        'Answer "What would we do together?" in the section "What you ask for".',
    ]


def test_a_declaration_must_be_agreed_to() -> None:
    refusals = forms.missing(shipped.bundle(), complete(policy_read=False))
    assert [refusal.code for refusal in refusals] == ["declaration-missing"]
    assert "I have read the sharing policy." in refusals[0].sentence


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": 7}, "must be text"),
        ({"title": "x" * 256}, "is longer than 255 characters; shorten it"),
        ({"title": "two\nlines"}, "must fit on one line"),
        ({"lay_summary": "word " * 251}, "has more than 250 words; shorten it"),
        ({"starts_on": "January"}, "must be a date, such as 2026-11-02"),
        ({"starts_on": "2026-02-30"}, "must be a date, such as 2026-11-02"),
        ({"starts_on": 20260104}, "must be a date, such as 2026-11-02"),
        ({"request_kind": "gift"}, "must be one of: Data only, Collaboration only, "
         "Data and collaboration"),
        ({"uses_cloud": "no"}, "must be yes or no"),
        ({"outputs": "paper"}, "must be a list of choices"),
        ({"outputs": ["paper", "paper"]}, "names the same choice twice"),
        ({"outputs": ["song"]}, "may hold only: Paper, Abstract at a meeting, Thesis, Report, "
         "Tool or model, Guideline or measure"),
        ({"institution_country": "UK"}, "must be a two-letter country code, such as US"),
        ({"protocol": FILE}, "must be a list of files"),
        ({"protocol": [FILE] * 4}, "may hold at most 3"),
        ({"protocol": ["plan.pdf"]}, "holds something that is not an uploaded file"),
        ({"protocol": [FILE | {"size": -1}]}, "holds something that is not an uploaded file"),
        ({"protocol": [FILE | {"name": "plan.exe"}]},
         'holds "plan.exe", which is none of: .pdf, .docx, .odt'),
        ({"protocol": [FILE | {"size": 30 * 1024**2}]},
         'holds "plan.pdf", which is larger than 25 MB'),
        ({"applicant": "Alice"}, "must name a person"),
        ({"applicant": {"name": "Alice"}}, "lacks the person's e-mail address"),
        ({"applicant": PERSON | {"email": "alice"}},
         "has a wrong email: it must be an e-mail address, such as name@example.org"),
        ({"applicant": PERSON | {"orcid": "0000-0002-1825-0098"}},
         "has a wrong orcid: it is not an ORCID iD that exists; look for a mistyped digit"),
        ({"applicant": PERSON | {"shoe_size": "43"}},
         "says 'shoe_size', which is not asked of a person"),
        ({"team": [{"name": "Tom"}]}, 'needs "E-mail" in row 1'),
        ({"team": "Tom"}, "must be a list of rows"),
        ({"team": ["Tom"]}, "has a row 1 that is not a row of answers"),
        ({"funders": [{"kind": "none", "lucky": "7"}]},
         "has a column 'lucky' in row 1 that the form does not ask for"),
        ({"funders": [{"kind": "none", "for_data": "lots"}]},
         'has a wrong "Amount meant for the data in dollars" in row 1: it must be a number, '
         "such as 12 or 0.5"),
        ({"funders": [{"kind": "none", "for_data": -1}]},
         'has a wrong "Amount meant for the data in dollars" in row 1: it must be at least 0'),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_fit_is_named(changes: dict[str, Any], said: str) -> None:
    refusals = forms.validate(shipped.bundle(), complete(**changes))
    assert said in [refusal.params["said"] for refusal in refusals]
    assert {refusal.params["field"] for refusal in refusals} == set(changes)
    assert {refusal.code for refusal in refusals} == {"answer-does-not-fit"}


def test_answers_nobody_asked_for_are_refused() -> None:
    answers = complete()
    answers["secrets"] = {"x": 1}
    answers["project"]["budget"] = "7"
    assert misfits(answers) == [
        "The section project does not ask for budget. Remove it.",
        "The form has no section secrets. Remove it.",
    ]


def test_braces_in_an_answer_do_not_break_the_sentence() -> None:
    answers = complete(protocol=[FILE | {"name": "{label}{0}.exe"}])
    assert '"{label}{0}.exe", which is none of' in misfits(answers)[0]


def test_only_answers_marked_for_the_register_are_published() -> None:
    shown = forms.published(shipped.bundle(), complete())
    assert set(shown) == {
        "applicant",
        "institution_name",
        "title",
        "lay_summary",
        "starts_on",
        "ends_on",
    }
    assert shown["applicant"] == {"name": "Alice Field"}


@given(st.data())
def test_no_answer_whatever_makes_the_form_fail(data: st.DataObject) -> None:
    everywhere = [one.field["id"] for one in forms.asked(shipped.bundle(), complete())]
    field = data.draw(st.sampled_from(everywhere))
    answers = complete(**{field: data.draw(ANYTHING)})
    for refusal in (
        *forms.missing(shipped.bundle(), answers),
        *forms.validate(shipped.bundle(), answers),
    ):
        assert refusal.sentence.endswith(".")
    forms.published(shipped.bundle(), answers)
