"""A decision on somebody's desk; the office's tab and the chair's page share it.

The form is worked on in place: `draft` fills the letter in, `more` adds a row for a condition,
`keep` keeps it for whoever decides, `decide` sends it.
"""

from collections.abc import Mapping
from typing import Any

from muniment.actions import decision
from muniment.documents import mail
from muniment.pages.decision import drawing, forms
from muniment.pages.office import desk
from muniment.queries import decision as queries
from muniment.rulebook import reading, words
from muniment.rulebook.words import Refusal, Role, Stage, Track

BY_COMMITTEE = {
    "approved": "approve",
    "approved_with_conditions": "approve_with_conditions",
    "revise_and_resubmit": "ask_to_revise",
    "denied": "deny",
}
BY_OFFICE = {
    "approved": "approve_by_office",
    "approved_with_conditions": "approve_by_office_with_conditions",
    "revise_and_resubmit": "ask_to_revise_by_office",
    "denied": "deny_by_office",
}
CONFIRMED = frozenset(BY_OFFICE.values()) - {"ask_to_revise_by_office"}
"""Steps that a second person confirms where the programme asks for one."""
CLOSING = ("accept_condition", "refuse_condition", "waive_condition")

ELSEWHERE = frozenset({"not-your-step", "not-determining-here", "second-person-missing"})
"""Refusals that the form itself tells: who decides instead, and who may confirm."""


