"""`docs/reference/settings.md`: what a deployment may set, from `muniment.settings.declared`."""

import json
from pathlib import Path

from pydantic.fields import FieldInfo

from tests.docs import markdown

INTRO = """\
Settings are environment variables, read once when a command that uses the database starts. Every
value that does not fit is named then, and nothing starts. A fresh machine needs none of them.

`muniment serve --demo` always listens on loopback, whatever `MUNIMENT_HOST` says; the options
`--home` and `--port` win over the variables. Lists are written as JSON."""
HOME = """\
## The home folder

`MUNIMENT_HOME` is made at first use, readable by its owner only. `keys/` is apart from the database
on purpose: keep it out of the backup that holds the database."""
ROOMS = {
    "keys": "every secret, mode 0600: signing keys, noise keys, pseudonym keys, the site's own",
    "checkpoints": "signed checkpoints of the ledger, to be kept elsewhere as well",
    "deliveries": "encrypted packages, while their download is open",
    "files": "uploaded files",
    "holdings": "the folders of data that the data plane may read",
    "incoming": "files that were built elsewhere, before they are checked",
    "looks": "de-identified rows that somebody may look at for an hour",
    "outbox": "mail as files, while no mail server is declared",
    "redactions": "what readers of free text approved",
    "releases": "finished packages",
    "receipts": "internal receipts with exact numbers; they never leave",
    "run": "what running processes leave for each other",
    "staging": "work in progress",
    "static": "style sheets and scripts as the web server hands them out",
    "told": "passphrases of deliveries, until the office has passed them on",
    "muniment.sqlite3": "the database, unless `DATABASE_URL` names another",
}


def page() -> str:
    """The whole page."""
    rows = [
        (markdown.code(variable(name)), _default(field), words(name))
        for name, field in fields().items()
    ]
    listed = markdown.table(("variable", "default", "what it is"), rows)
    rooms = [(markdown.code(name), what) for name, what in ROOMS.items()]
    inside = markdown.table(("in it", "what it is"), rows=rooms)
    return markdown.page("# Settings", INTRO, listed, HOME, inside)


def fields() -> dict[str, FieldInfo]:
    """The declared settings by their names in Python."""
    from muniment.settings.declared import Declared

    return dict(Declared.model_fields)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    from muniment.settings.declared import Declared

    alias = fields()[name].validation_alias
    return str(alias or f"{Declared.model_config['env_prefix']}{name}".upper())


def words(name: str) -> str:
    """What a setting is, in its own declaration's words."""
    return fields()[name].description or ""


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, list):
        return markdown.code(json.dumps(value))
    if isinstance(value, bool):
        return markdown.code(str(value).lower())
    return markdown.code(value) if isinstance(value, Path | int) or value else "empty"
