"""A disk without room, as the kernel says it: no file of a process grows past so many bytes."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def after(size: int, *, process: int = 0) -> Iterator[None]:
    """Inside the block; nothing but what is tested may write there. 0 is this process."""
    soft, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (soft, hard))
