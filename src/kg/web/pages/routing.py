"""Which page stands at which address, and what the rest of the service sends to a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from kg.web.pages import asking, downloads, handing, looking, problems, reference

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """Give the addresses of the pages."""
    return [
        Route("/", looking.home),
        Route("/findings", looking.findings),
        Route("/findings.csv", downloads.findings),
        Route("/matrix.csv", downloads.matrix),
        Route("/queries/{name}.csv", downloads.report),
        Route("/findings/{rule}/{hash}", looking.explanation),
        Route("/matrix", looking.matrix),
        Route("/queries", asking.queries),
        Route("/queries/{name}", asking.query),
        Route("/ask", asking.ask),
        Route("/ask/answer", downloads.answer),
        Route("/node", reference.node),
        Route("/terms", reference.terms),
        Route("/errors", reference.codes),
        Route("/errors/{code}", reference.code),
        Route("/about", reference.about),
        Route("/submit", handing.submit),
        Route("/validate", handing.validate, methods=["POST"]),
        Route("/templates/{name}.xlsx", handing.template),
        Route("/static/{name}", reference.static),
    ]


def prepare(app: Starlette) -> None:
    """Tell the rest of the service which pages there are for people."""
    app.state.sparql_page = asking.sparql_page
    app.state.sparql_answer_page = asking.ask
    app.state.code_page = "/errors"
    app.state.resource_page = reference.node_page
    app.state.term_page = reference.term_page
    app.state.ontology_page = "/terms"
    app.state.problem_page = problems.page_if_read
