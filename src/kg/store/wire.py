"""One request to a SPARQL server and its whole answer, or an error that says what went wrong.

The request is that of the SPARQL 1.1 Protocol, as SPARQLWrapper builds it. Sending it is done
here: the library follows redirects (with the credentials), installs digest authentication for the
whole process, and waits for ever for a server that drips.
"""

from __future__ import annotations

import base64
import http.client
import re
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn
from urllib.parse import urlsplit

from SPARQLWrapper import BASIC, JSON, POST, POSTDIRECTLY, TURTLE, URLENCODED, SPARQLWrapper

from kg.errors import RuleError
from kg.store.errors import StoreError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "Basic", "Bearer", "Digest", "Wire"]

TABLE: Final = frozenset({"application/sparql-results+json", "application/json"})
GRAPH: Final = frozenset({"application/n-triples", "text/turtle"})
_BLOCK: Final = 1 << 16
_VIRTUOSO: Final = re.compile(r"Virtuoso (?P<state>\w{5}) Error")
_SYNTAX_STATE: Final = "37000"
_TOO_LARGE: Final = ("memory exhausted", "exceeds 10000 lines")
_REDIRECT, _BAD_REQUEST, _LARGE = 300, 400, 413
_DENIED: Final = frozenset({401, 403, 407})


@dataclass(frozen=True, slots=True)
class Basic:
    """A name and a password, sent with each request (RFC 7617)."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Digest:
    """A name and a password, of which only a digest is sent (RFC 7616)."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token, sent with each request (RFC 6750)."""

    token: str = field(repr=False)


Auth = Basic | Digest | Bearer


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of a server.

    Attributes:
        body: Its bytes.
        media: Its media type, without parameters.
        headers: Its headers, names in lower case.
    """

    body: bytes
    media: str
    headers: Mapping[str, str]

    @property
    def capped(self) -> int | None:
        """The most rows the server says it gives, when it left rows out for that reason."""
        most = self.headers.get("x-sparql-maxrows", "")
        return int(most) if most.isdecimal() else None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Never follow: a question or a password is for the server it was meant for."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401 - the library's own signature
        return None


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Digest authentication that tries once, and lets go of the first connection."""

    tried = False

    def http_error_401(self, req: Any, fp: Any, *rest: Any) -> Any:  # noqa: ANN401 - as above
        if self.tried:
            return None
        self.tried = True
        with ExitStack() as stack:
            stack.callback(fp.close)
            answer = super().http_error_401(req, fp, *rest)
            if answer is None:
                stack.pop_all()
        return answer


