"""The files a Python process needs to keep running once everything else is closed to it."""

import sys
import sysconfig
from pathlib import Path

import muniment

# Single files the runtime, OpenSSL and the engine look at. Never a whole /proc or /etc.
FILES = (
    "/dev/null",
    "/dev/urandom",
    "/dev/zero",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/self/cgroup",
    "/sys/devices/system/cpu/online",
)
FOLDERS = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/share/zoneinfo",
    "/sys/fs/cgroup",
)


def needed() -> list[Path]:
    """Interpreter, standard library, installed packages, this package and system libraries."""
    own = [Path(muniment.__file__).parent]
    installed = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib")]
    libraries = [Path(prefix) / "lib" for prefix in (sys.prefix, sys.base_prefix)]
    system = [Path(name) for name in (*FILES, *FOLDERS)]
    platlib = [Path(sysconfig.get_path("platlib"))]
    return [*own, *installed, *platlib, *libraries, *system]


def writable() -> list[Path]:
    """Nothing but the place where bytes vanish."""
    return [Path("/dev/null")]
