"""Signing in at another provider: whom it names, and what of that is believed.

An address counts as proven only where the deployment trusts the provider for it, and even then it
opens no account that is there already (privacy, B2).
"""

import logging
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows import reauthentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django import shortcuts
from django.contrib import auth, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from muniment.actions import people

LOG = logging.getLogger(__name__)


class SignedInElsewhere(DefaultSocialAccountAdapter):
    """Where allauth asks what to make of somebody whom a provider sent."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """A provider's own word that it checked an address is not enough."""
        for address in sociallogin.email_addresses:
            trusted = self.is_email_verified(sociallogin.provider, address.email)
            address.verified = bool(address.verified and trusted)
        if sociallogin.state.get("process") == AuthProcess.CONNECT and not _just_shown(request):
            auth.logout(request)
            messages.info(request, gettext("Sign in once more, then link the other account."))
            sign_in = f"{reverse('account_login')}?next={reverse('socialaccount_connections')}"
            raise ImmediateHttpResponse(shortcuts.redirect(sign_in))

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


def _just_shown(request: HttpRequest) -> bool:
    """Whether this session proved a moment ago who it is.

    allauth asks again only those who have a second factor or a password; of everybody else it
    believes the session, however old. For them the code by mail is the proof, if it is fresh.
    """
    if reauthentication.get_reauthentication_flows(request.user):
        return True  # then allauth asks
    shown = [float(each["at"]) for each in get_authentication_records(request, request.user)]
    return bool(shown) and time.time() - shown[-1] < app_settings.REAUTHENTICATION_TIMEOUT
