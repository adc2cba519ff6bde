"""Standing requests: each new edition is looked at again and delivered without a new vote."""

import json
from datetime import timedelta
from functools import partial

import pytest

from muniment import models
from muniment.actions import payment, people, release, work
from muniment.demo import contracting, releasing
from muniment.queries import asked
from muniment.queries import release as releases
from muniment.rulebook.words import Role
from tests import series
from tests.actions.release import holders
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
STELLA = ("stella", Role.STATISTICIAN)
FAY = ("fay", Role.FINANCE)
DANA = ("dana", Role.DATA_ENGINEER)
ACTIVE = ("active", "active")


def system(world: World) -> dict[str, object]:
    return {"actor": people.system(), "now": world.house.now()}


def test_a_new_edition_is_prepared_and_the_applicant_is_told(world: World) -> None:
    story = series.delivered_once(world)
    edition = series.open_next(world)
    by = system(world)
    row = release.prepare_standing_delivery(story.part, edition, **by)
    part = row.line.part
    assert (part.follows, part.dataset_edition, part.status) == (story.part, edition, "following")
    assert (part.part_id, part.holding.edition) == ("p1.2", series.NEXT)
    assert row.line.agreement == story.agreement
    assert marked(row, "made") == by_and_at(by)
    values = {"part": "p1.2", "edition": series.NEXT, "line": row.line.public_id}
    tag = "release.prepare_standing_delivery"
    assert_entered(story.case, tag, by, stages=ACTIVE, values=values)
    assert letters_to(world.person("alice"))[-1] == "standing-news"
    assert models.Job.objects.get(kind="standing").payload == {"standing": row.pk}
    again = release.prepare_standing_delivery
    assert refused(lambda: again(story.part, edition, **system(world))) == ["standing-not-in-force"]


def test_the_next_delivery_is_the_lead_institution_s_also_where_another_one_joined(
    world: World,
) -> None:
    story = series.delivered_once(world)
    lead = story.agreement
    joinder = holders.joined(lead, models.Institution.objects.create(name="Riverside"))
    release.open_further_line(story.part, agreement=joinder, **world.by(*CORA))
    edition = series.open_next(world)
    row = release.prepare_standing_delivery(story.part, edition, **system(world))
    assert row.line.agreement == lead


def test_nothing_is_prepared_that_was_not_asked_for_or_is_not_open(world: World) -> None:
    story = series.delivered_once(world)
    edition = series.open_next(world)
    first = story.part.dataset_edition
    act = release.prepare_standing_delivery
    assert refused(lambda: act(story.part, first, **system(world))) == ["standing-not-in-force"]
    section = models.Section.objects.get(case_id=story.case_id, name="data")
    asked = section.answers["series_until"]
    world.house.clock.now += timedelta(days=400)
    assert refused(lambda: act(story.part, edition, **system(world))) == ["standing-not-in-force"]
    world.house.clock.now -= timedelta(days=400)
    section.answers |= {"delivery_rhythm": "once", "series_until": asked}
    section.save()
    assert refused(lambda: act(story.part, edition, **system(world))) == ["standing-not-in-force"]
    alice = world.by("alice", Role.APPLICANT)
    assert "not-your-step" in refused(lambda: act(story.part, edition, **alice))


def test_an_edition_without_a_holding_of_that_name_is_not_prepared(world: World) -> None:
    story = series.delivered_once(world)
    edition = series.open_next(world)
    models.Holding.objects.filter(edition=series.NEXT).update(slug="another")
    act = release.prepare_standing_delivery
    assert refused(lambda: act(story.part, edition, **system(world))) == ["no-holding"]


def test_the_job_finds_figures_and_risk_beside_what_left_earlier(world: World) -> None:
    _, row = series.prepared(world)
    assert row.error == ""
    assert row.risk["p1"]["within"] is True
    found = row.line.part.availabilities.get()
    assert (found.outcome, set(found.protected)) == ("available", {"matching"})
    assert releases.has_current_figures(row)
    assert not list((world.house.home / "staging").glob("series-*"))
    [earlier] = releases.list_earlier(row.line)
    prints = world.house.plant.receipts / f"{earlier}.trace.json"
    kept = prints.read_text()
    prints.write_text("{}")  # the rehearsal reads what the first delivery left, or says why not
    release.ask_to_look_again(row, **world.by(*STELLA))
    world.house.work_off()
    row.refresh_from_db()
    assert "holds no prints of a release" in row.error
    prints.write_text(kept)


