"""Reads rule files: a ``#+`` YAML header and one SPARQL query, readable on its own.

A rule is the unit of design: detection, explanation, catalogue, documentation and tests all come
from this one file. A person adds a rule by adding a file and a story; no Python changes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import yaml

from kg.errors import RuleError
from kg.model import KEY_NAMES
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Kind = Literal["conflict", "gap", "signal", "edges", "report"]
ParameterType = Literal["integer", "decimal", "boolean", "date", "years", "iri", "string"]
"""``years`` is a whole number of years that becomes the date so long after the as-of date."""
Value = int | Decimal | bool | dt.date | str

_MARK = "#+"
_KINDS = get_args(Kind)
_FINDING_KINDS = frozenset({"conflict", "gap", "signal"})
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value a rule may be given.

    Attributes:
        name: Its token in the query is ``$name``.
        type: What kind of term it becomes.
        default: Used when the caller gives none; None means the caller must.
        about: What it does, for people.
    """

    name: str
    type: ParameterType
    default: Value | None
    about: Text


@dataclass(frozen=True, slots=True)
class Header:
    """One rule or report, as its file tells it.

    Attributes:
        id: The file name without ending; unique.
        kind: ``conflict``, ``gap`` or ``signal`` for findings, ``edges`` for helper edges,
            ``report`` for questions.
        rule: The identifier findings carry; the id unless the header says otherwise.
        stage: The folder the file stands in.
        title: Name for people.
        question: What it answers.
        after: Rules of the same stage that must run first.
        key: The variables that identify a finding, in order.
        parameters: By name.
        columns: For reports: each projected variable and its heading.
        limit: Which keys group a limit, and the parameter that holds it; None for no limit.
        sentence: The explanation, with ``{key}`` places.
        severity: How severity is computed, in words.
        absent: What the rule looks for and does not find.
        repair: What would resolve a finding.
        seeds: Rows of the seed table it surfaces, as ``essay: quote``.
        anchors: Literature.
        text: The whole file; any SPARQL tool can run it once ``$`` tokens have values.
        path: Where it stands.
    """

    id: str
    kind: Kind
    rule: str
    stage: str
    title: Text
    question: Text
    after: tuple[str, ...]
    key: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    columns: Mapping[str, Text]
    limit: tuple[tuple[str, ...], str] | None
    sentence: Text | None
    severity: Text | None
    absent: Text | None
    repair: tuple[Text, ...]
    seeds: tuple[str, ...]
    anchors: tuple[str, ...]
    text: str
    path: Path

    @property
    def is_finding(self) -> bool:
        """Whether the rule yields findings."""
        return self.kind in _FINDING_KINDS


def read_header(path: Path) -> Header:
    """Read one rule or report file.

    Args:
        path: A ``.rq`` file whose ``#+`` lines are YAML.

    Returns:
        The header with the whole text.

    Raises:
        RuleError: ``KG-Q010`` when the header is missing or is not YAML, ``KG-Q011`` when a part
            of it is missing or wrong.
    """
    text = path.read_text(encoding="utf-8")
    lines = [ln.removeprefix(_MARK) for ln in text.splitlines() if ln.startswith(_MARK)]
    try:
        raw = yaml.load("\n".join(lines), Loader=_LOADER)  # noqa: S506 - a safe loader
    except yaml.YAMLError as e:
        raise RuleError(
            "KG-Q010",
            Text(f"{path.name}: kop is geen YAML: {e}", f"{path.name}: header is not YAML: {e}"),
        ) from e
    if not isinstance(raw, dict):
        raise RuleError(
            "KG-Q010",
            Text(f"{path.name}: geen kop", f"{path.name}: no header"),
            Text("begin het bestand met regels '#+ id: …'", "start the file with '#+ id: …' lines"),
        )
    return _Reader(path, raw).header(text)


