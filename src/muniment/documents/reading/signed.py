"""A PDF that came back signed from elsewhere: is it what was sent, and does the signature hold?

What was sent has to be its beginning, byte for byte: whoever signs adds an update after it (ISO
32000-2 §7.5.6). Whose the certificate is, we do not judge; it is reported as it stands there.
"""

import hashlib
import importlib
import io
import logging
from typing import Any

from muniment.documents.reading.faults import Fault


def load() -> None:
    """Bring in the parser while files may still be opened."""
    for name in (
        "pyhanko.pdf_utils.reader", "pyhanko.sign.validation.generic_cms",
        "pyhanko.sign.diff_analysis", "encodings.utf_16_be",
    ):  # fmt: skip
        importlib.import_module(name)
    logging.disable(logging.CRITICAL)


def read(data: bytes, *, sha256: str, size: int) -> dict[str, str]:
    """Whose certificate signed it, and its fingerprint; a Fault where the file proves nothing."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    if len(data) <= size or hashlib.sha256(data[:size]).hexdigest() != sha256:
        raise Fault("signed-another-file")
    seals = list(PdfFileReader(io.BytesIO(data)).embedded_regular_signatures)
    if not seals:
        raise Fault("signed-by-nobody")
    for seal in seals:
        _unless_broken(seal)
    last = seals[-1]
    _unless_last(last)
    certificate = last.signer_cert
    return {
        "by": str(certificate.subject.human_friendly)[:300],
        "fingerprint": certificate.sha256.hex(),
    }


def _unless_broken(seal: Any) -> None:
    """The bytes are those that were signed, and the signature is the certificate's."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    intact, valid = validate_sig_integrity(
        seal.signer_info, seal.signer_cert, expected_content_type="data",
        actual_digest=seal.compute_digest(),
    )  # fmt: skip
    if not (intact and valid):
        raise Fault("signed-broken")


def _unless_last(seal: Any) -> None:
    """Nothing may come after what the last signature covers."""
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if seal.evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        raise Fault("signed-and-changed")
