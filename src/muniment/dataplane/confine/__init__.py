"""Shut the data plane in before it opens a row: files, network and programs, by the kernel.

The engine refuses to leave its folders by its own settings; this is the wall behind that, for
the day one of those settings has a hole (`privacy.md` A15). Three layers, each independent:
no new privileges and no core dumps, Landlock for files and TCP, seccomp for sockets and programs.

Call `confine` once, early, while the process still has a single thread: Landlock binds the
calling thread and the threads it starts later, not those that already run.
"""

import ctypes
import os
import platform
import resource
from dataclasses import dataclass
from pathlib import Path

from muniment.dataplane.confine import landlock, places, seccomp

PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a task has to go beyond its folders: what the kernel leaves open for it.

    `read` and `execute` are files and folders, `tcp` what Landlock closes, `calls` the system calls
    that are let through; `processes` says whether it may start others, behind the same walls. The
    kernel cannot tell addresses apart: which are called is for our configuration to say, and for
    the network to keep.
    """

    read: tuple[Path, ...] = ()
    execute: tuple[Path, ...] = ()
    tcp: int = landlock.TCP_BOTH
    calls: frozenset[str] = frozenset()
    processes: bool = False


NOTHING = Reach()
# A database or an object store is called; nobody can call us.
SOURCES = Reach(read=places.to_call(), tcp=landlock.TCP_BIND, calls=seccomp.CALLING)
# Java is started, and takes part in a cluster whose workers call back.
CLUSTER = Reach(
    read=places.to_call(),
    execute=places.java(),
    tcp=0,
    calls=seccomp.CALLING | seccomp.LISTENING | seccomp.STARTING,
    processes=True,
)
BY_NAME = {"nothing": NOTHING, "sources": SOURCES, "cluster": CLUSTER}


@dataclass(frozen=True, slots=True)
class Confinement:
    """What the kernel now enforces on this process, and one sentence for each thing it does not.

    `files`, `tcp`, `sockets` and `programs` say whether each of these is refused by the kernel. A
    door that the task's reach needs is not a gap.
    """

    files: bool
    tcp: bool
    sockets: bool
    programs: bool
    gaps: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.gaps

    def document(self) -> dict[str, object]:
        """For the `ping` reply."""
        return {
            "files": self.files,
            "tcp": self.tcp,
            "sockets": self.sockets,
            "programs": self.programs,
            "gaps": list(self.gaps),
        }


def confine(*, read: list[Path], write: list[Path], reach: Reach = NOTHING) -> Confinement:
    """Restrict this process for good to reading `read` and writing `write`.

    The interpreter, its libraries and this package stay readable; nothing can be executed, but for
    Java and what starts it where a cluster is in reach. Paths that do not exist are left out:
    nothing can be opened there either. Never raises: what could not be enforced comes back as
    `gaps`, for the caller to print loudly.
    """
    gaps: list[str] = []
    _pin_own_cgroup()
    if _threads() != 1:
        gaps.append("The process already had more than one thread, so some are not confined.")
    _forbid_gains(gaps)
    files, tcp = landlock.restrict(
        read=[*places.needed(), *reach.read, *read],
        write=[*places.writable(), *write],
        execute=reach.execute,
        tcp=reach.tcp,
        gaps=gaps,
    )
    filtered = seccomp.install(
        gaps=gaps, processor=platform.machine(), let=reach.calls, processes=reach.processes
    )
    return Confinement(
        files=files,
        tcp=tcp and reach.tcp == landlock.TCP_BOTH,
        sockets=filtered and not reach.calls,
        programs=filtered and not reach.processes,
        gaps=tuple(gaps),
    )


def _pin_own_cgroup() -> None:
    """Keep one handle open for good: the engine aborts when it may not read this file.

    The rule is tied to the kernel's in-memory entry of that file, which is made anew, without the
    rule, once nobody holds it.
    """
    try:
        os.open("/proc/self/cgroup", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def _forbid_gains(gaps: list[str]) -> None:
    """No set-user-id gains, no core file, no reading of this memory by a neighbor process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (AttributeError, OSError):
        gaps.append("This system cannot forbid a process to gain privileges.")