def read_all(root: Path) -> tuple[Header, ...]:
    """Read all rules and reports under a folder, sorted by stage and id.

    Exports are no rules: what they hold has headers of its own.

    Raises:
        RuleError: If a file is not whole, or two files have one id (``KG-Q012``).
    """
    files = (p for p in root.rglob("*.rq") if "exports" not in p.relative_to(root).parts)
    headers = sorted((read_header(p) for p in files), key=lambda h: (h.stage, h.path.name))
    seen: dict[str, Header] = {}
    for header in headers:
        other = seen.setdefault(header.id, header)
        if other is not header:
            raise RuleError(
                "KG-Q012",
                Text(f"twee regels heten {header.id}", f"two rules are called {header.id}"),
            )
    return tuple(headers)


class _Reader:
    """Turns the YAML of one header into typed values, naming what is missing."""

    def __init__(self, path: Path, raw: dict[str, Any]) -> None:
        self._path = path
        self._raw = raw

    def header(self, text: str) -> Header:
        kind = self._need("kind")
        if kind not in _KINDS or self._need("id") != self._path.stem:
            raise self._wrong("kind, id")
        key = tuple(self._raw.get("key", ()))
        if not set(key) <= set(KEY_NAMES):
            raise self._wrong("key")
        finding = kind in _FINDING_KINDS
        return Header(
            id=self._path.stem,
            kind=cast("Kind", kind),
            rule=str(self._raw.get("rule", self._path.stem)),
            stage=self._path.parent.name,
            title=self._text("title"),
            question=self._text("question"),
            after=tuple(self._raw.get("after", ())),
            key=key,
            parameters=self._parameters(),
            columns={n: self._as_text(v, f"columns.{n}") for n, v in self._map("columns").items()},
            limit=self._limit(),
            sentence=self._text("sentence") if finding else None,
            severity=self._text("severity") if finding else None,
            absent=self._text("absent") if "absent" in self._raw else None,
            repair=tuple(self._as_text(v, "repair") for v in self._raw.get("repair", ())),
            seeds=tuple(self._raw.get("seeds", ())),
            anchors=tuple(self._raw.get("anchors", ())),
            text=text,
            path=self._path,
        )

    def _limit(self) -> tuple[tuple[str, ...], str] | None:
        spec = self._map("limit")
        if not spec:
            return None
        if "by" not in spec or spec.get("at") not in self._map("parameters"):
            raise self._wrong("limit")
        return tuple(spec["by"]), str(spec["at"])

    def _parameters(self) -> dict[str, Parameter]:
        out = {}
        for name, spec in self._map("parameters").items():
            if not isinstance(spec, dict) or spec.get("type") not in get_args(ParameterType):
                raise self._wrong("parameters." + name)
            default = spec.get("default")
            if isinstance(default, float):
                default = Decimal(str(default))
            out[name] = Parameter(
                name=name,
                type=spec["type"],
                default=default,
                about=self._as_text(spec.get("about"), f"parameters.{name}.about"),
            )
        return out

    def _map(self, part: str) -> dict[str, Any]:
        value = self._raw.get(part) or {}
        if not isinstance(value, dict):
            raise self._wrong(part)
        return value

    def _need(self, part: str) -> str:
        if part not in self._raw:
            raise self._wrong(part)
        return str(self._raw[part])

    def _text(self, part: str) -> Text:
        return self._as_text(self._raw.get(part), part)

    def _as_text(self, value: object, part: str) -> Text:
        if not isinstance(value, dict) or not {"nl", "en"} <= value.keys():
            raise self._wrong(part)
        return Text(nl=str(value["nl"]), en=str(value["en"]))

    def _wrong(self, part: str) -> RuleError:
        name = self._path.name
        return RuleError(
            "KG-Q011",
            Text(f"{name}: '{part}' ontbreekt of klopt niet", f"{name}: '{part}' missing or wrong"),
            Text("zie queries/README.md voor de kop", "see queries/README.md for the header"),
        )
