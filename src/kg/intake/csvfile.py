"""CSV as spreadsheets write it: any of the usual separators, UTF-8 or the old Windows letters."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from kg.errors import UnreadableInputError
from kg.intake.tables import read_csv
from kg.rdf.bounds import Bounds, too_large
from kg.rdf.positions import Place, PlacedError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.intake.tables import Table

_WINDOWS = "cp1252"


def read_csv_bytes(
    data: bytes, *, name: str, bounds: Bounds | None = None
) -> tuple[Table, tuple[PlacedError, ...]]:
    """Read a CSV file that is UTF-8, with or without byte order mark, else Windows-1252.

    Args:
        data: The file.
        name: What to call it.
        bounds: How large it may be.

    Returns:
        The table, and a warning at each cell with letters that were read the old way.

    Raises:
        UnreadableInputError: ``KG-R003`` too large, ``KG-R020`` neither of the two encodings.
    """
    most = (bounds or Bounds()).size
    if len(data) > most:
        raise too_large(name, len(data), most)
    plain = data.removeprefix(codecs.BOM_UTF8)
    try:
        return read_csv(plain.decode("utf-8"), name=name), ()
    except UnicodeDecodeError:
        table = read_csv(_windows(plain, name), name=name)
        return table, tuple(_warnings(table))


def _windows(data: bytes, name: str) -> str:
    if b"\x00" not in data:
        try:
            return data.decode(_WINDOWS)
        except UnicodeDecodeError:
            pass
    raise UnreadableInputError(
        "KG-R020",
        Text(f"{name}: dit is geen tekst in UTF-8", f"{name}: this is not text in UTF-8"),
        Text("kies bij opslaan: CSV UTF-8", "choose when saving: CSV UTF-8"),
    )


def _warnings(table: Table) -> Iterator[PlacedError]:
    cells = [
        c for cells in (table.headings, *(r.cells for r in table.rows)) for c in cells.values()
    ]
    strange = [c.place for c in cells if not c.text.isascii()]
    for place in strange or [Place(table.name, cell="A1")]:
        yield PlacedError(
            "KG-C022",
            Text(
                f"{place}: de letters zijn gelezen als Windows-1252: kijk of ze kloppen",
                f"{place}: the letters were read as Windows-1252: see whether they are right",
            ),
            Text("kies bij opslaan: CSV UTF-8", "choose when saving: CSV UTF-8"),
            place=place,
        )
