"""The list of uniform product names (UPL): topics that classify services, never services.

A row is one product on one legal ground, so that a product may have several rows. A column with
an ``X`` (a layer of government, citizen or business, a kind of procedure) becomes a collection
with the products marked.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, TypedDict

from kg.intake.registers.reading import (
    MAX_BYTES,
    MAX_LINE,
    decode,
    line_too_long,
    refuse,
    too_large,
    unreadable,
)
from kg.intake.registers.report import Imported, ImportReport, Kind, ProblemLog, stepwise
from kg.intake.registers.statements import (
    CONCEPT,
    DCT,
    LABEL,
    NOTATION,
    PREF_LABEL,
    SKOS,
    SUBJECT,
    Statements,
    dutch,
    iri,
)
from kg.rdf import Literal, NamedNode
from kg.terms import ID
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.intake.registers.report import Progress

OWMS = "http://standaarden.overheid.nl/owms/terms/"
UPL = ID + "upl"
IN_SCHEME = NamedNode(SKOS + "inScheme")
MEMBER = NamedNode(SKOS + "member")
COLLECTION = NamedNode(SKOS + "Collection")
SOURCE = NamedNode(DCT + "source")
LEGAL_RESOURCE = NamedNode("http://data.europa.eu/eli/ontology#LegalResource")
SEE_ALSO = NamedNode("http://www.w3.org/2000/01/rdf-schema#seeAlso")

COLLECTIONS: Mapping[str, Text] = {
    "Rijk": Text("Producten van het Rijk", "Products of central government"),
    "Provincie": Text("Producten van provincies", "Products of provinces"),
    "Waterschap": Text("Producten van waterschappen", "Products of water authorities"),
    "Gemeente": Text("Producten van gemeenten", "Products of municipalities"),
    "Burger": Text("Producten voor burgers", "Products for citizens"),
    "Bedrijf": Text("Producten voor bedrijven", "Products for businesses"),
    "Dienstenwet": Text("Producten onder de Dienstenwet", "Products under the Services Act"),
    "Autonomie": Text("Producten in autonomie", "Products by autonomous power"),
    "Medebewind": Text("Producten in medebewind", "Products by delegated power"),
    "Aanvraag": Text("Producten op aanvraag", "Products on application"),
    "Subsidie": Text("Subsidies", "Subsidies"),
    "Melding": Text("Meldingen", "Notifications"),
    "Verplichting": Text("Verplichtingen", "Obligations"),
    "DigiDMacht": Text("Producten met DigiD Machtigen", "Products with DigiD authorisation"),
}
"""The columns that are marked with an X, and what the mark means."""

_NEEDED = ("UniformeProductnaam", "URI")
_OPTIONAL = ("SDG", "Grondslag", "Grondslaglabel", "Grondslaglink")

_NO_PRODUCT = Kind(
    "no-product",
    Text("rij zonder productnaam of geldige URI", "row without a product name or a valid URI"),
    Text("de rij is overgeslagen", "the row was passed over"),
)
_TWO_NAMES = Kind(
    "two-names",
    Text("product heeft nog een andere naam", "product has another name too"),
    Text("de eerste naam is gebruikt", "the first name was used"),
)
_BAD_LINK = Kind(
    "bad-link",
    Text("grondslag is geen geldige link", "legal ground is not a valid link"),
    Text("de grondslag is overgeslagen", "the legal ground was passed over"),
)
_ODD_MARK = Kind(
    "odd-mark",
    Text(
        "ander teken dan X in een kolom om aan te kruisen", "mark other than X in a column to tick"
    ),
    Text("het teken is overgeslagen", "the mark was passed over"),
)


class _Row(TypedDict):
    place: str
    cells: dict[str, str]


def import_upl(path: Path, *, progress: Progress | None = None) -> Imported:
    """Give the statements of the list of uniform product names.

    Args:
        path: The CSV as published (``UPL-actueel.csv``), in UTF-8.
        progress: Told how many rows are done, and how many there are.

    Returns:
        Triples and report; equal input gives equal output.

    Raises:
        RegisterError: When the file cannot be read, is not UTF-8 or lacks a column.
    """
    log = ProblemLog()
    rows = list(_rows(path))
    writer = _Writer(log)
    for row in stepwise(rows, len(rows), progress):
        writer.write(row)
    if not writer.names:
        refuse(
            "KG-I010",
            Text(f"{path}: geen producten", f"{path}: no products"),
            Text("controleer of dit het juiste bestand is", "check that this is the right file"),
        )
    report = ImportReport(writer.register.value, len(rows), writer.counts(), log.problems())
    return Imported(writer.out.triples(), report)


def _rows(path: Path) -> Iterator[_Row]:
    reader = csv.reader(_lines(path), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _must_have_columns(path, header)
        for values in reader:
            place = f"{path}:{reader.line_num}"
            if len(values) > len(header):
                _too_many_cells(place, len(values), len(header))
            if any(values):
                yield {
                    "place": place,
                    "cells": {k: v.strip() for k, v in zip(header, values, strict=False)},
                }
    except csv.Error as e:
        refuse(
            "KG-I012",
            Text(
                f"{path}:{reader.line_num}: geen geldige CSV: {e}",
                f"{path}:{reader.line_num}: not valid CSV: {e}",
            ),
            Text(
                "herstel deze regel of haal het bestand opnieuw op", "mend this line or fetch again"
            ),
            e,
        )


def _lines(path: Path) -> Iterator[str]:
    total = number = 0
    try:
        with path.open("rb") as file:
            while raw := file.readline(MAX_LINE + 1):
                number += 1
                total += len(raw)
                if len(raw) > MAX_LINE:
                    line_too_long(path, number)
                if total > MAX_BYTES:
                    too_large(path)
                text = decode(raw, f"{path}:{number}")
                yield text.removeprefix("\ufeff") if number == 1 else text
    except OSError as e:
        unreadable(path, e)


def _must_have_columns(path: Path, header: list[str]) -> None:
    missing = [name for name in (*_NEEDED, *COLLECTIONS, *_OPTIONAL) if name not in header]
    if missing:
        columns = ", ".join(missing)
        refuse(
            "KG-I009",
            Text(
                f"{path}:1: kolommen ontbreken: {columns}",
                f"{path}:1: columns are missing: {columns}",
            ),
            Text(
                "geef UPL-actueel.csv zoals het is opgehaald, met komma's tussen de kolommen",
                "give UPL-actueel.csv as it was fetched, with commas between the columns",
            ),
        )


def _too_many_cells(place: str, cells: int, columns: int) -> None:
    refuse(
        "KG-I012",
        Text(
            f"{place}: {cells} cellen bij {columns} kolommen",
            f"{place}: {cells} cells for {columns} columns",
        ),
        Text(
            "zet tekst met een komma tussen aanhalingstekens", "put quotes around text with a comma"
        ),
    )


class _Writer:
    """Writes rows as statements, each product once."""

    def __init__(self, log: ProblemLog) -> None:
        self._log = log
        self.out = Statements()
        self.register = self.out.register(
            "upl",
            "Uniforme Productnamenlijst",
            "List of uniform product names",
            "https://standaarden.overheid.nl/upl",
        )
        self.names: dict[NamedNode, str] = {}
        self._grounds: set[NamedNode] = set()
        self._scheme = NamedNode(UPL)
        self.out.a(self._scheme, NamedNode(SKOS + "ConceptScheme"))
        self.out.add(self._scheme, PREF_LABEL, dutch("Uniforme Productnamenlijst"))
        for column, title in COLLECTIONS.items():
            collection = _collection(column)
            self.out.a(collection, COLLECTION)
            self.out.add(collection, PREF_LABEL, dutch(title.nl))
            self.out.add(collection, PREF_LABEL, Literal(title.en, language="en"))

    def write(self, row: _Row) -> None:
        """State one row: its product, the marks and the legal ground."""
        cells, place = row["cells"], row["place"]
        product, name = iri(cells.get("URI", "")), cells.get("UniformeProductnaam", "")
        if product is None or not name:
            self._log.add(_NO_PRODUCT, place)
            return
        if self.names.setdefault(product, name) != name:
            self._log.add(_TWO_NAMES, f"{place}: {name}")
        self.out.concept(product, self.names[product])
        self.out.add(product, IN_SCHEME, self._scheme)
        self._marks(product, cells, place)
        self._areas(product, cells.get("SDG", ""))
        self._ground(product, cells, place)

    def counts(self) -> dict[str, int]:
        """Give how many things of each kind were written."""
        return {
            "products": len(self.names),
            "collections": len(COLLECTIONS),
            "legalGrounds": len(self._grounds),
            "statements": len(self.out.triples()),
        }

    def _marks(self, product: NamedNode, cells: Mapping[str, str], place: str) -> None:
        for column in COLLECTIONS:
            mark = cells.get(column, "")
            if mark in {"X", "x"}:
                self.out.add(_collection(column), MEMBER, product)
            elif mark:
                self._log.add(_ODD_MARK, f"{place} {column}: {mark[:20]!r}")

    def _areas(self, product: NamedNode, codes: str) -> None:
        for code in re.findall(r"[A-Z][0-9]{1,2}", codes):
            area = NamedNode(f"{OWMS}sdg_{code}")
            self.out.a(area, CONCEPT)
            self.out.add(area, NOTATION, Literal(code))
            self.out.add(product, SUBJECT, area)

    def _ground(self, product: NamedNode, cells: Mapping[str, str], place: str) -> None:
        texts = [cells.get("Grondslag", ""), cells.get("Grondslaglink", "")]
        links = [iri(text) for text in texts]
        for text, link in zip(texts, links, strict=True):
            if text and link is None:
                self._log.add(_BAD_LINK, f"{place}: {text[:80]!r}")
        ground, link = links[0] or links[1], links[1]
        if ground is None:
            return
        self._grounds.add(ground)
        self.out.add(product, SOURCE, ground)
        self.out.a(ground, LEGAL_RESOURCE)
        label = cells.get("Grondslaglabel", "")
        if label:
            self.out.add(ground, LABEL, dutch(label))
        if link is not None and link != ground:
            self.out.add(ground, SEE_ALSO, link)


def _collection(column: str) -> NamedNode:
    return NamedNode(f"{UPL}/{column.lower()}")
