"""Parting from another provider. Apart, since allauth reads it while its forms are being made."""

from typing import Any

from allauth.socialaccount.forms import DisconnectForm


class Part(DisconnectForm):
    """Nobody is locked out by it: a code by mail always opens the account."""

    def clean(self) -> dict[str, Any]:
        """Without allauth's own check, which wants a password."""
        return dict(self.cleaned_data)
