"""Papers to seal, and an RFC 3161 authority on loopback that can be switched off."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from muniment.documents import typeset
from muniment.gateways import serving, timestamp
from muniment.gateways.signing import Step

TEMPLATE = """
#set document(title: "Agreement")
#set text(lang: "en")
= Agreement
The parties agree.
"""
STEPS = (
    Step(1, "Alice Abara", "Signs as applicant", datetime(2026, 11, 2, 15, tzinfo=UTC)),
    Step(2, "Sam Signer", "Signs for the institution", datetime(2026, 11, 3, 15, tzinfo=UTC)),
    Step(3, "Rita Registrar", "Signs for the program", datetime(2026, 11, 4, 15, tzinfo=UTC)),
)


def paper() -> bytes:
    """A tagged PDF of one page."""
    return typeset.pdf(TEMPLATE, {}, standards=["ua-1", "a-3a"])


@contextmanager
def authority(home: Path) -> Iterator[tuple[timestamp.Authority, dict[str, Any]]]:
    """An authority of this test's own; `state["down"]` makes it answer 503."""
    from asn1crypto import keys, tsp
    from asn1crypto import x509 as ax509
    from pyhanko.sign.timestamps import DummyTimeStamper

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    made = _certificate(key)
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    stamper = DummyTimeStamper(
        ax509.Certificate.load(made.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(der),
    )
    state: dict[str, Any] = {"down": False}

    class Answering(serving.Handler):
        def do_POST(self) -> None:
            query = self.posted()
            if state["down"]:
                self.send_error(503)
                return
            reply = stamper.request_tsa_response(tsp.TimeStampReq.load(query)).dump()
            self.say(200, reply, kind=timestamp.REPLY)

    (home / "keys").mkdir(parents=True, exist_ok=True)
    pem = made.public_bytes(serialization.Encoding.PEM)
    (home / "keys" / "timestamp.crt").write_bytes(pem)
    with serving.Server(Answering) as running:
        state["url"] = f"{running.url}/tsa"
        found = timestamp.at(state["url"], home=home)
        assert found is not None
        yield found, state


def _certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test timestamps")])
    now = datetime.now(UTC)
    stamping = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(stamping, critical=True)
        .sign(key, hashes.SHA256())
    )
