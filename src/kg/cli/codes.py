"""`kg explain-code`: the page of one error code, or the list of all."""

import json
from typing import Annotated, Literal

from cyclopts import Parameter

from kg.cli import options
from kg.cli.console import put, put_table, strong
from kg.cli.help import both
from kg.cli.report import wrapped
from kg.codes import Code, explain_code, load_codes
from kg.text import Lang, Text

_WHY = Text("Waarom", "Why")
_MEND = Text("Wat te doen", "What to do")
_EXAMPLE = Text("Voorbeeld", "Example")


def explain(
    code: Annotated[
        str | None, Parameter(help=both("Code, zoals KG-R010.", "Code, such as KG-R010."))
    ] = None,
    *,
    format: Annotated[
        Literal["text", "json"],
        Parameter(help=both("Vorm van de uitvoer.", "Form of the output.")),
    ] = "text",
    lang: options.LANG = None,
) -> int:
    """Explain a code, or list all; give the exit code."""
    spoken = options.language(lang)
    pages = list(load_codes().values()) if code is None else [explain_code(code)]
    if format == "json":
        put(json.dumps([_plain(p) for p in pages], ensure_ascii=False, indent=2) + "\n")
    elif code is None:
        put_table(["", ""], [(p.code, p.title.to(spoken)) for p in pages])
    else:
        put(_page(pages[0], spoken))
    return 0


def _plain(page: Code) -> dict[str, object]:
    texts = {name: getattr(page, name) for name in ("title", "meaning", "why", "mend")}
    said = {name: {"nl": t.nl, "en": t.en} for name, t in texts.items()}
    return {"code": page.code, **said, "example": page.example or None}


def _page(page: Code, lang: Lang) -> str:
    lines = [strong(f"{page.code}: {page.title.to(lang)}"), *wrapped(page.meaning.to(lang), 2)]
    for head, body in ((_WHY, page.why), (_MEND, page.mend)):
        lines += ["", strong(head.to(lang)), *wrapped(body.to(lang), 2)]
    if page.example:
        lines += ["", strong(_EXAMPLE.to(lang)), *("  " + x for x in page.example.splitlines())]
    return "\n".join(lines) + "\n"
