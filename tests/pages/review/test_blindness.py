"""Blindness is about reads: nothing tells a recused member, a fellow scorer or the undeclared.

As `privacy.md` B5 asks: every address with and without the hidden thing is identical; the same walk
by somebody who may know differs, and so does one's own with the protection off; and the walk has
been at every route that there is.
"""

from collections.abc import Callable

import pytest
from django.test import Client

from muniment import models
from muniment.pages import audience
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.review import crawl, scene

Browser = Callable[[str], Client]
pytestmark = pytest.mark.crawls
DOOR = {"account_logout", "sign_out"}
"""Routes that a walk must not take: whoever does is signed out."""


@pytest.fixture
def case(office: rows.Office) -> models.Case:
    """A request before the committee, with a meeting in the calendar."""
    made = scene.before_committee(office, declared=("chen",))
    by = {"made_at": rows.NOW, "made_by": office.acting("chen", Role.CHAIR)}
    models.Meeting.objects.create(
        programme=office.programme, held_on=rows.TODAY, chair=office.people["chen"], **by
    )
    assert made.reference == "CENTRA-2026-0001"  # which the table of routes names
    return made


@pytest.fixture
def knowing(case: models.Case, as_: Browser) -> Client:
    """Chen, from whom nothing is hidden: with a review of their own, and the others' opened."""
    chen = as_("chen")
    scene.hand_in(chen, case)
    chen.post(f"/reviews/{case.reference}/", {"do": "scores"})
    return chen


def mia_reviews(office: rows.Office, as_: Browser, case: models.Case) -> None:
    """Mia declares, opens, writes, hands in, and opens the others'; all through her own pages."""
    mia, here = as_("mia"), f"/reviews/{case.reference}/"
    mia.post(f"{here}conflict/", {"do": "declare", "said": "none"})
    scene.asks_for_review(office, case, "mia")
    mia.post(here, scene.sheet(do="draft", comment="Mia begins."))
    scene.hand_in(mia, case, value=2, comment="Mia says no.", leaning="deny")
    mia.post(here, {"do": "scores"})
    mia.post(f"{here}discussion/", {"do": "discuss", "text": "Mia says why."})


def life_goes_on(office: rows.Office, as_: Browser, case: models.Case) -> None:
    """All that can happen to a request before its committee, and the decision."""
    mia_reviews(office, as_, case)
    there = f"/reviews/{case.reference}/discussion/"
    as_("mia").post(there, {"do": "suggest", "text": "How long is the follow-up?"})
    one = case.suggestions.get()
    tab = f"/office/{case.reference}/review/"
    as_("paula").post(tab, {"do": "pass", "suggestion": one.pk, "text": "How long a follow-up?"})
    as_("paula").post(tab, {"do": "brief", "text": "Paula finds it strong."})
    as_("alice").post(
        f"/requests/{case.reference}/questions/{case.questions.get().pk}/", {"text": "Two years."}
    )
    by = {"made_at": rows.NOW, "made_by": office.acting("chen", Role.CHAIR)}
    meeting = models.Meeting.objects.get()
    models.AgendaItem.objects.create(meeting=meeting, case=case, order=1, **by)
    models.Vote.objects.create(
        case=case, round=1, meeting=meeting, member=office.people["mia"], choice="deny", **by
    )
    models.Recommendation.objects.create(
        case=case, round=1, meeting=meeting, outcome="denied", tally={"deny": 1}, reason="No.", **by
    )
    office.happened(models.Case.objects.get(pk=case.pk), "put_on_agenda", "record_recommendation")
    models.Case.objects.filter(pk=case.pk).update(
        stage=Stage.DETERMINATION.value, title="Age and dose, revised", due_on=rows.TODAY
    )


def test_the_walk_is_at_every_route_there_is(case: models.Case, as_: Browser) -> None:
    assert crawl.walk(as_("max")).routes >= set(audience.ROUTES) - DOOR


