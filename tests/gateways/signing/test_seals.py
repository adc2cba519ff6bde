"""Seals: one for each step, over all before; whatever is done to the file afterwards shows."""

import asyncio
import io
import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pypdf
import pytest

from muniment.gateways import timestamp
from muniment.gateways.signing import checking, local
from tests.gateways.signing import sealing


def sealed(sealer: local.Sealer, steps: int = 3) -> bytes:
    """The paper after so many steps."""
    pdf = sealing.paper()
    for step in sealing.STEPS[:steps]:
        pdf = sealer.seal(pdf, step).pdf
    return pdf


def faults(sealer: local.Sealer, pdf: bytes) -> set[str]:
    """Everything that is wrong."""
    report = sealer.check(pdf)
    return {*report.faults, *(each for step in report.steps for each in step.faults)}


def test_each_step_is_one_seal_and_covers_those_before(tmp_path: Path) -> None:
    sealer = local.Sealer(tmp_path)
    after = [sealed(sealer, steps) for steps in (1, 2, 3)]
    for count, pdf in enumerate(after, 1):
        report = sealer.check(pdf)
        assert report.holds
        assert [step.signer for step in report.steps] == [
            step.signer for step in sealing.STEPS[:count]
        ]
        assert {step.stamped for step in report.steps} == {False}


PART_OF = {
    "http://www.aiim.org/pdfa/ns/id/": {"part": "3", "conformance": "A"},
    "http://www.aiim.org/pdfua/ns/id/": {"part": "1"},
}
"""What a file says that it conforms to, in its XMP (ISO 19005-3, ISO 14289-1), by namespace."""


@pytest.mark.parametrize("steps", [0, 3])
def test_the_file_says_that_it_is_pdf_a_3a_and_pdf_ua_1_before_and_after_seals(
    tmp_path: Path, steps: int
) -> None:
    file = io.BytesIO(sealed(local.Sealer(tmp_path), steps))
    said = pypdf.PdfReader(file).xmp_metadata
    assert said is not None
    for namespace, expected in PART_OF.items():
        assert told(said, namespace) == expected


def told(said: Any, namespace: str) -> dict[str, str]:
    """What the XMP says in this namespace, whether as elements or as attributes."""
    return {
        node.localName: node.value if node.nodeType == node.ATTRIBUTE_NODE else text(node)
        for node in said.get_nodes_in_namespace("", namespace)
    }


def text(node: Any) -> str:
    return "".join(child.data for child in node.childNodes)


def test_the_next_seal_leaves_the_bytes_before_it_alone(tmp_path: Path) -> None:
    sealer = local.Sealer(tmp_path)
    first = sealed(sealer, 1)
    assert sealer.seal(first, sealing.STEPS[1]).pdf.startswith(first)


def test_the_key_lies_in_the_home_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    local.Sealer(tmp_path).certificate()
    assert stat.S_IMODE((tmp_path / "keys" / "seal.pem").stat().st_mode) == 0o600
    first, again = local.Sealer(tmp_path).fingerprint(), local.Sealer(tmp_path).fingerprint()
    assert first == again
    assert len(first) == 64


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    from muniment.gateways.keystore.local import Keystore

    Keystore(tmp_path).signing_key("seal")
    with pytest.raises(ValueError, match="not a P-256 key"):
        local.Sealer(tmp_path).certificate()


def test_a_changed_byte_breaks_the_seal(tmp_path: Path) -> None:
    sealer = local.Sealer(tmp_path)
    pdf = bytearray(sealed(sealer))
    place = pdf.index(b"Alice Abara")
    pdf[place] ^= 1
    assert checking.BROKEN in faults(sealer, bytes(pdf))


def test_bytes_after_the_last_seal_show(tmp_path: Path) -> None:
    sealer = local.Sealer(tmp_path)
    assert checking.BEYOND in faults(sealer, sealed(sealer) + b"\n% and one thing more\n")


def test_a_page_replaced_by_an_incremental_update_shows(tmp_path: Path) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    sealer = local.Sealer(tmp_path)
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed(sealer)))
    kids = writer.root["/Pages"]["/Kids"]
    page = kids[0].get_object()
    page[generic.pdf_name("/Contents")] = writer.add_object(
        generic.StreamObject(stream_data=b"BT ET")
    )
    writer.mark_update(kids.raw_get(0))
    attacked = io.BytesIO()
    writer.write(attacked)
    assert {checking.CHANGED, checking.BEYOND} <= faults(sealer, attacked.getvalue())


