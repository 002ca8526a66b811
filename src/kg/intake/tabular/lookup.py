"""Turns labels into IRIs: from a short list in the mapping, or from a table beside it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.intake.csvfile import read_csv_bytes
from kg.intake.tabular.config import MappingError
from kg.rdf import NamedNode
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kg.intake.tabular.checks import Checks
    from kg.intake.tabular.config import Route

_FILE_KEYS = ("file", "match", "give", "under")


@dataclass(frozen=True, slots=True)
class Lookup:
    """Labels and what each stands for; a label that stands for two things stands for none."""

    terms: Mapping[str, NamedNode | None]

    def find(self, label: str) -> NamedNode | None:
        """Give what a label stands for, however it is spaced and capitalised."""
        return self.terms.get(plain(label))


def plain(label: str) -> str:
    """Give a label as it is compared: composed letters, lower case, single spaces.

    >>> plain("  Gemeente  Epe ")
    'gemeente epe'
    """
    return " ".join(unicodedata.normalize("NFC", label).casefold().split())


def read_lookup(checks: Checks, given: object, route: Route, folder: Path) -> Lookup:
    """Read one lookup of a mapping.

    Args:
        checks: Of the mapping.
        given: Labels with their IRIs, or ``file``, ``match``, ``give`` and ``under``.
        route: Where it stands.
        folder: Where its file is looked for.

    Raises:
        MappingError: ``KG-X122``, ``KG-X123``, and ``KG-X126`` for its file.
    """
    raw = checks.table(given, route)
    if "file" in raw:
        checks.keys(raw, route, _FILE_KEYS, needed=_FILE_KEYS)
        match, give = (checks.text(raw[key], (*route, key)) for key in ("match", "give"))
        under = checks.namespace(raw["under"], (*route, "under"))
        return _from_file(folder / checks.text(raw["file"], (*route, "file")), match, give, under)
    return Lookup({plain(str(k)): checks.iri(v, (*route, k)) for k, v in raw.items()})


def _from_file(path: Path, match: str, give: str, under: str) -> Lookup:
    try:
        table, _ = read_csv_bytes(path.read_bytes(), name=path.name)
    except OSError as e:
        raise _wrong(path, Text("niet te lezen", "cannot be read")) from e
    columns = {cell.text: number for number, cell in table.headings.items()}
    for column in (match, give):
        if column not in columns:
            raise _wrong(path, Text(f"kolom {column} ontbreekt", f"column {column} is missing"))
    terms: dict[str, NamedNode | None] = {}
    for row in table.rows:
        label, iri = row.cells.get(columns[match]), row.cells.get(columns[give])
        if label is None or iri is None or not iri.text.startswith(under):
            continue
        try:
            node = NamedNode(iri.text)
        except ValueError:
            continue
        key = plain(label.text)
        terms[key] = node if terms.get(key, node) == node else None
    return Lookup(terms)


def _wrong(path: Path, reason: Text) -> MappingError:
    return MappingError(
        "KG-X126",
        Text(
            f"{path.name}: opzoektabel: {reason.nl}",
            f"{path.name}: lookup table: {reason.en}",
        ),
        Text(
            "zet de tabel naast de mapping, met de kolommen van match en give",
            "put the table beside the mapping, with the columns of match and give",
        ),
    )