class Wire:
    """The way to one SPARQL server.

    Args:
        query_url: Where queries go.
        update_url: Where updates go.
        auth: Credentials for both; never part of an address or an error.
        timeout: How many seconds a request may take in all.
        send: ``form`` for a form with one field, ``body`` for the text itself as the body.
        most_bytes: How large an answer may be.

    Raises:
        StoreError: ``KG-T018`` when an address is not http(s), or holds credentials.
    """

    def __init__(
        self,
        query_url: str,
        update_url: str,
        *,
        auth: Auth | None,
        timeout: float,
        send: Literal["form", "body"],
        most_bytes: int,
    ) -> None:
        for url in (query_url, update_url):
            _check_address(url)
        self._query_url, self._update_url = query_url, update_url
        self._auth, self._timeout, self._send, self._most = auth, timeout, send, most_bytes

    def ask(self, form: str, text: str) -> Answer:
        """Send a query and give the whole answer.

        Args:
            form: Its form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
            text: The query.

        Raises:
            RuleError: ``KG-Q001`` when the server cannot read the query.
            StoreError: ``KG-T010`` to ``KG-T019`` for all else.
        """
        wanted = TABLE if form in {"SELECT", "ASK"} else GRAPH
        wrapper = self._wrapper(form, text)
        wrapper.setReturnFormat(JSON if wanted is TABLE else TURTLE)
        if wanted is GRAPH:
            wrapper.addCustomHttpHeader("Accept", "application/n-triples, text/turtle;q=0.5")
        answer = self._exchange(wrapper, self._query_url)
        if "x-sql-state" in answer.headers:
            raise self._error("KG-T014", "het antwoord is niet heel", "the answer is not whole", "")
        if answer.media not in wanted:
            said = answer.body[:200].decode("utf-8", "replace")
            raise self._error(
                "KG-T015",
                f"antwoord van de soort {answer.media or '?'}",
                f"answer of kind {answer.media or '?'}",
                said,
            )
        if wanted is GRAPH and not _end_is_known(answer):
            raise self._error(
                "KG-T014", "niet te zien of het antwoord heel is",
                "it cannot be seen whether the answer is whole", "",
            )  # fmt: skip
        return answer

    def update(self, text: str) -> None:
        """Send an update and wait until the server has carried it out.

        Raises:
            RuleError: ``KG-Q001`` when the server cannot read the update.
            StoreError: ``KG-T010`` to ``KG-T019`` for all else; after ``KG-T010`` and ``KG-T014``
                it is not known whether the update was carried out.
        """
        wrapper = self._wrapper("INSERT", text)
        wrapper.setReturnFormat(JSON)
        self._exchange(wrapper, self._update_url)

    def _wrapper(self, form: str, text: str) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(self._query_url, self._update_url, agent="kg")
        # Not setQuery: it guesses the form with a regular expression that a large update stalls.
        wrapper.queryString, wrapper.queryType = text, form
        wrapper.setMethod(POST)
        wrapper.setRequestMethod(POSTDIRECTLY if self._send == "body" else URLENCODED)
        wrapper.setOnlyConneg(True)
        if isinstance(self._auth, Basic):
            wrapper.setHTTPAuth(BASIC)
            wrapper.setCredentials(self._auth.user, self._auth.password)
        elif isinstance(self._auth, Bearer):
            wrapper.addCustomHttpHeader("Authorization", f"Bearer {self._auth.token}")
        return wrapper

    def _exchange(self, wrapper: SPARQLWrapper, url: str) -> Answer:
        request = wrapper._createRequest()
        request.full_url = url
        until = time.monotonic() + self._timeout
        try:
            with self._opener(url).open(request, timeout=self._timeout) as response:
                return self._read(response, until)
        except urllib.error.HTTPError as e:
            with e:
                self._refused(e.code, e.read(4096).decode("utf-8", "replace"))
        except http.client.HTTPException as e:
            raise self._error(
                "KG-T014", "de verbinding brak af", "the connection broke off", type(e).__name__
            ) from e
        except ValueError as e:
            # The server asks for another kind of credentials than the one given.
            raise self._error("KG-T011", "geen toegang", "no access", str(e)) from e
        except OSError as e:
            raise self._error(
                "KG-T010", "server niet bereikbaar", "server cannot be reached", str(e)
            ) from e

    def _opener(self, url: str) -> urllib.request.OpenerDirector:
        opener = urllib.request.build_opener(_NoRedirect())
        if isinstance(self._auth, Digest):
            known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            known.add_password(None, url, self._auth.user, self._auth.password)
            opener.add_handler(_Digest(known))
        return opener

    def _read(self, response: http.client.HTTPResponse, until: float) -> Answer:
        body = bytearray()
        while block := response.read1(_BLOCK):
            body += block
            if len(body) > self._most:
                raise self._error(
                    "KG-T019", "het antwoord is te groot", "the answer is too large", ""
                )
            if time.monotonic() > until:
                raise self._error("KG-T010", "de server is te traag", "the server is too slow", "")
        headers = {name.lower(): value for name, value in response.headers.items()}
        length = headers.get("content-length", "")
        if length.isdecimal() and len(body) != int(length):
            raise self._error("KG-T014", "de verbinding brak af", "the connection broke off", "")
        media = headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answer(bytes(body), media, headers)

    def _refused(self, status: int, said: str) -> NoReturn:
        state = _VIRTUOSO.search(said)
        if any(words in said for words in _TOO_LARGE) or status == _LARGE:
            raise self._error("KG-T017", "te groot voor één verzoek", "too large to send", said)
        if status in _DENIED or "SECURITY:" in said:
            raise self._error("KG-T011", "geen toegang", "no access", "")
        if _REDIRECT <= status < _BAD_REQUEST:
            raise self._error(
                "KG-T012", "de server verwijst door", "the server sends elsewhere", ""
            )
        if status == _BAD_REQUEST and (state is None or state["state"] == _SYNTAX_STATE):
            text = self._clean(said)
            raise RuleError(
                "KG-Q001", Text(f"SPARQL-syntaxfout: {text}", f"SPARQL syntax error: {text}")
            )
        raise self._error(
            "KG-T013", f"de server kon het niet ({status})", f"the server failed ({status})", said
        )

    def _error(self, code: str, nl: str, en: str, said: str) -> StoreError:
        where = urlsplit(self._query_url)
        place = f"{where.scheme}://{where.hostname or ''}{where.path}"
        more = f": {self._clean(said)}" if said else ""
        return StoreError(code, Text(f"{place}: {nl}{more}", f"{place}: {en}{more}"))

    def _clean(self, said: str) -> str:
        """Give what a server said, short, on one line, without secrets."""
        line = " ".join(said.partition("SPARQL query:")[0].split())
        for secret in _secrets(self._auth):
            line = line.replace(secret, "…")
        return line[:300]


def _secrets(auth: Auth | None) -> list[str]:
    """Give what may stand in no message: as it is, and as it is sent."""
    if isinstance(auth, Bearer):
        return [auth.token]
    if auth is None:
        return []
    sent = base64.b64encode(f"{auth.user}:{auth.password}".encode()).decode()
    return [sent, auth.password]


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc:
        return
    raise StoreError(
        "KG-T018",
        Text("geen bruikbaar adres van een server", "no usable address of a server"),
        Text(
            "geef een adres met http of https, zonder naam en wachtwoord erin",
            "give an address with http or https, without a name and password in it",
        ),
    )


def _end_is_known(answer: Answer) -> bool:
    coding = answer.headers.get("transfer-encoding", "").lower()
    return "content-length" in answer.headers or coding == "chunked"
