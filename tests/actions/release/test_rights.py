"""The right to a delivery is asked for every byte: whoever lost it has no further one."""

from datetime import timedelta

from muniment import models
from muniment.actions import aftercare, agreement, catalogue, people, release
from muniment.actions.release import builds
from muniment.demo import contracting, releasing
from muniment.demo.story import Story
from muniment.queries import access, papers, schedule
from muniment.queries import aftercare as after
from muniment.queries import release as releases
from muniment.queries.agreement import in_force, offered
from muniment.queries.agreement import office as texts
from muniment.queries.catalogue import office
from muniment.rulebook.words import Role
from tests.actions.release import holders
from tests.evidence import letters_to
from tests.world import World


def released(world: World) -> Story:
    story = world.after(releasing.check)
    release.release(story.build, **world.by("dev", Role.CHECKER))
    return story


def begun(world: World, story: Story | None = None) -> models.Download:
    """Stan, of the team, fetches what was opened for him; his first byte is on its way."""
    story = story or released(world)
    stan, by = world.person("stan"), world.by("alice", Role.APPLICANT)
    holders.joins(world, story, "stan")
    holders.pledges(world, story.agreement, "stan")
    delivery = release.open_delivery(
        story.build, recipient=stan, **world.by("cora", Role.COORDINATOR)
    )
    models.Delivery.objects.update(sha256="a" * 64, packed_at=by["now"], packed_by=people.system())
    own = world.by("stan", Role.TEAM_MEMBER)
    leave = release.download(delivery, second_factor_at=own["now"], session="s", **own).row
    assert release.begin_bytes(leave, now=own["now"], at_start=True) == []
    return leave


def stopped(world: World, leave: models.Download) -> list[str]:
    """Why the next range of it is refused."""
    again = models.Download.objects.get(pk=leave.pk)
    reasons = release.begin_bytes(again, now=world.house.now(), at_start=False)
    return [each.code for each in reasons]


def test_who_left_the_team_or_lost_the_account_is_stopped(world: World) -> None:
    leave = begun(world)
    member = models.TeamMember.objects.filter(person=world.person("stan"))
    member.update(ended_at=world.house.now(), ended_by=people.system())
    assert stopped(world, leave) == ["not-your-step", "access-not-open"]
    member.update(ended_at=None, ended_by=None)
    assert stopped(world, leave) == []
    models.Person.objects.filter(pk=world.person("stan").pk).update(is_active=False)
    assert stopped(world, leave) == ["not-your-step"]


def test_who_came_back_to_the_team_without_working_with_the_data_is_stopped(world: World) -> None:
    leave = begun(world)
    models.TeamMember.objects.filter(person=world.person("stan")).update(will_access_data=False)
    assert stopped(world, leave) == ["access-not-open"]


def test_a_suspension_or_an_agreement_that_ended_stops_it(world: World) -> None:
    leave = begun(world)
    case, now = builds.case_of(leave.delivery.build.line), world.house.now()
    suspended = models.Suspension.objects.create(
        case=case, reason="A breach.", made_at=now, made_by=people.system()
    )
    assert stopped(world, leave) == ["access-suspended"]
    suspended.delete()
    assert stopped(world, leave) == []
    over = schedule.today(case, now) - timedelta(days=1)
    models.Agreement.objects.update(ends_on=over)
    assert stopped(world, leave) == ["access-not-open"]


def test_a_revocation_stops_it_and_tells_who_was_fetching(world: World) -> None:
    leave = begun(world)
    case = builds.case_of(leave.delivery.build.line)
    case.refresh_from_db()
    by = world.by("otto", Role.DETERMINING_OFFICER)
    aftercare.revoke(
        case, reason="Passed on.", destroy_by_on=schedule.today(case, by["now"]),
        second_person=world.person("cora"), **by,
    )  # fmt: skip
    assert "wrong-stage" in stopped(world, leave)
    for name in ("alice", "sam", "stan"):
        assert letters_to(world.person(name))[-1] == "revoked", name


