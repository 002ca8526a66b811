"""`kg configure`, `kg register`, `kg publish`: what whoever runs the service decides."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from kg.cli import options
from kg.cli.console import progress, put
from kg.cli.help import both
from kg.cli.here import writing
from kg.cli.submit import TOKEN_FILE, URL, check_place
from kg.cli.there import There, open_service
from kg.journal.log import read_journal
from kg.settings import read_settings
from kg.text import Lang, Text
from kg.workspace.history import read_state
from kg.workspace.keeper import JOURNAL, refuse_other

_WORKING = Text("Regels uitvoeren", "Running the rules")
_EYES = {
    True: Text(
        "Een ander dan de inzender neemt aan.", "Somebody else than the submitter has to accept."
    ),
    False: Text(
        "Een goede inzending telt meteen, als de inzender haar mag aannemen.",
        "A good submission counts at once, where the submitter may accept it.",
    ),
}
_SEEN = {
    "auto": Text("Wat telt, is meteen te zien.", "What counts is seen at once."),
    "manual": Text(
        "Wat telt, is te zien na `kg publish`.", "What counts is seen after `kg publish`."
    ),
}
_PUBLISHED = Text(
    "Te zien is wat telt tot en met record {seq}.", "What counts up to record {seq} is seen."
)
_REGISTERED = Text("{prefix} is van {organisation}", "{prefix} belongs to {organisation}")


def configure(
    *,
    four_eyes: Annotated[
        bool | None,
        Parameter(
            help=both(
                "Of een ander dan de inzender moet aannemen.",
                "Whether somebody else than the submitter has to accept.",
            )
        ),
    ] = None,
    publish: Annotated[
        Literal["auto", "manual"] | None,
        Parameter(
            help=both(
                "Of wat telt vanzelf te zien is, of pas na `kg publish`.",
                "Whether what counts is seen by itself, or only after `kg publish`.",
            )
        ),
    ] = None,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    lang: options.LANG = None,
) -> int:
    """Show how submissions come to count, and change it where something is given."""
    spoken = options.language(lang)
    given: dict[str, Any] = {"fourEyes": four_eyes, "publish": publish}
    given = {name: value for name, value in given.items() if value is not None}
    if url is None:
        now = _configure_here(at or read_settings().home, given, spoken)
    else:
        service = _service(url, at, token_file, spoken)
        now = service.json("GET", "/settings")
        if given:
            now = service.send("/settings", {**now, **given}, method="PUT")
    put(f"{_EYES[now['fourEyes']].to(spoken)}\n{_SEEN[now['publish']].to(spoken)}\n")
    return 0


def _configure_here(home: Path, given: dict[str, Any], lang: Lang) -> dict[str, Any]:
    if given:
        with writing(home) as here, progress(_WORKING, lang) as tick:
            here.do("configure", **given)
            here.publish(tick)
    # Reading needs no lock, so a service may go on meanwhile.
    refuse_other(home)
    state = read_state(read_journal(home / JOURNAL).records)
    return {"fourEyes": state.four_eyes, "publish": state.publish}


def publish(
    *,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    lang: options.LANG = None,
) -> int:
    """Let readers see all that counts so far, where that is a decision of its own."""
    spoken = options.language(lang)
    if url is None:
        with writing(at or read_settings().home) as here, progress(_WORKING, spoken) as tick:
            now = here.do("publish")
            here.publish(tick)
    else:
        now = _service(url, at, token_file, spoken).send("/publications", {})
    put(_PUBLISHED.format(seq=now["seq"]).to(spoken) + "\n")
    return 0


def register(
    prefix: Annotated[
        str | None,
        Parameter(
            help=both(
                "Begin van de IRI's; zonder noemt dit wat er staat.",
                "How the IRIs begin; without it this lists what there is.",
            )
        ),
    ] = None,
    *,
    organisation: Annotated[
        str | None, Parameter(help=both("IRI van wie zij zijn.", "IRI of whose they are."))
    ] = None,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    lang: options.LANG = None,
) -> int:
    """Register how the IRIs of an organisation begin, or list what is registered."""
    spoken = options.language(lang)
    if prefix is not None or organisation is not None:
        given = {
            "prefix": options.iri("PREFIX", prefix or ""),
            "organisation": options.iri("--organisation", organisation or ""),
        }
        if url is None:
            with writing(at or read_settings().home) as here, progress(_WORKING, spoken) as tick:
                here.do("register", b"", **given)
                here.publish(tick)
        else:
            _service(url, at, token_file, spoken).send("/organisations", given)
        found = [given]
    elif url is None:
        home = at or read_settings().home
        refuse_other(home)
        state = read_state(read_journal(home / JOURNAL).records)
        found = [{"prefix": p, "organisation": o} for p, o in sorted(state.prefixes.items())]
    else:
        found = _service(url, at, token_file, spoken).json("GET", "/organisations")["registered"]
    for each in found:
        put(_REGISTERED.format(**each).to(spoken) + "\n")
    return 0


def _service(url: str, at: Path | None, token_file: Path | None, lang: Lang) -> There:
    check_place(at)
    return open_service(url, token_file, lang)
