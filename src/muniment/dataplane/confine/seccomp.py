"""A seccomp filter: no sockets, no new programs, no new processes (seccomp(2)).

Landlock does not see UDP, Unix sockets by path, or sockets of other families, and it cannot stop a
process from starting another. The filter names what is refused rather than what is allowed: an
engine and an interpreter use too many calls, differing by version, for a list of the allowed ones.

Threads must stay possible: `clone` is let through when it makes a thread, and `clone3`, whose flags
the filter cannot see, answers "no such call" so that the C library falls back to `clone`. Who may
start processes may not give them namespaces of their own.

Who may call, calls by address. A socket in the file tree is a door that Landlock does not see, and
behind it stand those who start programs for whoever asks: the session's bus, a container's engine.
"""

import ctypes
import errno
import socket
import struct

SET_MODE_FILTER = 1
ALL_THREADS = 1
CLONE_THREAD = 0x00010000
# mount, cgroup, uts, ipc, user, pid, net
NAMESPACES = 0x7E020000
# Another pair than of streams can be turned to a socket in the file tree.
NO_STREAM = 0b1110

ALLOW = 0x7FFF0000
KILL = 0x80000000
ERRNO = 0x00050000

LOAD, EQUAL, AT_LEAST, BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24

SOCKET, SOCKETPAIR = (41, 198), (53, 199)
# name: numbers on x86_64 and aarch64; None where the architecture has no such call.
REFUSED: dict[str, tuple[int, int | None]] = {
    "socket": SOCKET,
    "connect": (42, 203),
    "accept": (43, 202),
    "bind": (49, 200),
    "listen": (50, 201),
    "socketpair": SOCKETPAIR,
    "accept4": (288, 242),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "mount": (165, 40),
    "umount2": (166, 39),
    "setns": (308, 268),
    "unshare": (272, 97),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "perf_event_open": (298, 241),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    # io_uring can open sockets and files past this filter.
    "io_uring_setup": (425, 425),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
}
CALLING = frozenset({"socket", "connect", "socketpair"})
LISTENING = frozenset({"accept", "accept4", "bind", "listen"})
STARTING = frozenset({"fork", "vfork", "execve"})
MACHINES = {
    "x86_64": {"column": 0, "audit": 0xC000003E, "filter": 317, "clone": 56, "clone3": 435},
    "aarch64": {"column": 1, "audit": 0xC00000B7, "filter": 277, "clone": 220, "clone3": 435},
}
# Calls of the 32-bit-pointer ABI on x86_64 carry this bit and would slip past the numbers above.
X32_BIT = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def install(
    *,
    gaps: list[str],
    processor: str,
    let: frozenset[str] = frozenset(),
    processes: bool = False,
) -> bool:
    """Install the filter on every thread; False, with a sentence in `gaps`, where it cannot be.

    `let` names calls that the task needs; `processes` lets it start others, with these same walls.
    """
    machine = MACHINES.get(processor)
    if machine is None:
        gaps.append(f"There is no system-call filter for the processor {processor}.")
        return False
    installed = load(
        b"".join(instructions(machine, let=let, processes=processes)), call=machine["filter"]
    )
    if not installed:
        gaps.append("The kernel refused the system-call filter: sockets and programs stay open.")
    return installed


def load(code: bytes, *, call: int) -> bool:
    """Give a filter to the kernel for all threads; `call` is the number of seccomp(2)."""
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.syscall(call, SET_MODE_FILTER, ALL_THREADS, ctypes.byref(program)) == 0)


def instructions(
    machine: dict[str, int], *, let: frozenset[str] = frozenset(), processes: bool = False
) -> list[bytes]:
    """The filter as classic BPF; jumps count the instructions to skip (when true, when false)."""
    code = [
        step(LOAD, ARCHITECTURE),
        step(EQUAL, machine["audit"], when_true=1),
        step(RETURN, KILL),
        step(LOAD, NUMBER),
        step(AT_LEAST, X32_BIT, when_false=1),
        step(RETURN, ERRNO | errno.EPERM),
        step(EQUAL, machine["clone3"], when_false=1),
        step(RETURN, ERRNO | errno.ENOSYS),
    ]
    for name, numbers in REFUSED.items():
        number = numbers[machine["column"]]
        if number is not None and name not in let:
            code.append(step(EQUAL, number, when_false=1))
            code.append(step(RETURN, ERRNO | errno.EPERM))
    spaces, threads = step(BITS, NAMESPACES, when_false=1), step(BITS, CLONE_THREAD, when_true=1)
    return [
        *code,
        *(_by_address(machine["column"]) if "socket" in let else ()),
        step(EQUAL, machine["clone"], when_false=3),
        step(LOAD, FIRST_ARGUMENT),
        spaces if processes else threads,
        step(RETURN, ERRNO | errno.EPERM),
        step(RETURN, ALLOW),
    ]


def _by_address(column: int) -> list[bytes]:
    """Of the sockets that were let through, those that no path in the file tree leads to."""
    return [
        step(EQUAL, SOCKET[column], when_false=5),
        step(LOAD, FIRST_ARGUMENT),
        step(EQUAL, socket.AF_INET, when_true=2),
        step(EQUAL, socket.AF_INET6, when_true=1),
        step(RETURN, ERRNO | errno.EPERM),
        step(RETURN, ALLOW),
        step(EQUAL, SOCKETPAIR[column], when_false=4),
        step(LOAD, SECOND_ARGUMENT),
        step(BITS, NO_STREAM, when_false=1),
        step(RETURN, ERRNO | errno.EPERM),
        step(RETURN, ALLOW),
    ]


def step(kind: int, value: int, *, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("=HBBI", kind, when_true, when_false, value)
