"""What is typed to decide a change, a renewal or an appeal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muniment.pages.aftercare.forms import Confirmed, day, long_text


class Decision(forms.Form):
    """The reasons, and the letter as it is sent."""

    reason = long_text(_("Reasons, for the record"))
    notice = long_text(_("Letter to the applicant"), _("Sent as written, with the reasons in it."))


class ByOffice(Decision, Confirmed):
    """The same, and who confirms."""

    def __init__(self, *args: Any, others: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, others=others, **more)


class Longer(Decision):
    """The same, and the new end of the term."""

    until_on = day(_("The term runs until"))
