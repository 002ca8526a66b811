"""How much a task may use, what came of it, and how it fails."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from kg.errors import KgError
from kg.text import Text

GIB = 1024**3
MIB = 1024**2


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use (architecture, section 7).

    Attributes:
        wall: Seconds by the clock, from the moment the payload is handed over.
        cpu: Seconds of processor time.
        memory: Bytes of address space.
        output: Bytes of the result.
        tasks: How many tasks one worker may serve before it is replaced; 1 for documents, so
            that nothing of one submission is there when the next is read.
        network: Whether it may reach the network; only for what reads from a remote store.
    """

    wall: float = 10.0
    cpu: int = 10
    memory: int = GIB
    output: int = 256 * MIB
    tasks: int = 1
    network: bool = False

    def as_json(self) -> dict[str, object]:
        """Give the limits as plain values, for the worker."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a task, and what stood around it.

    Attributes:
        result: What the task returned.
        walls: Which walls stood: ``memory``, ``cpu``, ``write``, ``files``, ``processes``,
            ``core`` and ``network``. A wall that this system does not allow is absent; who needs
            it must refuse to go on.
        seconds: How long it took by the clock.
    """

    result: bytes
    walls: frozenset[str]
    seconds: float


class SandboxError(KgError):
    """A task that did not come back (codes ``KG-S…``)."""


def too_slow(seconds: float) -> SandboxError:
    """Give the error for a task over its time."""
    return SandboxError(
        "KG-S001",
        Text(
            f"het lezen duurde langer dan {seconds:g} seconden en is gestopt",
            f"reading took longer than {seconds:g} seconds and was stopped",
        ),
        Text("maak het bestand kleiner of eenvoudiger", "make the file smaller or less nested"),
    )


def broken(reason: str, memory: int) -> SandboxError:
    """Give the error for a task that ran out of memory or whose process died."""
    return SandboxError(
        "KG-S002",
        Text(
            f"het lezen vroeg meer geheugen dan {memory // MIB} MiB, of het programma brak af "
            f"({reason})",
            f"reading needed more memory than {memory // MIB} MiB, or the program broke off "
            f"({reason})",
        ),
        Text("maak het bestand kleiner of eenvoudiger", "make the file smaller or less nested"),
    )


def too_large(most: int) -> SandboxError:
    """Give the error for a result over its size."""
    return SandboxError(
        "KG-S003",
        Text(
            f"het resultaat is groter dan {most // MIB} MiB",
            f"the result is larger than {most // MIB} MiB",
        ),
        Text("splits het bestand", "split the file"),
    )


def encode_error(error: KgError) -> bytes:
    """Write an error as bytes, to send it from a worker."""
    advice = None if error.advice is None else [error.advice.nl, error.advice.en]
    place = getattr(error, "place", None)
    return json.dumps(
        {
            "code": error.code,
            "message": [error.message.nl, error.message.en],
            "advice": advice,
            "place": None if place is None else asdict(place),
        }
    ).encode()
