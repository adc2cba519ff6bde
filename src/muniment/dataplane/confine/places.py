"""The files a Python process needs to keep running once everything else is closed to it."""

import mimetypes
import os
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
# What it takes to find an address and to check a certificate; Java looks up who runs it.
CALLING = (
    "/etc/ca-certificates",
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/pki/tls",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/run/systemd/resolve",
    "/usr/share/ca-certificates",
)
# Spark is started by a script, which starts Java.
JAVA = (
    "/bin",
    "/etc/alternatives",
    "/etc/java-17-openjdk",
    "/lib",
    "/lib64",
    "/usr/bin",
    "/usr/lib",
    "/usr/lib64",
)


def needed() -> list[Path]:
    """Interpreter, standard library, installed packages, this package and system libraries."""
    own = [Path(muniment.__file__).parent]
    installed = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib")]
    libraries = [Path(prefix) / "lib" for prefix in (sys.prefix, sys.base_prefix)]
    # The reader of workbooks asks for the system's lists of file types when it is loaded.
    system = [Path(name) for name in (*FILES, *FOLDERS, *mimetypes.knownfiles)]
    platlib = [Path(sysconfig.get_path("platlib"))]
    return [*own, *installed, *platlib, *libraries, *system]


def writable() -> list[Path]:
    """Nothing but the place where bytes vanish."""
    return [Path("/dev/null")]


def to_call() -> tuple[Path, ...]:
    """What a process reads before it can call a server by name."""
    return tuple(Path(name) for name in CALLING)


def java() -> tuple[Path, ...]:
    """What may be read and started where Spark is: Java, the shell, and Spark's own scripts."""
    home = os.environ.get("JAVA_HOME")
    own = [Path(sysconfig.get_path(name)) / "pyspark" for name in ("purelib", "platlib")]
    return (*(Path(name) for name in JAVA), *own, *([Path(home)] if home else []))
