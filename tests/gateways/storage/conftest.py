"""The same contract for the folder and for a bucket."""

from tests.gateways.storage.bucket import bucket_url

__all__ = ["bucket_url"]
