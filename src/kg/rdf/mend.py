"""Turns a syntax error into words a person can act on: where, what, and how to mend it.

The engine decides that a text is wrong; the positional reader says why, if it stumbles too.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from kg.rdf.positions import Lines, Place, PlacedError, excerpt
from kg.rdf.prefixes import KNOWN_PREFIXES, nearest
from kg.rdf.turtle import read_turtle
from kg.rdf.turtle_tokens import TurtleError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TURTLE_LIKE = ("text/turtle", "application/n-triples", "application/trig", "application/n-quads")
_DECLARED = re.compile(r"(?i)(?:@prefix|\bprefix)\s+([^\s:]*):")
_NAMED_GRAPH = "Named graphs are not allowed"
_REMOTE_CONTEXT = "LoadDocumentCallback"
_LONGEST_SUBTAG = 8
_CONTEXT_WORDS = ("@context", "@import")


class _Words(NamedTuple):
    code: str
    message: Text
    advice: Text


def explain_syntax(
    text: str, error: SyntaxError, *, media: str, name: str, base: str
) -> PlacedError:
    """Explain an error of the engine.

    Args:
        text: The document.
        error: What the engine said.
        media: Its syntax.
        name: What to call the document.
        base: The base IRI that was used.

    Returns:
        The error to raise: code, place, excerpt with carets and a likely mend.
    """
    lines = Lines(text)
    if _NAMED_GRAPH in str(error):
        return _named_graph(text, lines, media, name, base)
    if _REMOTE_CONTEXT in str(error):
        return _remote_context(text, lines, name)
    fault = _find(text, media, base) if media in TURTLE_LIKE else None
    if fault is not None:
        return _placed(name, lines, fault.start, fault.end - fault.start, _words(fault, text))
    reason = _reason(str(error.msg))
    words = _Words(
        "KG-R005",
        Text(f"hier loopt het lezen vast: {reason}", f"reading stops here: {reason}"),
        Text("herstel deze plaats en probeer opnieuw", "mend this place and try again"),
    )
    if not error.lineno:
        place = Place(name)
        message = Text(f"{place}: {words.message.nl}", f"{place}: {words.message.en}")
        return PlacedError(words.code, message, words.advice, place=place)
    start = lines.offset(error.lineno, error.offset or 1)
    end = lines.offset(error.end_lineno or error.lineno, error.end_offset or 1)
    return _placed(name, lines, start, max(1, end - start), words)


def _placed(name: str, lines: Lines, offset: int, length: int, words: _Words) -> PlacedError:
    place = Place(name, *lines.at(offset))
    shown = excerpt(lines, offset, length)
    message = Text(f"{place}: {words.message.nl}\n{shown}", f"{place}: {words.message.en}\n{shown}")
    return PlacedError(words.code, message, words.advice, place=place)


def _find(text: str, media: str, base: str) -> TurtleError | None:
    try:
        read_turtle(text, base=base, trig=media == "application/trig")
    except TurtleError as e:
        return e
    return None


def _reason(message: str) -> str:
    """Give the engine's own words without the place, which stands in front already."""
    short = re.sub(r"^Parser error (?:at|between) [^:]*: ", "", message)
    short = re.sub(r" \(line \d+\)$", "", short)
    return "".join(c if c.isprintable() else "\ufffd" for c in short)[:200]


def _named_graph(text: str, lines: Lines, media: str, name: str, base: str) -> PlacedError:
    words = _Words(
        "KG-R025",
        Text("een bestand kiest zijn graph niet zelf", "a file does not choose its own graph"),
        Text(
            "laat de naam van de graph weg; de organisatie die indient bepaalt de graph",
            "leave out the name of the graph; the organisation that submits decides the graph",
        ),
    )
    if media == "application/n-quads":
        offset = _fourth_term(text)
    else:
        fault = _find(text, media, base) if media == "application/trig" else None
        offset = None if fault is None else fault.start
    if offset is None:
        place = Place(name)
        message = Text(f"{place}: {words.message.nl}", f"{place}: {words.message.en}")
        return PlacedError(words.code, message, words.advice, place=place)
    return _placed(name, lines, offset, 1, words)


