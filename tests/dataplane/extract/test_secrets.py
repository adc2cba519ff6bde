"""The line's key and whatever is made from it appear nowhere but in the rows they protect."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

from muniment.dataplane import pseudonyms
from tests.dataplane import tables
from tests.dataplane.extract import builds

SIGNING_KEY = builds.SIGNER.private_bytes_raw()


def forms(secret: bytes) -> Iterator[bytes]:
    """The ways a secret can be written down, its HMAC pads among them (RFC 2104)."""
    pads = [bytes(byte ^ pad for byte in secret.ljust(64, b"\0")) for pad in (0x36, 0x5C)]
    for value in (secret, *pads, *(pad[: len(secret)] for pad in pads)):
        yield value
        yield value.hex().encode()
        yield value.hex().upper().encode()
        yield base64.b64encode(value).rstrip(b"=")
        yield base64.urlsafe_b64encode(value).rstrip(b"=")


def derived_keys() -> Iterator[bytes]:
    for purpose in ("pseudonym", "shift"):
        yield pseudonyms.derive(builds.LINE_KEY, purpose=purpose, group="p1", namespace="unit")


def test_no_key_no_pad_and_no_derived_key_is_written_anywhere(
    tmp_path: Path, capfd: object
) -> None:
    place = builds.Bench.at(tmp_path)
    built = place.build(tables.specification(variables=builds.WHOLE))
    written = {str(p): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    written["receipt"] = json.dumps(built.receipt).encode()
    captured = capfd.readouterr()  # type: ignore[attr-defined]
    written["printed"] = (captured.out + captured.err).encode()
    assert any("subjects.parquet" in name for name in written)
    for secret in (builds.LINE_KEY, SIGNING_KEY, *derived_keys()):
        for form in forms(secret):
            for name, data in written.items():
                assert form not in data, name


def test_the_statements_in_the_receipt_hold_neither_codes_nor_identifiers(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    built = place.build(tables.specification(variables=builds.WHOLE))
    statements = json.dumps(built.receipt["statements"])
    assert len(built.receipt["statements"]) > 20
    assert "S-00001" not in statements
    assert builds.rows(built, "subjects")[0]["USUBJID"] not in statements


def test_keys_do_not_show_when_printed(tmp_path: Path) -> None:
    from muniment.dataplane import release

    shown = repr(release.Keys(builds.LINE_KEY, builds.SIGNER))
    assert shown == "Keys(hidden)"


def test_nothing_of_a_build_is_left_beside_the_package(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    built = place.build(tables.specification())
    assert [path.name for path in built.folder.parent.iterdir()] == [built.folder.name]
