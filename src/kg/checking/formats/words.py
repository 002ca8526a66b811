"""The fixed words of every report, in Dutch and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.checking.report import Bin, Group, Report


class BinWords(NamedTuple):
    """What a bin is called.

    Attributes:
        name: One word or two, before a result.
        heading: Above all its results.
        about: What it means for the submission.
    """

    name: Text
    heading: Text
    about: Text


BIN: Mapping[Bin, BinWords] = {
    "must-fix": BinWords(
        Text("fout", "error"),
        Text("Moet worden hersteld", "Must be fixed"),
        Text(
            "Zolang dit er staat, wordt de aanlevering niet aangenomen.",
            "While this stands, the submission is not accepted.",
        ),
    ),
    "should-fix": BinWords(
        Text("beter", "better"),
        Text("Kan beter", "Should be fixed"),
        Text(
            "De aanlevering wordt aangenomen; met dit erbij is zij vollediger.",
            "The submission is accepted; with this mended it says more.",
        ),
    ),
    "unknown-reference": BinWords(
        Text("onbekend", "unknown"),
        Text("Onbekende verwijzing", "Unknown reference"),
        Text(
            "Hier wordt verwezen naar iets wat de geladen lijsten niet kennen. Dat hoeft geen "
            "fout te zijn.",
            "This refers to something the loaded lists do not know. That need not be an error.",
        ),
    ),
    "information": BinWords(
        Text("ter info", "note"),
        Text("Ter informatie", "For information"),
        Text("U hoeft niets te doen.", "There is nothing you need to do."),
    ),
}

NODE = Text("over", "about")
PROPERTY = Text("eigenschap", "property")
VALUE = Text("waarde", "value")
EXPECTED = Text("verwacht", "expected")
REPAIR = Text("herstel", "repair")
VERIFIED = Text("herstel (nagegaan)", "repair (checked)")
CHOOSE = Text("kies zelf", "choose")
NO_PLACE = Text("plaats niet bekend", "place not known")
PASSED = Text("In orde", "In order")
NOT_CHECKED = Text("Niet nagegaan", "Not checked")
ALL_CHECKED = Text("Alles is nagegaan.", "Everything was checked.")
USED = Text("Gebruikt", "Used")
MORE = Text("… en nog {count}", "… and {count} more")


def times(count: int) -> Text:
    """Say how often something occurs."""
    return Text(f"{count} keer", "once" if count == 1 else f"{count} times")


def passed(count: int) -> Text:
    """Say how many checks passed."""
    return Text(
        "1 controle" if count == 1 else f"{count} controles",
        "1 check" if count == 1 else f"{count} checks",
    )


def verdict(report: Report) -> Text:
    """Say in one line whether what was handed in conforms."""
    count = sum(g.total for g in report.groups if g.results and g.results[0].bin == "must-fix")
    if report.conforms:
        return Text("Voldoet: niets moet worden hersteld.", "Conforms: nothing must be fixed.")
    return Text(
        f"Voldoet niet: {count} {'punt moet' if count == 1 else 'punten moeten'} worden hersteld.",
        f"Does not conform: {count} {'point' if count == 1 else 'points'} must be fixed.",
    )


def not_shown(group: Group) -> Text | None:
    """Say how many results of a group are left out; None when all are there."""
    left = group.total - len(group.results)
    return MORE.format(count=left) if left > 0 else None


def truncations(report: Report) -> list[Text]:
    """Say, per rule of which not all results are kept, how many there are."""
    return [
        Text(
            f"{g.results[0].shape} ({g.results[0].constraint}): {g.total} resultaten gevonden, "
            f"de eerste {len(g.results)} staan hier",
            f"{g.results[0].shape} ({g.results[0].constraint}): {g.total} results found, "
            f"the first {len(g.results)} are here",
        )
        for g in report.groups
        if g.results and g.total > len(g.results)
    ]