def test_hidden_content_uncovered_after_sealing_shows(tmp_path: Path) -> None:
    """The shadow attack "replace": what was prepared before, and not drawn, is drawn after."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    sealer = local.Sealer(tmp_path)
    prepared = IncrementalPdfFileWriter(io.BytesIO(sealing.paper()))
    shadow = prepared.add_object(generic.StreamObject(stream_data=b"BT ET"))
    prepared.root[generic.pdf_name("/Kept")] = shadow
    prepared.update_root()
    out = io.BytesIO()
    prepared.write(out)
    pdf = sealer.seal(out.getvalue(), sealing.STEPS[0]).pdf
    uncovering = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = uncovering.root["/Pages"]["/Kids"][0].get_object()
    hidden = uncovering.root.raw_get("/Kept")
    page[generic.pdf_name("/Contents")] = generic.IndirectObject(
        hidden.idnum, hidden.generation, uncovering
    )
    uncovering.mark_update(uncovering.root["/Pages"]["/Kids"].raw_get(0))
    attacked = io.BytesIO()
    uncovering.write(attacked)
    # Sealed once more by us, the file would end with a seal: the first one still tells.
    again = sealer.seal(attacked.getvalue(), sealing.STEPS[1]).pdf
    assert checking.CHANGED in faults(sealer, again)


def test_a_seal_of_somebody_else_is_not_ours(tmp_path: Path) -> None:
    other, ours = local.Sealer(tmp_path / "other"), local.Sealer(tmp_path / "ours")
    assert faults(ours, sealed(other, 1)) == {checking.NOT_OURS}


@pytest.mark.parametrize(
    ("data", "said"), [(b"no PDF", checking.UNREADABLE), (None, checking.NONE)]
)
def test_what_carries_no_seal_is_said_to(tmp_path: Path, data: bytes | None, said: str) -> None:
    report = local.Sealer(tmp_path).check(sealing.paper() if data is None else data)
    assert not report.holds
    assert report.faults == (said,)


def test_an_authority_stamps_each_seal(tmp_path: Path) -> None:
    with sealing.authority(tmp_path) as (authority, _state):
        sealer = local.Sealer(tmp_path, authority=authority)
        made = sealer.seal(sealing.paper(), sealing.STEPS[0])
        assert made.level == "B-LTA"
        report = sealer.check(made.pdf)
    assert report.holds
    assert report.steps[0].stamped


def test_what_a_stamped_seal_needs_for_its_check_is_in_the_file_and_stamped_too(
    tmp_path: Path,
) -> None:
    """PAdES B-LTA as the library's own validator sees it, which fetches nothing."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import ades, dss, policy_decl
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import (
        CertRevTrustPolicy,
        RevocationCheckingPolicy,
        RevocationCheckingRule,
    )
    from pyhanko_certvalidator.registry import SimpleTrustManager

    with sealing.authority(tmp_path) as (authority, _state):
        sealer = local.Sealer(tmp_path, authority=authority)
        pdf = sealed(sealer)
        assert sealer.check(pdf).holds
        roots = [sealer.certificate(), *authority.roots()]
    reader = PdfFileReader(io.BytesIO(pdf))
    kinds = [each.sig_object["/Type"] for each in reader.embedded_signatures]
    assert kinds == ["/Sig", "/DocTimeStamp"] * 3
    kept = dss.DocumentSecurityStore.read_dss(reader)
    assert {each.sha256 for each in kept.load_certs()} >= {
        checking.certificate_of(each).sha256 for each in roots
    }
    known = SimpleTrustManager.build(trust_roots=[checking.certificate_of(each) for each in roots])
    declared = RevocationCheckingRule.CHECK_IF_DECLARED
    revoked = CertRevTrustPolicy(RevocationCheckingPolicy(declared, declared))
    trusted = CertValidationPolicySpec(known, revoked)
    wanted = policy_decl.PdfSignatureValidationSpec(
        policy_decl.SignatureValidationSpec(trusted, ts_cert_validation_policy=trusted)
    )
    for each in reader.embedded_regular_signatures:
        found = asyncio.run(ades.ades_lta_validation(each, wanted))
        assert found.ades_subindic is ades.AdESPassed.OK


