"""Orders two columns of a diagram so that few of its lines cross.

The barycentre method (Sugiyama, Tagawa and Toda 1981): each side in turn is put in the order of the
mean place of its neighbours; the best order seen is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Edge = tuple[str, str]
_ROUNDS = 12


def arrange(
    left: Sequence[str], right: Sequence[str], edges: Sequence[Edge]
) -> tuple[list[str], list[str]]:
    """Give both sides in an order with few crossings.

    Args:
        left: The nodes on the left, in the order to start from.
        right: Those on the right.
        edges: Pairs of a left and a right node.

    Returns:
        The nodes on the left and on the right, in their new order.

    >>> arrange(["a", "b"], ["x", "y"], [("a", "y"), ("b", "x")])
    (['a', 'b'], ['y', 'x'])
    """
    best = (list(left), list(right))
    least = crossings(*best, edges)
    now = best
    for _ in range(_ROUNDS):
        if least == 0:
            break
        new_right = _by_mean(now[1], now[0], [(r, ln) for ln, r in edges])
        now = (_by_mean(now[0], new_right, edges), new_right)
        count = crossings(*now, edges)
        if count < least:
            best, least = now, count
    return best


def crossings(left: Sequence[str], right: Sequence[str], edges: Iterable[Edge]) -> int:
    """Count how often two lines cross."""
    at_left, at_right = _places(left), _places(right)
    lines = sorted((at_left[a], at_right[b]) for a, b in edges)
    return sum(
        lines[i][0] < lines[j][0] and lines[i][1] > lines[j][1]
        for j in range(len(lines))
        for i in range(j)
    )


def _by_mean(moving: Sequence[str], fixed: Sequence[str], edges: Iterable[Edge]) -> list[str]:
    at = _places(fixed)
    seen: dict[str, list[int]] = {}
    for node, other in edges:
        seen.setdefault(node, []).append(at[other])
    place = _places(moving)
    mean = {n: sum(seen[n]) / len(seen[n]) if n in seen else float(place[n]) for n in moving}
    return sorted(moving, key=lambda n: (mean[n], place[n]))


def _places(nodes: Sequence[str]) -> Mapping[str, int]:
    return {node: at for at, node in enumerate(nodes)}
