"""Policy: rules with their evidence, a person's word, questions, obligations, and every result
explained."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from muniment.demo import applying, judging, roads
from muniment.queries import schedule
from muniment.rulebook.words import Stage

if TYPE_CHECKING:
    from muniment.demo.story import Story
    from tests.world import World

As = Callable[[str], Client]


def at(story: "Story") -> str:
    return f"/office/{story.case.reference}/policy/"


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def run(world: "World", as_: As, **more: Any) -> "tuple[Story, Client]":
    """The policy officer at a request whose rules the system has run."""
    story, paula = world.after(judging.find_available, **more), as_("paula")
    assert paula.post(at(story), {"do": "run"}).status_code == 302
    return story, paula


def judged(page: Any, choice: str = "met", why: str = "Read and in order.") -> dict[str, str]:
    """The same word for every rule that a person judges."""
    keys = [each["judged"].key for each in page.context["rules"] if not each["judged"].automatic]
    given = {f"choice.{key}": choice for key in keys} | {f"text.{key}": why for key in keys}
    return {"do": "save", **given}


def test_the_rules_are_run_and_shown_with_their_evidence(world: "World", as_: As) -> None:
    story = world.after(judging.find_available)
    paula = as_("paula")
    assert paula.get(at(story)).context["main"] == "run"
    paula.post(at(story), {"do": "run"})
    page = paula.get(at(story))
    shown = text(page)
    assert (page.context["main"], page.context["gate"].unrun) == ("save", 0)
    assert "In which country?: US" in shown
    assert "Obligations that travel to the agreement" in shown
    assert "Keep the training of everybody with access current." in shown
    assert 'name="choice.territory"' not in shown  # the answers decide it
    assert 'name="choice.security"' in shown


def test_what_a_person_judges_needs_its_reason_and_opens_the_committee(
    world: "World", as_: As
) -> None:
    story, paula = run(world, as_)
    page = paula.get(at(story))
    silent = paula.post(at(story), judged(page, why=" "))
    assert "Say why." in text(silent)
    assert not story.case.findings.filter(automatic=False, result="met").exists()
    paula.post(at(story), judged(page))
    ready = paula.get(at(story))
    assert ready.context["main"] == "pass"
    rows = story.case.findings.count()
    paula.post(at(story), judged(ready))  # the same again changes nothing
    assert story.case.findings.count() == rows
    second = str(world.person("cora").public_id)
    paula.post(at(story), {"do": "pass", "pass-second_person": second})
    assert story.case.stage == Stage.IN_REVIEW
    paula.post(at(story), {"do": "back", "back-reason": "One rule was read wrongly."})
    assert story.case.stage == Stage.POLICY


def test_questions_are_gathered_and_sent_together(world: "World", as_: As) -> None:
    story, paula = run(world, as_)
    page = paula.get(at(story))
    posted = judged(page)
    posted |= {"choice.security": "ask", "text.security": "Which cloud?"}
    paula.post(at(story), posted)
    waiting = paula.get(at(story))
    assert waiting.context["main"] == "send"
    assert "Send 1 question" in text(waiting)
    today = schedule.today(story.case, timezone.now())
    late = {"do": "send", "due_on": today.isoformat()}
    assert paula.post(at(story), late).context["mistakes"] is not None
    due = today + timedelta(days=9)
    paula.post(at(story), {"do": "send", "due_on": due.isoformat()})
    question = story.case.questions.get(text="Which cloud?")
    assert (question.blocking, question.due_on) == (True, due)
    assert paula.get(at(story)).context["main"] == "save"


def test_a_question_gives_way_to_a_word(world: "World", as_: As) -> None:
    story, paula = run(world, as_)
    ask = {"do": "save", "choice.security": "ask", "text.security": "Which cloud?"}
    paula.post(at(story), ask)
    assert story.case.policy_questions.count() == 1
    met = {"do": "save", "choice.security": "met", "text.security": "No cloud: the plan says so."}
    paula.post(at(story), met)
    assert not story.case.policy_questions.exists()
    assert story.case.findings.filter(rule="security", result="met").exists()


def test_a_question_stays_where_the_word_is_refused(world: "World", as_: As) -> None:
    story, paula = world.after(applying.be_certified), as_("paula")
    ask = {"do": "save", "choice.security": "ask", "text.security": "Which cloud?"}
    paula.post(at(story), ask)
    met = {"do": "save", "choice.security": "met", "text.security": "No cloud: the plan says so."}
    assert paula.post(at(story), met).status_code == 409
    assert story.case.policy_questions.get().text == "Which cloud?"


def test_a_rule_that_is_not_met_denies_with_reason_and_notice(world: "World", as_: As) -> None:
    story, paula = run(world, as_)
    posted = judged(paula.get(at(story)))
    posted |= {"choice.security": "not_met", "text.security": "The place is open to everybody."}
    paula.post(at(story), posted)
    page = paula.get(at(story))
    assert page.context["main"] == "deny"
    deny = {"do": "deny", "deny-reason": "The place is not safe.", "deny-notice": "Denied.",
            "deny-second_person": str(world.person("cora").public_id)}  # fmt: skip
    assert paula.post(at(story), {**deny, "deny-notice": ""}).context["mistakes"] is not None
    paula.post(at(story), deny)
    assert story.case.stage == Stage.DENIED


def test_the_note_for_the_committee_is_kept(world: "World", as_: As) -> None:
    story, paula = run(world, as_)
    paula.post(at(story), {"do": "note", "text": "Strong data fit."})
    assert "Strong data fit." in text(paula.get(at(story)))
    assert "Strong data fit." not in text(as_("alice").get(f"/requests/{story.case.reference}/"))


def test_who_reads_along_sees_tags_and_takes_no_step(world: "World", as_: As) -> None:
    story, _ = run(world, as_)
    audra = as_("audra")
    page = audra.get(at(story))
    assert 'name="choice.security"' not in text(page)
    assert audra.post(at(story), {"do": "run"}).status_code == 409
    assert as_("fay").get(at(story)).status_code == 404


def test_before_its_gate_nothing_is_judged(world: "World", as_: As) -> None:
    story, paula = world.after(applying.be_certified), as_("paula")
    assert "The request is not at this gate." in text(paula.get(at(story)))
    assert paula.post(at(story), {"do": "run"}).status_code == 409


def test_every_result_is_explained_in_sentences(world: "World", as_: As) -> None:
    story, paula = run(world, as_)
    territory = text(paula.get(f"{at(story)}territory/"))
    assert "“In which country?” is US." in territory
    assert "Policy edition 2026.1, rule territory." in territory
    assert "The system, by the rule." in territory
    every = text(paula.get(at(story)))
    assert every.count("Compared in the strict mode") == 1
    assert "interoperability" not in every
    terms = text(paula.get(f"{at(story)}data-use-conditions/?dataset=sdtm-pilot"))
    assert "DUO:0000042" in terms
    for each in paula.get(at(story)).context["rules"]:
        one = each["judged"]
        answer = paula.get(f"{at(story)}{one.rule['id']}/?dataset={one.dataset}")
        assert answer.status_code == 200
    assert paula.get(f"{at(story)}no-such-rule/").status_code == 404
    assert paula.get(f"{at(story)}territory/?dataset=nowhere").status_code == 404
    assert as_("alice").get(f"{at(story)}territory/").status_code == 404
    assert Client().get(f"{at(story)}territory/").status_code == 401


def test_a_case_of_the_office_goes_to_its_decision(world: "World", as_: As) -> None:
    story, paula = run(world, as_, road=roads.EXPEDITED)
    paula.post(at(story), judged(paula.get(at(story))))
    page = paula.get(at(story))
    assert "Pass on for the office’s decision" in text(page)
    assert "Note for the committee" not in text(page)
    paula.post(at(story), {"do": "pass", "pass-second_person": str(world.person("cora").public_id)})
    assert story.case.stage == Stage.DETERMINATION


def test_more_results_cost_no_more_queries(world: "World", as_: As) -> None:
    from django.db import connection

    story, paula = run(world, as_)
    paula.get(at(story))
    with CaptureQueriesContext(connection) as once:
        paula.get(at(story))
    paula.post(at(story), {"do": "run"})
    with CaptureQueriesContext(connection) as twice:
        paula.get(at(story))
    assert len(once) == len(twice)
