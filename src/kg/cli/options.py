"""Options that several commands share, and how their values are read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kg.cli.help import both
from kg.errors import OptionError
from kg.settings import read_settings
from kg.text import Lang, Text

LANG = Annotated[
    Lang | None,
    Parameter(help=both("Taal van de tekst.", "Language of the text.")),
]
AT = Annotated[
    Path | None,
    Parameter(help=both("Map van de werkmap.", "Directory of the workspace.")),
]
Spreadsheet = Annotated[
    bool,
    Parameter(
        negative_bool=(),
        help=both(
            "Maak de CSV veilig voor een rekenblad.",
            "Make the CSV safe to open in a spreadsheet.",
        ),
    ),
]
_OPERATOR = "operator"


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Given:
    """What to look at: a workspace, or files with who speaks in them, on a date."""

    at: AT = None
    lang: LANG = None
    source: Annotated[
        list[str],
        Parameter(
            metavar="ORGANISATION=FILE",
            negative_iterable=(),
            help=both(
                "Wie er in een bestand spreekt: een IRI, of 'operator' voor de beheerder.",
                "Who speaks in a file: an IRI, or 'operator'.",
            ),
        ),
    ] = field(default_factory=list)
    prefix: Annotated[
        list[str],
        Parameter(
            metavar="ORGANISATION=IRI",
            negative_iterable=(),
            help=both(
                "Begin van de IRI's die van een organisatie zijn.",
                "Start of the IRIs that belong to an organisation.",
            ),
        ),
    ] = field(default_factory=list)
    operator: Annotated[
        str | None,
        Parameter(help=both("IRI van de beheerder.", "IRI of the operator.")),
    ] = None
    as_of: Annotated[
        str | None,
        Parameter(
            help=both(
                "Datum waarop gekeken wordt (2026-01-31); anders vandaag.",
                "Date to look at (2026-01-31); today otherwise.",
            )
        ),
    ] = None
    set_: Annotated[
        list[str],
        Parameter(
            name="--set",
            metavar="NAME=VALUE",
            negative_iterable=(),
            help=both(
                "Een andere drempel, zoals minShared=5.", "Another threshold, as minShared=5."
            ),
        ),
    ] = field(default_factory=list)


def language(lang: Lang | None) -> Lang:
    """Give the language of the user: as asked, else from the environment."""
    return lang or read_settings().lang


def day(text: str | None) -> dt.date | None:
    """Read a date.

    Raises:
        OptionError: ``KG-O001``.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as e:
        raise OptionError(
            "KG-O001",
            Text(f"{text} is geen datum", f"{text} is no date"),
            Text("schrijf een datum als 2026-01-31", "write a date like 2026-01-31"),
        ) from e


def pairs(option: str, values: Sequence[str]) -> dict[str, str]:
    """Read NAME=VALUE options; the last of one name counts.

    Raises:
        OptionError: ``KG-O002``.
    """
    out = {}
    for text in values:
        name, mark, value = text.partition("=")
        if not (name and mark):
            raise _not_a_pair(option, text)
        out[name] = value
    return out


def sources(values: Sequence[str], operator: str) -> list[tuple[str, Path]]:
    """Read ORGANISATION=FILE options; an IRI and a file name may both hold an equals sign.

    Raises:
        OptionError: ``KG-O002`` when it is no pair or the organisation is no IRI.
    """
    out = []
    for text in values:
        splits = [(text[:at], text[at + 1 :]) for at, c in enumerate(text) if c == "="]
        if not splits:
            raise _not_a_pair("--source", text)
        who, file = next((s for s in splits if Path(s[1]).is_file()), splits[0])
        out.append((operator if who == _OPERATOR else iri("--source", who), Path(file)))
    return out


def prefixes(values: Sequence[str], operator: str) -> dict[str, str]:
    """Read ORGANISATION=IRI options into IRI prefix to organisation.

    Raises:
        OptionError: ``KG-O002`` when it is no pair of IRIs.
    """
    out = {}
    for text in values:
        splits = [(text[:at], text[at + 1 :]) for at, c in enumerate(text) if c == "="]
        found = next((s for s in splits if _is_iri(s[1])), None)
        if found is None:
            raise _not_a_pair("--prefix", text)
        who = operator if found[0] == _OPERATOR else iri("--prefix", found[0])
        out[found[1]] = who
    return out


def iri(option: str, text: str) -> str:
    """Check that a value is an IRI.

    Raises:
        OptionError: ``KG-O002``.
    """
    if _is_iri(text):
        return text
    raise OptionError(
        "KG-O002",
        Text(f"{option}: {text} is geen IRI", f"{option}: {text} is no IRI"),
        Text(
            "schrijf bijvoorbeeld https://example.org/gemeente",
            "write for example https://example.org/municipality",
        ),
    )


def _is_iri(text: str) -> bool:
    scheme, mark, rest = text.partition(":")
    plain = not any(c in text for c in '<>"{}|^`\\ \t\r\n')
    return bool(mark and rest and plain and scheme[:1].isalpha() and scheme.isascii())


def _not_a_pair(option: str, text: str) -> OptionError:
    example = _EXAMPLES.get(option, "NAME=VALUE")
    return OptionError(
        "KG-O002",
        Text(f"{option} {text}: er ontbreekt een deel", f"{option} {text}: a part is missing"),
        Text(f"schrijf {option} {example}", f"write {option} {example}"),
    )


_EXAMPLES = {
    "--source": "https://example.org/gemeente=gemeente.ttl",
    "--prefix": "https://example.org/gemeente=https://example.org/gemeente/id/",
    "--set": "minShared=5",
    "--param": "minShared=5",
}
