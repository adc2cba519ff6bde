"""Muniment's own settings with the floor's app beside it; one connection is kept, on both sides."""

from muniment import settings as own

globals().update({name: getattr(own, name) for name in dir(own) if name.isupper()})

DATABASES = {"default": own.DATABASES["default"] | {"CONN_MAX_AGE": None}}
INSTALLED_APPS = [*own.INSTALLED_APPS, "bench.floor"]
