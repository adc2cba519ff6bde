"""An S3 server on loopback, for the same contract that the folder keeps."""

import socket
from collections.abc import Iterator

import boto3
import pytest


@pytest.fixture(scope="session")
def bucket_url() -> Iterator[str]:
    """The address of an empty bucket of a server of our own."""
    from moto.server import ThreadedMotoServer

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    client = boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{port}", aws_access_key_id="key",
        aws_secret_access_key="secret", region_name="us-east-1",
    )  # fmt: skip
    client.create_bucket(Bucket="muniment")
    try:
        yield f"s3+http://key:secret@127.0.0.1:{port}/muniment"
    finally:
        server.stop()
