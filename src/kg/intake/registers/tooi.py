"""The TOOI registers: public bodies with their names, their period and who came after them.

A register list (``rwc_…_compleet_…``) holds organisations, older states of them and the events
that changed them. Organisations become actors under their TOOI IRI. An older state gives a former
name. An event that ends one organisation and makes or enlarges another says that the first is
replaced by the second.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from kg.errors import UnreadableInputError
from kg.intake.registers.fields import BAD_DATE
from kg.intake.registers.identity import TOOI_ID
from kg.intake.registers.reading import MAX_BYTES, refuse, too_large, unreadable
from kg.intake.registers.report import Imported, ImportReport, Kind, ProblemLog, stepwise
from kg.intake.registers.statements import (
    CLASSIFICATION,
    DCT,
    IS_REPLACED_BY,
    LABEL,
    NO_DATE,
    ORGANISATION,
    PROV,
    SPECIALIZATION_OF,
    TYPE,
    Statements,
    day,
    dutch,
)
from kg.rdf import FORMATS, Literal, NamedNode, parse_bytes
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from kg.intake.registers.report import Progress
    from kg.rdf import Term, Triple

ONT = "https://identifier.overheid.nl/tooi/def/ont/"
SPATIAL = NamedNode(DCT + "spatial")

_KINDS = {".json": ".jsonld", ".jsonld": ".jsonld", ".ttl": ".ttl"}
_NAMES = (
    "voorkeursnaamInclSoort",
    "officieleNaamInclSoort",
    "voorkeursnaamExclSoort",
    "officieleNaamExclSoort",
)

_NO_NAME = Kind(
    "no-name",
    Text("organisatie zonder naam", "organisation without a name"),
    Text("de organisatie is overgeslagen", "the organisation was passed over"),
)
_UNKNOWN_IN_EVENT = Kind(
    "event-unknown",
    Text(
        "wijziging noemt een organisatie die niet in het bestand staat",
        "change names an organisation that is not in the file",
    ),
    Text(
        "er is geen opvolger van gemaakt; lees zo nodig ook de andere registers in",
        "no successor was made of it; import the other registers too where needed",
    ),
)


def import_tooi(path: Path, *, progress: Progress | None = None) -> Imported:
    """Give the statements of one TOOI register list.

    Args:
        path: The list as JSON-LD (``.json``) or Turtle (``.ttl``).
        progress: Told how many nodes are done, and how many there are.

    Returns:
        Triples and report; equal input gives equal output.

    Raises:
        RegisterError: When the file cannot be read, is not valid JSON-LD or Turtle (with line and
            column) or holds no TOOI organisation.
    """
    nodes = _nodes(_parse(path))
    log = ProblemLog()
    out = Statements()
    register = out.register(
        "tooi", "TOOI-registers", "TOOI registers", "https://identifier.overheid.nl/tooi/"
    )
    writer = _Writer(out, nodes, path.name, log)
    for node in stepwise(sorted(nodes), len(nodes), progress):
        writer.write(node)
    if not writer.counts["actors"]:
        refuse(
            "KG-I010",
            Text(f"{path}: geen TOOI-organisaties", f"{path}: no TOOI organisations"),
            Text(
                "geef een registerlijst, zoals rwc_gemeenten_compleet_4.json",
                "give a register list, such as rwc_gemeenten_compleet_4.json",
            ),
        )
    written = {**writer.counts, "statements": len(out.triples())}
    return Imported(
        out.triples(), ImportReport(register.value, len(nodes), written, log.problems())
    )


def _parse(path: Path) -> list[Triple]:
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        refuse(
            "KG-I011",
            Text(f"{path}: onbekende bestandssoort", f"{path}: unknown kind of file"),
            Text(
                "geef een bestand dat eindigt op .json of .ttl",
                "give a file ending in .json or .ttl",
            ),
        )
    try:
        if path.stat().st_size > MAX_BYTES:
            too_large(path)
        data = path.read_bytes()
    except OSError as e:
        unreadable(path, e)
    try:
        return parse_bytes(data, FORMATS[kind], name=str(path))
    except UnreadableInputError as e:
        refuse(
            "KG-I005",
            e.message,
            Text(
                "geef de lijst zoals het register haar aanbiedt; van elders wordt niets opgehaald",
                "give the list as the register offers it; nothing is fetched from elsewhere",
            ),
            e,
        )


Node = dict[str, list["Term"]]


def _nodes(triples: Iterable[Triple]) -> dict[str, Node]:
    """Give per IRI its properties, with their values sorted."""
    nodes: dict[str, Node] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and not isinstance(triple.object, type(triple)):
            properties = nodes.setdefault(triple.subject.value, {})
            properties.setdefault(triple.predicate.value, []).append(triple.object)
    for properties in nodes.values():
        for values in properties.values():
            values.sort(key=str)
    return nodes


class _Writer:
    """Writes the nodes of one list as statements."""

    def __init__(
        self, out: Statements, nodes: Mapping[str, Node], name: str, log: ProblemLog
    ) -> None:
        self._out = out
        self._nodes = nodes
        self._name = name
        self._log = log
        self._undated = {
            main
            for node in nodes.values()
            if _is_state(node) and self._start(node) is None
            for main in _iris(node, PROV + "specializationOf")
        }
        self.counts = {"actors": 0, "formerNames": 0, "successions": 0}

    def write(self, name: str) -> None:
        """State one node: an organisation, an older state of one, or a change."""
        node = self._nodes[name]
        if _is_state(node):
            self._state(name, node)
        elif _is_change(node):
            self._change(name, node)
        elif _is_organisation(name, node):
            self._organisation(name, node)

    def _organisation(self, name: str, node: Node) -> None:
        names = _names(node)
        if not names:
            self._log.add(_NO_NAME, f"{self._name} {name}")
            return
        actor = NamedNode(name)
        self._out.a(actor, ORGANISATION)
        self._out.names(actor, names[0], names)
        for code in _texts(node, ONT + "organisatiecode"):
            self._out.identifier(actor, "organisatiecode", code)
        for code in _texts(node, ONT + "owmsId"):
            self._out.identifier(actor, "owms", code)
        for kind in _iris(node, ONT + "organisatiesoort"):
            self._out.add(actor, CLASSIFICATION, NamedNode(kind))
        for province in _iris(node, ONT + "ligtInProvincie"):
            self._out.add(actor, SPATIAL, NamedNode(province))
        # With an older state of unknown start, the start given is that of the present state only.
        start = None if name in self._undated else self._start(node, name)
        self._out.period(actor, start, self._end(node, name))
        self.counts["actors"] += 1

    def _state(self, name: str, node: Node) -> None:
        for main in _iris(node, PROV + "specializationOf"):
            self._out.add(NamedNode(name), SPECIALIZATION_OF, NamedNode(main))
            current = _names(self._nodes.get(main, {}))
            for former in _names(node)[:1]:
                self._out.add(NamedNode(name), LABEL, dutch(former))
                self._out.names(NamedNode(main), current[0] if current else former, [former])
                self.counts["formerNames"] += 1

    def _change(self, name: str, node: Node) -> None:
        after = [*_iris(node, PROV + "generated"), *_iris(node, PROV + "used")]
        for before in _iris(node, PROV + "invalidated"):
            for successor in after:
                if not {before, successor} <= self._nodes.keys():
                    self._log.add(_UNKNOWN_IN_EVENT, f"{self._name} {name}")
                elif before != successor and not _is_state(self._nodes[before]):
                    self._out.add(NamedNode(before), IS_REPLACED_BY, NamedNode(successor))
                    self.counts["successions"] += 1

    def _start(self, node: Node, name: str = "") -> dt.date | None:
        return self._day(node, ONT + "begindatum", name) or self._day(
            node, PROV + "generatedAtTime", name
        )

    def _end(self, node: Node, name: str) -> dt.date | None:
        """Give the first day it is no more: TOOI's end date is the last day it was."""
        ended = self._day(node, PROV + "invalidatedAtTime", name)
        if ended is not None:
            return ended
        last = self._day(node, ONT + "einddatum", name)
        return last + dt.timedelta(days=1) if last is not None and last < dt.date.max else None

    def _day(self, node: Node, predicate: str, name: str) -> dt.date | None:
        for text in _texts(node, predicate):
            found = day(text[:10])
            if found is None and name:
                self._log.add(BAD_DATE, f"{self._name} {name}: {text[:40]!r}")
            if found is not None and found != NO_DATE:
                return found
        return None


def _is_state(node: Node) -> bool:
    return ONT + "HistorischeVersie" in _iris(node, TYPE.value)


def _is_change(node: Node) -> bool:
    return PROV + "invalidated" in node or ONT + "tijdstipWijziging" in node


def _is_organisation(name: str, node: Node) -> bool:
    kinds = _iris(node, TYPE.value)
    return name.startswith(TOOI_ID) and any(kind.startswith(ONT) for kind in kinds)


def _names(node: Node) -> list[str]:
    """Give all names, the one the register shows first."""
    names = _texts(node, LABEL.value)
    for key in _NAMES:
        names += _texts(node, ONT + key)
    return list(dict.fromkeys(names))


def _texts(node: Node, predicate: str) -> list[str]:
    values = (v.value.strip() for v in node.get(predicate, []) if isinstance(v, Literal))
    return [text for text in values if text]


def _iris(node: Node, predicate: str) -> list[str]:
    return [v.value for v in node.get(predicate, []) if isinstance(v, NamedNode)]
