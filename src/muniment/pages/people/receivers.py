"""The one place that listens to allauth: what somebody proved is recorded by an action."""

from typing import Any

from allauth.account.signals import email_changed, email_confirmed, user_signed_up
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.dispatch import receiver
from django.utils import timezone

from muniment.actions import people
from muniment.actions.people import profile

ORCID = "orcid"


@receiver(email_confirmed)
def address_proven(email_address: Any, **more: object) -> None:
    """Whoever typed the code reads this address."""
    people.confirm_email(email_address.user, now=timezone.now())


@receiver(email_changed)
def address_changed(user: Any, to_email_address: Any, **more: object) -> None:
    """The new address is proven already: it replaces the old one only then."""
    people.change_email(user, email=to_email_address.email, now=timezone.now())


@receiver(user_signed_up)
def signed_up_elsewhere(user: Any, sociallogin: Any = None, **more: object) -> None:
    """A provider that this deployment trusts has proven the address; ORCID has named the iD."""
    if sociallogin is None:
        return
    if any(address.verified for address in sociallogin.email_addresses):
        people.confirm_email(user, now=timezone.now())
    linked(sociallogin)


@receiver(social_account_added)
def linked(sociallogin: Any, **more: object) -> None:
    """The iD of whoever signed in at ORCID."""
    if sociallogin.account.provider == ORCID:
        profile.record_orcid(sociallogin.user, sociallogin.account.uid)


@receiver(social_account_removed)
def parted(socialaccount: Any, **more: object) -> None:
    """Without the sign-in there is no proof of the iD."""
    if socialaccount.provider == ORCID:
        profile.record_orcid(socialaccount.user, "")