def test_a_statistician_confirms_and_finance_computes_the_fee(world: World) -> None:
    story, row = series.prepared(world)
    act = release.plan_build
    plan = "{}"
    dana = world.by(*DANA)
    assert refused(lambda: act(row.line, plan=plan, **dana)) == ["standing-unchecked"]
    by, told = world.by(*STELLA), letters_to(world.person("alice"))
    release.confirm_standing_delivery(row, reason="As before.", **by)
    assert marked(row, "confirmed") == by_and_at(by)
    assert letters_to(world.person("alice")) == [*told, "standing-news"]
    values = {"line": row.line.public_id, "reason": "As before."}
    tag = "release.confirm_standing_delivery"
    assert_entered(story.case, tag, by, stages=ACTIVE, values=values)
    assert refused(lambda: act(row.line, plan=plan, **dana)) == ["standing-unchecked"]
    before = story.case.estimates.get(superseded_at__isnull=True)
    by = world.by(*FAY)
    release.price_standing_delivery(row, **by)
    assert marked(row, "priced") == by_and_at(by)
    estimate = row.estimate
    assert estimate is not None
    assert (estimate.version, estimate.order["deliveries"]) == (before.version + 1, 2)
    assert estimate.total_minor - before.total_minor == 15000
    values = {
        "line": row.line.public_id, "lines": estimate.lines, "total_minor": estimate.total_minor,
    }  # fmt: skip
    assert_entered(story.case, "release.price_standing_delivery", by, stages=ACTIVE, values=values)
    priced = release.price_standing_delivery
    assert refused(lambda: priced(row, **world.by(*FAY))) == ["priced-already"]


def test_it_is_looked_at_once_for_every_institution_that_has_a_line_of_it(world: World) -> None:
    story, row = series.prepared(world)
    joinder = holders.joined(story.agreement, models.Institution.objects.create(name="Riverside"))
    part = row.line.part
    openable = [each for each in releases.list_lines_to_open(story.case) if each[0] == part]
    assert openable == [(part, joinder)]
    told = letters_to(world.person("cora"))
    opens = release.open_further_line
    theirs = opens(asked.get_part(part.pk), agreement=joinder, **world.by(*CORA))
    assert releases.find_standing(theirs) == row
    plans = partial(release.plan_build, theirs, plan="{}")
    assert refused(lambda: plans(**world.by(*DANA))) == ["standing-unchecked"]
    release.confirm_standing_delivery(row, reason="As before.", **world.by(*STELLA))
    assert letters_to(world.person("cora")) == told, "no line of it is missing"
    release.price_standing_delivery(row, **world.by(*FAY))
    assert refused(lambda: plans(**world.by(*DANA))) == ["not-a-plan"]


def test_who_opens_lines_is_told_that_a_confirmed_edition_lacks_one(world: World) -> None:
    story, row = series.prepared(world)
    holders.joined(story.agreement, models.Institution.objects.create(name="Riverside"))
    told = letters_to(world.person("cora"))
    release.confirm_standing_delivery(row, reason="As before.", **world.by(*STELLA))
    assert letters_to(world.person("cora")) == [*told, "standing-news"]
    body = models.Message.objects.filter(to=world.person("cora")).latest("pk").body
    assert f"/office/{story.case.reference}/release/" in body.replace("\\", "")


def test_it_is_prepared_for_the_agreement_in_force_and_for_no_earlier_one(world: World) -> None:
    """The first delivery was under version 1, which everybody has signed anew since."""
    story = series.delivered_once(world)
    first = story.agreement
    contracting.draft(story)
    contracting.issue(story)
    contracting.sign(story)
    edition = series.open_next(world)
    row = release.prepare_standing_delivery(story.part, edition, **system(world))
    assert row.line.agreement == story.agreement != first


