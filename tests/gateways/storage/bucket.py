"""An S3 server on loopback, with an empty bucket."""

import socket
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

KEY, SECRET, NAME = "key", "secret", "muniment"


@pytest.fixture(scope="session")
def bucket_url() -> Iterator[str]:
    """The address of an empty bucket of a server of our own."""
    from moto.server import ThreadedMotoServer

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    client(port).create_bucket(Bucket=NAME)
    try:
        yield f"s3+http://{KEY}:{SECRET}@127.0.0.1:{port}/{NAME}"
    finally:
        server.stop()


def client(port: int) -> Any:
    """Straight to the server, past our own code."""
    return boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{port}", aws_access_key_id=KEY,
        aws_secret_access_key=SECRET, region_name="us-east-1",
    )  # fmt: skip
