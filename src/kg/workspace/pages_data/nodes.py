"""One node for a page: its names, what is said of it and by whom, and its findings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError
from kg.intake.load import ANYONE
from kg.rdf import NamedNode
from kg.terms import CURRENT, PROVENANCE, RDF_TYPE, D
from kg.text import Text
from kg.workspace.pages_data.cards import cards
from kg.workspace.pages_data.look import is_node, look
from kg.workspace.pages_data.told import told_subject, told_term

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.rdf import Term
    from kg.text import Lang
    from kg.workspace.pages_data.look import Seen

_MOST = 200
"""So many statements in each direction; a hub has thousands."""
_SHOWN = 8
"""So many findings; the list of findings has the rest."""
_OUT = f"SELECT ?p ?o FROM <{CURRENT}> WHERE {{ %s ?p ?o }} ORDER BY ?p ?o LIMIT {_MOST + 1}"
_IN = f"SELECT ?p ?o FROM <{CURRENT}> WHERE {{ ?o ?p %s }} ORDER BY ?p ?o LIMIT {_MOST + 1}"
_WHO = f"""
SELECT ?p ?o ?by ?file WHERE {{
  GRAPH <{PROVENANCE}> {{ ?g <{D}by> ?by OPTIONAL {{ ?g <{D}file> ?file }} }}
  GRAPH ?g {{ %s ?p ?o }} }}
"""


def node(asked: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Give what is known of a node.

    Args:
        asked: ``iri``.
        lang: The reader's language.

    Raises:
        NotFoundError: ``KG-N040`` when nothing is known of it.
    """
    iri = str(asked["iri"])
    seen = look()
    if not is_node(iri):
        raise _unknown(iri)
    name = str(NamedNode(iri))
    said, back = _statements(seen, _OUT % name), _statements(seen, _IN % name)
    about = [f for f in seen.findings if iri in {*f.involves, *f.keys.values(), *f.because}]
    if not said and not back and not about:
        raise _unknown(iri)
    return {
        **seen.named(iri, lang),
        "types": [told_term(seen, o, lang) for p, o in said if _is(p, RDF_TYPE)],
        "groups": _by_speaker(seen, name, said[:_MOST], lang),
        "moreSaid": len(said) > _MOST,
        "back": [
            {"predicate": told_term(seen, p, lang), "object": told_subject(seen, str(o), lang)}
            for p, o in back[:_MOST]
        ],
        "moreBack": len(back) > _MOST,
        "findings": cards(seen, about[:_SHOWN], lang),
        "findingCount": len(about),
        "filter": "service" if any(f.keys.get("service") == iri for f in about) else "party",
        "asOf": seen.findings.as_of.isoformat(),
    }


def _statements(seen: Seen, query: str) -> list[tuple[Term, Term]]:
    return [(row["p"], row["o"]) for row in seen.store.select(query)]


def _is(term: Term, iri: str) -> bool:
    return isinstance(term, NamedNode) and term.value == iri


def _by_speaker(
    seen: Seen, name: str, said: list[tuple[Term, Term]], lang: Lang
) -> list[dict[str, Any]]:
    """Put statements together by who makes them: those made by the same stand together."""
    speakers: dict[tuple[Term, Term], set[tuple[str, str]]] = defaultdict(set)
    for row in seen.store.select(_WHO % name):
        file = row["file"].value if "file" in row else ""
        speakers[row["p"], row["o"]].add((row["by"].value, file))
    groups: dict[tuple[tuple[str, str], ...], list[dict[str, Any]]] = {}
    for p, o in said:
        who = tuple(sorted(speakers.get((p, o), ())))
        groups.setdefault(who, []).append(_line(seen, p, o, lang))
    return [
        {
            "sources": [
                {"who": None if by == ANYONE else seen.named(by, lang), "file": file}
                for by, file in who
            ],
            "said": lines,
        }
        for who, lines in groups.items()
    ]


def _line(seen: Seen, predicate: Term, other: Term, lang: Lang) -> dict[str, Any]:
    return {
        "predicate": told_term(seen, predicate, lang),
        "object": told_term(seen, other, lang),
    }


def _unknown(iri: str) -> NotFoundError:
    return NotFoundError(
        "KG-N040",
        Text(f"over {iri:.200} is hier niets bekend", f"nothing is known here of {iri:.200}"),
        Text("controleer het adres", "check the address"),
    )
