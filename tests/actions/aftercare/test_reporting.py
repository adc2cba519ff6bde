"""Reports, outputs, breaches and audits: what is kept of each, and who may not hand it in."""

from datetime import timedelta

from muniment import models
from muniment.actions import aftercare
from muniment.rulebook.words import Role
from tests.actions.aftercare.released import Released
from tests.world_front import refusal_codes


def test_a_progress_report_fills_the_duty_that_is_due_next(released: Released) -> None:
    due = released.case.reports.order_by("due_on").first()
    report = aftercare.report_progress(released.case, " All well. ", **released.alice)
    assert (report.pk, report.text, report.due_on) == (due.pk, "All well.", due.due_on)
    assert report.filed_by.person.name == "Alice Abara"
    assert released.last_tag() == "aftercare.report_progress"


def test_a_report_that_no_duty_asked_for_is_kept_too(released: Released) -> None:
    released.case.reports.all().delete()
    report = aftercare.report_progress(released.case, "Early news.", **released.alice)
    assert report.due_on == released.world.house.clock.now.date()


def test_an_empty_report_and_a_stranger_s_are_refused(released: Released) -> None:
    def reports(text: str, **by: object) -> list[str]:
        return refusal_codes(lambda: aftercare.report_progress(released.case, text, **by))

    assert reports(" ", **released.alice) == ["report-empty"]
    assert reports("Well.", **released.by("stan", Role.APPLICANT)) == ["not-your-step"]
    assert not released.case.reports.filter(filed_at__isnull=False).exists()


def test_the_final_report_belongs_to_the_close_out(released: Released) -> None:
    early = refusal_codes(
        lambda: aftercare.submit_final_report(released.case, "Done.", **released.alice)
    )
    assert early == ["wrong-stage"]
    aftercare.begin_close_out(released.case, **released.alice)
    report = aftercare.submit_final_report(released.case, "Done.", **released.alice)
    assert (report.kind, report.text) == (models.Report.Kind.FINAL, "Done.")
    assert released.last_tag() == "aftercare.submit_final_report"


def test_an_output_is_named_with_its_doi(released: Released) -> None:
    output = aftercare.report_output(
        released.case, "Skin reactions", doi="10.1000/x", **released.alice
    )
    assert list(released.case.publications.all()) == [output]
    assert (output.title, output.doi, output.published_on) == ("Skin reactions", "10.1000/x", None)
    refused = refusal_codes(lambda: aftercare.report_output(released.case, "", **released.alice))
    assert refused == ["report-empty"]


def test_a_breach_is_kept_and_does_not_stop_access_by_itself(released: Released) -> None:
    breach = aftercare.report_breach(released.case, "A laptop was lost.", **released.alice)
    assert (breach.text, breach.happened_on) == ("A laptop was lost.", None)
    assert not released.case.suspensions.exists()
    refused = refusal_codes(lambda: aftercare.report_breach(released.case, "", **released.alice))
    assert refused == ["reason-missing"]


def test_an_audit_is_recorded_with_the_day_it_was_held(released: Released) -> None:
    today = released.world.house.clock.now.date()
    audit = aftercare.record_audit(released.case, "Well kept.", held_on=today, **released.cora)
    assert (audit.findings, audit.held_on) == ("Well kept.", today)
    ahead = refusal_codes(
        lambda: aftercare.record_audit(
            released.case, "Well.", held_on=today + timedelta(days=2), **released.cora
        )
    )
    assert ahead == ["day-ahead"]
    by_alice = refusal_codes(
        lambda: aftercare.record_audit(released.case, "Well.", held_on=today, **released.alice)
    )
    assert by_alice == ["not-your-step"]
