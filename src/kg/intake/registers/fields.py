"""Looking into a record: each field as what it should be, and a note when it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.intake.registers.report import Kind, ProblemLog
from kg.intake.registers.statements import NO_DATE, day
from kg.text import Text

if TYPE_CHECKING:
    import datetime as dt

WRONG_KIND = Kind(
    "field-of-wrong-kind",
    Text("veld is van een andere soort dan verwacht", "field is of another kind than expected"),
    Text(
        "het veld is overgeslagen, de rest van het record is gelezen",
        "the field was passed over, the rest of the record was read",
    ),
)
BAD_DATE = Kind(
    "bad-date",
    Text("datum is geen geldige dag (jjjj-mm-dd)", "date is not a valid day (yyyy-mm-dd)"),
    Text("de datum geldt als onbekend", "the date counts as unknown"),
)


class Fields:
    """One record, or a part of it, with the place where it stands.

    Args:
        values: The fields.
        place: File, line and path, for the report.
        log: Where problems go.
    """

    def __init__(self, values: dict[str, object], place: str, log: ProblemLog) -> None:
        self._values = values
        self.place = place
        self.log = log

    def unlogged(self) -> Fields:
        """Give the same record with nobody listening, for looking ahead."""
        return Fields(self._values, self.place, ProblemLog())

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) is not None

    def text(self, key: str) -> str:
        """Give a text without surrounding white space, empty when there is none."""
        value = self._values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._wrong(key)
            return ""
        return value.strip()

    def day(self, key: str) -> dt.date | None:
        """Give a date, None when there is none; placeholder dates are no dates."""
        text = self.text(key)
        if not text:
            return None
        date = day(text)
        if date is None:
            self.log.add(BAD_DATE, f"{self.place} {key}: {text[:40]!r}")
        return None if date == NO_DATE else date

    def child(self, key: str) -> Fields | None:
        """Give the object under a key, None when there is none."""
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self._wrong(key)
            return None
        return Fields(value, f"{self.place} {key}", self.log)

    def children(self, key: str) -> list[Fields]:
        """Give the objects in the list under a key."""
        found = []
        for number, value in enumerate(self._list(key), start=1):
            if isinstance(value, dict):
                found.append(Fields(value, f"{self.place} {key}[{number}]", self.log))
            else:
                self._wrong(f"{key}[{number}]")
        return found

    def texts(self, key: str) -> list[str]:
        """Give the texts in the list under a key."""
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            self._wrong(key)
        return [value.strip() for value in values if isinstance(value, str)]

    def _list(self, key: str) -> list[object]:
        value = self._values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self._wrong(key)
            return []
        return value

    def _wrong(self, key: str) -> None:
        self.log.add(WRONG_KIND, f"{self.place} {key}")
