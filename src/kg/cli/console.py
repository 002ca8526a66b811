"""What goes where: data to stdout, talk to stderr, in the language of the user."""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.text import Lang, Text

_NARROW, _WIDE = 60, 140
_WIDEST_WORD, _LOOKED_AT = 24, 200


def put(data: str) -> None:
    """Write data to stdout, in UTF-8 and with the line ends it has."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    sys.stdout.write(data)
    sys.stdout.flush()


def tell(text: str) -> None:
    """Say something on stderr."""
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="replace")
    sys.stderr.write(text + "\n")


def width() -> int:
    """Give how many characters a line may have: readable, whatever the terminal."""
    return min(max(shutil.get_terminal_size().columns, _NARROW), _WIDE)


def is_styled() -> bool:
    """Whether stdout may carry bold and colour: a terminal that was not asked to be plain."""
    if os.environ.get("FORCE_COLOR"):
        return True
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def strong(text: str) -> str:
    """Give a text in bold where the terminal can."""
    return f"\033[1m{text}\033[0m" if is_styled() else text


def put_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table to stdout; long cells wrap.

    Args:
        head: Names of the columns.
        rows: The cells.
    """
    from rich import box  # noqa: PLC0415 - not every command shows a table
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text as Styled  # noqa: PLC0415

    table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False, show_header=any(head))
    for at, name in enumerate(head):
        words = [w for row in (head, *rows[:_LOOKED_AT]) for w in row[at].split()]
        least = min(max(map(len, words), default=1), _WIDEST_WORD)
        table.add_column(Styled(name), overflow="fold", min_width=least)
    for row in rows:
        table.add_row(*(Styled(cell) for cell in row))
    out = io.StringIO()
    console = Console(file=out, width=width(), force_terminal=is_styled(), highlight=False)
    console.print(table)
    put("".join(line.rstrip() + "\n" for line in out.getvalue().splitlines()))


@contextmanager
def progress(what: Text, lang: Lang) -> Iterator[Callable[[int, int | None], None]]:
    """Show how far work has come, on a terminal only.

    Yields:
        A function to call with what is done and what there is in all, where known.
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - only on a terminal
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what.to(lang), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
