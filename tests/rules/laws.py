"""What the laws share: findings in short names, and comparing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.pipeline import Result, find

from .brute_force import Answers, Found, key
from .statements import NOW, short, submission

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from kg.model import Findings

    from .statements import Statement


def found(statements: Iterable[Statement], now: dt.date = NOW) -> Result:
    """Give what the rules find in statements said by nobody in particular."""
    return find([submission(statements)], as_of=now)


def answers(findings: Findings) -> Answers:
    """Give findings in the same form as the definitions."""
    out: Answers = {}
    for f in findings:
        k = key(f.rule, **{name: short(v) for name, v in f.keys.items()})
        assert k not in out, f"two findings with one key: {k}"
        parties, because = frozenset(map(short, f.involves)), frozenset(map(short, f.because))
        out[k] = Found(f.severity, parties, because, f.count, f.coordination)
    return out


def conflicts(found_answers: Answers) -> Answers:
    """Give the conflicts only."""
    return {k: f for k, f in found_answers.items() if f.coordination is not None}


def differences(got: Answers, want: Answers) -> list[str]:
    """Give what the rules find otherwise than defined, in words; empty when they agree."""
    lines = [f"not defined: {k} {got[k]}" for k in got.keys() - want.keys()]
    lines += [f"not found: {k} {want[k]}" for k in want.keys() - got.keys()]
    lines += [
        f"differs: {k} found {got[k]} defined {want[k]}"
        for k in got.keys() & want.keys()
        if not _same(got[k], want[k])
    ]
    return sorted(lines)


def _same(got: Found, want: Found) -> bool:
    return (
        got.severity == pytest.approx(want.severity, abs=1e-4)
        and want.involves in {None, got.involves}
        and want.because in {None, got.because}
        and (got.count, got.coordination) == (want.count, want.coordination)
    )


def in_other_names(all_answers: Answers, name: Callable[[str], str]) -> Answers:
    """Give findings as they read when every node bears another name."""
    out: Answers = {}
    for (rule, keys), f in all_answers.items():
        given = {k: name(v) for k, v in keys}
        if rule == "parallel-suppliers":
            given["supplier"], given["party"] = sorted((given["supplier"], given["party"]))
        because = None if rule == "missing-coordination" else _all(f.because, name)
        out[key(rule, **given)] = Found(
            f.severity, _all(f.involves, name), because, f.count, f.coordination
        )
    return out


def _all(names: frozenset[str] | None, name: Callable[[str], str]) -> frozenset[str] | None:
    return None if names is None else frozenset(map(name, names))
