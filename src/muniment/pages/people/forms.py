"""What people type at the door. Labels and hints are ours, the checks are allauth's."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.internal.flows import manage_email
from django import forms
from django.utils.translation import gettext_lazy as _


class SignIn(allauth.RequestLoginCodeForm):
    """Only the address: the code that proves it travels by mail."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        as_address(self.fields["email"])

    def clean_email(self) -> str:
        """Whoever was entered by the office or invited proves the address with this very code."""
        email: str = super().clean_email()
        if self._user is not None:
            manage_email.sync_user_email_address(self._user)
        return email


class SignUp(allauth.SignupForm):
    """The address in our words; what is asked beside it is in `sign_up.py`."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        as_address(self.fields["email"])


class SignInCode(allauth.ConfirmLoginCodeForm):
    """The code from the mail."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _as_one_time_code(self.fields["code"])


class AddressCode(allauth.ConfirmEmailVerificationCodeForm):
    """The code that proves a new address."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _as_one_time_code(self.fields["code"])


def as_address(field: forms.Field) -> None:
    """Ask for an address in the words that every page of the site uses."""
    field.label = _("E-mail address")
    field.widget.attrs = {"type": "email", "autocomplete": "email"}


def _as_one_time_code(field: forms.Field) -> None:
    field.label = _("Code")
    field.widget.attrs = {"autocomplete": "one-time-code", "spellcheck": "false"}
