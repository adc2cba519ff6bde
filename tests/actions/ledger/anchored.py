"""A signer for tests of anchoring, and a programme whose ledger has something to anchor."""

from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from muniment import models
from muniment.actions import anchoring, ledger
from muniment.notary import notes
from muniment.rulebook.words import Role
from tests.actions import rows

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = notes.Key(
    "data.example.org/ledger", SECRET.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
)


def filled(home: rows.Home, case: models.Case, entries: int, *, at: datetime = rows.NOW) -> None:
    """So many entries on a case's chain, a minute apart."""
    for number in range(entries):
        ledger.append(
            case, tag="case.held", actor=home.system, now=at + timedelta(minutes=number),
            values={"reason": f"Reason {number}"},
        )  # fmt: skip


def anchor(home: rows.Home, *, now: datetime = rows.NOW, **more: Any) -> models.Checkpoint | None:
    """Anchor what waits, as the hourly job does."""
    home.programme.refresh_from_db()
    given = {"actor": home.system, "now": now, "key": KEY, "sign": SECRET.sign, **more}
    return anchoring.anchor_ledger(home.programme, **given)


def auditor(home: rows.Home) -> models.Person:
    """Audra audits."""
    audra = models.Person.objects.create_user("audra@example.org", name="Audra")
    audra.grants.create(
        programme=home.programme, role=Role.AUDITOR.value, from_on=rows.NOW.date(),
        made_at=rows.NOW, made_by=home.system,
    )  # fmt: skip
    return audra
