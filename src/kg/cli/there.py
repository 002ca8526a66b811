"""A service elsewhere, spoken to over its API; only what the commands need."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from kg.errors import KgError, OptionError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kg.text import Lang

_SECONDS = 120.0
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_SIGNS = frozenset(".-_")


class ServiceError(KgError):
    """A service that does not answer, or refuses (codes ``KG-A03…``)."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: a token is for the address it was given for."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow nothing."""


@dataclass(frozen=True, slots=True)
class There:
    """A service.

    Attributes:
        url: Its address, without ``/v1``.
        token: What opens it; empty for what everyone may.
        lang: Language of its messages.
    """

    url: str
    token: str
    lang: Lang

    def call(
        self,
        method: str,
        path: str,
        *,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> bytes:
        """Send one request, and give what comes back.

        Raises:
            ServiceError: ``KG-A030`` when nothing answers, ``KG-A031`` when it refuses.
        """
        query = f"?{urlencode(parameters)}" if parameters else ""
        sent = {"Accept-Language": self.lang, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(  # noqa: S310 - checked when the address was read
            f"{self.url}/v1{path}{query}", data=body, headers=sent, method=method
        )
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=_SECONDS) as response:
                found: bytes = response.read()
        except urllib.error.HTTPError as e:
            with e:
                raise _refused(e.code, e.read()) from e
        except (OSError, http.client.HTTPException) as e:
            raise _unreachable(self.url, e) from e
        return found

    def json(self, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401 - any JSON value
        """Send one request, and give what comes back as JSON values."""
        found = self.call(method, path, **options)
        try:
            return json.loads(found)
        except ValueError as e:
            raise _unreachable(self.url, e) from e

    def send(self, path: str, given: Mapping[str, object], *, method: str = "POST") -> Any:  # noqa: ANN401 - as above
        """Send values as JSON."""
        headers = {"Content-Type": "application/json"}
        return self.json(method, path, headers=headers, body=json.dumps(given).encode())


def open_service(url: str, token_file: Path | None, lang: Lang) -> There:
    """Give a service to speak to.

    Args:
        url: Its address, with or without ``/v1``.
        token_file: Holds the token on its first line.
        lang: Language of its messages.

    Raises:
        OptionError: ``KG-A032`` when the file holds no token, ``KG-O002`` when the address is none,
            or when it would send a token to another machine without encryption.
    """
    parts = urlsplit(url)
    open_line = parts.scheme == "http" and parts.hostname not in _LOCAL
    if parts.scheme not in {"http", "https"} or not parts.hostname or (open_line and token_file):
        raise OptionError(
            "KG-O002",
            Text(f"--url: {url} kan hier niet", f"--url: {url} cannot be used here"),
            Text("schrijf https://…; een token gaat nooit onversleuteld",
                 "write https://…; a token never goes unencrypted"),
        )  # fmt: skip
    token = "" if token_file is None else _read_token(token_file)
    return There(url.rstrip("/").removesuffix("/v1"), token, lang)


def _read_token(path: Path) -> str:
    try:
        token = path.read_text(encoding="ascii").split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    plain = token.isascii() and all(c.isalnum() or c in _SIGNS for c in token)
    if not token.startswith("kg_") or not plain:
        raise OptionError(
            "KG-A032",
            Text(f"{path}: hierin staat geen token", f"{path}: this holds no token"),
            Text("zet het token op de eerste regel", "put the token on the first line"),
        )
    return token


def _refused(status: int, body: bytes) -> ServiceError:
    """Give what a service refuses, in its own words."""
    told: dict[str, Any] = {}
    try:
        found = json.loads(body)
        told = found if isinstance(found, dict) else {}
    except ValueError:
        pass
    detail = f"{told.get('code', f'HTTP {status}')}: {told.get('detail', '-')}"
    advice = str(told.get("advice", ""))
    return ServiceError(
        "KG-A031",
        Text(f"de dienst weigert: {detail}", f"the service refuses: {detail}"),
        Text(advice, advice) if advice else None,
    )


def _unreachable(url: str, error: Exception) -> ServiceError:
    reason = getattr(error, "reason", error)
    return ServiceError(
        "KG-A030",
        Text(f"{url} antwoordt niet: {reason}", f"{url} does not answer: {reason}"),
        Text("kijk het adres na; probeer het opnieuw met dezelfde --key",
             "check the address; try again with the same --key"),
    )  # fmt: skip
