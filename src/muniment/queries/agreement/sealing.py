"""Which signatures wait for their seal, and where the sealed files are."""

from collections.abc import Iterator
from dataclasses import dataclass

from muniment import models


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A signature without a seal; `after` is the hash of the file to be sealed, or empty."""

    signature: models.Signature
    number: int
    after: str


def list_unsealed(agreement: int) -> Iterator[Unsealed]:
    """In the order of signing; each looked up when it is its turn, so that it follows the last."""
    rows = models.Signature.objects.filter(agreement=agreement)
    signatures = rows.select_related("agreement__case", "signer").order_by("pk")
    for number, signature in enumerate(signatures, 1):
        if find_seal(signature) is None:
            before = newest(signature.agreement)
            yield Unsealed(signature, number, file_of(before).sha256 if before else "")


def find_seal(signature: models.Signature) -> models.Seal | None:
    """The seal of one signature."""
    return models.Seal.objects.filter(signature=signature).first()


def newest(agreement: models.Agreement) -> models.Seal | None:
    """The last seal on an agreement; its file carries all of them."""
    rows = models.Seal.objects.filter(signature__agreement=agreement)
    return rows.select_related("file", "stamped").order_by("-pk").first()


def find_unstamped(key: int) -> models.Seal | None:
    """A seal that waits for its timestamp and is still the newest; None where it no longer does."""
    rows = models.Seal.objects.select_related("file", "signature__agreement")
    row = rows.filter(pk=key, stamped__isnull=True).first()
    return row if row is not None and newest(row.signature.agreement) == row else None


def file_of(seal: models.Seal) -> models.StoredFile:
    """The file as it stands: with the late timestamp, where one came."""
    return seal.stamped or seal.file
