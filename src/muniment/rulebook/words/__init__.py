"""The words of the programme: stages, roles, tracks, facts, and how a refusal reads.

Everything else in the house imports these names from here (`words.Stage`, `words.Fact`), never
from the files inside. A table of steps is a sentence in these words.
"""

from muniment.rulebook.words.fact import IMPLIED, Fact
from muniment.rulebook.words.refusal import Refusal
from muniment.rulebook.words.role import CASE_ROLES, OFFICE_ROLES, Role
from muniment.rulebook.words.sentences import MISSING, PRESENT
from muniment.rulebook.words.stage import ENDS, OPEN_STAGES, Stage
from muniment.rulebook.words.subject import Subject
from muniment.rulebook.words.track import STAFF_TRACKS, Mode, Track

__all__ = [
    "CASE_ROLES",
    "ENDS",
    "IMPLIED",
    "MISSING",
    "OFFICE_ROLES",
    "OPEN_STAGES",
    "PRESENT",
    "STAFF_TRACKS",
    "Fact",
    "Mode",
    "Refusal",
    "Role",
    "Stage",
    "Subject",
    "Track",
]