@pytest.mark.slow
def test_a_recused_member_learns_nothing_of_what_happens_then(
    office: rows.Office, as_: Browser, case: models.Case, knowing: Client
) -> None:
    word = office.declares(case, "max", conflicted=True)

    def happens() -> None:
        life_goes_on(office, as_, case)

    assert crawl.beside(as_("max"), happens) == set()
    assert crawl.beside(knowing, happens) != set()
    word.conflicted = False  # the protection off: the same person, the same walk
    word.save()
    assert crawl.beside(as_("max"), happens) != set()


@pytest.mark.slow
@pytest.mark.one_database
def test_a_recused_member_is_told_of_the_request_that_they_are_recused_and_no_more(
    office: rows.Office, as_: Browser, case: models.Case
) -> None:
    def happens() -> None:
        office.declares(case, "max", conflicted=True)

    case.stage = Stage.DRAFT.value  # as good as not there: a draft is its applicant's own
    case.submitted_on = None
    case.save()
    told = crawl.beside(as_("max"), happens)
    here = f"/reviews/{case.reference}/"
    pages = ("", "conflict/", "papers/", "discussion/", "reviewers/")
    assert told == {"/reviews/", *(here + page for page in pages)}


def test_no_mail_tells_a_recused_member_anything(
    office: rows.Office, as_: Browser, case: models.Case, knowing: Client
) -> None:
    office.declares(case, "max", conflicted=True)
    life_goes_on(office, as_, case)
    as_("cora").post(f"/office/{case.reference}/review/", {"do": "remind"})
    assert not office.people["max"].messages.exists()


@pytest.mark.slow
@pytest.mark.one_database
def test_somebody_recused_from_the_office_learns_nothing_either(
    office: rows.Office, as_: Browser, case: models.Case, knowing: Client
) -> None:
    word = office.declares(case, "cora", conflicted=True)

    def happens() -> None:
        life_goes_on(office, as_, case)

    assert crawl.beside(as_("cora"), happens) == set()
    word.delete()
    assert crawl.beside(as_("cora"), happens) != set()


@pytest.mark.slow
@pytest.mark.one_database
def test_a_fellow_scorer_cannot_tell_whether_a_review_is_in(
    office: rows.Office, as_: Browser, case: models.Case, knowing: Client
) -> None:
    office.declares(case, "max", conflicted=False)
    max_ = as_("max")
    max_.post(f"/reviews/{case.reference}/", {"do": "open"})
    scene.asks_for_review(office, case, "max", "mia")

    def happens() -> None:
        mia = as_("mia")
        mia.post(f"/reviews/{case.reference}/conflict/", {"do": "declare", "said": "none"})
        scene.hand_in(mia, case, value=2, comment="Mia says no.", leaning="deny")
        there = f"/reviews/{case.reference}/discussion/"
        mia.post(there, {"do": "discuss", "text": "Mia says why."})

    assert crawl.beside(max_, happens) == set()
    assert crawl.beside(knowing, happens) != set()
    scene.hand_in(max_, case)  # the protection off: one's own is in
    max_.post(f"/reviews/{case.reference}/", {"do": "scores"})
    assert crawl.beside(max_, happens) != set()


@pytest.mark.slow
@pytest.mark.one_database
def test_before_a_word_nothing_of_the_request_is_told_but_its_cover(
    office: rows.Office, as_: Browser, case: models.Case, knowing: Client
) -> None:
    by = {"made_at": rows.NOW, "made_by": office.acting("paula", Role.POLICY_OFFICER)}

    def happens() -> None:
        models.Section.objects.create(case=case, name="project", answers={"title": "Follow-up"})
        models.Availability.objects.create(
            part=case.parts.get(), outcome="available", verdict="sufficient",
            protected={"matching": {"says": "About 255 people match."}}, part_sha256="0" * 64,
            holding_sha256="0" * 64, **by,
        )  # fmt: skip
        office.asks(case, "Why exact age?", answer="Because.")
        as_("paula").post(f"/office/{case.reference}/review/", {"do": "brief", "text": "Strong."})

    assert crawl.beside(as_("max"), happens) == set()
    assert crawl.beside(knowing, happens) != set()
    as_("max").post(f"/reviews/{case.reference}/conflict/", {"do": "declare", "said": "none"})
    assert crawl.beside(as_("max"), happens) != set()  # the protection off: declared
