"""Fetching: only where the lock says, never further, and never something else than before."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from kg.vocabularies.fetch import INCOMING, Fetched, Limit, check_address, fetch
from kg.vocabularies.home import Home
from kg.vocabularies.lock import VocabularyError
from kg.vocabularies.reading import read_vocabulary
from kg.vocabularies.update import add
from vocabularies.lists import DAY, NEWER, OLDER, about

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Site(ThreadingHTTPServer):
    """A source on this machine."""

    daemon_threads = True
    body = OLDER.encode()
    asked: list[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/moved.ttl":
            self._redirect("/list.ttl")
        elif self.path.startswith("/away"):
            self._redirect(self.path.partition("?")[2])
        elif self.path == "/round":
            self._redirect("/round")
        elif self.path == "/slow.ttl":
            self.send_response(200)
            self.end_headers()
            for _ in range(30):
                self.wfile.write(b"#\n")
                self.wfile.flush()
                time.sleep(0.05)
        elif self.path.endswith(".ttl"):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.server.body)
        else:
            self.send_error(404)

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def got(site: Site, home: Home, path: str = "/list.ttl", **changes: str) -> Fetched:
    known = home.lock.vocabularies.get("list") or about()
    meant = replace(known, source=site.address + path, **changes)  # type: ignore[arg-type]
    return fetch(meant, home)


def refused(site: Site, home: Home, path: str, limit: Limit | None = None) -> str:
    with pytest.raises(VocabularyError) as caught:
        fetch(replace(about(), source=site.address + path), home, limit=limit)
    assert not list(home.path.rglob("*.*"))
    return caught.value.code


def test_the_first_time_the_checksum_is_written_down(site: Site, tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = got(site, home)
    assert (first.outcome, first.sha256) == ("first", hashlib.sha256(site.body).hexdigest())
    assert first.file == tmp_path / INCOMING / "list.ttl"
    assert home.lock.vocabularies == {}
    add(about(), read_vocabulary(first.file), home, DAY)
    assert got(site, home).outcome == "same"
    site.body = NEWER.encode()
    changed = got(site, home)
    assert (changed.outcome, changed.expected) == ("changed", first.sha256)
    assert len(home.lock.get("list").snapshots) == 1


def test_a_pinned_file_must_be_that_file(site: Site, tmp_path: Path) -> None:
    sha = hashlib.sha256(site.body).hexdigest()
    assert got(site, Home(tmp_path / "a"), pinned=sha).outcome == "pinned"
    with pytest.raises(VocabularyError) as caught:
        got(site, Home(tmp_path / "b"), pinned=sha.replace(sha[0], "f" if sha[0] != "f" else "0"))
    assert caught.value.code == "KG-K124"
    assert not list((tmp_path / "b").rglob("*.ttl*"))


def test_a_redirect_on_the_same_host_is_followed(site: Site, tmp_path: Path) -> None:
    assert got(site, Home(tmp_path), "/moved.ttl").outcome == "first"
    assert site.asked == ["/moved.ttl", "/list.ttl"]


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.2/list.ttl",
        "http://localhost/list.ttl",
        "http://127.0.0.1:1/list.ttl",
        "https://127.0.0.1/list.ttl",
        "ftp://127.0.0.1/list.ttl",
        "//127.0.0.2/list.ttl",
    ],
)
def test_a_redirect_elsewhere_is_refused(site: Site, tmp_path: Path, to: str) -> None:
    assert refused(site, Home(tmp_path), f"/away?{to}") == "KG-K123"
    assert len(site.asked) == 1


def test_a_redirect_to_a_file_is_refused(site: Site, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(OLDER, encoding="utf-8")
    assert refused(site, Home(tmp_path / "home"), f"/away?file://{secret}") == "KG-K121"


def test_what_never_ends_has_an_end(site: Site, tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert refused(site, home, "/round") == "KG-K121"
    assert refused(site, home, "/list.ttl", Limit(size=100)) == "KG-K122"
    assert refused(site, home, "/slow.ttl", Limit(seconds=0.2)) == "KG-K122"
    assert refused(site, home, "/none") == "KG-K121"


def test_a_source_that_is_gone_says_so(site: Site, tmp_path: Path) -> None:
    gone = replace(about(), source="http://127.0.0.1:1/list.ttl")
    with pytest.raises(VocabularyError) as caught:
        fetch(gone, Home(tmp_path), limit=Limit(pause=1))
    assert caught.value.code == "KG-K121"
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "list.ttl",
        "file:///etc/hostname",
        "http://example.org/list.ttl",
        "http://127.0.0.1.example.org/list.ttl",
        "ftp://example.org/list.ttl",
        "https://",
        "https://user:word@example.org/list.ttl",
        "data:text/turtle,",
    ],
)
def test_other_addresses_are_not_fetched(address: str) -> None:
    with pytest.raises(VocabularyError) as caught:
        check_address(address)
    assert caught.value.code == "KG-K120"
