"""Objects of an S3-compatible store, fetched into the hidden folder of the load.

Only the endpoint that the settings file names is ever spoken to; keys are looked up in the
environment by the names the file gives.
"""

import fnmatch
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muniment.dataplane import refusals
from muniment.dataplane.extract.watch import Watch

PIECE = 8 * 1024 * 1024
_MEMBERS = {"endpoint", "region", "access_key_from", "secret_key_from", "anonymous"}


def fetch(
    address: str,
    names: Sequence[str],
    *,
    settings: Path | None,
    environment: Mapping[str, str],
    into: Path,
    watch: Watch,
) -> Path:
    """Copy the objects under `s3://bucket/prefix` that a table asks for; returns their folder.

    Raises `Refused` (no-source) with a sentence that names no key.
    """
    from pyarrow import fs

    store = _store(_settings(settings), environment)
    root = address.removeprefix("s3://").rstrip("/")
    try:
        listed = store.get_file_info(fs.FileSelector(root, recursive=True))
        for found in sorted(listed, key=lambda each: each.path):
            inside = found.path.removeprefix(root).lstrip("/")
            wanted = any(fnmatch.fnmatchcase(inside, name) for name in names)
            if found.type is fs.FileType.File and wanted and ".." not in inside.split("/"):
                watch.check()
                _copy(store, found.path, into / inside)
    except OSError as error:
        reason = type(error).__name__
        message = f"The object store does not give {address} ({reason}); check bucket and keys."
        raise refusals.refused("no-source", message) from None
    into.mkdir(parents=True, exist_ok=True)
    return into.resolve()


def _copy(store: Any, source: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with store.open_input_stream(source) as incoming, target.open("wb") as file:
        while piece := incoming.read(PIECE):
            file.write(piece)


def _settings(place: Path | None) -> dict[str, Any]:
    if place is None:
        message = "An object store needs a settings file that names its endpoint and region."
        raise refusals.refused("no-settings", message)
    try:
        settings = json.loads(place.read_bytes())
    except (OSError, ValueError):
        message = f"{place} cannot be read as JSON settings of an object store."
        raise refusals.refused("no-settings", message) from None
    if not isinstance(settings, dict) or not settings.keys() <= _MEMBERS:
        message = f"{place} may hold only: {', '.join(sorted(_MEMBERS))}."
        raise refusals.refused("no-settings", message)
    if not all(isinstance(settings.get(each), str) for each in ("endpoint", "region")):
        message = f"{place} must name an endpoint and a region."
        raise refusals.refused("no-settings", message)
    return settings


def _store(settings: Mapping[str, Any], environment: Mapping[str, str]) -> Any:
    from pyarrow import fs

    scheme, _, host = settings["endpoint"].partition("://")
    if scheme not in ("http", "https") or not host:
        message = "The endpoint of an object store starts with https:// or http://."
        raise refusals.refused("no-settings", message)
    options: dict[str, Any] = {
        "endpoint_override": host,
        "scheme": scheme,
        "region": settings["region"],
        "connect_timeout": 10,
        "request_timeout": 60,
    }
    if settings.get("anonymous") is True:
        return fs.S3FileSystem(anonymous=True, **options)
    keys = [_key(settings, name, environment) for name in ("access_key_from", "secret_key_from")]
    return fs.S3FileSystem(access_key=keys[0], secret_key=keys[1], **options)


def _key(settings: Mapping[str, Any], name: str, environment: Mapping[str, str]) -> str:
    variable = settings.get(name)
    key = environment.get(variable) if isinstance(variable, str) else None
    if not key:
        message = f'The settings\' "{name}" must name an environment variable that holds a key.'
        raise refusals.refused("no-settings", message)
    return key