def test_an_edition_that_is_withdrawn_stops_it_and_its_releases_are_listed(world: World) -> None:
    leave = begun(world)
    build = leave.delivery.build
    edition, case = build.line.part.dataset_edition, builds.case_of(build.line)
    by = world.by("cora", Role.COORDINATOR)
    catalogue.withdraw_edition(
        case.programme, edition, reason="Wrong codes.", **world.by("cora", Role.COORDINATOR)
    )
    assert "on-hold" in stopped(world, leave)
    seen = office.find_sheet(world.person("cora"), edition.pk, now=by["now"])
    assert seen is not None
    assert [(each.reference, each.recipients) for each in seen.released] == [
        (case.reference, ("Stan Stranger",))
    ]
    assert letters_to(world.person("alice"))[-1] == "on-hold"
    release.tell_recipients(build, reason="Wrong codes.", **by)
    assert letters_to(world.person("stan"))[-1] == "release-recalled"


def test_the_end_of_the_term_stops_it_and_tells_who_holds_data(world: World) -> None:
    leave = begun(world)
    case = builds.case_of(leave.delivery.build.line)
    over = schedule.today(case, world.house.clock.now) - timedelta(days=1)
    models.Agreement.objects.update(ends_on=over)
    case.refresh_from_db()
    aftercare.expire_agreement(case, actor=people.system(), now=world.house.now())
    assert "wrong-stage" in stopped(world, leave)
    assert letters_to(world.person("alice"))[-1] == "close-out-due"
    for name in ("sam", "stan"):
        assert letters_to(world.person(name))[-1] == "use-ended"


def test_who_is_taken_off_the_team_is_stopped_and_told(world: World) -> None:
    leave = begun(world)
    member = models.TeamMember.objects.get(person=world.person("stan"))
    aftercare.end_persons_access(member, **world.by("cora", Role.COORDINATOR))
    assert stopped(world, leave) == ["not-your-step", "access-not-open"]
    assert letters_to(world.person("stan"))[-1] == "access-ended"
    assert letters_to(world.person("alice"))[-1] == "agreement-news"
    world.house.clock.pass_days(16)
    release.close_delivery(leave.delivery, actor=people.system(), now=world.house.now())
    assert letters_to(world.person("stan"))[-1] == "access-ended", "the closed window is not theirs"


def test_a_suspension_stops_it_and_tells_who_was_fetching(world: World) -> None:
    leave = begun(world)
    case = builds.case_of(leave.delivery.build.line)
    case.refresh_from_db()
    aftercare.suspend_access(case, reason="A breach.", **world.by("cora", Role.COORDINATOR))
    assert stopped(world, leave) == ["access-suspended"]
    for name in ("alice", "sam", "stan"):
        assert letters_to(world.person(name))[-1] == "suspended", name


def test_a_window_that_is_over_stops_it(world: World) -> None:
    leave = begun(world)
    world.house.clock.pass_days(16)
    assert stopped(world, leave) == ["download-window-closed"]


def signed_by_all(world: World, text: models.Agreement) -> None:
    """The next version, by the same people; Stan gives his pledge last, out of its turn."""
    for name, role, act in (
        ("alice", Role.APPLICANT, agreement.sign_as_applicant),
        ("stan", Role.TEAM_MEMBER, agreement.sign_team_pledge),
        ("sam", Role.SIGNING_OFFICIAL, agreement.sign_for_institution),
        ("rita", Role.PROGRAMME_SIGNATORY, agreement.countersign),
    ):
        act(text, shown_sha256=text.text_sha256, **world.by(name, role))


def codes_taken_back(text: models.Agreement) -> bool:
    """What `/verify/` says of the printed text."""
    proof = models.Proof.objects.order_by("pk").filter(kind="agreement", case=text.case)
    return proof[text.version - 1].revoked_at is not None


def readable(world: World, story: Story) -> tuple[int, list[int], list[int | None]]:
    """The version that Alice finds to sign, those on paper, and what the office sees in force."""
    alice = world.person("alice")
    sight = access.find_sight(alice, story.case.reference, now=world.house.now())
    assert sight is not None
    found = offered.find_offered(sight, alice)
    assert found is not None
    [standing] = texts.list_standing(story.case)
    earlier = standing.in_force.version if standing.in_force else None
    versions = [each.version for each in papers.list_contracts(sight)]
    return found.agreement.version, versions, [standing.agreement.version, earlier]


