"""Where mail is handed in, from one URL, in the words of Django."""

from urllib.parse import unquote, urlparse

PORTS = {"smtp": 25, "smtps": 465}
PATIENCE_SECONDS = 20


def backend(url: str) -> dict[str, object]:
    """Django's mail settings for `smtp://` and `smtps://`; files in the home when it is empty.

    A password only travels encrypted: `smtp://` with a user means STARTTLS. Raises ValueError with
    one sentence for anything else.
    """
    if not url:
        return {"EMAIL_BACKEND": "muniment.gateways.mail.folder.EmailBackend"}
    parts = urlparse(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("MUNIMENT_SMTP_URL must look like smtp://user:password@host:port.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": PATIENCE_SECONDS,
    }


def site(url: str, port: int) -> str:
    """The address of the site without a slash at its end; raises ValueError for what is none."""
    given = (url or f"http://localhost:{port}").rstrip("/")
    parts = urlparse(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("MUNIMENT_SITE_URL must look like https://access.example.org.")
    return given


def domain(site_url: str) -> str:
    """The name after the @ in a Message-ID; a local name belongs to everybody, so to nobody."""
    host = str(urlparse(site_url).hostname)
    return host if "." in host and not host.replace(".", "").isdigit() else "muniment.invalid"
