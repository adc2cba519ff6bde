"""The settings a deployment may declare, read once; every fault is listed at start.

Environment variables carry the prefix `MUNIMENT_`, except `DATABASE_URL`, which hosts set by
convention.
"""

import ipaddress
import secrets
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlparse

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from muniment import home


class Declared(BaseSettings):
    """What may be set from outside. Defaults suit a fresh machine on loopback."""

    model_config = SettingsConfigDict(env_prefix="MUNIMENT_", extra="ignore")

    home: Path = Field(default=Path("~/.muniment"), description="keys, database, files, holdings")
    database_url: str = Field(
        default="",
        validation_alias="DATABASE_URL",
        description="a `postgresql://user:password@host:port/name` URL; empty means SQLite in the "
        "home folder",
    )
    database_prepares: bool = Field(
        default=True,
        description="whether PostgreSQL keeps the plans of the site's own queries; `false` behind "
        "a pooler that hands a connection on between two transactions",
    )
    host: str = Field(default="127.0.0.1", description="address the site listens on")
    port: int = Field(default=8460, ge=1, le=65535, description="port the site listens on")
    allowed_hosts: list[str] = Field(
        default=["localhost", "127.0.0.1"], description="host names the site answers to"
    )
    site_url: str = Field(
        default="",
        description="where people reach the site, such as `https://access.example.org`; links in "
        "mail begin with it; empty means `http://localhost` and the port",
    )
    smtp_url: str = Field(
        default="",
        description="where mail is handed in: `smtp://user:password@host:port` (STARTTLS where a "
        "user is named) or `smtps://…`; empty means files in the home's `outbox`, which a demo "
        "shows in the browser",
    )
    imap_url: str = Field(
        default="",
        description="the mailbox that is read for questions and replies: "
        "`imaps://user:password@host:port/INBOX`; empty means none",
    )
    mail_from: str = Field(
        default="Data access <office@muniment.invalid>",
        description="the address that mail comes from; replies to it land in the thread where "
        "`MUNIMENT_IMAP_URL` reads it",
    )
    oidc_issuer: str = Field(
        default="",
        description="the OpenID Connect provider people may sign in with; empty means none",
    )
    oidc_name: str = Field(default="", description="what the sign-in page calls that provider")
    oidc_client_id: str = Field(default="", description="the name under which it knows this site")
    oidc_client_secret: str = Field(default="", description="the secret that goes with the name")
    oidc_trusts_email: bool = Field(
        default=False, description="whether that provider proves the addresses that it names"
    )
    form_origins: list[str] = Field(
        default=[],
        description="further origins that a form may lead to, where a provider signs people in at "
        "another address than its own",
    )
    orcid_client_id: str = Field(
        default="", description="the name under which ORCID knows this site; empty means none"
    )
    orcid_client_secret: str = Field(default="", description="the secret that goes with the name")
    orcid_issuer: str = Field(
        default="https://orcid.org", description="ORCID itself, or its sandbox"
    )
    scanner: str = Field(
        default="",
        description="the ClamAV daemon that looks at uploads: `tcp://127.0.0.1:3310` or "
        "`unix:/run/clamav/clamd.ctl`; empty means none, and every upload is held",
    )
    storage_url: str = Field(
        default="",
        description="the S3-compatible bucket where uploads and encrypted releases lie: "
        "`s3://KEY:SECRET@host:port/bucket/prefix`; empty means the home's folders",
    )
    timestamp_url: str = Field(
        default="",
        description="the RFC 3161 authority that stamps the seals on agreements, such as "
        "`https://stamps.example.org/tsa`; its certificate lies in the home as "
        "`keys/timestamp.crt`; empty means seals without a timestamp",
    )
    witness_url: str = Field(
        default="",
        description="the witness that each checkpoint of the ledger is shown to (C2SP "
        "tlog-witness), such as `https://witness.example.org/log`; empty means none",
    )
    witness_key: str = Field(
        default="",
        description="the witness's public key as it publishes it, name+hash+base64",
    )
    card_url: str = Field(
        default="",
        description="where the card provider is reached, such as `https://api.stripe.com`; empty "
        "means that invoices are paid by transfer only",
    )
    card_key: str = Field(default="", description="the secret key that the card provider gave")
    card_webhook_secret: str = Field(
        default="", description="the secret by which the card provider signs what it reports"
    )
    esign_url: str = Field(
        default="",
        description="where the interface of a signing provider is reached (DocuSeal's, also one "
        "that the office runs), such as `https://sign.example.org/api`; empty means that "
        "agreements are signed here or on paper only",
    )
    esign_key: str = Field(default="", description="the key that the signing provider gave")
    esign_webhook_secret: str = Field(
        default="", description="the secret by which the signing provider signs what it reports"
    )
    debug: bool = Field(
        default=False, description="show faults in the browser; never where others can reach it"
    )

    @property
    def on_loopback(self) -> bool:
        """Whether the site listens where only this machine reaches it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


@cache
def declared() -> Declared:
    """The settings of this process. Raises ValueError with a sentence for every fault."""
    try:
        return Declared()
    except ValidationError as fault:
        said = [f"{_name(each['loc'])}: {each['msg']}" for each in fault.errors()]
        raise ValueError("; ".join(said)) from None


def _name(place: tuple[int | str, ...]) -> str:
    """The environment variable that a fault is about."""
    name = str(place[0]) if place else ""
    return name if name.isupper() else f"MUNIMENT_{name.upper()}"


def database(url: str, folder: Path, *, prepares: bool = True) -> dict[str, object]:
    """Django's database entry for a `postgresql://` URL, or SQLite in `folder` when it is empty.

    A connection is kept for ten minutes, and asked whether it is alive before it is used again.
    Raises ValueError with one sentence for any other scheme.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "muniment.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL begins with '{parts.scheme}:'; use postgresql://…")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"prepare_threshold": 0, "options": "-c plan_cache_mode=force_generic_plan"}
        if prepares
        else {},
    }


def secret_key(folder: Path, name: str) -> str:
    """A secret of this install, made once in the home folder, readable by its owner only."""
    return home.secret(folder / "keys" / f"{name}.secret", lambda: secrets.token_urlsafe(64))
