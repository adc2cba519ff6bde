"""P1: an agreement made, sealed and stored, against WeasyPrint with an RSA-3072 key.

Both sides set the same text, sign the PDF once (PAdES B-B) and put it into a folder under its hash.
The work sets it with Typst, attaches the machine copy and seals with the install's own P-256 key.
"""

import html
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

UNITS, FULL_UNITS, WARM = 12, 60, 2
LARGEST = 64 * 1024 * 1024
AT = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


def measure(*, full: bool) -> tuple[float, float]:
    """CPU seconds of one agreement: ours, and the baseline's."""
    ours, theirs = (_alone(side, FULL_UNITS if full else UNITS) for side in ("ours", "theirs"))
    return ours, theirs


def _alone(side: str, units: int) -> float:
    """In a process of its own; imports and the first ones are not counted."""
    command = [sys.executable, "-m", "bench.p1", side, str(units)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return float(json.loads(done.stdout.splitlines()[-1]))


def main(side: str, units: int) -> None:
    """Measure one side and print it."""
    with tempfile.TemporaryDirectory(prefix="muniment-bench-") as folder:
        make = {"ours": ours, "theirs": theirs}[side](Path(folder), document())
        for number in range(WARM):
            make(number)
        began = time.process_time()
        for number in range(units):
            make(WARM + number)
        print(json.dumps((time.process_time() - began) / units))


def document() -> dict[str, Any]:
    """An agreement of the shipped programme, with every clause of the full track."""
    from muniment import programme
    from muniment.programme import clauses
    from muniment.rulebook.words import Track

    bundle = programme.read(programme.default_folder())
    listed = clauses.assemble(
        bundle, track=Track.FULL, datasets=["sdtm-pilot"], duties=set(), facts={"answers": {}}
    )
    told = {"label": "Aims", "text": "Whether dose and age together explain who stops early. " * 12}
    person = {"name": "Alice Abara", "role": "lead", "from": "Lakeside Cancer Institute"}
    return {
        "muniment_agreement": 1, "kind": "lead", "reference": "CENTRA-2026-0001", "version": 1,
        "title": "Dose and age", "programme": bundle["programme"]["name"],
        "institution": "Lakeside Cancer Institute", "joins": "Lakeside Cancer Institute",
        "lead": "Alice Abara", "supervisor": "", "starts_on": "2026-12-01",
        "ends_on": "2028-11-30", "track": "full", "plan": [told] * 5,
        "clauses": [
            {"id": each.id, "number": each.number, "title": each.title, "text": each.text}
            for each in listed
        ],
        "data": [{"slug": "sdtm-pilot", "title": "Pilot", "edition": "2026.1"}],
        "specification": "Adults who were randomized.", "terms_sha256": "a" * 64,
        "security": [told] * 4, "conditions": [], "people": [person], "fees": None, "verify": "",
    }  # fmt: skip


def ours(folder: Path, paper: dict[str, Any]) -> Callable[[int], None]:
    """As the worker does it."""
    from muniment.documents import agreement
    from muniment.gateways import storage
    from muniment.gateways.signing import Step, local
    from muniment.programme.contracts import odrl, text

    sealer, store = local.Sealer(folder), storage.at(folder)

    def make(number: int) -> None:
        now = {**paper, "version": number + 1}
        pdf = agreement.pdf(now, text=text.written(now), copy=odrl.copied(now))
        sealed = sealer.seal(pdf, Step(1, "Alice Abara", "Signs as applicant", AT))
        store.put([sealed.pdf], most=LARGEST)

    return make


def theirs(folder: Path, paper: dict[str, Any]) -> Callable[[int], None]:
    """As a page is often printed and signed."""
    import weasyprint
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    from muniment.gateways import storage
    from muniment.programme.contracts import text

    signer, store = _rsa(), storage.at(folder)

    def make(number: int) -> None:
        page = _page(text.written({**paper, "version": number + 1}))
        pdf = weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
        about = signers.PdfSignatureMetadata(
            field_name="Step1", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
        )
        out = io.BytesIO()
        signers.PdfSigner(about, signer).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out
        )
        store.put([out.getvalue()], most=LARGEST)

    return make


def _page(text: str) -> str:
    from muniment.documents.agreement import markdown

    tags = {"title": "h1", "heading": "h2", "item": "li", "paragraph": "p"}
    body = "".join(
        f"<{tags[each.kind]}><b>{html.escape(each.bold)}</b> {html.escape(each.text)}"
        f"</{tags[each.kind]}>"
        for each in markdown.blocks(text)
    )
    return f'<!doctype html><html lang="en"><title>Agreement</title><body>{body}'


def _rsa() -> Any:
    """A signer with a fresh RSA key of 3072 bits and a certificate of its own."""
    from datetime import timedelta

    from asn1crypto import keys
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    from muniment.gateways.signing import checking

    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Baseline")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(AT - timedelta(days=900)).not_valid_after(AT + timedelta(days=900))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    known = SimpleCertificateStore()
    certificate = checking.certificate_of(made.public_bytes(serialization.Encoding.PEM))
    known.register(certificate)
    return signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=known,
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
