"""Reads mappings from SSSOM/TSV, also as a spreadsheet programme left it.

Strict where the standard is (undeclared prefixes, dates, numbers), lenient where a person is likely
to have edited the file: whole IRIs, a decimal comma, line ends and quotes of a spreadsheet.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from itertools import takewhile
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml

from kg.errors import UnreadableInputError
from kg.rdf import NamedNode
from kg.rdf.prefixes import KNOWN_PREFIXES
from kg.terms import ID, XSD
from kg.text import Text
from kg.vocabularies.mappings import LITERAL, SEMAPV, SKOS, SSSOM, Match
from kg.vocabularies.schemes import EU, OWMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_OWL = "http://www.w3.org/2002/07/owl#"
BUILT_IN = {
    "linkml": "https://w3id.org/linkml/",
    "owl": _OWL,
    "rdf": KNOWN_PREFIXES["rdf"],
    "rdfs": KNOWN_PREFIXES["rdfs"],
    "semapv": SEMAPV,
    "skos": SKOS,
    "sssom": SSSOM,
    "xsd": XSD,
}
OURS = {
    "tooi": KNOWN_PREFIXES["tooi"],
    "tooithes": "https://identifier.overheid.nl/tooi/def/thes/",
    "owms": OWMS,
    "eu": EU,
    "samid": ID,
}
LARGEST_HEADER = 100_000


COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id",
    "object_label", "mapping_justification", "author_id", "subject_type", "subject_source",
    "subject_source_version", "object_source", "object_source_version", "mapping_tool",
    "mapping_date", "confidence", "comment",
)  # fmt: skip
"""In the order of the standard."""
IDENTIFIERS = {
    "subject_id", "predicate_id", "object_id", "mapping_justification", "author_id",
    "subject_source", "object_source",
}  # fmt: skip
PROPAGATED = (
    "subject_type", "subject_source", "subject_source_version", "object_source",
    "object_source_version", "mapping_tool", "mapping_date",
)  # fmt: skip
NEEDED = ("predicate_id", "object_id", "mapping_justification")


def read_sssom(text: str, *, name: str = "-", metadata: str = "") -> tuple[Match, ...]:
    """Read SSSOM/TSV.

    Args:
        text: The file.
        name: What to call it in messages.
        metadata: The YAML of a separate file, when the block is not in the file itself.

    Raises:
        UnreadableInputError: The block is no YAML (``KG-L110``), a column that is needed is
            missing (``KG-L111``), a prefix is not declared (``KG-L112``), or a date or number is
            none (``KG-L113``).
    """
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    block = list(takewhile(lambda line: line.startswith("#"), map(_plain, lines)))
    head = _metadata(metadata or _undented([line[1:] for line in block]), name)
    spaces = {**OURS, **_strings(head.get("curie_map")), **BUILT_IN}
    declared = _extensions(head)
    rows = csv.reader(io.StringIO("".join(lines[len(block) :]), newline=""), delimiter="\t")
    try:
        return tuple(_matches(rows, _Reader(name, spaces, declared, head, len(block))))
    except csv.Error as e:
        raise _faulty("KG-L111", f"{name}:{len(block) + rows.line_num}", Text(
            "dit is geen tabel met tabs", "this is no table with tabs"
        )) from e  # fmt: skip


def _matches(rows: Iterator[list[str]], reader: _Reader) -> Iterator[Match]:
    columns = [c.strip() for c in next(rows, [])]
    missing = [c for c in NEEDED if c not in columns]
    if missing:
        raise _faulty("KG-L111", reader.name, Text(
            f"de kolom {missing[0]} ontbreekt", f"the column {missing[0]} is missing"
        ))  # fmt: skip
    shared = _shared(reader.head, columns)
    for n, row in enumerate(rows, start=2):
        if any(cell.strip() for cell in row):
            said = shared | dict(zip(columns, row, strict=False))
            yield reader.match(said, reader.before + n)


def _plain(line: str) -> str:
    """Give a line of the block as it was before a spreadsheet put quotes and tabs around it."""
    if line.startswith('"#'):
        line = next(csv.reader([line], delimiter="\t"))[0] + "\n"
    return line.rstrip("\t\r\n") + "\n" if line.startswith("#") else line


def _undented(lines: Sequence[str]) -> str:
    depth = min((len(x) - len(x.lstrip(" ")) for x in lines if x.strip()), default=0)
    return "".join(line[depth:] if line.strip() else "\n" for line in lines)


def _metadata(text: str, name: str) -> Mapping[str, Any]:
    try:
        if len(text) > LARGEST_HEADER or any(
            isinstance(e, yaml.AliasEvent) for e in yaml.parse(text, Loader=yaml.SafeLoader)
        ):
            raise _bad_header(name)
        said = yaml.safe_load(text) or {}
    except (yaml.YAMLError, ValueError) as e:
        raise _bad_header(name) from e
    if not isinstance(said, dict):
        raise _bad_header(name)
    return said


def _strings(value: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {}


def _extensions(head: Mapping[str, Any]) -> frozenset[str]:
    said = head.get("extension_definitions")
    if not isinstance(said, list):
        return frozenset()
    found = [d.get("slot_name") for d in said if isinstance(d, dict)]
    return frozenset(str(n) for n in found if n)


def _shared(head: Mapping[str, Any], columns: Sequence[str]) -> dict[str, str]:
    """Give what the block says for every mapping, unless a column says it per mapping."""
    return {n: str(head[n]) for n in PROPAGATED if head.get(n) is not None and n not in columns}


@dataclass(frozen=True, slots=True)
class _Reader:
    name: str
    spaces: Mapping[str, str]
    declared: frozenset[str]
    head: Mapping[str, Any]
    before: int

    def match(self, cells: Mapping[str, str], line: int) -> Match:
        said = {n: v.strip() for n, v in cells.items() if v and v.strip()}
        values: dict[str, Any] = {n: v for n, v in said.items() if n in COLUMNS}
        for name in IDENTIFIERS & values.keys():
            values[name] = self._whole(values[name], name, line)
        for name in ("predicate_id", "object_id", "mapping_justification"):
            values.setdefault(name, "")
        values.setdefault("subject_id", "")
        if "mapping_date" in values:
            values["mapping_date"] = self._date(values["mapping_date"], line)
        if "confidence" in values:
            values["confidence"] = self._confidence(values["confidence"], line)
        self._check(values, line)
        extra = {n: v for n, v in said.items() if n in self.declared and n not in COLUMNS}
        return Match(**values, extra=MappingProxyType(extra))

    def _check(self, values: Mapping[str, Any], line: int) -> None:
        named = values["subject_id"] or (
            values.get("subject_type") == LITERAL and values.get("subject_label")
        )
        empty = [n for n in NEEDED if not values[n]]
        if not named or empty:
            what = empty[0] if empty else "subject_id"
            raise _faulty("KG-L111", f"{self.name}:{line}", Text(
                f"{what} is leeg", f"{what} is empty"
            ))  # fmt: skip

    def _whole(self, text: str, column: str, line: int) -> str | tuple[str, ...]:
        if column == "author_id":
            return tuple(self._iri(part, line) for part in text.split("|") if part)
        return self._iri(text, line)

    def _iri(self, text: str, line: int) -> str:
        prefix, colon, local = text.partition(":")
        if colon and prefix in self.spaces:
            iri = self.spaces[prefix] + local
        elif prefix in {"http", "https", "urn"}:
            iri = text
        else:
            raise _faulty("KG-L112", f"{self.name}:{line}", Text(
                f"het voorvoegsel van {text} is niet verklaard in curie_map",
                f"the prefix of {text} is not declared in curie_map",
            ))  # fmt: skip
        try:
            return NamedNode(iri).value
        except ValueError as e:
            raise _faulty("KG-L112", f"{self.name}:{line}", Text(
                f"{text} is geen IRI", f"{text} is no IRI"
            )) from e  # fmt: skip

    def _date(self, text: str, line: int) -> dt.date:
        try:
            return dt.date.fromisoformat(text[:10])
        except ValueError as e:
            raise _faulty("KG-L113", f"{self.name}:{line}", Text(
                f"{text} is geen datum", f"{text} is no date"
            )) from e  # fmt: skip

    def _confidence(self, text: str, line: int) -> float:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise _faulty("KG-L113", f"{self.name}:{line}", Text(
                f"confidence {text} is geen getal van 0 tot 1",
                f"confidence {text} is no number from 0 to 1",
            ))  # fmt: skip
        return value


def _faulty(code: str, place: str, what: Text) -> UnreadableInputError:
    return UnreadableInputError(
        code,
        Text(f"{place}: {what.nl}", f"{place}: {what.en}"),
        Text(f"zie `kg explain-code {code}`", f"see `kg explain-code {code}`"),
    )


def _bad_header(name: str) -> UnreadableInputError:
    return _faulty("KG-L110", name, Text(
        "de regels met # vormen geen YAML zoals SSSOM die vraagt",
        "the lines with # are no YAML as SSSOM asks for",
    ))  # fmt: skip
