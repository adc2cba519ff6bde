"""Django settings, made from what the deployment declares (see `declared.py`)."""

from pathlib import Path

from muniment import home
from muniment.gateways import scanner, storage
from muniment.gateways.mail import inbox
from muniment.gateways.witness import http as witness

from . import accounts, identity, mail
from .declared import database, declared, secret_key

DECLARED = declared()
MUNIMENT_HOME = home.make(DECLARED.home)
PACKAGE = Path(__file__).resolve().parent.parent

# An address that is none is refused here, in a sentence, and not by the worker later.
scanner.at(DECLARED.scanner)
inbox.at(MUNIMENT_HOME, url=DECLARED.imap_url)
MUNIMENT_SCANNER = DECLARED.scanner
storage.at(MUNIMENT_HOME, url=DECLARED.storage_url)
witness.check(DECLARED.witness_url, key=DECLARED.witness_key)
MUNIMENT_STORAGE_URL = DECLARED.storage_url
MUNIMENT_TIMESTAMP_URL = DECLARED.timestamp_url
FILE_UPLOAD_HANDLERS = [
    "muniment.pages.uploads.Limit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

SECRET_KEY = secret_key(MUNIMENT_HOME, "site")
LEDGER_PSEUDONYM_KEY = secret_key(MUNIMENT_HOME, "ledger")
DEBUG = DECLARED.debug
ALLOWED_HOSTS = DECLARED.allowed_hosts
ROOT_URLCONF = "muniment.urls"
AUTH_USER_MODEL = "muniment.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": database(DECLARED.database_url, MUNIMENT_HOME, prepares=DECLARED.database_prepares)
}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    *accounts.INSTALLED,
    "muniment",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "muniment.pages.people.second_factor.Door",
    "muniment.pages.errors.Unkept",
    "muniment.pages.errors.SilentStore",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "muniment.pages.frame.Looking",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "muniment.pages.frame.around",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = accounts.BACKENDS
globals().update(accounts.ALLAUTH)
globals().update(identity.ALLAUTH)
SOCIALACCOUNT_PROVIDERS = identity.providers(DECLARED)
# Browsers give passkeys to secure origins, and to this machine's own name.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DECLARED.debug or DECLARED.on_loopback
MUNIMENT_SITE_URL = mail.site(DECLARED.site_url, DECLARED.port)
MUNIMENT_MAIL_DOMAIN = mail.domain(MUNIMENT_SITE_URL)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = DECLARED.mail_from
globals().update(mail.backend(DECLARED.smtp_url))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "muniment_cache",
        # Full, it forgets a third: then whoever filled it could knock at a door once more.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

FORM_RENDERER = "muniment.templatetags.drawing.Renderer"
LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = MUNIMENT_HOME / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'", *identity.origins(DECLARED)],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
