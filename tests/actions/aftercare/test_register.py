"""The register's entry: the applicant's own words, and only with their consent."""

from muniment import models
from muniment.actions import aftercare, people
from muniment.queries import register
from tests.actions.aftercare.released import Released
from tests.world_front import refusal_codes


def test_an_entry_is_what_the_applicant_wrote(released: Released) -> None:
    entry = aftercare.publish_register_entry(
        released.case, actor=people.system(), now=released.alice["now"]
    )
    assert entry.title == released.case.title
    assert entry.summary.startswith("We look at when skin reactions begin")
    again = refusal_codes(lambda: aftercare.publish_register_entry(released.case, **released.cora))
    assert again == ["listed-already"]


def test_without_consent_nothing_is_published(released: Released) -> None:
    outputs = released.case.sections.get(name="outputs")
    outputs.answers = {**outputs.answers, "register_consent": False}
    outputs.save()
    codes = refusal_codes(lambda: aftercare.publish_register_entry(released.case, **released.cora))
    assert codes == ["not-to-be-listed"]
    assert not models.RegisterEntry.objects.exists()


def test_an_entry_is_corrected_with_a_reason_and_may_be_withdrawn(released: Released) -> None:
    def corrects(reason: str, **more: object) -> object:
        return aftercare.correct_register_entry(
            released.case, title="A clearer title", summary="", reason=reason,
            **more, **released.cora,
        )  # fmt: skip

    assert refusal_codes(lambda: corrects("Unclear.")) == ["not-listed"]
    aftercare.publish_register_entry(released.case, **released.cora)
    assert refusal_codes(lambda: corrects("")) == ["reason-missing"]
    corrects("Unclear.")
    shown = register.find_use(released.case.reference)
    assert (shown.title, shown.withdrawn_on) == ("A clearer title", None)
    assert shown.summary.startswith("We look at when skin reactions begin")
    corrects("The work stopped.", withdrawn=True)
    assert register.find_use(released.case.reference).withdrawn_on is not None
