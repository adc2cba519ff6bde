"""What is open for the length of a `with`, and given up by `close` at its end."""

import abc
from typing import Self


class Closing(abc.ABC):
    """Use it with `with`: however the block ends, `close` is called."""

    __slots__ = ()

    @abc.abstractmethod
    def close(self) -> None:
        """Give up what is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()
