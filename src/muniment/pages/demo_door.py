"""The one-time link into a demo: on loopback, into a home that the demo made, nowhere else.

The token is known only to whoever read it on the terminal. What is kept is an empty file in the
home's `run` folder, named after the token's hash. Spending the token removes the file, which the
system lets only one process do, so of two clicks at the same moment one wins.
"""

import hashlib
import ipaddress
import secrets
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from muniment.queries import access

MARK = "this-is-a-demo"
"""The file by which `muniment demo` says that everyone in a home folder is made up."""
LINK_LIVES = timedelta(hours=1)
GUEST_STAYS = timedelta(hours=12)
_GUEST = "demo_guest_until"


def is_demo_home(folder: Path) -> bool:
    """Whether the demo made this home folder."""
    return (folder / MARK).is_file()


def mint() -> str:
    """Make a one-time token and keep its hash; the token is returned once and stored nowhere."""
    token = secrets.token_urlsafe(24)
    _kept(token).touch(mode=0o600, exist_ok=False)
    return token


def is_open(request: HttpRequest) -> bool:
    """Whether this request may use the door at all: demo home, loopback at both ends.

    A database that is not the home's own may hold real people, whatever the home says.
    """
    if not is_demo_home(settings.MUNIMENT_HOME) or settings.DECLARED.database_url:
        return False
    return _is_loopback(settings.DECLARED.host) and _is_loopback(request.META["REMOTE_ADDR"])


def is_unspent(token: str) -> bool:
    """Whether the token was minted here, has not run out and was not spent."""
    try:
        made = _kept(token).stat().st_mtime
    except FileNotFoundError:
        return False
    return time.time() - made < LINK_LIVES.total_seconds()


def spend(token: str) -> bool:
    """Use the token up; False when it was never good, ran out, or somebody was quicker."""
    if not is_unspent(token):
        return False
    try:
        _kept(token).unlink()
    except FileNotFoundError:
        return False
    return True


def is_guest(request: HttpRequest) -> bool:
    """Whether this browser came in by a link and may choose who to be."""
    return int(request.session.get(_GUEST, 0)) > time.time() and is_open(request)


def sign_in(request: HttpRequest, public_id: str) -> None:
    """Sign this browser in as a demo person, and remember that it came by the door."""
    auth.login(request, access.find_demo_person(public_id))
    _remember(request)


def sign_out(request: HttpRequest) -> bool:
    """Sign out; True when the browser may choose another demo person."""
    guest = is_guest(request)
    auth.logout(request)
    if guest:
        _remember(request)
    return guest


def _remember(request: HttpRequest) -> None:
    request.session[_GUEST] = int(time.time() + GUEST_STAYS.total_seconds())


def _kept(token: str) -> Path:
    digest = hashlib.sha256(token.encode()).hexdigest()
    return Path(settings.MUNIMENT_HOME) / "run" / f"demo-link-{digest}"


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
