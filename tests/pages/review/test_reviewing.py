"""A member's pages: declare, open the papers, review alone, then read the others and discuss."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.review import scene
from tests.pages.review.scene import hand_in, text
from tests.pages.specification.conftest import described, hold

Browser = Callable[[str], Client]


def at(case: models.Case, page: str = "") -> str:
    return f"/reviews/{case.reference}/{page}"


def test_the_list_has_what_waits_first_and_one_way_to_it(office: rows.Office, as_: Browser) -> None:
    waiting = scene.before_committee(office)
    given = scene.before_committee(office, declared=("max",))
    scene.asks_for_review(office, given, "max")
    max_ = as_("max")
    assert "2 reviews wait for you" in text(max_, "/reviews/")
    hand_in(max_, given)
    shown = text(max_, "/reviews/")
    assert "1 review waits for you" in shown
    assert f'btn-primary" href="/reviews/{waiting.reference}/"' in shown
    assert shown.count("btn-primary") == 1
    assert "Handed in" in shown


def test_a_member_reads_what_became_of_a_request(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max",))
    models.Case.objects.filter(pk=case.pk).update(stage=Stage.ACTIVE.value)
    models.Determination.objects.create(
        case=case, round=1, outcome="approved", reason="Sound.", letter="Approved.",
        made_at=rows.NOW, made_by=office.acting("olga", Role.DETERMINING_OFFICER),
    )  # fmt: skip
    shown = text(as_("max"), "/reviews/")
    assert "Past decisions" in shown
    assert "Approved" in shown
    assert "Nothing waits for you" in shown
    assert "Nothing is asked of you here now" in text(as_("max"), at(case))


@pytest.mark.parametrize("page", ["", "conflict/", "papers/", "discussion/", "reviewers/"])
def test_a_review_is_for_members_only(office: rows.Office, as_: Browser, page: str) -> None:
    case = scene.before_committee(office, declared=("max", "chen"))
    for name in ("stan", "alice", "cora", "fay"):
        assert as_(name).get(at(case, page)).status_code == 404
        assert as_(name).post(at(case, page), {"do": "open"}).status_code in (404, 405)
    assert Client().get(at(case, page)).status_code == 401
    assert as_("chen").get(at(case, page)).status_code == 200
    assert as_("max").get(at(case, page)).status_code == (404 if page == "reviewers/" else 200)


def test_a_member_s_link_from_a_mail_leads_to_the_review(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office)
    answer = as_("max").get(f"/requests/{case.reference}/", follow=True)
    assert [where for where, _ in answer.redirect_chain] == [at(case), at(case, "conflict/")]


def test_before_a_word_there_is_the_cover_and_what_might_tie(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office)
    member = office.joins(case, "tess")
    member.name, member.person, member.email = "Max Example", None, "other@example.org"
    member.save()
    rival = office.case(Stage.POLICY, applicant=office.people["max"])
    staff = office.joins(case, "cora")
    shown = text(as_("max"), at(case, "conflict/"))
    for said in ("Age and dose", "Lakeside Institute", rival.reference, staff.name, "Max Example"):
        assert said in shown
    assert "AGE" not in shown
    for hidden in ("", "papers/", "discussion/"):
        assert as_("max").get(at(case, hidden))["Location"] == at(case, "conflict/")


def test_a_member_with_nothing_in_common_gets_no_hint(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office)
    office.people["max"].institution = None
    office.people["max"].save()
    office.case(Stage.WITHDRAWN, applicant=office.people["max"])
    assert "Look at this first" not in text(as_("max"), at(case, "conflict/"))


def test_declaring_opens_the_papers(office: rows.Office, as_: Browser) -> None:
    case, max_ = scene.before_committee(office), as_("max")
    answer = max_.post(at(case, "conflict/"), {"do": "declare", "said": "none"})
    assert answer["Location"] == at(case)
    said = case.declarations.get(member=office.people["max"])
    assert (said.conflicted, said.reason) == (False, "")
    assert case.opened.get().what == models.Opened.What.PAPERS
    assert "Submit my review" in text(max_, at(case))


def test_an_interest_is_named_and_the_chair_reads_it(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("chen",))
    sent = {"do": "declare", "said": "interest", "interest": "We met once."}
    as_("max").post(at(case, "conflict/"), sent)
    assert "We met once." in text(as_("max"), at(case, "conflict/"))
    assert "We met once." in text(as_("chen"), at(case, "reviewers/"))


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose one of the three answers."),
        ({"said": "interest"}, "Say what your interest is."),
        ({"said": "conflict", "reason": "A grant."}, "Choose what kind of conflict it is."),
        ({"said": "conflict", "kind": "work"}, "Say in a few words why."),
    ],
)
def test_half_a_declaration_is_none(
    office: rows.Office, as_: Browser, sent: dict[str, str], sentence: str
) -> None:
    case = scene.before_committee(office)
    answer = as_("max").post(at(case, "conflict/"), {"do": "declare", **sent})
    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert not case.declarations.exists()


def test_whoever_declares_a_conflict_gets_one_sentence_from_then_on(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office, declared=("max",))
    hand_in(as_("max"), case)
    sent = {"do": "declare", "said": "conflict", "kind": "work", "reason": "A grant."}
    as_("max").post(at(case, "conflict/"), sent)
    for page in ("", "conflict/", "papers/", "discussion/", "reviewers/"):
        shown = text(as_("max"), at(case, page))
        assert "You are recused since" in shown
        assert "Age" not in shown
    assert "You are recused" in as_("max").post(at(case), {"do": "open"}).content.decode()
    assert case.reviews.get().withdrawn_at is not None
    assert f"{case.reference}: you are recused since" in text(as_("max"), "/reviews/")


def test_papers_are_opened_on_record(office: rows.Office, as_: Browser) -> None:
    case, max_ = scene.before_committee(office), as_("max")
    office.declares(case, "max", conflicted=False)
    assert "Submit my review" not in text(max_, at(case))
    assert max_.get(at(case, "papers/"))["Location"] == at(case)
    assert max_.post(at(case), {"do": "open"})["Location"] == at(case, "papers/")
    assert case.opened.get().member == office.people["max"]
    shown = text(max_, at(case, "papers/"))
    assert "AGE is at least 65" in shown
    assert "To report results for women and men." in shown


def test_papers_show_figures_gates_answers_questions_note_and_files(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office, declared=("max",))
    by = {"made_at": rows.NOW, "made_by": office.acting("paula", Role.POLICY_OFFICER)}
    models.Section.objects.create(case=case, name="project", answers={"title": "Dose by age"})
    models.Availability.objects.create(
        part=case.parts.get(), outcome="available", verdict="sufficient",
        verdict_reason="Enough for the comparison.", exact={"matching": 7919},
        protected={"matching": {"says": "About 255 people match."}}, part_sha256="0" * 64,
        holding_sha256="0" * 64, **by,
    )  # fmt: skip
    rule = rows.bundle()["policy"]["rules"][0]
    models.PolicyFinding.objects.create(
        case=case, round=1, rule=rule["id"], edition="e", result="met", automatic=False,
        reason="Read and in order.", **by,
    )  # fmt: skip
    office.asks(case, "Why exact age?", answer="Because of dosing.")
    file = models.StoredFile.objects.create(
        sha256="a" * 64, size=10, media_type="application/pdf", verdict="clean", **by
    )
    models.Attachment.objects.create(
        case=case, file=file, purpose="protocol", name="protocol.pdf", **by
    )
    models.Briefing.objects.create(
        case=case, round=1, text="A strong fit.", saved_at=rows.NOW, saved_by=by["made_by"]
    )
    shown = text(as_("max"), at(case, "papers/"))
    for said in (
        "Dose by age", "About 255 people match.", "Sufficient", "Enough for the comparison.",
        rule["title"].split("'")[0], "Read and in order.", "Because of dosing.", "protocol.pdf",
        "A strong fit.",
    ):  # fmt: skip
        assert said in shown, said
    assert "7919" not in shown
    assert "These data describe no real person." not in shown
    case.parts.update(holding=hold(office, described()))
    rows.make_synthetic()
    assert "These data describe no real person." in text(as_("max"), at(case, "papers/"))
    assert "7,919" not in shown


def test_the_risk_of_the_asked_variables_is_named(office: rows.Office, as_: Browser) -> None:
    import json
    from importlib import resources

    case = scene.before_committee(office, declared=("max",))
    source = resources.files("muniment.holdings") / "sdtm-pilot" / "datapackage.json"
    models.Holding.objects.create(
        programme=office.programme, dataset_edition=case.parts.get().dataset_edition,
        slug="sdtm-pilot", edition="2026.1", kind="loaded", content_sha256="0" * 64, folder="f",
        descriptor=json.loads(source.read_text()), made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    shown = text(as_("max"), at(case, "papers/"))
    assert "Could help to recognize somebody" in shown
    assert "<code>subjects.AGE</code>" in shown


def test_a_draft_is_kept_and_nobody_else_s(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max", "mia"))
    sent = {"score.scientific-merit": "3", "comment": "So far so good.", "do": "draft"}
    as_("max").post(at(case), sent)
    assert "So far so good." in text(as_("max"), at(case))
    assert "So far so good." not in text(as_("mia"), at(case))
    assert not case.reviews.exists()
    saved = as_("max").post(at(case), {"comment": "More."}, headers={"X-Autosave": "1"})
    assert saved.json() == {"version": 0, "shown": []}
    assert case.review_drafts.get().written["comment"] == "More."


def test_an_incomplete_review_is_refused_and_stays_a_draft(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office, declared=("max",))
    sent = {**scene.sheet(), "score.team-qualifications": "", "comment": "Nearly."}
    answer = as_("max").post(at(case), sent)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Score the criterion" in shown
    assert "Nearly." in shown
    assert not case.reviews.exists()
    assert case.review_drafts.exists()


def test_a_review_is_refused_while_the_ballot_is_open(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max",))
    by = {"made_at": rows.NOW, "made_by": office.acting("chen", Role.CHAIR)}
    meeting = models.Meeting.objects.create(
        programme=office.programme, held_on=rows.TODAY, chair=office.people["chen"], **by
    )
    models.AgendaItem.objects.create(
        meeting=meeting, case=case, order=1, ballot_opened_at=rows.NOW,
        ballot_opened_by=by["made_by"], **by,
    )  # fmt: skip
    assert "ballot" in text(as_("max"), at(case))
    assert "Submit my review" not in text(as_("max"), at(case))
    told = as_("max").post(at(case), scene.sheet(do=""), headers={"X-Autosave": "1"})
    assert told.status_code == 409
    assert "ballot" in told.json()["refused"][0]
    assert not case.review_drafts.exists()


def test_the_others_reviews_open_with_one_s_own(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max", "mia", "chen"))
    hand_in(as_("mia"), case, comment="Mia says yes.")
    hand_in(as_("chen"), case, value=1, comment="Chen says no.", leaning="deny")
    max_ = as_("max")
    for page in ("", "papers/", "discussion/"):
        shown = text(max_, at(case, page))
        assert "says yes" not in shown
        assert "Mia" not in shown
    assert max_.post(at(case), {"do": "scores"}).status_code == 409
    hand_in(max_, case, value=5)
    assert "says yes" not in text(max_, at(case))
    assert max_.post(at(case), {"do": "scores"}).status_code == 302
    shown = text(max_, at(case))
    assert "Mia says yes." in shown
    assert "Outlier" in shown
    assert "Far apart" in shown
    assert "Leans to: Deny" in shown
    assert "Mean 3.33, from 1 to 5 (spread 4)" in shown
    assert "Mean over all criteria: 3.33" in shown


def test_a_recused_member_s_scores_count_no_more_and_are_kept(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office, declared=("max", "mia"))
    hand_in(as_("mia"), case, value=1, comment="Mia says no.")
    hand_in(as_("max"), case, value=5)
    as_("max").post(at(case), {"do": "scores"})
    assert "Mia says no." in text(as_("max"), at(case))
    sent = {"do": "declare", "said": "conflict", "kind": "gain", "reason": "Shares."}
    as_("mia").post(at(case, "conflict/"), sent)
    shown = text(as_("max"), at(case))
    assert "Mia says no." not in shown
    assert "Mean over all criteria: 5.00" in shown
    assert models.Review.objects.get(member=office.people["mia"]).scores.count() == 4


def test_a_review_is_changed_by_another_and_the_first_is_kept(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office, declared=("max",))
    hand_in(as_("max"), case, value=5)
    shown = text(as_("max"), at(case))
    assert "Change my review" in shown
    assert 'value="5" checked' in shown
    hand_in(as_("max"), case, value=3)
    assert case.reviews.count() == 2
    assert case.reviews.get(withdrawn_at__isnull=True).scores.first().value == 3


def test_the_discussion_opens_with_one_s_own_review(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max", "mia"))
    hand_in(as_("mia"), case)
    there = at(case, "discussion/")
    assert as_("mia").post(there, {"do": "discuss", "text": "A word."}).status_code == 302
    assert "A word." in text(as_("mia"), there)
    assert "A word." not in text(as_("max"), there)
    assert as_("max").post(there, {"do": "discuss", "text": "Mine."}).status_code == 409
    hand_in(as_("max"), case)
    assert "A word." in text(as_("max"), there)
    empty = as_("max").post(there, {"do": "discuss", "text": " "})
    assert empty.status_code == 409
    assert "Write what you want to say." in empty.content.decode()


def test_a_member_suggests_a_question_before_the_review_is_in(
    office: rows.Office, as_: Browser
) -> None:
    case = scene.before_committee(office, declared=("max", "mia"))
    there = at(case, "discussion/")
    as_("max").post(there, {"do": "suggest", "text": "Why this year?"})
    assert "Why this year?" in text(as_("max"), there)
    assert "With the office" in text(as_("max"), there)
    assert "Why this year?" not in text(as_("mia"), there)
    assert case.suggestions.get().made_by.person == office.people["max"]


def test_there_is_no_step_of_another_name(office: rows.Office, as_: Browser) -> None:
    case = scene.before_committee(office, declared=("max",))
    for page in ("", "conflict/", "discussion/"):
        assert as_("max").post(at(case, page), {"do": "approve"}).status_code == 404


@pytest.mark.parametrize("address", ["/reviews/", "/reviews/CENTRA-2026-0001/reviewers/"])
def test_more_rows_need_no_more_queries(office: rows.Office, as_: Browser, address: str) -> None:
    first = scene.before_committee(office, declared=("chen",))
    chen = as_("chen")
    chen.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert chen.get(address).status_code == 200
    for _ in range(3):
        case = scene.before_committee(office, declared=("chen", "max"))
        scene.asks_for_review(office, case, "max")
    for name in ("max", "mia"):
        office.declares(first, name, conflicted=False)
        scene.asks_for_review(office, first, name)
    with CaptureQueriesContext(connection) as many:
        assert chen.get(address).status_code == 200
    assert len(many) <= len(few)