def test_risk_over_the_limit_is_not_confirmed(world: World) -> None:
    _, row = series.prepared(world)
    risk = {"p1": {**row.risk["p1"], "within": False}}
    models.StandingDelivery.objects.update(risk=risk)
    act = release.confirm_standing_delivery
    assert refused(lambda: act(row, reason="Yes.", **world.by(*STELLA))) == ["risk-over-limit"]
    models.StandingDelivery.objects.update(risk={})
    assert refused(lambda: act(row, reason="Yes.", **world.by(*STELLA))) == ["risk-over-limit"]
    assert refused(lambda: act(row, reason="", **world.by(*STELLA))) == ["risk-over-limit"]
    assert "not-your-step" in refused(lambda: act(row, reason="Yes.", **world.by(*CORA)))


def test_a_confirmation_says_why(world: World) -> None:
    _, row = series.prepared(world)
    act = release.confirm_standing_delivery
    assert refused(lambda: act(row, reason=" ", **world.by(*STELLA))) == ["reason-missing"]


def test_figures_of_other_data_confirm_nothing(world: World) -> None:
    _, row = series.prepared(world)
    models.Holding.objects.filter(edition=series.NEXT).update(content_sha256="9" * 64)
    row = releases.get_standing(row.pk)
    act = release.confirm_standing_delivery
    assert refused(lambda: act(row, reason="Yes.", **world.by(*STELLA))) == ["figures-stale"]


def test_an_edition_with_other_thresholds_than_were_signed_waits_for_an_amendment(
    world: World,
) -> None:
    def lower(descriptor: dict[str, dict[str, int]]) -> None:
        descriptor["muniment"]["k"] += 1

    story = series.delivered_once(world)
    edition = series.open_next(world, changed=lower)
    row = release.prepare_standing_delivery(story.part, edition, **system(world))
    world.house.work_off()
    row = releases.get_standing(row.pk)
    assert "other methods or thresholds than the signed terms" in row.error
    assert row.risk == {}
    assert not row.line.part.availabilities.exists()
    act = release.confirm_standing_delivery
    assert refused(lambda: act(row, reason="Yes.", **world.by(*STELLA))) == [
        "figures-stale", "risk-over-limit",
    ]  # fmt: skip


def test_a_worker_that_lost_its_lease_says_nothing_of_a_delivery(world: World) -> None:
    """What the worker that has the job now found stays; the office is told nothing else."""
    _, row = series.prepared(world)
    release.ask_to_look_again(row, **world.by(*STELLA))
    slow = work.claim(now=world.house.now())
    assert slow is not None
    world.house.clock.pass_minutes(11)
    taken_over = work.claim(now=world.house.now())
    assert taken_over is not None
    told = len(letters_to(world.person("stella")))
    now = world.house.now()
    release.record_standing_fault(row, reason="Old.", job=slow, now=now)
    assert releases.get_standing(row.pk).error == ""
    assert len(letters_to(world.person("stella"))) == told
    release.record_standing_fault(row, reason="New.", job=taken_over, now=now)
    assert releases.get_standing(row.pk).error == "New."
    assert len(letters_to(world.person("stella"))) == told + 1


def test_it_is_looked_at_again_one_at_a_time(world: World) -> None:
    _, row = series.prepared(world)
    by = world.by(*STELLA)
    release.confirm_standing_delivery(row, reason="Yes.", **by)
    release.ask_to_look_again(row, **world.by(*STELLA))
    again = release.ask_to_look_again
    assert refused(lambda: again(row, **world.by(*STELLA))) == ["being-counted"]
    assert refused(lambda: again(row, **world.by(*CORA))) == ["not-your-step"]
    world.house.work_off()
    row = releases.get_standing(row.pk)
    assert row.confirmed_at is None  # what was confirmed were the figures before
    release.price_standing_delivery(row, **world.by(*FAY))
    told = len(letters_to(world.person("fay")))
    release.confirm_standing_delivery(row, reason="Still.", **world.by(*STELLA))
    assert len(letters_to(world.person("fay"))) == told  # nothing is left to compute


def test_an_estimate_from_before_orders_were_kept_prices_nothing(world: World) -> None:
    story, row = series.prepared(world)
    story.case.estimates.update(order={})
    act = release.price_standing_delivery
    assert refused(lambda: act(row, **world.by(*FAY))) == ["no-estimate"]


