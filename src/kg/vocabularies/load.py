"""Loads reference vocabularies, so that references can be looked up.

In: a folder of RDF files or a vocabulary home, and what ships with the product. Out: one view.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kg.errors import NotFoundError
from kg.text import Text
from kg.vocabularies.folder import excerpts as shipped_excerpts
from kg.vocabularies.folder import sources
from kg.vocabularies.home import Home
from kg.vocabularies.view import Vocabularies

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


@lru_cache(maxsize=1)
def bundled_vocabularies() -> Vocabularies:
    """Give the excerpt that ships with the product: languages and countries of the EU."""
    return Vocabularies(shipped_excerpts())


def load_vocabularies(
    directory: Path | None = None, *, excerpts: Collection[str] = ()
) -> Vocabularies:
    """Load the vocabularies of a folder, and the excerpt that ships with the product.

    Args:
        directory: Folder of RDF files, or a vocabulary home; None for only what ships.
        excerpts: Names of files (without ending) that hold only a part of their schemes: what
            they lack may exist.

    Returns:
        One view of all files.

    Raises:
        NotFoundError: There is no such folder (``KG-N020``).
        UnreadableInputError: A file cannot be read.

    >>> load_vocabularies().entry(
    ...     "http://publications.europa.eu/resource/authority/language/NLD").label.en
    'Dutch'
    """
    if directory is None:
        return bundled_vocabularies()
    if not directory.is_dir():
        raise NotFoundError(
            "KG-N020",
            Text(f"er is geen map {directory}", f"there is no folder {directory}"),
            Text("geef de map met vocabulaires", "give the folder with vocabularies"),
        )
    if Home.is_at(directory):
        return Vocabularies([*shipped_excerpts(), *Home(directory).sources()])
    return Vocabularies([*shipped_excerpts(), *sources(directory, excerpts=excerpts)])
