"""Signing in elsewhere: one OpenID Connect provider of the deployment, and ORCID, by settings.

Nobody is found by an e-mail address that a provider names: whoever has an account already links
the two from a signed-in session, after showing once more who they are.
"""

import ipaddress
from typing import Any
from urllib.parse import urlparse

from .declared import Declared

ALLAUTH = {
    "SOCIALACCOUNT_ADAPTER": "muniment.pages.people.elsewhere.SignedInElsewhere",
    "SOCIALACCOUNT_FORMS": {
        "signup": "muniment.pages.people.elsewhere_forms.Join",
        "disconnect": "muniment.pages.people.elsewhere_forms.Part",
    },
    "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
    "SOCIALACCOUNT_REAUTHENTICATION_REQUIRED": True,
    "SOCIALACCOUNT_STORE_TOKENS": False,
    "SOCIALACCOUNT_REQUESTS_TIMEOUT": 10,
}


def providers(declared: Declared) -> dict[str, Any]:
    """allauth's table of providers; raises ValueError with one sentence for what cannot work."""
    apps = []
    if declared.oidc_issuer:
        _check("MUNIMENT_OIDC", declared.oidc_issuer, declared.oidc_client_id)
        given = (declared.oidc_client_id, declared.oidc_client_secret)
        name = declared.oidc_name or str(urlparse(declared.oidc_issuer).hostname)
        apps.append(_app("oidc", name, declared.oidc_issuer, given, declared.oidc_trusts_email))
    if declared.orcid_client_id:
        _check("MUNIMENT_ORCID", declared.orcid_issuer, declared.orcid_client_id)
        given = (declared.orcid_client_id, declared.orcid_client_secret)
        apps.append(_app("orcid", "ORCID", declared.orcid_issuer, given, False))
    return {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}


def origins(declared: Declared) -> list[str]:
    """Where the sign-in form may lead, for the policy that browsers keep to."""
    issuers = [declared.oidc_issuer] if declared.oidc_issuer else []
    issuers += [declared.orcid_issuer] if declared.orcid_client_id else []
    found = [f"{parts.scheme}://{parts.netloc}" for parts in map(urlparse, issuers)]
    return sorted({*found, *(str(each).rstrip("/") for each in declared.form_origins)})


def _app(
    provider_id: str, name: str, issuer: str, given: tuple[str, str], trusted: bool
) -> dict[str, Any]:
    scope = ["openid"] if provider_id == "orcid" else ["openid", "profile", "email"]
    return {
        "provider_id": provider_id,
        "name": name,
        "client_id": given[0],
        "secret": given[1],
        "settings": {
            "server_url": issuer.rstrip("/"),
            "verified_email": trusted,
            "scope": scope,
        },
    }


def _check(prefix: str, issuer: str, client_id: str) -> None:
    parts = urlparse(issuer)
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))
    if not safe or not parts.hostname:
        raise ValueError(f"{prefix}_ISSUER must begin with https://.")
    if not client_id:
        raise ValueError(f"{prefix}_CLIENT_ID is missing; the provider gives it to you.")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
