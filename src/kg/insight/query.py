"""Answers questions: reports of the catalogue, and a person's own SPARQL.

Own queries may read, never write or reach outside: ``SERVICE`` is refused, and a query that names
no graphs is asked of the data in force and what was derived from it. Looked at on tokens, so that a
word inside a string, an IRI or a comment never counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from kg.errors import RuleError
from kg.insight.answers import Answer, Column
from kg.insight.labels import Labels
from kg.rules.bind import bind
from kg.rules.header import read_header
from kg.terms import CURRENT, DERIVED
from kg.text import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.rules.header import Header, Value
    from kg.store import GraphStore
    from kg.text import Lang

Form = Literal["SELECT", "ASK", "CONSTRUCT"]

_TOKEN = re.compile(
    r"""
    (?P<skip>
        <[^<>"{}|^`\\\x00-\x20]*>
      | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
      | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'
      | \#[^\n]* | \s+ )
    | (?P<prefixed> (?:[^\W\d][\w.-]*)?:(?:[\w:.%-]|\\[^uU])* | @[\w-]+ )
    | (?P<variable> [?$]\w+ )
    | (?P<word> [^\W\d]\w* )
    | (?P<number> [\d.]+(?:[eE][+-]?\d+)? )
    | (?P<mark> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_OUTSIDE = frozenset({"SERVICE", "LOAD", "INSERT", "DELETE", "CLEAR", "DROP", "CREATE"})
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_FROM = f"\nFROM <{CURRENT}>\nFROM <{DERIVED}>\n"


@dataclass(frozen=True, slots=True)
class Token:
    """One token that counts.

    Attributes:
        kind: ``word``, ``variable``, ``prefixed``, ``number``, ``mark`` or ``skip`` (IRI, string).
        text: As written; words in capitals.
        start: Where it starts.
        end: Where it ends.
    """

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    """A query that may be asked.

    Attributes:
        text: SPARQL that names its graphs.
        form: What kind of answer it gives.
        variables: The projected variables in order; empty for ``SELECT *``.
    """

    text: str
    form: Form
    variables: tuple[str, ...]


def answer(
    store: GraphStore,
    header: Header,
    values: Mapping[str, Value],
    now: dt.date,
    *,
    lang: Lang = "nl",
) -> Answer:
    """Answer a report.

    Args:
        store: After the rules have run.
        header: The report.
        values: Its parameters.
        now: The as-of date.
        lang: Language of headings and names.

    Raises:
        ParameterError: A parameter that is not known or has the wrong type.
        RuleError: ``KG-Q003`` when it is a rule and no report.
    """
    if header.kind != "report":
        raise RuleError(
            "KG-Q003",
            Text(f"{header.id} is een regel, geen vraag", f"{header.id} is a rule, not a query"),
            Text(
                f"`kg findings --rule {header.rule}` toont wat zij vindt",
                f"`kg findings --rule {header.rule}` shows what it finds",
            ),
        )
    columns = tuple(Column(name, title) for name, title in header.columns.items())
    rows = tuple(store.select(bind(header, values, now)))
    return Answer("SELECT", columns, rows, labels=Labels(store), lang=lang, title=header.title)


def answer_own(store: GraphStore, question: Question, *, lang: Lang = "nl") -> Answer:
    """Answer a person's own query.

    Raises:
        RuleError: ``KG-Q001`` when it is no SPARQL.
    """
    labels = Labels(store)
    if question.form == "ASK":
        return Answer("ASK", (), (), labels=labels, lang=lang, truth=store.ask(question.text))
    if question.form == "CONSTRUCT":
        found = tuple(store.construct(question.text))
        return Answer("CONSTRUCT", (), (), labels=labels, lang=lang, triples=found)
    rows = tuple(store.select(question.text))
    names = question.variables or tuple(dict.fromkeys(name for row in rows for name in row))
    columns = tuple(Column(name, Text(name, name)) for name in names)
    return Answer("SELECT", columns, rows, labels=labels, lang=lang)


def read_question(path: Path, values: Mapping[str, Value], now: dt.date) -> Question:
    """Read a person's own query file.

    Args:
        path: A ``.rq`` file; with a ``#+`` header it may have parameters.
        values: Values of its parameters.
        now: The as-of date, the value of ``$now``.

    Raises:
        RuleError: ``KG-Q004`` when the file cannot be read, ``KG-Q005`` to ``KG-Q007`` when it may
            not be asked.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise RuleError(
            "KG-Q004",
            Text(f"{path}: vraag is niet te lezen", f"{path}: cannot read the query"),
            Text("controleer naam en rechten", "check its name and permissions"),
        ) from e
    if any(line.startswith("#+") for line in text.splitlines()):
        return check_question(bind(read_header(path), values, now))
    if values:
        raise RuleError(
            "KG-Q005",
            Text(
                f"{path}: een vraag zonder kop heeft geen parameters",
                f"{path}: a query without a header has no parameters",
            ),
            Text("zie queries/README.md voor de kop", "see queries/README.md for the header"),
        )
    return check_question(text)


def check_question(text: str) -> Question:
    """Say what kind of query a text is, and name the graphs where it names none.

    Args:
        text: SPARQL 1.1.

    Raises:
        RuleError: ``KG-Q006`` when it would reach outside or write, ``KG-Q007`` when it is no
            SELECT, ASK or CONSTRUCT.

    >>> check_question("SELECT ?s WHERE { ?s ?p 'SERVICE' }").variables
    ('s',)
    >>> "graph/current" in check_question("ASK { ?s ?p ?o }").text
    True
    """
    tokens = list(tokens_of(text))
    words = [t.text for t in tokens if t.kind == "word"]
    outside = next((w for w in words if w in _OUTSIDE), None)
    hidden = any(a.text == "\\" for a in tokens if a.kind == "mark")
    if outside or hidden:
        what = outside or "\\u"
        raise RuleError(
            "KG-Q006",
            Text(f"{what} is hier niet toegestaan", f"{what} is not allowed here"),
            Text(
                "een vraag leest alleen de grafen van deze werkmap of deze bestanden",
                "a query reads only the graphs of this workspace or these files",
            ),
        )
    form = next((w for w in words if w in _FORMS), None)
    if form is None or form == "DESCRIBE":
        raise RuleError(
            "KG-Q007",
            Text("dit is geen SELECT, ASK of CONSTRUCT", "this is no SELECT, ASK or CONSTRUCT"),
            Text("begin de vraag met een van die drie", "start the query with one of those three"),
        )
    named = "FROM" in words or "GRAPH" in words
    asked = text if named else _with_graphs(text, tokens, form)
    return Question(asked, cast("Form", form), _projected(tokens) if form == "SELECT" else ())


def tokens_of(text: str) -> Iterator[Token]:
    """Give the tokens of a query that count: no comments, no white space."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        found = match[0]
        if kind == "skip" and (found.startswith("#") or found.isspace()):
            continue
        shown = found.upper() if kind == "word" else found
        yield Token(kind, shown, match.start(), match.end())


def _with_graphs(text: str, tokens: list[Token], form: str) -> str:
    """Put the graphs before ``WHERE`` or the group: after the template of a CONSTRUCT."""
    at = next(n for n, t in enumerate(tokens) if t.text == form)
    depth = 0
    for token in tokens[at + 1 :]:
        if token.text == "WHERE" and depth == 0:
            return text[: token.start] + _FROM + text[token.start :]
        if token.text == "{" and depth == 0 and form != "CONSTRUCT":
            return text[: token.start] + _FROM + text[token.start :]
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(token.text, 0)
        if token.text == "}" and depth == 0 and form == "CONSTRUCT":
            return text[: token.end] + _FROM + text[token.end :]
    return text


def _projected(tokens: list[Token]) -> tuple[str, ...]:
    at = next(n for n, t in enumerate(tokens) if t.text == "SELECT")
    names, depth, after_as = [], 0, False
    for token in tokens[at + 1 :]:
        if depth == 0 and token.text in {"FROM", "WHERE", "{", "*"}:
            break
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.kind == "variable" and (depth == 0 or (after_as and depth == 1)):
            names.append(token.text[1:])
        after_as = token.text == "AS"
    return tuple(names)
