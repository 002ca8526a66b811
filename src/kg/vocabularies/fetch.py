"""Fetches vocabularies from the addresses in the lock, for the operator only.

Nothing else in the product calls this: everything works without a network. Only ``https`` (or this
machine itself) is spoken to, redirects never lead to another host, size and time have an end, and
the checksum of what comes must be what the lock says. The first time it is written down.
"""

from __future__ import annotations

import hashlib
import http.client
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from kg.text import Text
from kg.vocabularies.lock import VocabularyError
from kg.vocabularies.reading import BOUNDS

if TYPE_CHECKING:
    from pathlib import Path

    from kg.vocabularies.home import Home
    from kg.vocabularies.lock import Locked

INCOMING: Final = "incoming"
"""Where in a home a file waits that is not what the lock says."""
_LOCAL: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_CHUNK: Final = 256 * 1024
_REDIRECTS: Final = 5


@dataclass(frozen=True, slots=True)
class Limit:
    """How long and how much.

    Attributes:
        size: Bytes of one file.
        pause: Seconds without a byte.
        seconds: Seconds for one file.
    """

    size: int = BOUNDS.size
    pause: float = 30.0
    seconds: float = 600.0


Outcome = Literal["first", "pinned", "same", "changed"]
"""``first``: no checksum was known; ``pinned``: it is the one that was known beforehand."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of fetching one vocabulary.

    Attributes:
        id: Which one.
        file: Where the file is now.
        sha256: Its checksum.
        outcome: How that compares with the lock.
        expected: The checksum in the lock; empty at first.
    """

    id: str
    file: Path
    sha256: str
    outcome: Outcome
    expected: str = ""


def fetch(about: Locked, home: Home, *, limit: Limit | None = None) -> Fetched:
    """Fetch one vocabulary to the incoming files of a home; its snapshots stay as they are.

    Args:
        about: The vocabulary, with its address.
        home: The home.
        limit: How long and how much.

    Returns:
        The file and how its checksum compares with the lock.

    Raises:
        VocabularyError: ``KG-K120`` to ``KG-K123``; ``KG-K124`` when a first file is not what the
            list of known sources pins. Nothing is left behind then.
    """
    folder = home.path / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "".join(PurePosixPath(urlsplit(about.source).path).suffixes[-2:]).lower()
    file = folder / f"{about.id}{suffix if len(suffix) < _MOST_SUFFIX else ''}"
    part = file.with_name(file.name + ".part")
    try:
        sha = _download(about.source, part, limit or Limit())
        expected = about.snapshot().sha256 if about.current else about.pinned
        if not about.current and expected not in {"", sha}:
            raise _not_as_pinned(about, sha)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    if about.current:
        outcome: Outcome = "same" if sha == expected else "changed"
    else:
        outcome = "pinned" if expected else "first"
    return Fetched(about.id, file, sha, outcome, expected)


_MOST_SUFFIX = 12


def check_address(address: str) -> str:
    """Give an address when it may be fetched: ``https``, or ``http`` on this machine itself.

    Raises:
        VocabularyError: ``KG-K120``.

    >>> check_address("https://example.org/a.ttl")
    'https://example.org/a.ttl'
    """
    parts = urlsplit(address)
    here = parts.scheme == "http" and parts.hostname in _LOCAL
    if not parts.hostname or parts.username or not (parts.scheme == "https" or here):
        raise VocabularyError(
            "KG-K120",
            Text(
                f"{address or '-'}: dit adres wordt niet opgehaald",
                f"{address or '-'}: this address is not fetched",
            ),
            Text(
                "geef een adres dat begint met https://, of neem het bestand op met "
                "`kg vocabulary add`",
                "give an address that starts with https://, or take the file in with "
                "`kg vocabulary add`",
            ),
        )
    return address


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirects on the same host only."""

    max_redirections = _REDIRECTS

    def redirect_request(  # noqa: PLR0917 - the signature of the library
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Refuse what leads elsewhere."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (old.scheme, old.hostname, old.port) != (new.scheme, new.hostname, new.port):
            fp.close()
            raise VocabularyError(
                "KG-K123",
                Text(
                    f"{req.full_url} verwijst door naar een andere computer: {newurl}",
                    f"{req.full_url} redirects to another host: {newurl}",
                ),
                Text(
                    "als dat adres te vertrouwen is, haal het bestand dan zelf op en neem het op "
                    "met `kg vocabulary add`",
                    "if that address can be trusted, fetch the file yourself and take it in with "
                    "`kg vocabulary add`",
                ),
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _download(address: str, target: Path, limit: Limit) -> str:
    """Fetch one file and give its checksum."""
    handlers: list[urllib.request.BaseHandler] = [_SameHost()]
    if urlsplit(check_address(address)).hostname in _LOCAL:
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    request = urllib.request.Request(  # noqa: S310 - check_address allows https and this machine
        address, headers={"User-Agent": "samenspel", "Accept-Encoding": "identity"}
    )
    digest, size, end = hashlib.sha256(), 0, time.monotonic() + limit.seconds
    try:
        with opener.open(request, timeout=limit.pause) as answer, target.open("wb") as out:
            while chunk := answer.read(_CHUNK):
                size += len(chunk)
                if size > limit.size:
                    raise _too_much(address, Text(f"{limit.size} bytes", f"{limit.size} bytes"))
                if time.monotonic() > end:
                    seconds = f"{limit.seconds:g}"
                    raise _too_much(address, Text(f"{seconds} seconden", f"{seconds} seconds"))
                digest.update(chunk)
                out.write(chunk)
    except urllib.error.HTTPError as e:
        e.close()
        raise _unreachable(address, e) from e
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as e:
        raise _unreachable(address, e) from e
    return digest.hexdigest()


def _too_much(address: str, most: Text) -> VocabularyError:
    return VocabularyError(
        "KG-K122",
        Text(
            f"{address}: meer dan {most.nl}; het ophalen is gestopt",
            f"{address}: more than {most.en}; fetching was stopped",
        ),
        Text(
            "controleer of dit het juiste adres is, of haal het bestand zelf op",
            "check that this is the right address, or fetch the file yourself",
        ),
    )


def _unreachable(address: str, error: Exception) -> VocabularyError:
    reason = str(getattr(error, "reason", "") or error)
    code = getattr(error, "code", None)
    said = f"{code} {reason}" if code else reason
    return VocabularyError(
        "KG-K121",
        Text(f"{address}: niet op te halen: {said}", f"{address}: cannot be fetched: {said}"),
        Text(
            "controleer de verbinding en het adres; alles wat er al was, blijft werken",
            "check the connection and the address; everything that was there goes on working",
        ),
    )


def _not_as_pinned(about: Locked, sha: str) -> VocabularyError:
    return VocabularyError(
        "KG-K124",
        Text(
            f"{about.id}: {about.source} geeft een ander bestand dan bekend is (sha256 {sha})",
            f"{about.id}: {about.source} gives another file than is known (sha256 {sha})",
        ),
        Text(
            "vraag de beheerder van de bron na wat er is veranderd; het bestand is weggegooid",
            "ask the keeper of the source what has changed; the file was thrown away",
        ),
    )
