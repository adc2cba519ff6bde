"""`extract`, `release verify` and `dataplane` as a person at a terminal meets them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from muniment import cli
from muniment.dataplane import approval, signatures
from muniment.dataplane.extract import staging
from muniment.dataplane.release import gather
from tests.dataplane import tables
from tests.dataplane.extract import builds

pytestmark = pytest.mark.slow

ASKED = tables.specification(variables={"subjects": ["USUBJID", "SEX"], "events": ["TERM"]})


class Desk:
    """Files as a user has them, and what a command said."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys
        self.place = builds.Bench.at(root)
        self.home = Path(os.environ["MUNIMENT_HOME"])
        self.spec = self.write("asked.json", json.dumps(ASKED))
        self.package = root / "package"

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *words: object) -> tuple[int, str, str]:
        self._capsys.readouterr()
        try:
            code = cli.main([str(word) for word in words])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def extract(self, *more: object, spec: Path | None = None) -> tuple[int, str, str]:
        words = ["extract", spec or self.spec, "--holding", self.place.folder]
        return self.run(*words, "--out", self.package, *more)

    def keys(self, asked: dict[str, object] = ASKED) -> dict[str, Path]:
        """A release's papers and keys, as files."""
        order = self.place.order(asked)
        drawn = gather.draw(gather.Given(order.asked, order.folders, {}))
        paper = approval.sign(
            drawn.terms, drawn.plan, errand=builds.ERRAND, parts=["p1"],
            line_key=approval.named(builds.LINE_KEY), kinds=staging.KINDS,
            key=builds.APPROVER, signed_at=builds.NOW,
        )  # fmt: skip
        sign = builds.SIGNER.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        texts = {
            "approval": paper,
            "approval-key": signatures.public_pem(builds.APPROVER.public_key()),
            "line-key": builds.LINE_KEY.hex().encode() + b"\n",
            "key": sign,
            "public": signatures.public_pem(builds.SIGNER.public_key()),
        }
        return {name: self.write(f"{name}.file", text.decode()) for name, text in texts.items()}


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_extract_makes_a_rehearsal_that_verifies_only_as_one(desk: Desk) -> None:
    code, out, err = desk.extract()
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"rehearsal: {desk.package}"
    key = lines[1].removeprefix("key: ")
    assert lines[2].startswith("receipt (internal, exact numbers): ")
    assert Path(lines[2].partition("): ")[2]).exists()
    code, out, err = desk.run("release", "verify", desk.package, "--key", key)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "--rehearsal" in err
    code, out, err = desk.run("release", "verify", desk.package, "--key", key, "--rehearsal")
    assert (code, err) == (0, "")
    assert out.startswith("Verified: ")


def test_two_rehearsals_share_no_pseudonym(desk: Desk) -> None:
    desk.extract()
    first = (desk.package / "data" / "subjects.csv").read_text(encoding="utf-8")
    desk.package = desk.root / "again"
    desk.extract("--format", "json")
    second = (desk.package / "data" / "subjects.csv").read_text(encoding="utf-8")
    assert not set(first.splitlines()[1:]) & set(second.splitlines()[1:])


def test_with_an_approval_it_makes_a_release(desk: Desk) -> None:
    keys = desk.keys()
    words = [f"--{name}={path}" for name, path in keys.items() if name != "public"]
    receipt = desk.root / "receipt.json"
    code, out, err = desk.extract(*words, "--receipt", receipt, "--format", "json")
    assert code == 0
    steps = [json.loads(line) for line in err.splitlines()]
    assert steps[-1] == {"step": "publish", "percent": None}
    assert {"step": "treat p1", "percent": 0.0} in steps
    told = json.loads(out)
    assert told["kind"] == told["manifest"]["kind"] == "release"
    assert Path(told["receipt"]) == receipt
    assert Path(told["key"]).read_bytes() == keys["public"].read_bytes()
    words = ["release", "verify", desk.package, "--key", keys["public"], "--format", "json"]
    code, out, err = desk.run(*words)
    assert (code, err) == (0, "")
    assert json.loads(out)["manifest"] == told["manifest"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--engine", "spark"], "needs --master"),
        (["--master", "local[2]"], "are for --engine spark"),
        (["--spark-secret", "secret"], "are for --engine spark"),
    ],
)
def test_half_a_cluster_is_refused(desk: Desk, words: list[str], says: str) -> None:
    count = ["count", desk.spec, "--holding", desk.place.folder]
    for code, out, err in (desk.extract(*words), desk.run(*count, *words)):
        assert (code, out) == (1, "")
        assert says in err
    assert not desk.package.exists()