@pytest.mark.parametrize("name", ["alice", "cora"])
def test_a_standing_request_is_ended_before_its_date(world: World, name: str) -> None:
    story, row = series.prepared(world)
    role = Role.APPLICANT if name == "alice" else Role.COORDINATOR
    by = world.by(name, role)
    act = release.end_standing_request
    assert refused(lambda: act(story.case, reason=" ", **by)) == ["reason-missing"]
    release.end_standing_request(story.case, reason="We have enough.", **by)
    case = story.case
    assert marked(case, "standing_ended") == by_and_at(by)
    assert case.standing_end_reason == "We have enough."
    values = {"reason": "We have enough."}
    assert_entered(case, "release.end_standing_request", by, stages=ACTIVE, values=values)
    assert letters_to(world.person("alice"))[-1] == "standing-news"
    confirm = release.confirm_standing_delivery
    assert refused(lambda: confirm(row, reason="Yes.", **world.by(*STELLA))) == [
        "standing-not-in-force"
    ]
    now = world.house.now()
    system_ = people.system()
    models.StandingDelivery.objects.update(
        confirmed_at=now, confirmed_by=system_, priced_at=now, priced_by=system_,
        estimate=case.estimates.latest("version"),
    )  # fmt: skip
    plans = partial(release.plan_build, row.line, plan="{}")
    assert refused(lambda: plans(**world.by(*DANA))) == ["standing-unchecked"]
    first = models.ReleaseLine.objects.get(part=story.part)
    models.Build.objects.filter(line=first).update(line=row.line)
    assert refused(lambda: plans(**world.by(*DANA))) == ["not-a-plan"], "what began goes on"
    assert refused(lambda: act(case, reason="Again.", **by)) == ["no-standing-request"]


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("linkage", [True, False])
def test_a_second_delivery_leaves_and_its_key_follows_the_approval(
    world: World, linkage: bool
) -> None:
    """Where linkage over time was approved a person has the same pseudonym in both; else another.

    The whole way: confirmed, priced, paid, planned, authorized, built, checked, released.
    """
    story = world.after(releasing.open_line)
    series.asks_for_a_series(world, story, linkage=linkage)
    world.walk_on(story, until=releasing.let_go, after=releasing.open_line)
    story, row = series.prepared(world, story)
    first = story.build
    assert first.line_id != row.line_id
    assert releases.inputs_for(row.line).over_time is linkage
    release.confirm_standing_delivery(row, reason="As before.", **world.by(*STELLA))
    release.price_standing_delivery(row, **world.by(*FAY))
    release.ask_for_plan(row.line, **world.by(*DANA))
    world.house.work_off()
    second = row.line.builds.get()
    build = releases.get_build(second.pk)
    authorize = release.authorize_build
    rita = ("rita", Role.PROGRAMME_SIGNATORY)
    assert refused(lambda: authorize(build, **world.by(*rita))) == ["release-before-payment"]
    invoice = payment.issue_invoice
    above = refused(lambda: invoice(story.case, **world.by(*FAY)))
    assert "cost-above-estimate" in above  # by more than the set share, so Alice is asked
    payment.accept_higher_cost(story.case, **world.by("alice", Role.APPLICANT))
    bill = invoice(story.case, **world.by(*FAY))
    assert bill.total_minor == 15000
    payment.record_payment(
        bill, amount_minor=15000, currency="USD", method="bank transfer",
        bank_reference="second", received_on=story.today, **world.by(*FAY),
    )  # fmt: skip
    authorize(build, **world.by(*rita))
    world.house.work_off()
    release.start_build(releases.get_build(second.pk), **world.by(*DANA))
    world.house.work_off()
    build = story.build
    assert (build.line, build.state, build.error) == (row.line, "checking", "")
    assert all(build.findings["checks"].values()), build.findings["checks"]
    releasing.let_dev_check(story)
    release.release_later_build(story.build, **world.by("dev", Role.CHECKER))
    manifest = json.loads(story.build.manifest)
    assert {part["edition"] for part in manifest["parts"]} == {series.NEXT}
    ours, theirs = (people_of(world, build.folder, "subjects") for build in (story.build, first))
    assert len(ours) == len(theirs) > 0
    assert (ours == theirs) is linkage


def people_of(world: World, folder: str, table: str) -> set[str]:
    """The pseudonyms of a released table."""
    import csv

    [path] = (world.house.plant.releases / folder).rglob(f"{table}.csv")
    with path.open(encoding="utf-8") as file:
        return {row["USUBJID"] for row in csv.DictReader(file)}