def test_an_amended_agreement_stops_it_when_it_is_signed_and_not_while_it_is_drafted(
    world: World,
) -> None:
    story = released(world)
    leave, first = begun(world, story), story.agreement
    contracting.draft(story)
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert stopped(world, leave) == []
    assert readable(world, story) == (1, [1], [2, 1])
    contracting.issue(story)
    second = story.agreement
    assert stopped(world, leave) == []
    assert readable(world, story) == (2, [1, 2], [2, 1])
    assert not codes_taken_back(first)
    told = letters_to(world.person("cora"))
    signed_by_all(world, second)
    assert stopped(world, leave) == ["access-not-open"]
    assert letters_to(world.person("cora")) == [*told, "agreement-news"], "its lines wait for her"
    assert readable(world, story) == (2, [2], [2, None])
    assert codes_taken_back(first)
    assert not codes_taken_back(second)
    contracting.draft(story)
    assert stopped(world, leave) == ["access-not-open"], "what was replaced stays replaced"


def test_a_version_that_came_to_nothing_leaves_the_one_before_in_force(world: World) -> None:
    story = released(world)
    leave, cora = begun(world, story), world.by("cora", Role.COORDINATOR)
    contracting.draft(story)
    contracting.issue(story)
    agreement.void_agreement(story.agreement, reason="A wrong clause.", **cora)
    assert stopped(world, leave) == []


def test_an_agreement_that_was_taken_back_stops_it(world: World) -> None:
    """It can be, once somebody joined the team who gave no pledge."""
    story = released(world)
    leave, cora = begun(world, story), world.by("cora", Role.COORDINATOR)
    holders.joins(world, story, "max", email="max@lakeside.example")
    assert stopped(world, leave) == []
    agreement.void_agreement(story.agreement, reason="Never valid.", **cora)
    assert stopped(world, leave) == ["access-not-open"]
    contracting.draft(story)
    assert stopped(world, leave) == ["access-not-open"]


def test_an_agreement_that_an_amendment_replaced_by_nothing_yet_stops_it(world: World) -> None:
    """Before release everything is signed anew, however long the next version takes."""
    story = released(world)
    leave, now = begun(world, story), world.house.now()
    story.case.agreements.update(superseded_at=now, superseded_by=people.system())
    assert stopped(world, leave) == ["access-not-open"]
    contracting.draft(story)
    assert stopped(world, leave) == ["access-not-open"]


def test_a_pledge_or_a_signature_that_is_gone_stops_it(world: World) -> None:
    leave = begun(world)
    text = leave.delivery.build.line.agreement
    for capacity in ("team_member", "signing_official", "applicant"):
        signature = models.Signature.objects.get(agreement=text, capacity=capacity)
        models.Signature.objects.filter(pk=signature.pk).update(shown_sha256="0" * 64)
        assert stopped(world, leave) == ["access-not-open"], capacity
        signature.save()
        assert stopped(world, leave) == []


def test_who_goes_to_another_institution_is_stopped(world: World) -> None:
    leave = begun(world)
    member = models.TeamMember.objects.filter(person=world.person("stan"))
    member.update(institution=models.Institution.objects.create(name="Riverside"))
    assert stopped(world, leave) == ["access-not-open"]


def test_another_track_or_supervisor_of_the_request_asks_no_more_of_an_earlier_text(
    world: World,
) -> None:
    """An amendment may bring both; until its agreement is signed the one before binds as it is."""
    story = released(world)
    leave = begun(world, story)
    contracting.draft(story)
    models.Case.objects.filter(pk=story.case_id).update(supervisor=world.person("max"))
    assert stopped(world, leave) == []
    models.Agreement.objects.filter(version=1).update(superseded_at=None, superseded_by=None)
    models.Agreement.objects.filter(version=2).delete()
    assert stopped(world, leave) == [], "nobody signs a text for them that does not name them"
    line = leave.delivery.build.line
    assert world.person("max") not in releases.list_recipients(line, today=story.today)


def receivers(world: World, leave: models.Download) -> list[models.Person]:
    line = releases.get_line(leave.delivery.build.line_id)
    return releases.list_recipients(line, today=schedule.today(line.part.case, world.house.now()))