def _remote_context(text: str, lines: Lines, name: str) -> PlacedError:
    """Say which context a JSON-LD document wants fetched (JSON-LD 1.1, section 3.1)."""
    try:
        iri = next(_contexts(json.loads(text)), "?")
    except ValueError:
        iri = "?"  # the engine stopped at the context, before the JSON went wrong
    written = json.dumps(iri, ensure_ascii=False)
    at = max(text.find(written), 0)
    shown = "".join(c if c.isprintable() else "\ufffd" for c in iri[:200])
    words = _Words(
        "KG-R026",
        Text(f"de context {shown} wordt niet opgehaald", f"the context {shown} is not fetched"),
        Text(
            'zet de inhoud van die context in het bestand zelf ("@context": {…})',
            'put the content of that context in the file itself ("@context": {…})',
        ),
    )
    return _placed(name, lines, at, len(written), words)


def _contexts(node: object) -> Iterator[str]:
    """Find the contexts that a JSON-LD document names instead of holding them."""
    if isinstance(node, list):
        for item in node:
            yield from _contexts(item)
    elif isinstance(node, dict):
        for key, held in node.items():
            for part in held if isinstance(held, list) else [held]:
                if key in _CONTEXT_WORDS and isinstance(part, str):
                    yield part
            yield from _contexts(held)


def _fourth_term(text: str) -> int | None:
    found = re.search(
        r"^[ \t]*+(?:<[^>]*+>|_:\S++)[ \t]*+<[^>]*+>[ \t]*+"
        r'(?:<[^>]*+>|_:[^\s.<]++|"(?:[^"\\]|\\.)*+"(?:@[\w-]++|\^\^<[^>]*+>)?)[ \t]*+([<_])',
        text,
        re.MULTILINE,
    )
    return found.start(1) if found else None


def _words(fault: TurtleError, text: str) -> _Words:
    return _FAULTS[fault.fault](fault, text)


def _prefix(fault: TurtleError, text: str) -> _Words:
    prefix = fault.detail
    message = Text(
        f"het voorvoegsel '{prefix}:' is nergens gedeclareerd",
        f"the prefix '{prefix}:' is not declared anywhere",
    )
    if prefix in KNOWN_PREFIXES:
        line = f"@prefix {prefix}: <{KNOWN_PREFIXES[prefix]}> ."
        return _Words(
            "KG-R010", message, Text(f"voeg bovenaan toe: {line}", f"add at the top: {line}")
        )
    near = nearest(prefix, _DECLARED.findall(text)) or nearest(prefix, KNOWN_PREFIXES)
    line = f"@prefix {prefix}: <…> ."
    return _Words(
        "KG-R010",
        message,
        Text(
            f"bedoelde u '{near}:'? Anders: voeg bovenaan toe: {line}"
            if near else f"voeg bovenaan toe, met het adres erin: {line}",
            f"did you mean '{near}:'? Else add at the top: {line}"
            if near else f"add at the top, with the address in it: {line}",
        ),
    )  # fmt: skip


def _language(fault: TurtleError, _text: str) -> _Words:
    tag = fault.detail.lstrip("@")
    long = next((s for s in re.split(r"[-_]", tag) if len(s) > _LONGEST_SUBTAG), None)
    advice = Text(
        "gebruik een taalcode als @nl, @en of @nl-BE",
        "use a language tag such as @nl, @en or @nl-BE",
    )
    if long is not None:
        advice = Text(
            f"'{long}' is langer dan acht tekens; gebruik bijvoorbeeld @{tag.split('-')[0]}",
            f"'{long}' is longer than eight characters; use for example @{tag.split('-')[0]}",
        )
    return _Words(
        "KG-R015",
        Text("deze taalcode klopt niet", "this language tag is not valid"),
        advice,
    )


def _iri_space(fault: TurtleError, _text: str) -> _Words:
    mended = fault.detail.replace(" ", "%20")
    return _Words(
        "KG-R014",
        Text("een IRI mag geen spatie bevatten", "an IRI cannot contain a space"),
        Text(f"schrijf {mended}, of zet tekst tussen aanhalingstekens",
             f"write {mended}, or put text between quotes"),
    )  # fmt: skip


def _word(fault: TurtleError, _text: str) -> _Words:
    word = fault.detail
    mended = word.lower()
    if mended in ("true", "false"):
        advice = Text(f"schrijf {mended}", f"write {mended}")
    else:
        advice = Text(
            f'schrijf "{word}" als het tekst is, of zet er een voorvoegsel voor',
            f'write "{word}" if it is text, or put a prefix before it',
        )
    return _Words(
        "KG-R018",
        Text(f"het woord '{word}' kan hier niet staan", f"the word '{word}' cannot stand here"),
        advice,
    )


