"""Seals with a P-256 key and a certificate of our own making, both kept in the home's `keys`.

The certificate vouches for nobody but this install: whoever relies on a seal compares its
fingerprint with the one that the programme publishes. An organisation's own certificate takes its
place by being put there as `seal.pem` and `seal.crt`.
"""

import io
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from muniment import home
from muniment.gateways.signing import Report, Sealed, Step, checking
from muniment.gateways.timestamp import Authority, Unreachable

LOG = logging.getLogger(__name__)
YEARS = 10


class Sealer:
    """The seal of one install, under `<home>/keys/`; made the first time it is asked for."""

    def __init__(self, folder: Path, *, authority: Authority | None = None) -> None:
        self._keys = folder / "keys"
        self._authority = authority

    @property
    def stamps(self) -> bool:
        """Whether an authority is declared."""
        return self._authority is not None

    def seal(self, pdf: bytes, step: Step) -> Sealed:
        """Add one signature over everything there is; stamped where the authority answers.

        The first certifies the file: after it nothing but further signatures may be added
        (DocMDP 2, ISO 32000-2 §12.8.2.2). An authority that is down delays no signature. One that
        answers stamps the signature, and then the file with what its check will need: it can be
        checked after the certificates ended (PAdES B-LTA, ETSI EN 319 142-1).
        """
        if self._authority is not None:
            try:
                return Sealed(self._sealed(pdf, step, self._authority), "B-LTA")
            except Unreachable as silent:
                LOG.warning("sealed without a timestamp, which is asked for again: %s", silent)
        return Sealed(self._sealed(pdf, step, None), "B-B")

    def stamp(self, pdf: bytes) -> bytes:
        """Add the authority's timestamp over the whole file, where a seal had to do without.

        Raises `Unreachable`; ValueError where no authority is configured.
        """
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import signers

        if self._authority is None:
            raise ValueError("No timestamp authority is configured.")
        out = io.BytesIO()
        stamper: Any = signers.PdfTimeStamper(self._authority.stamper())
        stamper.timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", output=out)
        return out.getvalue()

    def check(self, pdf: bytes) -> Report:
        """What the seals of a file say, each revision looked at by itself."""
        roots = () if self._authority is None else self._authority.roots()
        return checking.report(pdf, certificate=self.certificate(), authorities=roots)

    def certificate(self) -> bytes:
        """The certificate in PEM; its key is made with it when there is none."""
        key = self._key()
        return home.secret(self._keys / "seal.crt", lambda: _certificate(key)).encode()

    def fingerprint(self) -> str:
        """SHA-256 over the certificate, as people compare it."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes

        return x509.load_pem_x509_certificate(self.certificate()).fingerprint(hashes.SHA256()).hex()

    def _sealed(self, pdf: bytes, step: Step, authority: Authority | None) -> bytes:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        stamper = None if authority is None else authority.stamper()
        about = signers.PdfSignatureMetadata(
            field_name=f"Step{step.number}",
            md_algorithm="sha256",
            name=step.signer,
            reason=step.reason,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=step.number == 1,
            docmdp_permissions=fields.MDPPerm.FILL_FORMS,
            **({} if authority is None else self._lasting(authority)),
        )
        out = io.BytesIO()
        sealing = signers.PdfSigner(about, self._signer(), timestamper=stamper)
        sealing.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
        return out.getvalue()

    def _lasting(self, authority: Authority) -> dict[str, Any]:
        """What makes a signature last; its certificates go in before the file is stamped."""
        from pyhanko.sign.signers.pdf_signer import (
            DSSContentSettings,
            TimestampDSSContentSettings,
        )
        from pyhanko_certvalidator import ValidationContext

        known = [checking.certificate_of(each) for each in (self.certificate(), *authority.roots())]
        before = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
        return {
            "use_pades_lta": True,
            "embed_validation_info": True,
            "validation_context": ValidationContext(trust_roots=known, allow_fetching=False),
            "dss_settings": DSSContentSettings(include_vri=False, next_ts_settings=before),
        }

    def _signer(self) -> Any:
        from asn1crypto import keys  # type: ignore[import-untyped]
        from cryptography.hazmat.primitives import serialization
        from pyhanko.sign import signers
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        certificate = checking.certificate_of(self.certificate())
        plain = serialization.load_pem_private_key(self._key().encode(), password=None)
        der = plain.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        known = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        known.register(certificate)
        return signers.SimpleSigner(
            signing_cert=certificate,
            signing_key=keys.PrivateKeyInfo.load(der),
            cert_registry=known,
        )

    def _key(self) -> str:
        return home.secret(self._keys / "seal.pem", _new_key)


def _new_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode("ascii")


def _certificate(pem: str) -> str:
    """Self-made: it signs documents, and is no authority for anything else."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("The key 'seal' is not a P-256 key.")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Muniment document seal")])
    now = datetime.now(UTC)
    unset = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
         "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    usage = x509.KeyUsage(digital_signature=True, content_commitment=True, **unset)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode("ascii")
