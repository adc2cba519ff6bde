"""Looks at every signature of a file and at what was added after each.

A byte that was changed breaks a signature. What was appended afterwards (an incremental update)
leaves it whole: so the difference of each revision to the next has to be explained, and the last
signature has to reach to the end of the file. Nothing is fetched.
"""

import io
import logging
from collections.abc import Sequence
from typing import Any

from muniment.gateways.signing import Found, Report

NOT_OURS = "The seal was not made with the programme's certificate."
BROKEN = "Bytes that this seal covers were changed."
CHANGED = "Something was changed in the file after this seal."
BEYOND = "Bytes were added to the file after the last seal."
UNREADABLE = "This is not a PDF that can be read whole."
NONE = "There is no seal on this file."
STAMP = "The timestamp does not check out."


def certificate_of(pem: bytes) -> Any:
    """A PEM certificate as the library wants it."""
    from asn1crypto import pem as armor  # type: ignore[import-untyped]
    from asn1crypto import x509

    _kind, _headers, der = armor.unarmor(pem)
    return x509.Certificate.load(der)


def report(pdf: bytes, *, certificate: bytes, authorities: Sequence[bytes] = ()) -> Report:
    """What was found; `authorities` are the certificates (PEM) whose timestamps count."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # it logs what is reported here
    ours = certificate_of(certificate)
    stamping = [certificate_of(each) for each in authorities]
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        seals = list(reader.embedded_regular_signatures)
        steps = tuple(_step(seal, ours, stamping) for seal in seals)
        last = list(reader.embedded_signatures)[-1:]
        whole = tuple(_tail(each, ours, stamping) for each in last)
    except (PdfError, ValueError, KeyError, TypeError, OSError):
        return Report((), (UNREADABLE,))
    if not steps:
        return Report((), (NONE,))
    return Report(steps, tuple(each for each in whole if each))


def _step(seal: Any, ours: Any, stamping: Sequence[Any]) -> Found:
    from pyhanko.sign.validation import validate_pdf_signature

    status = validate_pdf_signature(seal, _trusting(ours), _trusting(*stamping))
    same = seal.signer_cert is not None and seal.signer_cert.sha256 == ours.sha256
    stamp = status.timestamp_validity
    checks = (
        (status.intact and status.valid, BROKEN),
        (same and status.trusted, NOT_OURS),
        (status.docmdp_ok, CHANGED),
        (stamp is None or (stamp.valid and stamp.trusted), STAMP),
    )
    faults = tuple(sentence for good, sentence in checks if not good)
    said = seal.sig_object
    return Found(
        str(said.get("/Name", "")), str(said.get("/Reason", "")), stamp is not None, faults
    )


def _tail(last: Any, ours: Any, stamping: Sequence[Any]) -> str:
    """What is wrong at the end of the file: it has to end with what the last one covers."""
    from pyhanko.sign.validation import validate_pdf_timestamp
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if last.compute_integrity_info() is None and last.coverage is None:
        return BEYOND
    if last.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return BEYOND
    if last.sig_object.get("/Type") != "/DocTimeStamp":
        return ""
    status = validate_pdf_timestamp(last, _trusting(*stamping))
    return "" if status.intact and status.valid and status.trusted else STAMP


def _trusting(*roots: Any) -> Any:
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=list(roots), allow_fetching=False)
