"""Asks roc-validator about a crate, in its own environment and without a network.

`python asks_rocrate.py FOLDER CONTEXT` prints what it finds as JSON. The one document that it would
fetch, the standard's context, is given from a file; whatever else it asks for is not there.
"""

import io
import json
import sys
import urllib.request
from pathlib import Path
from urllib.error import URLError

import requests
import requests.adapters
import urllib3

ADDRESS = "https://w3id.org/ro/crate/1.2/context"


def give(context: bytes) -> None:
    """Put the file in the place of the network, for both libraries that would go there."""

    def send(
        self: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **_: object
    ) -> requests.Response:
        url = str(request.url)
        here = url.startswith(ADDRESS)
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(context if here else b""),
            headers={"Content-Type": "application/ld+json"},
            status=200 if here else 404,
            preload_content=False,
            request_url=url,
        )
        return self.build_response(request, raw)

    def opened(_self: object, wanted: object, *_: object, **__: object) -> object:
        url = str(getattr(wanted, "full_url", wanted))
        if not url.startswith(ADDRESS):
            raise URLError(f"there is no network, and {url} was not given")
        answer = io.BytesIO(context)
        answer.headers = {"content-type": "application/ld+json"}  # type: ignore[attr-defined]
        answer.geturl = lambda: url  # type: ignore[attr-defined]
        answer.info = lambda: answer.headers  # type: ignore[attr-defined]
        return answer

    requests.adapters.HTTPAdapter.send = send  # type: ignore[method-assign,assignment]
    urllib.request.OpenerDirector.open = opened  # type: ignore[method-assign,assignment]


def main(folder: Path, context: Path) -> None:
    """Every requirement that must be met; the issues, if any."""
    give(context.read_bytes())
    from rocrate_validator import models, services

    found = services.validate(
        services.ValidationSettings(
            rocrate_uri=str(folder),
            profile_identifier="ro-crate-1.2",
            requirement_severity=models.Severity.REQUIRED,
            abort_on_first=False,
        )
    )
    issues = [f"{each.check.identifier}: {each.message}" for each in found.get_issues()]
    print(json.dumps({"passed": found.passed(), "issues": issues}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
