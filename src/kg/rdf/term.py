"""Small questions about RDF terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Triple

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode


def value(term: NamedNode | BlankNode | Literal | Triple) -> str:
    """Give the text of a term: the IRI, the label of a blank node or the lexical form.

    >>> from pyoxigraph import NamedNode
    >>> value(NamedNode("urn:a"))
    'urn:a'
    """
    return str(term) if isinstance(term, Triple) else term.value
