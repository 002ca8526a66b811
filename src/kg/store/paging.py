"""All rows of a query from a server that gives at most so many at once.

The rows are asked for in the order of one variable, each part after the last value of the part
before (no OFFSET: servers count it off from the start, and may not keep an order between two
requests). A value with more rows than fit in a part is itself asked in parts, by another variable.
The parts must add up to the count that the server gives; else there is an error, never a part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.store.errors import StoreError
from kg.store.shape import COUNT
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.store.port import Row
    from kg.store.shape import Shape

__all__ = ["Pager", "too_many"]


@dataclass(frozen=True, slots=True)
class Pager:
    """Asks one query in parts.

    Attributes:
        ask: Sends a SELECT as it is, and gives its rows: possibly not all.
        shape: The query.
        size: The most rows to ask for at once.
    """

    ask: Callable[[str], list[Row]]
    shape: Shape
    size: int

    def count(self, narrowed: str = "") -> int:
        """Give how many rows there are, by the server's own count.

        Raises:
            StoreError: ``KG-T014`` when the server gives no count.
        """
        rows = self.ask(self.shape.count(narrowed))
        found = rows[0].get(COUNT) if len(rows) == 1 else None
        if not isinstance(found, ox.Literal) or not found.value.isdecimal():
            raise _changed()
        return int(found.value)

    def rows(self, keys: Sequence[str], total: int) -> Iterator[Row]:
        """Give all rows.

        Args:
            keys: Variables that have a value in each row, those with many values first.
            total: How many rows there are, as counted.

        Raises:
            StoreError: ``KG-T014`` when the rows do not add up, ``KG-T016`` when a value has more
                rows than fit and no variable is left to tell them apart.
        """
        yield from self._rows("", keys, total)
        if self.count() != total:
            raise _changed()

    def _rows(self, narrowed: str, keys: Sequence[str], total: int) -> Iterator[Row]:
        if not keys:
            raise too_many()
        key, got, after = keys[0], 0, ""
        while got < total:
            part = self.ask(self.shape.part(narrowed + after, key, self.size))
            if not part or any(key not in row for row in part):
                raise _changed()
            last = part[-1][key]
            if got + len(part) >= total:
                got += len(part)
                yield from part
                break
            whole = [row for row in part if row[key].value != last.value]
            if whole:
                yield from whole
                got, last = got + len(whole), whole[-1][key]
            else:
                for row in self._of_one(narrowed, keys, last):
                    got += 1
                    yield row
            after = f" FILTER(STR(?{key}) > {ox.Literal(last.value)})"
        if got != total:
            raise _changed()

    def _of_one(
        self, narrowed: str, keys: Sequence[str], one: ox.NamedNode | ox.BlankNode | ox.Literal
    ) -> Iterator[Row]:
        if not isinstance(one, ox.NamedNode):
            raise too_many()
        only = f"{narrowed} FILTER(?{keys[0]} = {one})"
        return self._rows(only, keys[1:], self.count(only))


def too_many() -> StoreError:
    """Give the error for more rows than the server gives, which cannot be asked in parts."""
    return StoreError(
        "KG-T016",
        Text(
            "er zijn meer rijen dan de server geeft",
            "there are more rows than the server gives",
        ),
        Text(
            "laat de beheerder van de server het maximum verhogen, of vraag minder",
            "have the server's administrator raise the maximum, or ask less",
        ),
    )


def _changed() -> StoreError:
    return StoreError(
        "KG-T014",
        Text(
            "de delen van het antwoord kloppen niet met de telling van de server",
            "the parts of the answer do not add up to the count of the server",
        ),
        Text(
            "kijk of de gegevens intussen veranderen, en vraag opnieuw",
            "see whether the data changes meanwhile, and ask again",
        ),
    )
