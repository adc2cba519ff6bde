"""Files in an S3-compatible bucket, each under its hash.

    MUNIMENT_STORAGE_URL=s3://KEY:SECRET@host:9000/bucket/prefix      over https
    MUNIMENT_STORAGE_URL=s3+http://KEY:SECRET@127.0.0.1:5000/bucket   on loopback only

The address is the declared one and no other: no redirect is followed, no metadata service asked.
What is put is hashed on the way into a temporary file first, so that a name is never given to other
bytes; it is encrypted or no secret already by the time it comes here.
"""

import contextlib
import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlparse

from muniment.gateways.loopback import is_loopback
from muniment.gateways.storage import Missing, Stored, TooLarge, Unreachable

NAME = re.compile(r"[0-9a-f]{64}")
SECONDS = 20
ABSENT = {"NoSuchKey", "404", "NotFound", "InvalidRange"}


def at(url: str, *, room: str) -> "Bucket":
    """The store behind an address. Raises ValueError with one sentence."""
    parts = urlparse(url)
    bucket, _, prefix = parts.path.strip("/").partition("/")
    if parts.scheme not in ("s3", "s3+http") or not (parts.hostname and bucket and parts.password):
        raise ValueError(
            "MUNIMENT_STORAGE_URL must read s3://KEY:SECRET@host:port/bucket/prefix; a key with a "
            "slash in it is written with %2F."
        )
    if parts.scheme == "s3+http" and not is_loopback(parts.hostname):
        raise ValueError("MUNIMENT_STORAGE_URL: s3+http is for this machine alone; use s3://.")
    scheme = "https" if parts.scheme == "s3" else "http"
    port = f":{parts.port}" if parts.port else ""
    client = _client(
        f"{scheme}://{parts.hostname}{port}",
        key=unquote(parts.username or ""),
        secret=unquote(parts.password),
    )
    folder = "/".join(filter(None, (prefix.strip("/"), room)))
    return Bucket(client, bucket, folder)


@dataclass(frozen=True, slots=True, repr=False)
class Bucket:
    """`folder` is the beginning of every key, without a slash at its end."""

    client: Any
    bucket: str
    folder: str

    def put(self, chunks: Iterable[bytes], *, most: int) -> Stored:
        """Count and hash first, then give the bytes their name in one request."""
        digest, size = hashlib.sha256(), 0
        with tempfile.TemporaryFile() as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise TooLarge
                digest.update(chunk)
                file.write(chunk)
            file.seek(0)
            with _told():
                self.client.upload_fileobj(file, self.bucket, self._key(digest.hexdigest()))
        return Stored(digest.hexdigest(), size)

    def open(self, sha256: str, *, start: int = 0) -> BinaryIO:
        """The bytes; raises Missing."""
        key = self._key(sha256)
        with _told():
            more = {"Range": f"bytes={start}-"} if start else {}
            return cast("BinaryIO", self.client.get_object(
                Bucket=self.bucket, Key=key, **more
            )["Body"])  # fmt: skip

    def remove(self, sha256: str) -> None:
        """Forget the bytes."""
        with contextlib.suppress(Missing), _told():
            self.client.delete_object(Bucket=self.bucket, Key=self._key(sha256))

    def list_old(self, before: datetime) -> Iterator[str]:
        """Old hashes; what is not named by a hash is somebody else's and stays."""
        with _told():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=f"{self.folder}/"
            )
            for page in pages:
                for each in page.get("Contents", ()):
                    name = each["Key"].rpartition("/")[2]
                    if NAME.fullmatch(name) and each["LastModified"] < before:
                        yield name

    def _key(self, sha256: str) -> str:
        if not NAME.fullmatch(sha256):
            raise Missing
        return f"{self.folder}/{sha256[:2]}/{sha256}"


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """The library's exceptions as ours."""
    import botocore.exceptions

    try:
        yield
    except botocore.exceptions.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ABSENT:
            raise Missing from None
        raise Unreachable(f"The file store refused: {code}.") from None
    except (botocore.exceptions.BotoCoreError, OSError) as error:
        raise Unreachable(f"The file store does not answer: {type(error).__name__}.") from None


def _client(endpoint: str, *, key: str, secret: str) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=SECONDS,
        read_timeout=SECONDS,
        retries={"max_attempts": 2},
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.session.Session().client(
        "s3", endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret,
        region_name="us-east-1", config=config,
    )  # fmt: skip
