"""How the house says no: a code for programs, a sentence for people."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

NOTHING: Mapping[str, str] = MappingProxyType({})


class Refusal(NamedTuple):
    """One reason why a step cannot be taken now. An empty list of these means go.

    `message` is the sentence before translation and may hold `{names}`; `params` fills them.
    The same refusal is drawn in the button's place, in a problem body of the API, on the command
    line and in the manual, so it is always a full sentence that says what to do.
    """

    code: str
    message: str
    params: Mapping[str, str] = NOTHING

    def __hash__(self) -> int:
        """By code and message, for `params` may be a dict, which has no hash."""
        return hash((self.code, self.message))

    @property
    def sentence(self) -> str:
        """The message with its names filled in; without params it is left as it is."""
        return self.message.format_map(self.params) if self.params else self.message

    def __str__(self) -> str:
        """As demo and command line print it."""
        return f"{self.code}: {self.sentence}"
