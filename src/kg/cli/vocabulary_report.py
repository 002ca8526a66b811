"""What `kg vocabulary` says: tables for people, JSON for programs."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from kg.cli.console import put, put_table, strong, tell
from kg.text import Text
from kg.vocabularies.description import attribution_lines, licence_name
from kg.vocabularies.difference import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg.text import Lang
    from kg.vocabularies.difference import Difference, Effect
    from kg.vocabularies.entries import Entry
    from kg.vocabularies.fetch import Fetched
    from kg.vocabularies.home import Fault
    from kg.vocabularies.lock import Lock, Locked
    from kg.vocabularies.reading import Reading
    from kg.vocabularies.update import Plan

_SHOWN = 10
"""How many changes of one kind a person is shown."""


def listing(rows: Sequence[tuple[str, Locked]], lang: Lang, *, as_json: bool) -> None:
    """Show vocabularies: loaded, shipped, or known."""
    if as_json:
        _put_json([{"state": state, **_locked(v)} for state, v in rows])
        return
    if all(state == "known" for state, _ in rows):
        put_table([t.to(lang) for t in _KNOWN_HEAD], [_known_row(v, lang) for _, v in rows])
        return
    put_table([t.to(lang) for t in _HEAD], [_row(state, v, lang) for state, v in rows])
    tell(_MORE.to(lang))


_HEAD = (
    Text("id", "id"),
    Text("versie", "version"),
    Text("uitspraken", "statements"),
    Text("waar", "where"),
    Text("licentie", "licence"),
)
_KNOWN_HEAD = (Text("id", "id"), Text("naam", "name"), Text("waar", "where"))
_STATES = {
    "loaded": Text("werkmap", "workspace"),
    "shipped": Text("meegeleverd", "ships"),
    "known": Text("op te halen", "to be fetched"),
}
_BY_HAND = Text("uit een bestand", "from a file")
_MORE = Text(
    "Bekende bronnen die er nog niet zijn: kg vocabulary list --known",
    "Known sources that are not there yet: kg vocabulary list --known",
)


def _row(state: str, v: Locked, lang: Lang) -> list[str]:
    count = str(v.snapshot().triples) if v.current else ""
    licence = licence_name(v.licence).to(lang)
    return [v.id, v.current, count, _STATES[state].to(lang), licence]


def _known_row(v: Locked, lang: Lang) -> list[str]:
    where = _STATES["known"] if v.source else _BY_HAND
    return [v.id, v.title.to(lang), where.to(lang)]


def _locked(v: Locked) -> dict[str, Any]:
    return {
        "id": v.id,
        "title": v.title._asdict(),
        "version": v.current,
        "source": v.source,
        "licence": v.licence,
        "attribution": v.attribution._asdict(),
        "media": v.media,
        "reader": v.reader,
        "graph": v.graph,
        "triples": v.snapshot().triples if v.current else None,
        "snapshots": [
            {
                "version": s.version,
                "retrieved": None if s.retrieved == dt.date.min else s.retrieved.isoformat(),
                "sha256": s.sha256,
                "canonical": s.canonical,
                "triples": s.triples,
                "graph": v.graph_of(s.version),
            }
            for s in v.snapshots
        ],
    }


def attributions(lock: Lock, lang: Lang) -> None:
    """Show the lines that licences ask for."""
    for line in attribution_lines(lock):
        put(f"{line.to(lang)}\n")


def added(now: Locked, reading: Reading, home: Path, lang: Lang, *, as_json: bool) -> None:
    """Say what was taken in."""
    if as_json:
        _put_json({**_locked(now), "read": reading.read})
        return
    put(
        Text(
            f"{now.id} {now.current}: {reading.read} uitspraken gelezen, {reading.triples} "
            f"verschillende bewaard in {home}\n",
            f"{now.id} {now.current}: {reading.read} statements read, {reading.triples} "
            f"different ones kept in {home}\n",
        ).to(lang)
    )
    if not now.licence:
        tell(_NO_LICENCE.to(lang))


_NO_LICENCE = Text(
    "De licentie is niet bekend; noem haar met --licence voordat u de gegevens doorgeeft.",
    "The licence is not known; name it with --licence before you pass the data on.",
)


def fetched(found: Sequence[Fetched], home: Path, lang: Lang, *, as_json: bool) -> None:
    """Say what came of fetching."""
    if as_json:
        _put_json(
            [
                {"id": f.id, "outcome": f.outcome, "sha256": f.sha256, "expected": f.expected}
                for f in found
            ]
        )
        return
    for f in found:
        put(f"{f.id}: {_OUTCOMES[f.outcome].format(sha=f.sha256, id=f.id, home=home).to(lang)}\n")


_OUTCOMES = {
    "first": Text(
        "opgenomen; de controlesom was nog niet bekend en is nu vastgelegd (sha256 {sha})",
        "taken in; its checksum was not known and has been written down now (sha256 {sha})",
    ),
    "pinned": Text(
        "opgenomen; de controlesom is die welke vooraf bekend was",
        "taken in; its checksum is the one that was known beforehand",
    ),
    "same": Text("ongewijzigd", "unchanged"),
    "changed": Text(
        "niet opgenomen: de bron geeft iets anders dan in {home} is vastgelegd; "
        "zie wat er verandert met `kg vocabulary update {id} --dry-run`",
        "not taken in: the source gives something else than was written down in {home}; "
        "see what changes with `kg vocabulary update {id} --dry-run`",
    ),
}


def plans(
    found: Sequence[Plan], lang: Lang, *, held: Sequence[str], done: bool, as_json: bool
) -> None:
    """Show what newer versions change, and whether they were taken in.

    Args:
        found: What each newer file does.
        lang: Language of the user.
        held: Ids of what was not taken in because references are touched.
        done: Whether the others were taken in.
        as_json: For programs.
    """
    if as_json:
        _put_json([_plan(p, done=done and p.about.id not in held) for p in found])
        return
    if not found:
        tell(_NOTHING_WAITS.to(lang))
    for p in found:
        if p.change is None:
            put(f"{p.about.id} {p.version}: {_SAME.to(lang)}\n")
            continue
        put(strong(f"{p.about.id}: {p.about.snapshot().version} → {p.version}") + "\n")
        _put_change(p.change, lang)
        _put_effects(p.effects, lang)
        state = _ONLY_SHOWN if not done else _HELD if p.about.id in held else _DONE
        put(f"  {state.to(lang)}\n")


_NOTHING_WAITS = Text(
    "Er is niets nieuws; noem een bestand, of haal op met `kg vocabulary fetch`.",
    "There is nothing new; name a file, or fetch with `kg vocabulary fetch`.",
)
_SAME = Text("ongewijzigd", "unchanged")
_DONE = Text("Opgenomen; de oudere versie blijft bewaard.", "Taken in; the older version is kept.")
_ONLY_SHOWN = Text("Er is niets veranderd (--dry-run).", "Nothing was changed (--dry-run).")
_HELD = Text(
    "Niet opgenomen, omdat het eigen verwijzingen raakt; neem het op met --yes.",
    "Not taken in, because it touches references of yours; take it in with --yes.",
)


def _plan(p: Plan, *, done: bool) -> dict[str, Any]:
    return {
        "id": p.about.id,
        "from": p.about.snapshot().version,
        "to": p.version,
        "takenIn": done and p.change is not None,
        "change": None if p.change is None else _change(p.change),
        "effects": [_effect(e) for e in p.effects],
    }


def change(
    name: str, versions: tuple[str, str], found: Difference, lang: Lang, *, as_json: bool
) -> None:
    """Show what differs between two versions."""
    if as_json:
        _put_json({"id": name, "from": versions[0], "to": versions[1], **_change(found)})
        return
    put(strong(f"{name}: {versions[0]} → {versions[1]}") + "\n")
    _put_change(found, lang)


def _change(found: Difference) -> dict[str, Any]:
    return {
        "added": [_entry(e) for e in found.added],
        "removed": [_entry(e) for e in found.removed],
        "relabelled": [
            {"iri": c.after.iri, "from": dict(c.before.labels), "to": dict(c.after.labels)}
            for c in found.relabelled
        ],
        "ended": [_entry(c.after) for c in found.ended],
        "deprecated": [_entry(c.after) for c in found.deprecated],
        "succeeded": [_entry(c.after) for c in found.succeeded],
    }


def _entry(e: Entry) -> dict[str, Any]:
    return {
        "iri": e.iri,
        "labels": dict(e.labels),
        "ended": None if e.ended is None else e.ended.isoformat(),
        "successors": list(e.successors),
    }


def _effect(e: Effect) -> dict[str, Any]:
    return {
        "iri": e.iri,
        "kind": e.kind,
        "labels": dict(e.entry.labels),
        "uses": e.uses,
        "examples": [{"subject": s, "predicate": p} for s, p in e.examples],
        "proposals": list(e.proposals),
    }


def _put_change(found: Difference, lang: Lang) -> None:
    kinds: tuple[tuple[Text, Sequence[Entry | Change]], ...] = (
        (_ADDED, found.added),
        (_REMOVED, found.removed),
        (_RELABELLED, found.relabelled),
        (_ENDED, found.ended),
        (_DEPRECATED, found.deprecated),
        (_SUCCEEDED, found.succeeded),
    )
    if found.is_empty:
        put(f"  {_NOTHING.to(lang)}\n")
    for title, items in kinds:
        if not items:
            continue
        put(f"  {len(items)} {title.to(lang)}\n")
        for item in items[:_SHOWN]:
            put(f"    {_line(item, lang)}\n")
        if len(items) > _SHOWN:
            put(f"    {_REST.format(count=len(items) - _SHOWN).to(lang)}\n")


_ADDED = Text("nieuw", "new")
_REMOVED = Text("verdwenen", "gone")
_RELABELLED = Text("van naam veranderd", "renamed")
_ENDED = Text("geëindigd", "ended")
_DEPRECATED = Text("afgeraden", "advised against")
_SUCCEEDED = Text("met andere opvolgers", "with other successors")
_NOTHING = Text("geen verandering die een verwijzing raakt", "no change that touches a reference")
_REST = Text(
    "en nog {count}; --format json toont alles", "and {count} more; --format json shows all"
)


def _line(item: Entry | Change, lang: Lang) -> str:
    if not isinstance(item, Change):
        return f"{_name(item, lang)} <{item.iri}>"
    old, new = item.before, item.after
    text = _name(new, lang)
    if old.labels != new.labels:
        text = f"{_name(old, lang)} → {text}"
    if new.ended is not None and new.ended != old.ended:
        text += f" ({new.ended.isoformat()})"
    return f"{text} <{new.iri}>"


def _name(entry: Entry, lang: Lang) -> str:
    return entry.label.to(lang) if entry.label else entry.iri


def _put_effects(found: Iterable[Effect], lang: Lang) -> None:
    told = list(found)
    if not told:
        put(f"  {_NO_EFFECT.to(lang)}\n")
        return
    put(f"  {_EFFECT.to(lang)}\n")
    for e in told:
        uses = _USES.format(count=e.uses).to(lang) if e.uses > 1 else _ONE_USE.to(lang)
        put(f"    {_name(e.entry, lang)} <{e.iri}>: {_KINDS[e.kind].to(lang)}, {uses}\n")
        for subject, predicate in e.examples:
            put(f"      <{subject}> <{predicate}>\n")
        put(f"      {_proposal(e.proposals).to(lang)}\n")


_NO_EFFECT = Text("Eigen verwijzingen: geen geraakt.", "References of yours: none touched.")
_EFFECT = Text("Eigen verwijzingen die dit raakt:", "References of yours that this touches:")
_USES = Text("{count} uitspraken", "{count} statements")
_ONE_USE = Text("1 uitspraak", "1 statement")
_KINDS = {
    "removed": Text("verdwijnt", "goes away"),
    "ended": Text("eindigt", "ends"),
    "deprecated": Text("wordt afgeraden", "is advised against"),
}


def _proposal(proposals: Sequence[str]) -> Text:
    shown = ", ".join(f"<{p}>" for p in proposals)
    if not proposals:
        return Text("geen opvolger bekend", "no successor known")
    if len(proposals) == 1:
        return Text(f"voorstel: {shown}", f"proposal: {shown}")
    return Text(f"kies uit: {shown}", f"choose from: {shown}")


def checked(lock: Lock, faults: Sequence[Fault], lang: Lang, *, as_json: bool) -> None:
    """Show what verifying a home found."""
    if as_json:
        _put_json(
            [
                {
                    "id": f.id,
                    "version": f.version,
                    "message": f.message._asdict(),
                    "grave": f.grave,
                }
                for f in faults
            ]
        )
        return
    for f in faults:
        put(f"{f.id} {f.version}: {f.message.to(lang)}\n")
        tell(f"  {f.advice.to(lang)}")
    snapshots = sum(len(v.snapshots) for v in lock.vocabularies.values())
    grave = sum(f.grave for f in faults)
    put(
        Text(
            f"{len(lock.vocabularies)} vocabulaires, {snapshots} versies, {grave} fouten, "
            f"{len(faults) - grave} verouderd\n",
            f"{len(lock.vocabularies)} vocabularies, {snapshots} versions, {grave} faults, "
            f"{len(faults) - grave} out of date\n",
        ).to(lang)
    )


def _put_json(value: object) -> None:
    put(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
