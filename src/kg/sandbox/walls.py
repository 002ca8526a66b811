"""The walls around a worker; built from inside, before it sees a byte of anyone's.

Each wall that stands is reported by name; a system that does not allow one (no user namespaces,
no Linux) goes on without it and says so.
"""

from __future__ import annotations

import ctypes
import sys

if sys.platform != "win32":
    import resource

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_SPARE_SECONDS = 1


def leave_network() -> set[str]:
    """Move this process to a network namespace with nothing in it, not even loopback.

    Must run while the process has one thread. Stops Python and native code alike.
    """
    if not sys.platform.startswith("linux"):
        return set()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWNET) == 0:
        return {"network"}
    return set()


def limit_resources(memory: int) -> set[str]:
    """Limit memory, writing and opening, for good.

    After this no file can be opened, by Python or by native code: there is no number left for it.
    """
    if sys.platform == "win32":
        return set()
    walls = set()
    for wall, kind, most in (
        ("memory", resource.RLIMIT_AS, memory),
        ("core", resource.RLIMIT_CORE, 0),
        ("write", resource.RLIMIT_FSIZE, 0),
        ("processes", resource.RLIMIT_NPROC, 0),
        ("files", resource.RLIMIT_NOFILE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue
        walls.add(wall)
    if not sys.platform.startswith("linux"):
        walls.discard("memory")
    return walls


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
