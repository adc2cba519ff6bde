"""One's own profile: who one is, where one works, which trainings one holds."""

from typing import Any

from django import forms, shortcuts
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from muniment.actions import people, step
from muniment.actions.people import profile as actions
from muniment.pages import frame, limits, uploads
from muniment.pages.people import signed_in
from muniment.queries import catalogue
from muniment.queries import team as queries
from muniment.queries.house import people as kept
from muniment.rulebook.words import Role


class About(forms.Form):
    """Who one is. The checks of identifiers are the programme's own."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As it should stand in an agreement."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    position = forms.CharField(label=_("Position"), max_length=200, required=False)
    member_number = forms.CharField(label=_("Member number"), max_length=40, required=False)
    institution = forms.CharField(
        label=_("Institution"), max_length=300, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    ror = forms.CharField(
        label=_("Its ROR identifier"), max_length=40, required=False,
        help_text=_("From ror.org, such as https://ror.org/05dxps055. It tells two institutions "
                    "of one name apart."),
    )  # fmt: skip
    country = forms.CharField(
        label=_("Its country"), max_length=2, required=False,
        help_text=_("Two letters, such as US."),
    )  # fmt: skip
    mail_pace = forms.ChoiceField(
        label=_("Mail from us"), required=False,
        choices=[("", _("As usual: at once to applicants, once a day to the office")),
                 ("at_once", _("Always at once")), ("daily", _("Always once a day"))],
    )  # fmt: skip

    def clean_country(self) -> str:
        """Capitals, as the standard writes them."""
        return str(self.cleaned_data["country"]).upper()


class Training(forms.Form):
    """A certificate."""

    training = forms.CharField(label=_("Training"), max_length=200)
    issued_on = forms.DateField(
        label=_("Issued on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    expires_on = forms.DateField(
        label=_("Valid until"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    certificate = forms.FileField(
        label=_("The certificate"), required=False,
        help_text=_("A PDF or a picture of at most 10 MB. The office confirms the training by it."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in.only
def profile(request: HttpRequest) -> HttpResponse:
    """What stands on the profile; posting changes it."""
    form = About(request.POST or None, initial=_present(signed_in.person(request)))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_profile(signed_in.person(request), **form.cleaned_data)
        except step.Refused as refused:
            _show(form, refused)
        else:
            messages.success(request, gettext("Your profile is saved."))
            return shortcuts.redirect("profile")
    return _page(request, about_form=form)


@require_POST
@signed_in.only
@limits.uploads
def add_training(request: HttpRequest) -> HttpResponse:
    """One more certificate."""
    form = Training(request.POST, request.FILES)
    if form.is_valid() and _added(form, signed_in.person(request)):
        return shortcuts.redirect("profile")
    return _page(request, training_form=form)


def _added(form: Training, person: Any) -> bool:
    """Keep it with its document, all or none; else the form says what was not taken."""
    now, given = timezone.now(), dict(form.cleaned_data)
    name, upload = given.pop("training"), given.pop("certificate")
    try:
        original = uploads.paper(upload, actor=people.acting(person, Role.ANYONE), now=now)
        with transaction.atomic():
            actions.add_training(
                person, name, **given, now=now, original=original,
                programme=catalogue.find_active(),
            )  # fmt: skip
    except uploads.FAULTS as fault:
        form.add_error("certificate", uploads.reason(fault).sentence)
    except step.Refused as refused:
        _show(form, refused)
    return form.is_valid()


@require_POST
@signed_in.only
def end_training(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one off again."""
    found = queries.find_training(signed_in.person(request), pk)
    if found is None:
        raise Http404
    actions.end_training(found, now=timezone.now())
    return shortcuts.redirect("profile")


def _page(request: HttpRequest, **given: forms.Form) -> HttpResponse:
    person = signed_in.person(request)
    context = {
        "about_form": About(initial=_present(person)),
        "training_form": Training(),
        **given,
        "trainings": queries.list_trainings(person),
        "today": timezone.now().date(),
        "debarments": kept.list_barring(None, person, today=timezone.now().date()),
    }
    return frame.render(request, "account/profile.html", context)


def _present(person: Any) -> dict[str, Any]:
    at = person.institution
    return {
        "name": person.name,
        "position": person.position,
        "member_number": person.member_number,
        "institution": at.name if at else "",
        "ror": at.ror if at else "",
        "country": at.country if at else "",
        "mail_pace": person.mail_pace,
    }


def _show(form: forms.Form, refused: step.Refused) -> None:
    for reason in refused.reasons:
        form.add_error(None, reason.sentence)
