"""The walls around a worker; built from inside, before it sees a byte of anyone's.

Each wall that stands is reported by name; a system that does not allow one (no user namespaces,
no Linux) goes on without it and says so.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import resource

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_FILTER = 2
_SPARE_SECONDS = 1
_FILES_MOST = 100_000

_SYSTEMS: Final = {
    "x86_64": (0xC000003E, (41, 42, 43, 49, 50, 53, 288, 425)),
    "aarch64": (0xC00000B7, (198, 199, 200, 201, 202, 203, 242, 425)),
}
"""Per machine: its number, and those of socket, socketpair, bind, listen, accept, connect, accept4
and io_uring_setup (the other way to open one)."""
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 13
_OTHER_ABI = 0x40000000


def leave_network() -> set[str]:
    """Move this process to a network namespace with nothing in it, not even loopback.

    Must run while the process has one thread. Stops Python and native code alike.
    """
    if not sys.platform.startswith("linux"):
        return set()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    walls = set()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWNET) == 0:
        walls.add("network")
    if _forbid_sockets(libc):
        walls.add("sockets")
    return walls


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def _forbid_sockets(libc: ctypes.CDLL) -> bool:
    """Let the kernel refuse to make a socket, also where namespaces are not allowed (seccomp)."""
    system = _SYSTEMS.get(platform.machine())
    if system is None:
        return False
    machine, calls = system
    last = len(calls)
    steps = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _DENY),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, last + 1, 0, _OTHER_ABI),
        *((_EQUAL, last - at, 0, call) for at, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(code)
    program = _Program(len(steps), ctypes.cast(kept, ctypes.c_void_p))
    done: int = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_FILTER, ctypes.byref(program), 0, 0)
    return done == 0


def limit_resources(memory: int, *, files: int = 0) -> set[str]:
    """Limit memory, writing and opening, for good.

    After this no file can be opened, by Python or by native code: there is no number left for it.

    Args:
        memory: Bytes of address space.
        files: How many files an engine that was set up still has to open; their numbers stay.
    """
    if sys.platform == "win32":
        return set()
    walls = set()
    numbers = _numbers_for(files) if files else 0
    for wall, kind, most in (
        ("memory", resource.RLIMIT_AS, memory),
        ("core", resource.RLIMIT_CORE, 0),
        ("write", resource.RLIMIT_FSIZE, 0),
        ("processes", resource.RLIMIT_NPROC, 0),
        ("files", resource.RLIMIT_NOFILE, numbers),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue
        walls.add(wall)
    if not sys.platform.startswith("linux"):
        walls.discard("memory")
    return walls


def _numbers_for(files: int) -> int:
    """Give the limit under which exactly so many file numbers are free."""
    own = Path("/proc/self/fd")
    taken = {int(p.name) for p in own.iterdir()} if own.is_dir() else set(range(64))
    number = free = 0
    while free < min(files, _FILES_MOST):
        free += number not in taken
        number += 1
    return number


def limit_time(seconds: int, *, last: bool) -> set[str]:
    """Limit processor time from now on; the kernel ends the process when it is over.

    Args:
        seconds: How long the next task may compute.
        last: Whether no task comes after it, so that the limit can be for good.
    """
    if sys.platform == "win32":
        return set()
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + _SPARE_SECONDS
    hard = soft + _SPARE_SECONDS if last else resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    return {"cpu"}
