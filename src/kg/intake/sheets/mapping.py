"""The hidden sheets of a template: which column is which property, and what its lists stand for.

What a workbook says about itself is a hint and never more: properties, datatypes and lists come
from the shapes; a column that the shapes do not know is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.intake.sheets.columns import plain
from kg.intake.sheets.names import Choice
from kg.text import LANGUAGES, Lang, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.intake.tables import Row, Table

MAPPING = "_kg"
LISTS = "_kg_lists"
TERMS = "_kg_terms"
HIDDEN = frozenset({MAPPING, LISTS, TERMS})
FORMAT = "1"
TO_DO = Text("Wat te doen", "What to do")
EXPLANATION = Text("Uitleg", "Explanation")
CONFIRM = Text("Bevestigen", "Confirm")
EXAMPLE = Text("VOORBEELD", "EXAMPLE")
"""What stands in the naming column of the example row."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a template says about itself.

    Attributes:
        language: Language of its headings.
        organisation: IRI of the organisation it was made for.
        sheets: Title of a sheet to the class of its rows.
        columns: Title and heading to property and language.
        examples: Title and heading to what stands in the example row.
    """

    language: Lang = "nl"
    organisation: str | None = None
    sheets: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], tuple[str, Lang | None]] = field(default_factory=dict)
    examples: Mapping[tuple[str, str], str] = field(default_factory=dict)


def cells_of(row: Row) -> list[str]:
    """Give the cells of a row from the first column on, empty ones too."""
    return [
        row.cells[n].text if n in row.cells else "" for n in range(1, max(row.cells, default=0) + 1)
    ]


def read_mapping(tables: Sequence[Table]) -> Described | None:
    """Give what a workbook says about itself; None if it says nothing."""
    table = next((t for t in tables if t.name == MAPPING), None)
    if table is None:
        return None
    sheets: dict[str, str] = {}
    columns: dict[tuple[str, str], tuple[str, Lang | None]] = {}
    examples: dict[tuple[str, str], str] = {}
    about: dict[str, str] = {}
    for row in table.rows:
        match [*cells_of(row), "", "", "", "", ""][:6]:
            case ["sheet", title, cls, *_]:
                sheets[title] = cls
            case ["column", title, heading, path, language, example]:
                columns[title, plain(heading)] = (path, _language(language))
                examples[title, plain(heading)] = example
            case [key, text, *_]:
                about[key] = text
    return Described(
        _language(about.get("language", "")) or "nl",
        about.get("organisation") or None,
        sheets,
        columns,
        examples,
    )


def _language(text: str) -> Lang | None:
    return next((x for x in LANGUAGES if x == text), None)


def read_choices(tables: Sequence[Table]) -> Iterator[Choice]:
    """Give what the lists of a workbook offer from outside it."""
    for table in tables:
        if table.name == LISTS:
            for row in table.rows:
                match [*cells_of(row), "", "", "", ""][:4]:
                    case [cls, nl, en, iri] if cls and iri and (nl or en):
                        yield Choice(iri, Text(nl or en, en or nl), cls)


def ours(name: str) -> bool:
    """Tell whether a sheet is one that templates and answers add and nobody fills in."""
    added = {*HIDDEN, *TO_DO, *EXPLANATION}
    return name in added


def is_example(text: str) -> bool:
    """Tell whether a naming cell marks its row as the example."""
    return plain(text) in {plain(x) for x in EXAMPLE}


def rows_of(mapping: Described, versions: Iterable[str]) -> Iterator[list[str]]:
    """Give the rows of the hidden sheet."""
    yield ["kg", FORMAT]
    yield ["language", mapping.language]
    yield ["organisation", mapping.organisation or ""]
    for version in versions:
        yield ["version", version]
    for title, cls in mapping.sheets.items():
        yield ["sheet", title, cls]
    for (title, heading), (path, language) in mapping.columns.items():
        example = mapping.examples.get((title, plain(heading)), "")
        yield ["column", title, heading, path, language or "", example]
