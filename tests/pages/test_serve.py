"""`muniment serve`: it begins, says what is ready, starts a dead part again, and ends cleanly."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.demo import place
from muniment.pages import demo_door

MUNIMENT = Path(sys.executable).with_name("muniment")
PATIENCE = 60


class Served:
    """A running server with a home of its own; `said` is everything it has printed."""

    def __init__(self, home: Path, *words: str, host: str = "", **variables: str) -> None:
        self.log = home.with_name(f"{home.name}.log")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MUNIMENT_")}
        environment |= {"MUNIMENT_HOST": host, **variables}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [MUNIMENT, "serve", "--home", home, *words],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment | {"PYTHONUNBUFFERED": "1"},
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def waits_for(self, pattern: str) -> re.Match[str]:
        """The first match in what was printed, once it is there."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := re.search(pattern, self.said):
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"never said {pattern!r}, but:\n{self.said}")

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an up-to-date database; the first start of an install takes its time."""
    home = tmp_path_factory.mktemp("prepared")
    words = [MUNIMENT, "manage", "migrate", "--verbosity=0"]
    environment = os.environ | {"MUNIMENT_HOME": str(home)}
    subprocess.run(words, env=environment, check=True, capture_output=True)
    return home


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "home"))


@pytest.fixture
def served(home: Path) -> Iterator[Served]:
    running = Served(home, "--port", "0")
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.process.wait(PATIENCE)


def refused(home: Path, *words: str, host: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [MUNIMENT, "serve", "--home", home, *words],
        capture_output=True,
        env=os.environ | {"MUNIMENT_HOST": host},
        text=True,
        timeout=PATIENCE,
    )
    return done.returncode, done.stderr.strip()


@pytest.mark.slow
def test_it_says_what_is_ready_answers_and_ends_on_ctrl_c(served: Served) -> None:
    served.waits_for(r"data plane: (ready|WARNING)")
    address = served.waits_for(r"site: ready at (http://127\.0\.0\.1:\d+/)")[1]
    served.waits_for("worker: ready")
    with urllib.request.urlopen(f"{address}up/") as answer:
        assert answer.read() == b"ok\n"
    assert "demo" not in served.said
    parts = children(served.process.pid, "")
    parts += [each for part in parts for each in children(part, "")]
    assert served.end() == 0
    assert not any(alive(part) for part in parts)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{address}up/")


@pytest.mark.slow
def test_a_part_that_died_is_started_again(served: Served) -> None:
    served.waits_for("site: ready")
    [site] = children(served.process.pid, "granian")
    its_own = children(site, "")
    assert its_own
    os.kill(site, signal.SIGKILL)
    served.waits_for(r"site: stopped \(signal 9\); starting it again in 1 s")
    served.waits_for(r"site: ready[^$]*site: ready")
    assert children(served.process.pid, "granian") != [site]
    assert not any(alive(each) for each in its_own)
    assert served.end() == 0


@pytest.mark.slow
def test_nothing_outlives_a_parent_that_was_killed(served: Served) -> None:
    served.waits_for("site: ready")
    parts = children(served.process.pid, "")
    parts += [each for part in parts for each in children(part, "")]
    assert len(parts) > 2
    served.process.kill()
    served.process.wait()
    until = time.monotonic() + PATIENCE
    while any(alive(part) for part in parts) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(alive(part) for part in parts)


def test_a_port_that_is_taken_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = refused(tmp_path / "home", "--port", str(port))
    assert code == 1
    assert said.startswith(f"Port {port} cannot be used")
    assert f"--port {port + 1}" in said
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("port", ["-1", "65536", "http", "8.5"])
def test_a_port_that_is_none_is_wrong_usage(tmp_path: Path, port: str) -> None:
    code, said = refused(tmp_path / "home", f"--port={port}")
    assert code == 2
    assert "is not a port" in said


def test_a_link_is_given_only_into_a_home_that_the_demo_made(tmp_path: Path) -> None:
    code, said = refused(tmp_path / "home", "--port", "0", "--demo")
    assert code == 1
    assert "was not made by the demo" in said


def test_the_demo_and_the_door_mean_the_same_mark() -> None:
    assert place.MARKER == demo_door.MARK


@pytest.mark.slow
def test_into_a_demo_home_it_prints_a_link_that_opens(home: Path) -> None:
    (home / demo_door.MARK).touch()
    real = {"MUNIMENT_SITE_URL": "https://a.example", "MUNIMENT_ALLOWED_HOSTS": '["a.example"]'}
    running = Served(home, "--port", "0", "--demo", **real)
    try:
        found = running.waits_for(r"demo: (http://localhost:(\d+)/demo/[\w-]{32}/)")
        link, port = found[1], found[2]
        assert running.log.read_text().count(link) == 1
        # Letters and the card page lead to the same address, so that who follows stays signed in.
        assert running.waits_for(r"site: ready at http://127\.0\.0\.1:(\d+)/")[1] == port
        with urllib.request.urlopen(link, timeout=PATIENCE) as page:
            assert page.status == 200
        kept = [path.name for path in (home / "run").iterdir()]
        assert len(kept) == 1
        assert link.split("/")[-2] not in kept[0]
    finally:
        running.process.terminate()
        assert running.process.wait(PATIENCE) == 0


@pytest.mark.slow
def test_it_listens_where_it_is_told_and_says_loudly_that_others_reach_it(home: Path) -> None:
    running = Served(home, "--port", "0", host="0.0.0.0")
    try:
        running.waits_for("WARNING: it listens on 0.0.0.0, where other machines can reach it")
        port = int(running.waits_for(r"site: ready at http://0\.0\.0\.0:(\d+)/")[1])
        assert listening(port) == {"00000000"}
    finally:
        running.process.terminate()
        assert running.process.wait(PATIENCE) == 0


@pytest.mark.slow
def test_a_demo_stays_on_loopback_whatever_the_variable_says(home: Path) -> None:
    (home / demo_door.MARK).touch()
    running = Served(home, "--port", "0", "--demo", host="0.0.0.0")
    try:
        port = int(running.waits_for(r"site: ready at http://127\.0\.0\.1:(\d+)/")[1])
        assert listening(port) == {"0100007F"}
        assert "WARNING: it listens" not in running.said
    finally:
        running.process.terminate()
        assert running.process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("everywhere", "MUNIMENT_HOST is 'everywhere'; name an address of this machine"),
        ("192.0.2.7", "MUNIMENT_HOST is 192.0.2.7; this machine has no such address."),
    ],
)
def test_an_address_that_is_none_of_ours_is_one_clear_sentence(
    tmp_path: Path, host: str, sentence: str
) -> None:
    code, said = refused(tmp_path / "home", "--port", "0", host=host)
    assert code == 1
    assert said.startswith(sentence)
    assert "\n" not in said
    assert not (tmp_path / "home").exists()


def test_a_home_that_cannot_be_made_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = refused(tmp_path / "file" / "home", "--port", "0")
    assert code == 1
    assert "\n" not in said
    assert "Traceback" not in said


def children(parent: int, word: str) -> list[int]:
    """The parent's children whose command line holds a word."""
    told = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in told if word in Path(f"/proc/{pid}/cmdline").read_text()]


def listening(port: int) -> set[str]:
    """The addresses, as the kernel writes them, on which something listens at this port."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    rows = [line.split() for line in lines]
    return {
        row[1].split(":")[0] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")
    }


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not collected yet does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