def test_half_an_approval_is_wrong_usage(desk: Desk) -> None:
    keys = desk.keys()
    code, _, err = desk.extract("--approval", keys["approval"])
    assert code == 2
    assert "--line-key" in err
    code, _, err = desk.extract(
        "--approval", keys["approval"], "--approval-key", keys["approval-key"],
        "--line-key", keys["line-key"],
    )  # fmt: skip
    assert code == 2


def test_a_policy_edited_after_approval_is_refused(desk: Desk) -> None:
    keys = desk.keys()
    policy = {"policy": "x", "edition": "1", "fields": {"subjects.SEX": {"method": "drop"}}}
    words = [f"--{name}={path}" for name, path in keys.items() if name != "public"]
    code, out, err = desk.extract(*words, "--policy", desk.write("p.json", json.dumps(policy)))
    assert (code, out) == (1, "")
    assert "the method policy changed" in err
    assert not desk.package.exists()


def test_of_several_policies_each_is_for_a_holding_of_its_own(desk: Desk) -> None:
    def policy(name: str, **more: str) -> Path:
        fields = {"subjects.SEX": {"method": "drop"}}
        document = {"policy": name, "edition": "1", "fields": fields, **more}
        return desk.write(f"{name}.json", json.dumps(document))

    everywhere, small = policy("everywhere"), policy("of-small", holding="small")
    twice, other = policy("twice", holding="small"), policy("of-other", holding="other")
    for second, says in (
        (everywhere, "Of several method policies each names its holding"),
        (twice, "There is another method policy for small"),
        (other, "for the holding other, which is not used here"),
    ):
        code, out, err = desk.extract("--policy", small, "--policy", second)
        assert (code, out) == (1, "")
        assert says in err
        assert not desk.package.exists()
    code, _, _ = desk.extract("--policy", everywhere)
    assert code == 0
    assert "SEX" not in (desk.package / "data" / "subjects.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("--policy", "{", "This is not JSON"),
        ("--policy", "[]", "must be a JSON object"),
        ("--key", "nonsense", "does not hold an Ed25519 private key"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(desk: Desk, name: str, text: str, says: str) -> None:
    path = desk.write("odd", text)
    code, out, err = desk.extract(name, path)
    assert (code, out) == (1, "")
    assert str(path) in err
    assert says in err
    assert "Traceback" not in err
    assert not desk.package.exists()


@pytest.mark.parametrize("text", ["", "zz", "00", "é"])
def test_a_line_key_that_is_none_is_named(desk: Desk, text: str) -> None:
    keys = desk.keys() | {"line-key": desk.write("odd", text)}
    words = [f"--{name}={path}" for name, path in keys.items() if name != "public"]
    code, _, err = desk.extract(*words)
    assert code == 1
    assert "needs 64 hexadecimal digits" in err


def test_a_missing_file_and_a_place_that_cannot_be_made_are_named(desk: Desk) -> None:
    code, _, err = desk.extract(spec=desk.root / "nowhere.json")
    assert code == 1
    assert "nowhere.json cannot be read" in err
    desk.package = desk.spec / "below" / "a-file"
    code, _, err = desk.extract()
    assert code == 1
    assert "cannot be made" in err


def test_every_reason_is_on_a_line_of_its_own(desk: Desk) -> None:
    asked = tables.specification(variables={"subjects": ["NEVER", "ALSO"]})
    code, out, err = desk.extract(spec=desk.write("bad.json", json.dumps(asked)))
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 2
    assert not desk.package.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [(None, "cannot be read"), ("x", "does not hold an Ed25519 public key")],
)
def test_verify_needs_a_key(desk: Desk, text: str | None, says: str) -> None:
    path = desk.root / "odd.pem" if text is None else desk.write("odd.pem", text)
    code, out, err = desk.run("release", "verify", desk.place.folder, "--key", path)
    assert (code, out) == (1, "")
    assert says in err
    assert str(path) in err


def test_the_data_plane_on_its_own_answers_on_stdout() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "muniment.dataplane.process"],
        input='{"id": 1, "command": "ping"}\n',
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["done"]["dataplane"] == 1
    assert done.stderr == ""
    words = "import sys; from muniment import cli; sys.exit(cli.main(['dataplane']))"
    same = subprocess.run(
        [sys.executable, "-c", words], input="", capture_output=True, text=True, check=True
    )
    assert same.stdout == ""
