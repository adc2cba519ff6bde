"""Keys on the disk: made once, for their owner only, found again by name, and nowhere else."""

import stat
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muniment.gateways.keystore.local import Changed, Keystore, keeper


def test_a_key_is_made_once_and_found_again_by_another_process(tmp_path: Path) -> None:
    first, second = Keystore(tmp_path), Keystore(tmp_path)
    assert first.public_key("approval") == second.public_key("approval")
    assert first.line_key("a" * 32) == second.line_key("a" * 32)
    assert first.noise_key("pilot", "2026.1") == second.noise_key("pilot", "2026.1")


def test_every_name_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = Keystore(tmp_path)
    assert keys.public_key("approval") != keys.public_key("manifest")
    drawn = [
        keys.line_key("a" * 32),
        keys.line_key("b" * 32),
        keys.noise_key("pilot", "2026.1"),
        keys.noise_key("pilot", "2026.2"),
        keys.noise_key("census", "2026.1"),
    ]
    assert len(set(drawn)) == len(drawn)
    assert {len(key) for key in drawn} == {32}
    assert Keystore(tmp_path / "other").line_key("a" * 32) not in drawn


def test_only_the_owner_reads_a_key(tmp_path: Path) -> None:
    keys = Keystore(tmp_path)
    keys.signing_key("approval")
    keys.line_key("a" * 32)
    files = sorted((tmp_path / "keys").iterdir())
    assert [path.name for path in files] == ["approval.pem", f"line-{'a' * 32}.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_the_public_half_checks_what_the_private_half_signs(tmp_path: Path) -> None:
    keys = Keystore(tmp_path)
    public = serialization.load_pem_public_key(keys.public_key("manifest"))
    assert isinstance(public, Ed25519PublicKey)
    public.verify(keys.signing_key("manifest").sign(b"a manifest"), b"a manifest")
    assert b"PRIVATE" not in keys.public_key("manifest")


@pytest.mark.parametrize("name", ["../outside", "/etc/key", "", ".hidden", "a/b", "Upper", "a\n"])
def test_a_name_that_could_leave_the_folder_is_no_name(tmp_path: Path, name: str) -> None:
    keys = Keystore(tmp_path / "home")
    with pytest.raises(ValueError, match="cannot be the name of a key"):
        keys.signing_key(name)
    assert list(tmp_path.iterdir()) == []


def test_a_key_of_another_kind_is_not_taken(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric import x25519

    (tmp_path / "keys").mkdir()
    pem = x25519.X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "keys" / "approval.pem").write_bytes(pem)
    with pytest.raises(ValueError, match="not an Ed25519 key"):
        Keystore(tmp_path).signing_key("approval")


def test_those_who_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    """Thirty keys, each asked for by four at the same moment."""
    together, found = threading.Barrier(4), []
    names = [f"{number:032x}" for number in range(30)]

    def ask() -> None:
        for name in names:
            together.wait(timeout=30)
            found.append((name, Keystore(tmp_path).line_key(name)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 * len(names)
    assert len(set(found)) == len(names)
    assert len(list((tmp_path / "keys").iterdir())) == len(names)


def test_one_secret_serves_an_agreement_only_where_that_was_approved() -> None:
    apart = {keeper(line) for line in ("l-1", "l-2")}
    together = {keeper(line, agreement="7") for line in ("l-1", "l-2")}
    assert (len(apart), len(together)) == (2, 1)
    assert not apart & together


def test_a_line_has_one_key_by_whatever_name_it_is_asked_for(tmp_path: Path) -> None:
    keys = Keystore(tmp_path)
    assert keys.line_key("a" * 32) == keys.kept_key(keeper("a" * 32))
    assert keys.sketch_key("1") == keys.sketch_key("1")
    assert keys.sketch_key("1") != keys.sketch_key("2")


def test_a_list_of_codes_is_replaced_by_a_longer_one_and_by_nothing_older(tmp_path: Path) -> None:
    keys = Keystore(tmp_path)
    assert keys.find_codes("line-a") is None
    keys.keep_codes("line-a", b"one", after=None)
    keys.keep_codes("line-a", b"two", after=b"one")
    assert keys.find_codes("line-a") == b"two"
    for stale in (None, b"one"):
        with pytest.raises(Changed):
            keys.keep_codes("line-a", b"three", after=stale)
    assert keys.find_codes("line-a") == b"two"
    assert keys.find_codes("line-b") is None
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [".lock", "line-a.codes"]
