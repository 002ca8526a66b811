"""The command line: data to stdout, talk to stderr, exit codes that scripts can use.

0 when all is well, 1 when there are findings of a kind that ``--fail-on`` names (or faults, for the
quality gates), 2 when the input or an option cannot be used, 130 after an interrupt.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.text import Lang

FINE, FOUND, UNUSABLE, INTERRUPTED, CLOSED = 0, 1, 2, 130, 141


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        tokens: What follows ``kg`` on the command line; that of the process when None.

    Returns:
        The exit code.
    """
    from kg.cli.app import run  # noqa: PLC0415 - after the interrupt handling below is in place

    given = list(sys.argv[1:] if tokens is None else tokens)
    lang = spoken(given)
    try:
        return run(given, lang)
    except KgError as e:
        sys.stderr.write(e.to(lang) + "\n")
        return UNUSABLE
    except KeyboardInterrupt:
        sys.stderr.write({"nl": "onderbroken\n", "en": "interrupted\n"}[lang])
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; Python must not complain again on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED


def spoken(tokens: Sequence[str]) -> Lang:
    """Give the language asked for on the command line, else that of the environment.

    >>> spoken(["findings", "--lang", "en"])
    'en'
    """
    for word, following in zip(tokens, [*tokens[1:], ""], strict=True):
        value = following if word == "--lang" else word.removeprefix("--lang=")
        if word.startswith("--lang") and value in {"nl", "en"}:
            return "en" if value == "en" else "nl"
    return read_settings().lang
