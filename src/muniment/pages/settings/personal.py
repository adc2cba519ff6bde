"""The steps on one person's sheet, each taken by whoever the rulebook names."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from muniment.actions import people, step
from muniment.actions.people import leaving, proving
from muniment.pages import uploads
from muniment.pages.office.forms import DAY, Confirmed
from muniment.pages.people import adapter
from muniment.pages.settings.forms import Reasoned
from muniment.rulebook import words
from muniment.rulebook.words import Role

if TYPE_CHECKING:
    from muniment.pages.settings.people import Person

MOST_MB = 10
MOST_PAGES = 200
LONGEST = 300
OFFICES = [(role.value, role.label) for role in Role if role in words.OFFICE_ROLES]


class Verify(forms.Form):
    """How somebody's identity was proven."""

    how = forms.CharField(
        label=_("How it was proven"), max_length=LONGEST,
        help_text=_("For example: seen with a passport on 3 March."),
    )  # fmt: skip


class Grant(Confirmed):
    """An office, from a day until a day."""

    role = forms.ChoiceField(label=_("Office"), choices=OFFICES)
    from_on = forms.DateField(label=_("First day"), widget=DAY)
    until_on = forms.DateField(label=_("Last day"), required=False, widget=DAY)
    field_order = ("role", "from_on", "until_on", "second_person")


class Debar(Reasoned):
    """Who is barred, until when, and why."""

    whom = forms.ChoiceField(
        label=_("Whom"),
        choices=[("person", _("This person")), ("institution", _("Their institution"))],
    )
    until_on = forms.DateField(label=_("Until"), widget=DAY)
    field_order = ("whom", "until_on", "reason", "second_person")


class Certificate(forms.Form):
    """What a certificate's document shows."""

    document = forms.FileField(
        label=_("The document"), help_text=_("A PDF or a picture. It is kept with the certificate.")
    )
    expires_on = forms.DateField(
        label=_("Valid until"), required=False, widget=DAY,
        help_text=_("As the document says; empty where it does not end."),
    )  # fmt: skip


FORMS: dict[str, tuple[str, type[forms.Form]]] = {
    "verify": ("verify_person", Verify),
    "grant": ("grant_role", Grant),
    "reset": ("reset_credential", Confirmed),
    "debar": ("debar", Debar),
    "erase": ("erase_person", Reasoned),
}
"""By the short name of the form: its step and its kind."""


def open_forms(here: "Person") -> dict[str, forms.Form]:
    """The forms of the steps that the reader may take on this person now."""
    about = {"person": here.about, "reason": "?"}
    return {
        name: filled(here, name) for name, (taken, _) in FORMS.items() if here.may(taken, **about)
    }


def may_confirm(here: "Person") -> bool:
    """Whether certificates are this reader's to confirm."""
    return not _against_confirming(here)


def _against_confirming(here: "Person") -> list[words.Refusal]:
    """What stands against it before there is a document, which comes with the step."""
    reasons = here.against("confirm_training", person=here.about)
    return [each for each in reasons if each.code != "original-missing"]


def filled(here: "Person", name: str) -> Any:
    """A form of the page, with what was typed into it."""
    kind = FORMS[name][1]
    more = {"seconds": here.names()} if issubclass(kind, Confirmed) else {}
    return here.form(name, kind, **more)


def _given(here: "Person", name: str) -> dict[str, Any] | None:
    form = filled(here, name)
    if not form.is_valid():
        return None
    given = dict(form.cleaned_data)
    if "second_person" in given:
        given["second_person"] = here.second(given)
    return given


def _doing(here: "Person", name: str) -> dict[str, Any]:
    actor = here.doing(FORMS[name][0])
    return {"programme": here.programme, "actor": actor, "now": here.now}


def _verify(here: "Person") -> HttpResponse:
    given = _given(here, "verify")
    if given is None:
        return here.page()
    people.verify_person(here.about, how=given["how"], **_doing(here, "verify"))
    return here.again()


def _grant(here: "Person") -> HttpResponse:
    given = _given(here, "grant")
    if given is None:
        return here.page()
    role = Role(given.pop("role"))
    people.grant_role(here.about, role, **given, **_doing(here, "grant"))
    return here.again()


def _end(here: "Person") -> HttpResponse:
    reason = here.request.POST.get("reason", "")
    people.end_role(
        here.grant(), programme=here.programme, actor=here.doing("end_role"), now=here.now,
        reason=reason,
    )  # fmt: skip
    return here.again()


def _reset(here: "Person") -> HttpResponse:
    given = _given(here, "reset")
    if given is None:
        return here.page()
    doing = _doing(here, "reset")
    proving.reset_credential(here.about, forget=adapter.forget_factors, **given, **doing)
    return here.again()


def _debar(here: "Person") -> HttpResponse:
    given = _given(here, "debar")
    if given is None:
        return here.page()
    barred = here.about if given.pop("whom") == "person" else here.about.institution
    if barred is None:
        filled(here, "debar").add_error("whom", _("No institution is on record for this person."))
        return here.page()
    leaving.debar(barred, **given, **_doing(here, "debar"))
    return here.again()


def _erase(here: "Person") -> HttpResponse:
    given = _given(here, "erase")
    if given is None:
        return here.page()
    leaving.erase_person(here.about, forget=adapter.forget_person, **given, **_doing(here, "erase"))
    return here.left()


def _confirm(here: "Person") -> HttpResponse:
    """Look at the document as at every file from outside, keep it, and confirm.

    Nothing is kept of whoever may not confirm.
    """
    training = here.training()
    reasons = _against_confirming(here)
    if reasons:
        raise step.Refused(reasons)
    name = f"certificate-{training.pk}"
    form = Certificate(here.request.POST, here.request.FILES, auto_id=f"{name}-%s")
    form.fields["document"].required = training.original is None
    here.typed[name] = form
    if not form.is_valid():
        return here.page()
    actor = here.doing("confirm_training")
    try:
        original = _document(here, training, form.cleaned_data["document"], actor)
    except uploads.FAULTS as fault:
        form.add_error("document", uploads.reason(fault).sentence)
        return here.page()
    proving.confirm_training(
        training, programme=here.programme, actor=actor, now=here.now, original=original,
        expires_on=form.cleaned_data["expires_on"],
        name=getattr(form.cleaned_data["document"], "name", name),
    )  # fmt: skip
    return here.again()


def _document(here: "Person", training: Any, upload: Any, actor: Any) -> Any:
    """What the office uploads, else what its holder gave with the certificate."""
    if not upload:
        return training.original
    return uploads.kept(upload, most_mb=MOST_MB, most_pages=MOST_PAGES, actor=actor, now=here.now)


STEPS = {
    "verify": _verify, "grant": _grant, "end": _end, "reset": _reset, "debar": _debar,
    "erase": _erase, "confirm": _confirm,
}  # fmt: skip
