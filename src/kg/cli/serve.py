"""`kg serve`: the service, over a workspace; without configuration it serves the demo."""

import asyncio
import webbrowser
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kg.cli.console import tell
from kg.cli.help import both
from kg.cli.options import AT, LANG, language
from kg.errors import KgError
from kg.intake.authority import Registry
from kg.intake.story import read_story
from kg.resources import demo_dir
from kg.settings import read_settings
from kg.text import Lang, Text
from kg.web.backend import Backend
from kg.web.server import Address, listen, log_as_json
from kg.web.server import serve as run
from kg.web.settings import read_service_settings
from kg.web.writer import service_command
from kg.workspace import Workspace

_READY = Text("De dienst draait op {url}", "The service runs at {url}")
_SCRATCH = Text(
    "Om te proberen: schrijven mag met dit token, dat alleen nu getoond wordt:\n  {token}",
    "For trying out: you may write with this token, which is shown only now:\n  {token}",
)
_DEMO = Text(
    "{at} is er nog niet: er komt een werkmap met twee verhalen.",
    "{at} is not there yet: making a workspace with two stories.",
)


def serve(
    *,
    at: AT = None,
    host: Annotated[
        str, Parameter(help=both("Adres om op te luisteren.", "Address to listen on."))
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        Parameter(
            help=both(
                "Poort; anders de eerste vrije vanaf 8000.", "Port; else the first free from 8000."
            )
        ),
    ] = None,
    public_url: Annotated[
        str,
        Parameter(
            help=both(
                "Adres dat afnemers gebruiken, achter een proxy.",
                "Address that clients use, behind a proxy.",
            )
        ),
    ] = "",
    proxies: Annotated[
        int,
        Parameter(
            help=both(
                "Hoeveel eigen proxy's ervoor staan.", "How many proxies of your own are in front."
            )
        ),
    ] = 0,
    contact: Annotated[
        str,
        Parameter(
            help=both(
                "Waar een zwakke plek te melden is (mailto:…).",
                "Where to report a weakness (mailto:…).",
            )
        ),
    ] = "",
    scratch: Annotated[
        bool,
        Parameter(
            negative_bool=(),
            help=both(
                "Een lege, vrije gegevensset om in te proberen, als er nog niets is.",
                "An empty, free data set to try things in, when nothing is there.",
            ),
        ),
    ] = False,
    store: Annotated[
        list[str] | None,
        Parameter(
            metavar="URL",
            negative_iterable=(),
            help=both(
                "Graafopslag elders: het vraagadres, en zo nodig nog eens voor het schrijfadres.",
                "Graph store elsewhere: the query address, and if need be the update address.",
            ),
        ),
    ] = None,
    open: Annotated[
        bool,
        Parameter(
            negative_bool=(),
            help=both("Open de bladzijde in een browser.", "Open the page in a browser."),
        ),
    ] = False,
    lang: LANG = None,
) -> int:
    """Answer until the process is asked to stop; give the exit code."""
    spoken = language(lang)
    home = at or read_settings().home
    if not scratch and not Workspace.is_at(home):
        tell(_DEMO.to(spoken).format(at=home))
        make_demo(home)
    settings = replace(
        read_service_settings(), public_url=public_url.rstrip("/"), proxies=proxies, contact=contact
    )
    options = [*(["--scratch"] if scratch else []), *_store_options(store or [])]
    backend = Backend(service_command(str(home), *options), settings)
    address = Address(host, port if port is not None else 8000, strict=port is not None)
    listener = listen(address)
    url = f"http://{_shown(host)}:{listener.getsockname()[1]}/"
    log_as_json()
    run(backend, settings, listener, started=lambda: _welcome(backend, url, spoken, show=open))
    return 0


def make_demo(directory: Path) -> None:
    """Make a workspace with the two stories of the demo, through the real pipeline."""
    stories = [read_story(folder) for folder in sorted(demo_dir().iterdir()) if folder.is_dir()]
    prefixes = {prefix: who for story in stories for prefix, who in story.registry.prefixes.items()}
    registry = Registry(prefixes, stories[0].registry.operator)
    as_of = max(story.as_of for story in stories)
    with Workspace.create(directory, registry, as_of=as_of) as workspace:
        for story in stories:
            for submission in story.submissions:
                workspace.add_submission(submission)


def _store_options(urls: list[str]) -> list[str]:
    names = ("--store-query", "--store-update")
    return [word for name, url in zip(names, urls, strict=False) for word in (name, url)]


def _shown(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - only shown


def _welcome(backend: Backend, url: str, lang: Lang, *, show: bool) -> None:
    tell(_READY.to(lang).format(url=url))
    if backend.generation.scratch:
        asyncio.get_running_loop().create_task(_show_token(backend, lang))
    if show:
        webbrowser.open(url)


async def _show_token(backend: Backend, lang: Lang) -> None:
    """Make a token to write with; of a scratch workspace only."""
    try:
        made = await backend.tell("token-create", {"scopes": ["admin"], "days": 7, "note": "serve"})
    except KgError as e:
        tell(e.to(lang))
        return
    tell(_SCRATCH.to(lang).format(token=made["token"]))
