"""Landlock through its three system calls (Linux 5.13 and later; landlock(7)).

A ruleset names the rights it governs; whatever no rule allows is refused from then on, for this
process and its children. Unknown rights make the kernel refuse the whole ruleset, so each is asked
for only where the kernel's ABI version has it.
"""

import ctypes
import os
import stat
from collections.abc import Sequence
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION = 1
PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
# remove_dir, remove_file and the seven make_*: what ABI 1 knows beside the four above.
CHANGE_TREE = sum(1 << bit for bit in range(4, 13))
TCP_BIND, TCP_BOTH = 0b01, 0b11
SCOPE_BOTH = 0b11  # abstract Unix sockets and signals to processes outside

ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def restrict(
    *, read: list[Path], write: list[Path], execute: Sequence[Path], tcp: int, gaps: list[str]
) -> tuple[bool, bool]:
    """Close the file tree and TCP to this thread; returns (files closed, TCP closed).

    What may be executed may be read; `tcp` is what of it is closed. Adds one sentence to `gaps`
    for each thing this kernel cannot refuse.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = _version(libc)
    if version < 1:
        gaps.append("This kernel has no Landlock: files outside the data folders stay readable.")
        return False, False
    files = file_rights(version)
    rules = _open_ruleset(libc, files, version, tcp)
    if rules < 0:
        gaps.append("The kernel refused the file rules, so files outside stay readable.")
        return False, False
    try:
        rights = (READ_FILE | READ_DIR, ~EXECUTE & ~IOCTL_DEV, EXECUTE | READ_FILE | READ_DIR)
        for paths, right in zip((read, write, execute), rights, strict=True):
            for path in paths:
                _allow(libc, rules, path, right & files)
        closed = libc.syscall(RESTRICT_SELF, rules, 0) == 0
    finally:
        os.close(rules)
    if not closed:
        gaps.append("The kernel did not accept the file rules, so files outside stay readable.")
        return False, False
    if tcp and version < 4:
        gaps.append("This kernel cannot close TCP by Landlock; only the socket filter stands.")
    return True, version >= 4


def _version(libc: ctypes.CDLL) -> int:
    return int(libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION))


def file_rights(version: int) -> int:
    """The rights on files that this version of the kernel can refuse."""
    rights = EXECUTE | WRITE_FILE | READ_FILE | READ_DIR | CHANGE_TREE
    if version >= 2:
        rights |= REFER
    if version >= 3:
        rights |= TRUNCATE
    if version >= 5:
        rights |= IOCTL_DEV
    return rights


def _open_ruleset(libc: ctypes.CDLL, files: int, version: int, tcp: int) -> int:
    ruleset = _Ruleset(
        files=files,
        network=tcp if version >= 4 else 0,
        scoped=SCOPE_BOTH if version >= 6 else 0,
    )
    size = ctypes.c_size_t(ruleset_size(version))
    return int(libc.syscall(CREATE_RULESET, ctypes.byref(ruleset), size, 0))


def ruleset_size(version: int) -> int:
    """How much of the structure this kernel knows; it refuses bytes it does not know."""
    return 8 if version < 4 else 16 if version < 6 else 24


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    """A path that cannot be opened gets no rule, and so stays closed."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            rights &= ON_FILES
        rule = _Beneath(rights=rights, folder=handle)
        libc.syscall(ADD_RULE, rules, PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(handle)
