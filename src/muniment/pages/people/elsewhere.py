"""Signing in at another provider: whom it names, and what of that is believed.

An address counts as proven only where the deployment trusts the provider for it, and even then it
opens no account that is there already (privacy, B2).
"""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django import shortcuts
from django.http import HttpRequest
from django.urls import reverse

from muniment.actions import people
from muniment.pages.people import fresh

LOG = logging.getLogger(__name__)


class SignedInElsewhere(DefaultSocialAccountAdapter):
    """Where allauth asks what to make of somebody whom a provider sent."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """A provider's own word that it checked an address is not enough."""
        for address in sociallogin.email_addresses:
            trusted = self.is_email_verified(sociallogin.provider, address.email)
            address.verified = bool(address.verified and trusted)
        if sociallogin.state.get("process") == AuthProcess.CONNECT and not fresh.is_shown(request):
            where = f"{reverse('account_fresh_code')}?next={reverse('socialaccount_connections')}"
            raise ImmediateHttpResponse(shortcuts.redirect(where))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None,
        extra_context: Any = None,
    ) -> None:  # fmt: skip
        """Whoever runs the site sees why; the person is told to try again."""
        LOG.warning(
            "signing in at %s did not work: %s %s", provider, error, type(exception).__name__
        )

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Never."""
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """Our people have one name and one address."""
        user = sociallogin.user
        parts = [data.get("first_name"), data.get("last_name")]
        name = data.get("name") or " ".join(part for part in parts if part)
        user.email = str(data.get("email") or "").strip().lower()
        user.name = str(name or user.email.partition("@")[0])[:200]
        return user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """A newcomer; the form is there only where the provider named no address."""
        given = form.cleaned_data if form else {}
        user = sociallogin.user
        email, name = given.get("email", user.email), given.get("name", user.name)
        people.sign_up(user, email=email, name=name, save=False)
        sociallogin.save(request)
        return user

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        """What the provider said already."""
        return {"email": sociallogin.user.email, "name": sociallogin.user.name}

    def get_requests_session(self) -> Any:
        """Only the addresses that were configured: whoever answers leads nowhere else (B8)."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session
