"""A PDF that came back signed: only what was sent, whole and signed to its end, proves anything."""

import hashlib
import io
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from muniment.documents import reading
from muniment.gateways import signing
from muniment.gateways.signing import local
from tests.gateways.signing import sealing

AT = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
STEP = signing.Step(1, "Sam Example", "Signed there", AT)


@cache
def sent() -> bytes:
    return sealing.paper()


def read(data: bytes, base: bytes) -> reading.Signed:
    sha256 = hashlib.sha256(base).hexdigest()
    return reading.read_signed(data, sha256=sha256, size=len(base))


def refused(data: bytes, base: bytes) -> str:
    with pytest.raises(reading.Refused) as failed:
        read(data, base)
    return failed.value.reason.code


def test_what_was_sent_and_signed_names_the_certificate(tmp_path: Path) -> None:
    there = local.Sealer(tmp_path)
    signed = there.seal(sent(), STEP).pdf
    found = read(signed, sent())
    assert found.fingerprint == there.fingerprint()
    assert found.by == "Common Name: Muniment document seal"
    twice = there.seal(signed, signing.Step(2, "Edie", "too", AT)).pdf
    assert read(twice, sent()) == found


def test_another_file_proves_nothing_however_well_it_is_signed(tmp_path: Path) -> None:
    other = sent().replace(b"Agreement", b"Agreemint")
    assert len(other) == len(sent())
    signed = local.Sealer(tmp_path).seal(other, STEP).pdf
    assert refused(signed, sent()) == "signed-another-file"
    assert refused(sent(), sent()) == "signed-another-file"


def test_a_file_without_signature_or_with_a_broken_one_proves_nothing(tmp_path: Path) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    update = IncrementalPdfFileWriter(io.BytesIO(sent()))
    update.update_root()
    out = io.BytesIO()
    update.write(out)
    assert refused(out.getvalue(), sent()) == "signed-by-nobody"
    signed = local.Sealer(tmp_path).seal(sent(), STEP).pdf
    at = signed.index(b"Signed there", len(sent()))
    changed = signed[:at] + b"Forged there" + signed[at + 12 :]
    assert refused(changed, sent()) == "signed-broken"


def test_what_comes_after_the_last_signature_takes_its_proof_away(tmp_path: Path) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    signed = local.Sealer(tmp_path).seal(sent(), STEP).pdf
    update = IncrementalPdfFileWriter(io.BytesIO(signed))
    update.root["/Lang"] = generic.pdf_string("de")
    update.update_root()
    out = io.BytesIO()
    update.write(out)
    assert refused(out.getvalue(), sent()) == "signed-and-changed"
    assert refused(signed + b"\n%more", sent()) == "signed-and-changed"


def test_rubbish_behind_what_was_sent_is_a_damaged_file() -> None:
    assert refused(sent() + b"rubbish" * 300, sent()) in ("file-damaged", "signed-by-nobody")
    assert refused(b"", sent()) == "file-empty"
