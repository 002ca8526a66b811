"""The pages people read: plain HTML made on the server, in Dutch and English, without script.

Read in this order: ``words`` (every word, and the reader's language), ``frame`` (a template and
values become a response), then the pages: ``looking`` (overview, findings, matrix), ``asking``
(questions and SPARQL), ``reference`` (nodes, terms, codes, about), ``handing`` (submit) and
``downloads``; ``problems`` for what goes wrong, ``routing`` for what stands where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """Give the addresses of the pages."""
    # Here, because the rest of the service reads the names of tasks in this package before.
    from kg.web.pages import routing  # noqa: PLC0415

    return routing.routes()


def prepare(app: Starlette) -> None:
    """Tell the rest of the service which pages there are for people."""
    from kg.web.pages import routing  # noqa: PLC0415 - as above

    routing.prepare(app)
