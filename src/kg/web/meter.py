"""Counts what one request uses, wherever in the service it is used."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Meter:
    """What a request has used so far.

    Attributes:
        seconds: Seconds of query workers.
    """

    seconds: float = 0.0


_METER: ContextVar[Meter | None] = ContextVar("kg_meter", default=None)


def measure() -> Meter:
    """Start to count for the request that is being handled here."""
    meter = Meter()
    _METER.set(meter)
    return meter


def charge(seconds: float) -> None:
    """Note seconds of a query worker."""
    meter = _METER.get()
    if meter is not None:
        meter.seconds += seconds
