"""How the house says no: a code for programs, a sentence for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a step cannot be taken now. An empty list of these means go.

    `message` is the sentence before translation and may hold `{names}`; `params` fills them.
    The same refusal is drawn in the button's place, in a problem body of the API, on the command
    line and in the manual, so it is always a full sentence that says what to do.
    """

    code: str
    message: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def sentence(self) -> str:
        """The message with its names filled in; without params it is left as it is."""
        return self.message.format_map(self.params) if self.params else self.message

    def __str__(self) -> str:
        """As demo and command line print it."""
        return f"{self.code}: {self.sentence}"
