"""`muniment count`: a sentence per part, or every reason why not, and never a traceback."""

import json
import stat
from pathlib import Path

import pytest

from muniment import cli
from tests.dataplane import tables

KEY = "ab" * 32


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUNIMENT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return tables.small_holding(tmp_path / "small", persons=300)


def spec_file(folder: Path, shape: object = None, **asked: object) -> str:
    path = folder / "spec.json"
    path.write_text(json.dumps(shape or tables.specification(**asked)), encoding="utf-8")
    return str(path)


def key_file(folder: Path, written: str = KEY) -> str:
    path = folder / "key"
    path.write_text(written, encoding="utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture, *words: str) -> tuple[int, str, str]:
    code = cli.main(["count", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_each_part_gets_a_sentence(tmp_path: Path, small: Path, capsys) -> None:
    shape = tables.specification(level="aggregate", group_by=["SEX"], variables={})
    shape["parts"].append({**tables.specification()["parts"][0], "id": "p2"})
    words = [spec_file(tmp_path, shape), "--holding", str(small), "--key", key_file(tmp_path)]
    code, out, err = run(capsys, *words)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("p1 (small 2026.1, synthetic data): About ")
    assert lines[1].startswith("  SEX F: About ")
    assert lines[3].startswith("  SEX missing: ")
    assert lines[4].removeprefix("p2") == lines[0].removeprefix("p1")


def test_the_answer_is_one_json_document(tmp_path: Path, small: Path, capsys) -> None:
    words = [spec_file(tmp_path), "--holding", str(small), "--key", key_file(tmp_path)]
    code, out, err = run(capsys, *words, "--format", "json", "--progress")
    assert (code, err) == (0, "count p1 in small (0 of 1)\n")
    document = json.loads(out)
    [part] = document["parts"]
    assert document["muniment_count"] == 1
    assert document["specification_hash"].startswith("sha256:")
    assert part["shown"] % 5 == 0
    assert part["breakdown"] is None
    assert run(capsys, *words, "--format", "json")[1] == out
    assert "300" not in str(part["shown"]) or part["shown"] == 300


def test_attrition_has_a_line_for_each_criterion(tmp_path: Path, small: Path, capsys) -> None:
    old = {"variable": "AGE", "is": "at_least", "value": 65}
    woman = {"variable": "SEX", "is": "equals", "value": "F"}
    spec = spec_file(tmp_path, cohort={"all": [old, woman]})
    words = [spec, "--holding", str(small), "--key", key_file(tmp_path), "--attrition"]
    code, out, _ = run(capsys, *words)
    assert code == 0
    total, *steps = out.splitlines()
    assert [line.split(":")[0] for line in steps] == [
        "  after everyone", "  after AGE is at least 65", '  after SEX is "F"'
    ]  # fmt: skip
    assert steps[2].split(": ")[1] == total.split(": ")[1], "the last step is the total"
    document = json.loads(run(capsys, *words, "--format", "json")[1])
    assert len(document["parts"][0]["attrition"]["steps"]) == 3


def test_several_holdings_answer_their_own_parts(tmp_path: Path, small: Path, capsys) -> None:
    other = tables.small_holding(
        tmp_path / "other", persons=120, holding="other", settings={"synthetic": False}
    )
    shape = tables.specification()
    second = tables.specification(holding="other")["parts"][0]
    shape["parts"].append({**second, "id": "p2"})
    words = ["--holding", str(small), "--holding", str(other)]
    code, out, _ = run(capsys, spec_file(tmp_path, shape), *words)
    assert code == 0
    assert out.splitlines()[1].startswith("p2 (other 2026.1): ")


def test_a_noise_key_is_made_once_and_kept_private(
    tmp_path: Path, small: Path, home: Path, capsys
) -> None:
    words = [spec_file(tmp_path), "--holding", str(small)]
    first = run(capsys, *words)
    path = home / "keys" / "noise.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(bytes.fromhex(path.read_text())) == 32
    assert run(capsys, *words) == first
    assert path.read_text().strip() not in "".join(map(str, first))


@pytest.mark.parametrize("written", ["", "zz", "ab" * 31, "é", "not a key\n" * 20])
def test_a_bad_key_is_refused(tmp_path: Path, small: Path, capsys, written: str) -> None:
    words = [spec_file(tmp_path), "--holding", str(small), "--key", key_file(tmp_path, written)]
    code, out, err = run(capsys, *words)
    assert (code, out) == (1, "")
    assert "holds no noise key" in err


def test_a_key_that_is_not_there_is_refused(tmp_path: Path, small: Path, home, capsys) -> None:
    words = [spec_file(tmp_path), "--holding", str(small)]
    code, out, err = run(capsys, *words, "--key", str(tmp_path / "none"))
    assert (code, out) == (1, "")
    assert "cannot be read" in err
    assert not home.exists()
    home.write_text("a file where the home should be")
    code, out, err = run(capsys, *words)
    assert (code, out) == (1, "")
    assert "cannot be read or made" in err


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"variables": {"subjects": ["NO"]}}, "/parts/0/tables/0/variables/0/name: The table"),
        ({"edition": "1999"}, "has no edition"),
        ({"cohort": {"variable": "SEX", "is": "more_than", "value": "F"}}, "cannot compare"),
        ({"cohort": {"variable": "AGE", "is": "at_least", "value": 66}}, "published bands"),
        ({"variables": {"subjects": ["NAME"]}}, "never leaves"),
    ],
)
def test_a_specification_is_refused_whole(
    tmp_path: Path, small: Path, home: Path, capsys, asked: dict, says: str
) -> None:
    shape = tables.specification(**asked)
    shape["parts"].append({**tables.specification()["parts"][0], "id": "good"})
    code, out, err = run(capsys, spec_file(tmp_path, shape), "--holding", str(small))
    assert (code, out) == (1, "")
    assert says in err
    assert err.startswith(str(tmp_path / "spec.json"))
    assert not home.exists(), "a refusal leaves nothing behind"


