"""A disk without room, as the kernel says it: no file of this process grows past so many bytes."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def after(size: int) -> Iterator[None]:
    """Inside the block; nothing but what is tested may write there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
