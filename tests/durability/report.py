"""Tells what was found: what must never be, and a short table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NEVER = ("lost", "partial", "doubled", "wrong")
_CHECKED = ("kills", "rebuilds", "cuts", "two writers", "full", "failing")
_WHAT = {"kills": "kill -9", "rebuilds": "kill -9 amid a rebuild", "cuts": "power cut"}


def failures(found: Mapping[str, Any]) -> list[str]:
    """Give all that must never be, in words; empty when all is well."""
    return [*_crashes(found), *_damage(found), *_refusals(found)]


def _crashes(found: Mapping[str, Any]) -> Iterator[str]:
    for name in _CHECKED:
        for what in _NEVER:
            for item in found.get(name, {}).get(what, ()):
                yield f"{name}: {what}: {item}"


def _damage(found: Mapping[str, Any]) -> Iterator[str]:
    for row in found["damage"]:
        for what in ("wrong", "unmended", "uncoded"):
            for item in row[what]:
                yield f"damage to {row['part']}: {what}: {item}"


def _refusals(found: Mapping[str, Any]) -> Iterator[str]:
    def expect(name: str, seen: object, want: object) -> Iterator[str]:
        if seen != want:
            yield f"{name}: {seen}, not {want}"

    yield from expect("second writer", found["two writers"]["second"], "KG-W001")
    yield from expect("writer after the first was killed", found["two writers"]["third"], None)
    yield from expect("shortened journal", found["shortened"], {"refused": "KG-J005"})
    if found["no disks"] is not None:
        return
    yield from expect("full disk", found["full"]["faults"], ["KG-J004"])
    yield from expect("acknowledged after it was freed", found["full"]["after"] >= 30, want=True)
    yield from expect("exit after it was freed", found["full"]["exit"], 0)
    yield from expect("failing disk", found["failing"]["faults"], ["KG-J004"])
    protected = found["protected"]
    yield from expect(
        "protected disk",
        (protected["right"], protected["writer"], protected["later"]),
        (True, "KG-W001", None),
    )


def table(found: Mapping[str, Any]) -> str:
    """Give the results as Markdown."""
    rows = [
        "# Durability: results of the last full run",
        "",
        f"Seed {found['seed']}, {found['seconds']} seconds.",
        "",
        "| crash | times | amid publishing | acknowledged | sent again | records replayed "
        "| lost | partial | twice | otherwise wrong | slowest start s |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, what in _WHAT.items():
        if name in found:
            t = found[name]
            bad = " | ".join(str(len(t[n])) for n in _NEVER)
            rows.append(
                f"| {what} | {t['crashes']} | {t['amid']} | {t['acknowledged']:,} "
                f"| {t['repeated']:,} | {t['replayed']:,} | {bad} | {t['slowest']:.2f} |"
            )
    rows += [
        "",
        "| damaged part | how | looks | all there | refused with a code | refused by the engine "
        "| silently wrong | made anew | not mended |",
        "|---|---|---:|---:|---|---:|---:|---:|---:|",
    ]
    rows += [_row(row) for row in found["damage"]]
    rows += ["", *_others(found), ""]
    return "\n".join(rows)


def _row(row: Mapping[str, Any]) -> str:
    told = ", ".join(f"{code} {n}×" for code, n in sorted(row["told"].items())) or "–"
    engine = sum(row["engine"].values())
    looks = row["harmless"] + sum(row["told"].values()) + engine
    looks += len(row["wrong"]) + len(row["uncoded"])
    return (
        f"| {row['part']} | {row['kind']} | {looks} | {row['harmless']} | {told} | {engine} "
        f"| {len(row['wrong'])} | {row['mended']} | {len(row['unmended'])} |"
    )


def _others(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"- second writer: {found['two writers']['second']}"
    yield f"- journal shortened by whole records: {found['shortened'].get('refused')}"
    if found["no disks"] is not None:
        yield f"- no power cuts, full or failing disks: {found['no disks']}"
        return
    full, protected = found["full"], found["protected"]
    yield (
        f"- full disk: {', '.join(full['faults'])}; {full['after']} acknowledged by the same "
        "process after room was made"
    )
    yield f"- disk that stops: {', '.join(found['failing']['faults'])}"
    yield f"- read-only disk: the right findings, writer {protected['writer']}"