def test_a_supervisor_who_left_gets_nothing_and_whoever_came_instead_neither(world: World) -> None:
    """The text names the first, who signed; the second is on the request and signed nothing."""
    leave = begun(world)
    alice, max_, stan = (world.person(name) for name in ("alice", "max", "stan"))
    text = leave.delivery.build.line.agreement
    document = {**text.document, "supervisor": max_.name}
    models.Agreement.objects.filter(pk=text.pk).update(document=document)
    case = models.Case.objects.filter(pk=text.case_id)
    case.update(supervisor=max_)
    assert receivers(world, leave) == [], "whom the text names has to sign it"
    holders.signs(world, text, "max", Role.SUPERVISOR)
    assert set(receivers(world, leave)) == {alice, max_, stan}
    case.update(supervisor=world.person("mia"))
    assert set(receivers(world, leave)) == {alice, stan}
    case.update(supervisor=None)
    assert set(receivers(world, leave)) == {alice, stan}


def test_a_lead_who_moved_has_no_more_under_the_text_of_the_institution_that_was_left(
    world: World,
) -> None:
    """Its people go on under it, until the text with the next institution is signed."""
    story = released(world)
    leave, first = begun(world, story), story.agreement
    lakeside = first.institution
    members = models.TeamMember.objects.filter(person=world.person("stan"))
    members.update(institution=lakeside)
    riverside = models.Institution.objects.create(name="Riverside")
    alice, stan = world.person("alice"), world.person("stan")
    assert set(receivers(world, leave)) == {alice, stan}
    models.Case.objects.filter(pk=story.case_id).update(institution=riverside)
    assert receivers(world, leave) == [stan]
    members.update(institution=None)
    assert receivers(world, leave) == [], "who names no institution is where the lead is"
    members.update(institution=lakeside)
    contracting.draft(story)
    second = models.Agreement.objects.get(institution=riverside)
    first.refresh_from_db()
    assert (second.kind, second.version) == ("lead", 1)
    assert first.superseded_at is not None, "there is one text of the lead's on the desk"
    assert [each.in_force for each in texts.list_standing(story.case)] == [first]
    assert receivers(world, leave) == [stan], "a draft ends nothing"
    assert not codes_taken_back(first)
    contracting.issue(story)
    second.refresh_from_db()
    assert set(in_force.list_binding(story.case)) == {first, second}
    holders.signs(world, second, "alice", Role.APPLICANT)
    holders.signs(world, second, "sam", Role.SIGNING_OFFICIAL)
    assert receivers(world, leave) == [stan]
    by = world.by("rita", Role.PROGRAMME_SIGNATORY)
    agreement.countersign(second, shown_sha256=second.text_sha256, **by)
    assert receivers(world, leave) == []
    assert in_force.list_in_force(story.case) == [second]
    assert set(in_force.list_binding(story.case)) == {first, second}, "it has data to destroy"
    assert codes_taken_back(first)


def test_who_is_told_and_what_is_due_do_not_wait_for_an_amended_agreement(world: World) -> None:
    story = released(world)
    leave = begun(world, story)
    contracting.draft(story)
    by = world.by("otto", Role.DETERMINING_OFFICER)
    aftercare.revoke(
        story.case, reason="Passed on.", destroy_by_on=schedule.today(story.case, by["now"]),
        second_person=world.person("cora"), **by,
    )  # fmt: skip
    assert "wrong-stage" in stopped(world, leave)
    assert letters_to(world.person("sam"))[-1] == "revoked", "the official who signed version 1"
    bound = models.Destruction.objects.filter(agreement__version=1, certified_at__isnull=True)
    assert [each.due_on for each in bound] == [schedule.today(story.case, by["now"])]
    assert after.list_to_certify(story.case, world.person("sam")) == [bound[0].agreement]


def test_a_term_ends_while_an_amended_agreement_is_drafted(world: World) -> None:
    story = released(world)
    contracting.draft(story)
    assert not after.is_over(story.case, today=story.today)
    over = story.today - timedelta(days=1)
    models.Agreement.objects.filter(version=1).update(ends_on=over)
    assert after.is_over(story.case, today=story.today)
