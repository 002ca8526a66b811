"""Saves a workbook without touching the disk, so that it works behind the walls of a worker."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

if TYPE_CHECKING:
    from openpyxl import Workbook


class _InMemory(ExcelWriter):
    """openpyxl's writer, which puts every sheet in a file of its own; here it stays in memory."""

    def write_worksheet(self, ws: Any) -> None:  # noqa: ANN401 - openpyxl's sheet, with its insides
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        target = io.BytesIO()
        writer = WorksheetWriter(ws, target)
        writer.write()
        ws._rels = writer._rels  # type: ignore[attr-defined]
        self._archive.writestr(  # type: ignore[attr-defined]
            ws.path[1:], target.getvalue()
        )
        self.manifest.append(ws)


def to_bytes(book: Workbook) -> bytes:
    """Give the bytes of a workbook."""
    target = io.BytesIO()
    book.properties.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        _InMemory(book, archive).save()
    return target.getvalue()
