"""Runs work on untrusted bytes in limited processes of its own.

A hostile document can kill its process in ways Python cannot catch, so the limit is a process:
memory, processor time, no files, no network, and a clock outside it. Tasks are functions of this
product, named by import string; payload and result are bytes; nothing is ever unpickled.
"""

from __future__ import annotations

from kg.sandbox.limits import Limits, Outcome, SandboxError
from kg.sandbox.pool import Pool, Setup, run

__all__ = ["Limits", "Outcome", "Pool", "SandboxError", "Setup", "run"]
