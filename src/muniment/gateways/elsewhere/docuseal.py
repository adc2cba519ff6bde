"""DocuSeal's interface: JSON over HTTPS, the key in `X-Auth-Token`, no redirect followed.

    POST   /submissions/pdf                an envelope; {id, submitters: [{embed_src}]}
    GET    /submitters?external_id=…       the envelope of an earlier try, by our own name for it
    GET    /submissions/{id}               {status, completed_at, documents, submission_events}
    DELETE /submissions/{id}               an envelope that nobody is to sign any more

Making an envelope twice makes two of them there. So the ones of an earlier try, whose answer was
lost, are closed first: only the last one can be signed.
"""

import base64
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from typing import Any

from muniment.gateways import asking

from . import Failed, Sent, Standing, State, Unreachable, Wanted

SECONDS = 30
LARGEST = 2_000_000
LARGEST_FILE = 32 * 1024 * 1024
GONE = (404, 410)
ROLE = "Signer"
BOX = {"x": 0.1, "y": 0.93, "w": 0.35, "h": 0.05}
"""In the lower margin, as shares of the page: nothing of the text lies under it."""
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError)
STATES = {"completed": State.SIGNED, "declined": State.DECLINED, "expired": State.GONE}


def send(wanted: Wanted, *, url: str, key: str) -> Sent:
    """Have an envelope made. Raises Failed, and Unreachable where it may go well later."""
    for name in _earlier(wanted.once, url=url, key=key):
        close(name, url=url, key=key)
    said = _ask("POST", "/submissions/pdf", _order(wanted), url=url, key=key)
    try:
        [signer] = said["submitters"]
        made = Sent(str(int(said["id"])), str(signer["embed_src"]))
    except UNREADABLE as fault:
        raise Failed(f"The signing provider made no envelope: {type(fault).__name__}.") from None
    _unless_safe(made.address)
    return made


def look(name: str, *, url: str, key: str) -> Standing:
    """How an envelope stands. Raises Failed and Unreachable as `send` does."""
    try:
        said = _ask("GET", f"/submissions/{_number(name)}", url=url, key=key)
    except _Gone:
        return Standing(State.GONE)
    try:
        state = STATES.get(said["status"], State.WAITING)
        if said.get("archived_at") and state is State.WAITING:
            state = State.GONE
        if state is State.SIGNED:
            [document] = said["documents"]
            return Standing(state, _time(said["completed_at"]), file=str(document["url"]))
        return Standing(state, reason=_reason(said) if state is State.DECLINED else "")
    except UNREADABLE as fault:
        raise Failed(f"The signing provider cannot be read: {type(fault).__name__}.") from None


def fetch(address: str, *, url: str) -> bytes:
    """The signed PDF, from the declared host only: a file's address is theirs to choose."""
    _unless_safe(address)
    home = urllib.parse.urlsplit(url).netloc
    place = urllib.parse.urlsplit(address).netloc
    if place not in (home, home.removeprefix("api.")):
        raise Failed(f"The signed file lies at {place}, which is not the declared provider.")
    body = _open(urllib.request.Request(address), most=LARGEST_FILE + 1)  # checked above
    if len(body) > LARGEST_FILE:
        raise Failed("The signed file is larger than 32 MB.")
    return body


def close(name: str, *, url: str, key: str) -> None:
    """End an envelope; one that is not there any more is ended."""
    try:
        _ask("DELETE", f"/submissions/{_number(name)}", url=url, key=key)
    except _Gone:
        return


class _Gone(Failed):
    """There is no such thing at the provider."""


def _earlier(once: str, *, url: str, key: str) -> list[str]:
    query = urllib.parse.urlencode({"external_id": once})
    said = _ask("GET", f"/submitters?{query}", url=url, key=key)
    try:
        found = [each for each in said["data"] if each["external_id"] == once]
        return [str(int(each["submission_id"])) for each in found]
    except UNREADABLE as fault:
        raise Failed(f"The signing provider cannot be read: {type(fault).__name__}.") from None


def _order(wanted: Wanted) -> dict[str, Any]:
    field = {
        "name": "Signature", "type": "signature", "role": ROLE, "required": True,
        "areas": [{**BOX, "page": wanted.page}],
    }  # fmt: skip
    signer = {
        "role": ROLE, "name": wanted.name, "email": wanted.email, "external_id": wanted.once,
        "send_email": False, "completed_redirect_url": wanted.back_to,
    }  # fmt: skip
    file = base64.b64encode(wanted.pdf).decode("ascii")
    return {
        "name": wanted.title,
        "send_email": False,
        "flatten": False,
        "remove_tags": False,  # the file that we sent has to stay the beginning of what is signed
        "documents": [{"name": wanted.title, "file": file, "fields": [field]}],
        "submitters": [signer],
    }


def _reason(said: dict[str, Any]) -> str:
    for event in said.get("submission_events") or ():
        if event["event_type"] == "decline_form":
            return str((event.get("data") or {}).get("reason") or "")[:2_000]
    return ""


def _time(written: str) -> datetime:
    when = datetime.fromisoformat(written)
    if when.tzinfo is None:
        raise ValueError("a time without its zone")
    return when.astimezone(UTC)


def _number(name: str) -> int:
    """Their names are whole numbers; nothing else gets into an address."""
    return int(name)


def _ask(
    method: str, path: str, document: dict[str, Any] | None = None, *, url: str, key: str
) -> Any:
    body = None if document is None else json.dumps(document).encode()
    headers = {"X-Auth-Token": key, "Content-Type": "application/json"}
    _unless_safe(url)
    request = urllib.request.Request(  # the declared address, checked above
        f"{url.rstrip('/')}{path}", data=body, headers=headers, method=method
    )
    answer = _open(request, most=LARGEST)
    try:
        return json.loads(answer) if answer.strip() else {}
    except ValueError as fault:
        raise Failed(f"The signing provider cannot be read: {type(fault).__name__}.") from None


def _open(request: urllib.request.Request, *, most: int) -> bytes:
    try:
        return asking.read(request, most=most, seconds=SECONDS)
    except urllib.error.HTTPError as fault:
        fault.close()  # it holds the connection
        if fault.code in GONE:
            raise _Gone(f"The signing provider answered with {fault.code}.") from None
        kind = Unreachable if asking.is_away(fault.code) else Failed
        raise kind(f"The signing provider answered with {fault.code}.") from None
    except (OSError, http.client.HTTPException) as fault:
        said = f"The signing provider does not answer: {type(fault).__name__}."
        raise Unreachable(said) from None


def _unless_safe(address: str) -> None:
    if not asking.is_safe(address):
        raise Failed("The signing provider's address has to begin with https.")