def test_an_authority_that_is_down_delays_its_timestamp_and_no_seal(tmp_path: Path) -> None:
    with sealing.authority(tmp_path) as (authority, state):
        sealer = local.Sealer(tmp_path, authority=authority)
        state["down"] = True
        made = sealer.seal(sealing.paper(), sealing.STEPS[0])
        assert made.level == "B-B"
        with pytest.raises(timestamp.Unreachable):
            sealer.stamp(made.pdf)
        state["down"] = False
        stamped = sealer.stamp(made.pdf)
        assert stamped.startswith(made.pdf)
        assert sealer.check(stamped).holds
        further = sealer.seal(stamped, sealing.STEPS[1]).pdf
        assert sealer.check(further).holds


def test_a_timestamp_of_an_unknown_authority_does_not_count(tmp_path: Path) -> None:
    with sealing.authority(tmp_path) as (authority, _state):
        sealer = local.Sealer(tmp_path, authority=authority)
        pdf = sealer.seal(sealing.paper(), sealing.STEPS[0]).pdf
        late = sealer.stamp(sealed(local.Sealer(tmp_path), 1))
        authority.certificates.unlink()
        assert faults(sealer, pdf) == {checking.STAMP}
        assert faults(sealer, late) == {checking.STAMP}


def test_nothing_is_stamped_where_no_authority_is_declared(tmp_path: Path) -> None:
    assert timestamp.at("", home=tmp_path) is None
    with pytest.raises(ValueError, match="No timestamp authority"):
        local.Sealer(tmp_path).stamp(sealing.paper())


@pytest.mark.parametrize("url", ["ftp://stamps.example", "https://", "http://stamps.example/tsa"])
def test_an_address_that_cannot_be_one_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="MUNIMENT_TIMESTAMP_URL"):
        timestamp.at(url, home=tmp_path)


def test_an_authority_that_nobody_runs_does_not_answer(tmp_path: Path) -> None:
    found = timestamp.at("http://127.0.0.1:9/tsa", home=tmp_path)
    assert found is not None
    with pytest.raises(timestamp.Unreachable, match="does not answer"):
        found.ask(b"")


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is missing")
def test_pdfsig_says_the_same(tmp_path: Path) -> None:
    sealer = local.Sealer(tmp_path)
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    pdf = sealed(sealer)
    good.write_bytes(pdf)
    broken = bytearray(pdf)
    broken[pdf.index(b"Alice Abara")] ^= 1
    bad.write_bytes(bytes(broken))
    said = _said(["pdfsig", "-nocert", str(good)])
    assert said.count("Signature is Valid.") == 3
    assert said.count("ETSI.CAdES.detached") == 3
    assert said.count("Total document signed") == 1
    assert "Signature is Valid." not in _said(["pdfsig", "-nocert", str(bad)]).split("#2")[0]


ROOT = Path(__file__).parents[3]
ORACLES = Path(os.environ.get("MUNIMENT_ORACLES", ROOT / ".venv" / "oracles"))
PYHANKO = ORACLES / "bin" / "pyhanko"


@pytest.mark.skipif(not PYHANKO.exists(), reason="pyhanko is not there: make setup-tests makes it")
def test_the_pyhanko_command_says_the_same(tmp_path: Path) -> None:
    sealer = local.Sealer(tmp_path)
    good = sealed(sealer)
    changed = bytearray(good)
    changed[good.index(b"Alice Abara")] ^= 1

    def said(pdf: bytes) -> str:
        (tmp_path / "asked.pdf").write_bytes(pdf)
        return _said(
            [str(PYHANKO), "sign", "validate", "--trust", str(tmp_path / "keys" / "seal.crt"),
             "--no-revocation-check", "--pretty-print", str(tmp_path / "asked.pdf")]
        )  # fmt: skip

    assert said(good).count("VALID") >= 3
    assert "INVALID" not in said(good)
    assert "INVALID" in said(bytes(changed))


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout
