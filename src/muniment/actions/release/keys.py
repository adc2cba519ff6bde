"""Keys of recipients: offered, proven by opening a challenge, confirmed by another channel."""

import hashlib
import re
from datetime import datetime
from typing import Any

from muniment import models
from muniment.actions import input_refused, step
from muniment.rulebook import words

AGE = re.compile(r"age1[02-9ac-hj-np-z]{58}")
"""An X25519 recipient of age (C2SP age specification): Bech32, 62 characters."""
_LINE = r"-----{} CRYPT4GH PUBLIC KEY-----"
CRYPT4GH = re.compile(rf"{_LINE.format('BEGIN')}\s*([A-Za-z0-9+/]{{43}}=)\s*{_LINE.format('END')}")
"""A public key file of Crypt4GH (GA4GH): 32 bytes in base64 between its two lines."""
KEPT = re.compile(r"crypt4gh:[A-Za-z0-9+/]{43}=")


def read_key(text: str) -> str:
    """The one form in which a public key is kept: `age1…`, or `crypt4gh:` and base64."""
    public = text.strip()
    if (found := CRYPT4GH.fullmatch(public)) is not None:
        return f"crypt4gh:{found[1]}"
    if not AGE.fullmatch(public) and not KEPT.fullmatch(public):
        message = (
            "Paste a public key: one that begins with age1 and has 62 characters, or the three "
            "lines of a Crypt4GH one."
        )
        raise step.Refused([words.Refusal("not-a-public-key", message)])
    return public


def offer_key(
    person: models.Person, *, public: str, challenge: str, actor: models.Actor, now: datetime
) -> models.RecipientKey:
    """Take down a key that somebody says is theirs, with what its challenge holds. An edit.

    It opens nothing until it is proven. A key that was proven before stays until then.
    """
    public = read_key(public)
    person.keys.filter(proven_at__isnull=True, ended_at__isnull=True).update(
        ended_at=now, ended_by=actor
    )
    return models.RecipientKey.objects.create(
        person=person,
        public=public,
        fingerprint=hashlib.sha256(public.encode()).hexdigest(),
        challenge_sha256=_sha256(challenge),
        made_at=now,
        made_by=actor,
    )


def register_key(
    key: models.RecipientKey,
    *,
    case: models.Case,
    answer: str,
    actor: models.Actor,
    now: datetime,
    second_factor_at: datetime | None,
) -> models.RecipientKey:
    """Whoever holds the secret half could read the challenge; the key then waits for the office.

    A key that was registered before ends here: whoever has it opens no later delivery.
    """
    about: dict[str, Any] = {"case": case, "second_factor_at": second_factor_at}
    with step.taking("register_key", case.programme, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_unproven(key, answer, actor))
        proven = key.person.keys.filter(proven_at__isnull=False, ended_at__isnull=True)
        proven.update(ended_at=now, ended_by=actor)
        key.proven_at, key.proven_by = now, actor
        key.save(update_fields=["proven_at", "proven_by"])
        taken.records(person=key.person.public_id, fingerprint=key.fingerprint)
    return key


def _unproven(key: models.RecipientKey, answer: str, actor: models.Actor) -> list[words.Refusal]:
    if actor.person_id != key.person_id or key.proven_at or key.ended_at:
        message = "This key is not waiting for your proof; register it again."
        return [words.Refusal("key-not-waiting", message)]
    if _sha256(answer) != key.challenge_sha256:
        message = "These are not the words of the challenge; decrypt it with the key once more."
        return [words.Refusal("challenge-failed", message)]
    return []


def confirm_key(
    key: models.RecipientKey,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    fingerprint: str,
    how: str,
) -> models.RecipientKey:
    """The office compared the fingerprint with its owner by another channel, and says how."""
    about = {"person": key.person}
    with step.taking("confirm_key", programme, actor=actor, now=now, about=about) as taken:
        input_refused.unless_reason(how)
        input_refused.unless_empty(_unconfirmed(key, fingerprint))
        key.confirmed_at, key.confirmed_by, key.confirmed_how = now, actor, how.strip()
        key.save(update_fields=["confirmed_at", "confirmed_by", "confirmed_how"])
        taken.records(person=key.person.public_id, fingerprint=key.fingerprint, how=how.strip())
    return key


def _unconfirmed(key: models.RecipientKey, fingerprint: str) -> list[words.Refusal]:
    if key.proven_at is None or key.ended_at is not None:
        message = "Nobody has proven yet that they hold this key."
        return [words.Refusal("key-unproven", message)]
    typed = "".join(fingerprint.split()).lower()
    if typed not in (key.fingerprint, key.fingerprint[:16]):
        message = "The fingerprint is another one. Do not confirm this key; ask its owner."
        return [words.Refusal("fingerprint-differs", message)]
    return []


def _sha256(answer: str) -> str:
    return hashlib.sha256("".join(answer.split()).encode()).hexdigest()
