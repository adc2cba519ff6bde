"""Joining by another provider, and parting. Apart: allauth reads these while making its own."""

from typing import Any

from allauth.socialaccount.forms import DisconnectForm, SignupForm

from muniment.pages.people import forms


class Join(SignupForm):
    """The address, where the provider told none."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        forms.as_address(self.fields["email"])


class Part(DisconnectForm):
    """Nobody is locked out by it: a code by mail always opens the account."""

    def clean(self) -> dict[str, Any]:
        """Without allauth's own check, which wants a password."""
        return dict(self.cleaned_data)