@pytest.mark.parametrize("written", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"1.5", b"NaN", b"{}"])
def test_a_file_that_is_no_specification_is_refused(
    tmp_path: Path, small: Path, capsys, written: bytes
) -> None:
    (tmp_path / "spec.json").write_bytes(written)
    code, out, err = run(capsys, str(tmp_path / "spec.json"), "--holding", str(small))
    assert (code, out) == (1, "")
    assert err
    assert "Traceback" not in err


def test_files_that_are_not_there_are_refused(tmp_path: Path, small: Path, capsys) -> None:
    assert run(capsys, str(tmp_path / "no.json"), "--holding", str(small))[0] == 1
    code, out, err = run(capsys, spec_file(tmp_path), "--holding", str(tmp_path / "no"))
    assert (code, out) == (1, "")
    assert "datapackage.json cannot be read" in err
    (small / "subjects.csv").unlink()
    code, out, err = run(capsys, spec_file(tmp_path), "--holding", str(small))
    assert (code, out) == (1, "")
    assert "subjects.csv is missing" in err


def test_a_bad_descriptor_is_refused_with_its_faults(tmp_path: Path, small: Path, capsys) -> None:
    shape = tables.descriptor()
    shape["muniment"]["threshold"] = 0
    (small / "datapackage.json").write_text(json.dumps(shape))
    code, _, err = run(capsys, spec_file(tmp_path), "--holding", str(small))
    assert code == 1
    assert "/muniment/threshold" in err


def test_one_holding_named_twice_is_refused(tmp_path: Path, small: Path, capsys) -> None:
    words = ["--holding", str(small), "--holding", str(small)]
    code, _, err = run(capsys, spec_file(tmp_path), *words)
    assert code == 1
    assert "same holding edition" in err


def test_wrong_usage_exits_with_two(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["count", spec_file(tmp_path)])
    assert caught.value.code == 2
