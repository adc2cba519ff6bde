"""Where allauth touches our people; what it would write to them goes through actions."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as core
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muniment.actions import people
from muniment.queries import catalogue

LOG = logging.getLogger(__name__)


class Accounts(DefaultAccountAdapter):
    """Accounts have a name and an address, and no password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("This is not the code. Look in the newest mail, or send a new code.")
    }

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Fill in a person who signs up; allauth asks only where the address is free."""
        return people.sign_up(
            user, email=form.cleaned_data["email"], name=form.cleaned_data["name"], save=commit
        )

    def send_account_already_exists_mail(self, email: str) -> None:
        """Sent instead of a code, so that the page can look the same; there is no password."""
        self.send_mail("account/email/account_already_exists", email, {})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """As allauth does, with the programme's name for the letter to sign with."""
        try:
            super().send_mail(template_prefix, email, {**context, **_masthead()})
        except OSError:  # what smtplib raises is one, too
            LOG.exception("a mail at the door could not be sent")
            said = gettext("Our mail server does not answer. Try again in some minutes.")
            messages.error(core.request, said)


class SecondFactors(DefaultMFAAdapter):
    """Passkeys and codes are shown under the programme's own name."""

    def _get_site_name(self) -> str:
        return str(_masthead()["programme"])


def _masthead() -> dict[str, str]:
    found = catalogue.find_masthead()
    return {
        "programme": found.short_name if found else "Muniment",
        "contact": found.contact if found else settings.DEFAULT_FROM_EMAIL,
        "sign_in_url": build_absolute_uri(core.request, reverse("account_login")),
    }


def forget_factors(person: Any) -> None:
    """Take away second factors and end every session; the address still signs in by a code."""
    person.authenticator_set.all().delete()
    for session in person.usersession_set.all():
        session.end()


def forget_person(person: Any) -> None:
    """Take away every way in."""
    forget_factors(person)
    person.emailaddress_set.all().delete()
    person.socialaccount_set.all().delete()
