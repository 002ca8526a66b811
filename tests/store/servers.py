"""Starts the servers of others that the remote store is tried against, each on its own data.

Oxigraph comes from its Python package, Virtuoso from the Debian packages ``virtuoso-opensource-7``
or ``virtuoso-opensource-7-bin``; where a binary is absent, what needs it skips.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OXIGRAPH = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which(
    "oxigraph"
)
VIRTUOSO, ISQL = shutil.which("virtuoso-t"), shutil.which("isql-vt")
USER, PASSWORD = "kg", "s3cret"

INI = """
[Database]
DatabaseFile = {at}/virtuoso.db
ErrorLogFile = {at}/virtuoso.log
LockFile = {at}/virtuoso.lck
TransactionFile = {at}/virtuoso.trx
xa_persistent_file = {at}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {at}/temp.db
TransactionFile = {at}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = {at}
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
MaxClientConnections = 5
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
MaxQueryCostEstimationTime = 0
"""
PROCEDURES = [
    "SPARQL_INSERT_DICT_CONTENT", "SPARQL_DELETE_DICT_CONTENT", "SPARQL_MODIFY_BY_DICT_CONTENTS",
    "SPARUL_CLEAR", "SPARUL_DROP", "SPARUL_CREATE", "SPARUL_COPYMOVEADD_IMPL", "SPARUL_RUN",
]  # fmt: skip
RIGHTS = [
    f"DB.DBA.USER_CREATE('{USER}', '{PASSWORD}')",
    f'GRANT SPARQL_UPDATE TO "{USER}"',
    *(f'GRANT EXECUTE ON DB.DBA.{name} TO "{USER}"' for name in PROCEDURES),
]


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@contextmanager
def oxigraph(folder: Path, *arguments: str) -> Iterator[str]:
    """Run an Oxigraph server on a directory of its own; gives its address."""
    assert OXIGRAPH is not None
    port = free_port()
    command = [OXIGRAPH, "serve", "-l", str(folder), "-b", f"127.0.0.1:{port}", *arguments]
    base = f"http://127.0.0.1:{port}"
    with _running(command, folder.parent, lambda: _answers(base)):
        yield base


@contextmanager
def virtuoso(folder: Path, *, rows: int = 10_000) -> Iterator[str]:
    """Run a Virtuoso server on a directory of its own; gives its address.

    Args:
        folder: Where its files go; made when absent.
        rows: The most rows it gives in one answer (Debian sets 10000).
    """
    assert VIRTUOSO is not None
    assert ISQL is not None
    folder.mkdir(parents=True, exist_ok=True)
    sql, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(INI.format(at=folder, sql=sql, http=http, rows=rows), encoding="utf-8")
    base = f"http://127.0.0.1:{http}"
    login = [ISQL, f"127.0.0.1:{sql}", "dba", "dba"]
    with _running([VIRTUOSO, "-f", "-c", str(ini)], folder, lambda: _answers(f"{base}/sparql")):
        said = subprocess.run(
            [*login, "ERRORS=STDOUT", f"exec={'; '.join(RIGHTS)};"],
            check=True, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert "Error" not in said.stdout, said.stdout
        yield base


@contextmanager
def _running(command: list[str], folder: Path, up: Callable[[], bool]) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.out").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
        try:
            _await(process, up, folder / "server.out")
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(process: subprocess.Popen[bytes], up: Callable[[], bool], out: Path) -> None:
    until = time.monotonic() + 60
    while not up():
        if process.poll() is not None or time.monotonic() > until:
            said = f"server did not start: {out.read_text(errors='replace')[-2000:]}"
            raise RuntimeError(said)
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own server
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