class Deciding(desk.Desk):
    """The request while it waits for its decision, and after."""

    TAB = "office_decision"
    TEMPLATE = "decision/tab.html"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.decider = queries.decider_of(self.case)
        self.draft = queries.find_draft(self.case)
        others = queries.second_people(self.case, self.person, now=self.now)
        self.others = {each.public_id: each for each in others}
        self.owners = {each.public_id: each for each in queries.owners_of(self.case)}
        self.form = self._form()
        self.rows = self._rows()

    @property
    def preparing(self) -> Any:
        """The reader in an office that may keep a draft."""
        return self.acting(self.decider, Role.COORDINATOR)

    def doing(self, name: str) -> Any:
        """The reader in an office that takes this step: as who decides here where that one may."""
        by = reading.STEPS[name].by
        return self.acting(*[role for role in (self.decider, *by) if role in by])

    @property
    def by_office(self) -> bool:
        """Whether the track needs no committee."""
        return Track(self.case.track) in words.STAFF_TRACKS

    def step_for(self, outcome: str) -> str:
        """The step that an outcome is on this track."""
        return (BY_OFFICE if self.by_office else BY_COMMITTEE)[outcome]

    def typed(self, *, rows: int = 0, letter: str | None = None) -> bool:
        """Take what was posted, with another letter where one is given; whether it is in order."""
        data = self.request.POST.copy()
        if letter is not None:
            data["letter"] = letter
        if rows:
            data["conditions-TOTAL_FORMS"] = str(rows)
        self.form, self.rows = self._form(data), self._rows(data)
        return self.form.is_valid() and self.rows.is_valid()

    def asked(self) -> list[decision.Asked]:
        """The conditions as the action wants them."""
        return [
            decision.Asked(
                decision.When(row["when"]),
                row["text"],
                row["due_on"],
                self.owners.get(row["owner"]),
            )
            for row in self.rows.listed()
        ]

    def letter(self) -> str:
        """The programme's letter for what is typed, as plain text to edit."""
        given = self.form.cleaned_data
        filled = queries.notice(
            self.case,
            given["outcome"],
            reason=given["reason"],
            by_criterion=self.form.by_criterion(),
            conditions=[self._said(row) for row in self.rows.listed()],
            now=self.now,
        )
        text = mail.letter(filled.subject, filled.body, site="").plain.strip()
        return "\n\n".join(block.replace("\n", " ") for block in text.split("\n\n"))

    def context(self) -> Mapping[str, Any]:
        paper = queries.paper_of(self.case)
        waits = self.case.stage == Stage.DETERMINATION.value
        against = self.against_deciding() if waits else []
        return {
            "paper": paper,
            "said": drawing.recommended(paper.recommended, decider=self.decider),
            "standing": drawing.determined(paper.standing),
            "earlier": [drawing.determined(each) for each in paper.earlier],
            "waits": waits,
            "decides": waits and {each.code for each in against} <= {"second-person-missing"},
            "against": [each for each in against if each.code not in ELSEWHERE],
            "deciders": ", ".join(queries.names_of(self.case, self.decider, now=self.now)),
            "decider": self.decider.label.lower(),
            "form": self.form,
            "rows": self.rows,
            "draft": self.draft,
            "parts_left": queries.parts_of(self.case),
            "others": list(self.others.items()),
            "may": self.may(paper),
        }

    def against_deciding(self) -> list[Refusal]:
        """Why the reader may not decide now, whatever they would decide."""
        return self.refusals(self.step_for("approved"))

    def may(self, paper: queries.Paper) -> dict[str, bool]:
        """The further steps that are open to the reader."""
        named = ("defer", "refer_to_committee", "deny_part", "supersede_determination",
                 "decline_before_release", "inform_committee")  # fmt: skip
        found = {name: self._now(name, paper) and not self.refusals(name) for name in named}
        live = paper.standing.conditions if paper.standing else ()
        open_ones = [each for each in live if each.met_at is None and each.waived_at is None]
        for name in CLOSING:
            about = {"condition": open_ones[0]} if open_ones else None
            found[name] = about is not None and "not-your-step" not in self._codes(name, about)
        found["keep"] = bool(self.sight.roles & {Role.COORDINATOR, self.decider})
        return found

    def refusals(self, name: str, **about: Any) -> list[Refusal]:
        """Why this step may not be taken, with everything typed that it asks for."""
        part = next(iter(queries.parts_of(self.case)), None)
        filled = {
            "outcome": "approved", "reason": "?", "notice": "?", "conditions": [{"text": "?"}],
            "second_person": next(iter(self.others.values()), None), "part": part, **about,
        }  # fmt: skip
        return self.against(name, Role(self.doing(name).role), **filled)

    def _now(self, name: str, paper: queries.Paper) -> bool:
        """Whether a step belongs to this moment at all, before anybody asks the rulebook."""
        at = reading.STEPS[name].at
        return self.case.stage in at if at else paper.standing is not None

    def _codes(self, name: str, about: Mapping[str, Any]) -> set[str]:
        return {each.code for each in self.refusals(name, **about)}

    def _form(self, data: Any = None) -> forms.Decide:
        others = [(key, person.name) for key, person in self.others.items()]
        criteria = queries.criteria_of(self.case)
        return forms.Decide(data, initial=self._initial(), criteria=criteria, others=others)

    def _initial(self) -> dict[str, Any]:
        """What was prepared; else what the committee said."""
        if self.draft is not None:
            kept = self.draft.document
            reasons = {f"criterion_{name}": text for name, text in kept["criteria"].items()}
            return {**kept, **reasons}
        said = queries.paper_of(self.case).recommended
        return {"outcome": said.outcome, "reason": said.reason} if said else {}

    def _rows(self, data: Any = None) -> forms.Conditions:
        owners = [(key, person.name) for key, person in self.owners.items()]
        kept = self.draft.document["conditions"] if self.draft else []
        rows = 1 if kept else forms.ROWS
        return forms.conditions(data, owners=owners, rows=rows, initial=kept)

    def _said(self, row: Mapping[str, Any]) -> str:
        owner = self.owners.get(row["owner"])
        day = row["due_on"]
        due = f", by {day:%B} {day.day}, {day.year}" if day else ""
        who = f", {owner.name}" if owner else ""
        return f"{row['text']} ({str(forms.WHEN[row['when']]).lower()}{due}{who})"

    def drafted(self) -> dict[str, Any]:
        """Everything typed, as it is kept for whoever decides."""
        given = self.form.cleaned_data
        return {
            "outcome": given["outcome"],
            "reason": given["reason"],
            "criteria": self.form.by_criterion(),
            "conditions": [
                {**row, "due_on": row["due_on"].isoformat() if row["due_on"] else None}
                for row in self.rows.listed()
            ],
            "letter": given["letter"],
        }
