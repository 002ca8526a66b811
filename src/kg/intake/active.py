"""Refuses workbooks that do something: macros, links to files, live data, embedded objects."""

from __future__ import annotations

import io
import zipfile

from kg.intake.tables import unreadable
from kg.text import Text

_ACTIVE = {
    "xl/vbaproject": Text("macro's", "macros"),
    "xl/macrosheets/": Text("macro's", "macros"),
    "xl/externallinks/": Text("koppelingen naar andere bestanden", "links to other files"),
    "xl/connections": Text("gegevensverbindingen", "data connections"),
    "xl/querytables/": Text("gegevensverbindingen", "data connections"),
    "xl/embeddings/": Text("ingesloten bestanden", "embedded files"),
    "xl/activex/": Text("besturingselementen", "active controls"),
}
CODE = "KG-R040"


def refuse_active(data: bytes, *, name: str) -> None:
    """Refuse a workbook with active parts; looks at the names of its parts only.

    Args:
        data: The file.
        name: What to call it in messages.

    Raises:
        KgError: ``KG-R040`` with what it holds.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [part.filename.lower().lstrip("/") for part in archive.infolist()]
    except (zipfile.BadZipFile, ValueError, OSError) as e:
        words = Text("dit is geen XLSX-werkboek", "this is not an XLSX workbook")
        raise unreadable(name, words, _SAVE) from e
    found = dict.fromkeys(
        what for start, what in _ACTIVE.items() if any(p.startswith(start) for p in parts)
    )
    if found:
        what = Text(", ".join(x.nl for x in found), ", ".join(x.en for x in found))
        words = Text(f"dit werkboek heeft {what.nl}", f"this workbook has {what.en}")
        raise unreadable(name, words, _SAVE, CODE)


_SAVE = Text(
    "plak de waarden in een nieuw sjabloon en sla het op als .xlsx",
    "paste the values into a new template and save it as .xlsx",
)
