"""Tables, constraints and scopes; no decisions. One file per room (architecture §4)."""

from .aftercare import Destruction, Publication, RegisterEntry, Report, Suspension
from .agreement import Agreement, ClauseChange, Estimate, Signature
from .application import CountQuestion, ReturnPoint, Section, Specification, Submission
from .case import Case, Hold, Note, Part, Question, TeamMember
from .catalogue import Dataset, DatasetEdition, Holding, Interest, MethodPolicy, PublishedCounts
from .decision import Condition, Determination, Outcome, Recommendation
from .enquiry import Enquiry
from .files import Attachment, StoredFile
from .ledger import Entry, Salt
from .messages import Message, Proof
from .payment import Invoice, Payment, Waiver
from .people import Actor, Institution, Person, RoleGrant, Training
from .programme import EditionBundle, Programme, ProgrammeEdition
from .release import Build, Check, Delivery, Plan, ReleaseLine
from .review import AgendaItem, Attendance, Declaration, Meeting, Review, Score, Vote
from .screening import Availability, CompletenessCheck, GatePass, PolicyFinding
from .work import Absence, Assignment, CacheEntry, ClockSegment, Job

__all__ = [
    "Absence",
    "Actor",
    "AgendaItem",
    "Agreement",
    "Assignment",
    "Attachment",
    "Attendance",
    "Availability",
    "Build",
    "CacheEntry",
    "Case",
    "Check",
    "ClauseChange",
    "ClockSegment",
    "CompletenessCheck",
    "Condition",
    "CountQuestion",
    "Dataset",
    "DatasetEdition",
    "Declaration",
    "Delivery",
    "Destruction",
    "Determination",
    "EditionBundle",
    "Enquiry",
    "Entry",
    "Estimate",
    "GatePass",
    "Hold",
    "Holding",
    "Institution",
    "Interest",
    "Invoice",
    "Job",
    "Meeting",
    "Message",
    "MethodPolicy",
    "Note",
    "Outcome",
    "Part",
    "Payment",
    "Person",
    "Plan",
    "PolicyFinding",
    "Programme",
    "ProgrammeEdition",
    "Proof",
    "Publication",
    "PublishedCounts",
    "Question",
    "Recommendation",
    "RegisterEntry",
    "ReleaseLine",
    "Report",
    "ReturnPoint",
    "Review",
    "RoleGrant",
    "Salt",
    "Score",
    "Section",
    "Signature",
    "Specification",
    "StoredFile",
    "Submission",
    "Suspension",
    "TeamMember",
    "Training",
    "Vote",
    "Waiver",
]