def _fixed(
    code: str, nl: str, en: str, advice_nl: str, advice_en: str
) -> Callable[[TurtleError, str], _Words]:
    def words(fault: TurtleError, _text: str) -> _Words:
        detail = "".join(c if c.isprintable() else "\ufffd" for c in fault.detail[:40])
        return _Words(
            code,
            Text(nl.replace("%", detail), en.replace("%", detail)),
            Text(advice_nl.replace("%", detail), advice_en.replace("%", detail)),
        )

    return words


_FAULTS: dict[str, Callable[[TurtleError, str], _Words]] = {
    "prefix": _prefix,
    "language": _language,
    "iri-space": _iri_space,
    "word": _word,
    "dot": _fixed(
        "KG-R011",
        "hier hoort een punt (.), puntkomma (;) of komma (,)",
        "a dot (.), semicolon (;) or comma (,) is missing here",
        "zet een punt aan het eind van de zin, of een puntkomma voor een volgende eigenschap",
        "end the statement with a dot, or put a semicolon before a next property",
    ),
    "string": _fixed(
        "KG-R012",
        "deze tekst wordt niet afgesloten",
        "this text is not closed",
        "zet % aan het eind; tekst over meer regels staat tussen drie aanhalingstekens",
        "put % at the end; text over several lines stands between three quotes",
    ),
    "quotes": _fixed(
        "KG-R013",
        "dit zijn krulaanhalingstekens, van een tekstverwerker",
        "these are curly quotes, from a word processor",
        'gebruik rechte aanhalingstekens: "…"',
        'use straight quotes: "…"',
    ),
    "iri": _fixed(
        "KG-R014",
        "deze IRI klopt niet: %",
        "this IRI is not valid: %",
        "een IRI staat tussen < en >, begint met https: of een ander schema, en bevat geen "
        'spaties of de tekens < > " { } | ^ ` \\',
        "an IRI stands between < and >, starts with https: or another scheme, and contains no "
        'spaces nor the characters < > " { } | ^ ` \\',
    ),
    "escape": _fixed(
        "KG-R016",
        "het teken achter deze backslash kan niet: %",
        "this backslash cannot be followed by that: %",
        "schrijf \\\\ voor een backslash zelf",
        "write \\\\ for a backslash itself",
    ),
    "subject": _fixed(
        "KG-R017",
        "hier hoort een onderwerp: een IRI of een naam met voorvoegsel",
        "a subject is expected here: an IRI or a name with a prefix",
        "controleer de punt of puntkomma ervoor",
        "check the dot or semicolon before it",
    ),
    "predicate": _fixed(
        "KG-R017",
        "hier hoort een eigenschap: een IRI, een naam met voorvoegsel, of 'a'",
        "a property is expected here: an IRI, a name with a prefix, or 'a'",
        "een zin is: onderwerp eigenschap waarde; sluit de vorige af met een punt",
        "a statement is: subject property value; end the one before with a dot",
    ),
    "object": _fixed(
        "KG-R017",
        "hier hoort een waarde",
        "a value is expected here",
        'een waarde is een IRI, een naam met voorvoegsel, een getal of tekst tussen "…"',
        'a value is an IRI, a name with a prefix, a number, or text between "…"',
    ),
    "bracket": _fixed(
        "KG-R019",
        "een haak wordt niet afgesloten: % ontbreekt",
        "a bracket is not closed: % is missing",
        "zet % waar het deel eindigt; tussen haken staat geen punt",
        "put % where the part ends; no dot stands inside brackets",
    ),
    "character": _fixed(
        "KG-R018",
        "dit teken kan hier niet staan: %",
        "this character cannot stand here: %",
        "verwijder het, of zet tekst tussen aanhalingstekens",
        "remove it, or put text between quotes",
    ),
    "directive": _fixed(
        "KG-R018",
        "zo ziet een @prefix of @base er niet uit",
        "a @prefix or @base does not look like this",
        "voorbeeld: @prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "example: @prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
    ),
    "graph": _fixed(
        "KG-R018",
        "accolades kunnen hier niet staan",
        "braces cannot stand here",
        "Turtle kent geen graphs; haal de accolades weg",
        "Turtle has no graphs; remove the braces",
    ),
    "nesting": _fixed(
        "KG-R024",
        "hier staan te veel haken in elkaar",
        "too many brackets stand in each other here",
        "geef de binnenste delen een eigen IRI",
        "give the inner parts an IRI of their own",
    ),
}
