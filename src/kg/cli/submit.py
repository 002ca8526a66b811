"""`kg submit`: hand a file in for an organisation, into a workspace or to a service."""

import json
import uuid
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from kg.cli import options
from kg.cli.console import is_styled, progress, put, strong, tell
from kg.cli.help import both
from kg.cli.here import Handled, writing
from kg.cli.there import There, open_service
from kg.errors import OptionError, UnreadableInputError
from kg.intake.examining import File
from kg.intake.read import media_type
from kg.settings import read_settings
from kg.text import Lang, Text
from kg.workspace.intake import STAGES

FINE, FOUND, UNUSABLE = 0, 1, 2
URL = Annotated[
    str | None,
    Parameter(help=both("Adres van een dienst.", "Address of a service.")),
]
TOKEN_FILE = Annotated[
    Path | None,
    Parameter(
        help=both("Bestand met het token voor de dienst.", "File with the token for the service.")
    ),
]
_SHOWN = 12
_WORKING = Text("Regels uitvoeren", "Running the rules")


def submit(
    file: Annotated[Path, Parameter(help=both("Het bestand.", "The file."))],
    *,
    organisation: Annotated[
        str, Parameter(help=both("IRI van wie er spreekt.", "IRI of who speaks."))
    ],
    dataset: Annotated[
        str,
        Parameter(
            help=both(
                "Van welke gegevens dit een versie is; de vorige versie maakt plaats.",
                "Of which data set this is a version; the version before makes way.",
            )
        ),
    ] = "main",
    key: Annotated[
        str | None,
        Parameter(
            help=both(
                "Sleutel van de inzending: nog eens met dezelfde sleutel dient niet dubbel in.",
                "Key of the submission: once more with the same key does not submit twice.",
            )
        ),
    ] = None,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    format: Annotated[
        Literal["text", "json"],
        Parameter(help=both("Vorm van het bewijs.", "Form of the receipt.")),
    ] = "text",
    lang: options.LANG = None,
) -> int:
    """Hand a file in; 0 accepted, 1 rejected, 2 not readable."""
    spoken = options.language(lang)
    who = options.iri("--organisation", organisation)
    given = File(_bytes(file), file.name, media_type(file.name), who)
    if url is None:
        handled = _here(given, dataset, key, at or read_settings().home, spoken)
    else:
        check_place(at)
        service = open_service(url, token_file, spoken)
        handled = _there(service, given, dataset, key or str(uuid.uuid4()))
    if format == "json":
        put(json.dumps(_as_json(handled), indent=2, ensure_ascii=False) + "\n")
    else:
        _tell(handled, given, spoken)
    if handled.receipt["stage"] != "rejected":
        return FINE
    return FOUND if handled.receipt["canonicalSha256"] else UNUSABLE


def check_place(at: Path | None) -> None:
    """Refuse a workspace beside a service.

    Raises:
        OptionError: ``KG-O004``.
    """
    if at is not None:
        raise OptionError(
            "KG-O004",
            Text("--at en --url gaan niet samen", "--at and --url do not go together"),
            Text("kies de werkmap of de dienst", "choose the workspace or the service"),
        )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise UnreadableInputError(
            "KG-R001",
            Text(f"{path}: bestand is niet te lezen", f"{path}: cannot read the file"),
            Text("controleer naam en rechten", "check its name and permissions"),
        ) from e


def _here(file: File, dataset: str, key: str | None, home: Path, lang: Lang) -> Handled:
    with writing(home) as here, progress(_WORKING, lang) as tick:
        return here.submit(file, dataset=dataset, key=key, progress=tick)


def _there(service: There, file: File, dataset: str, key: str) -> Handled:
    receipt = service.json(
        "POST",
        "/submissions",
        parameters={
            "organisation": str(file.organisation),
            "dataset": dataset,
            "file": file.name,
            "wait": "true",
        },
        headers={"Content-Type": str(file.media), "Idempotency-Key": key},
        body=file.data,
    )
    address = f"/submissions/{receipt['id']}"
    if receipt["stage"] == "rejected":
        text = service.call("GET", f"{address}/report", headers={"Accept": "text/plain"})
        return Handled(receipt, {"text": text.decode()}, None)
    return Handled(receipt, None, service.json("GET", f"{address}/difference"))


def _as_json(handled: Handled) -> dict[str, Any]:
    return {**handled.receipt, "difference": handled.difference}


def _tell(handled: Handled, file: File, lang: Lang) -> None:
    """Tell what came of it: a receipt, or the verdict as `kg validate` gives it."""
    receipt = handled.receipt
    if receipt["stage"] == "rejected" and handled.report is not None:
        put(_verdict(handled.report, file, lang))
    stage = STAGES[receipt["stage"]].to(lang)
    put(strong(_RECEIPT.format(id=receipt["id"], stage=stage).to(lang)) + "\n")
    for name, value in (
        (_WHO, receipt["organisation"]),
        (_WHAT, f"{receipt['dataset']} · {receipt['file']}"),
        (_COUNT, str(receipt["triples"])),
        (_HASH, receipt["sha256"]),
    ):
        put(f"  {name.to(lang):<14}{value}\n")
    for change in (handled.difference or {}).get("sentences", ()):
        put(f"  {change[lang]}\n")
    for node in (handled.difference or {}).get("nodes", ())[:_SHOWN]:
        put(f"    {_CHANGES[node['change']].to(lang):<10}{node['name']}  {node['iri']}\n")
    if receipt["stage"] == "validated":
        tell(_WAITS.to(lang))


def _verdict(report: dict[str, Any], file: File, lang: Lang) -> str:
    if "text" in report:
        return str(report["text"]) + "\n"
    # Slow to load, and only for what was rejected.
    from kg.checking.formats import text  # noqa: PLC0415
    from kg.workspace.verdicts import from_kept  # noqa: PLC0415

    lines = "" if file.data[:2] == b"PK" else file.data.decode("utf-8", "replace")
    sources = {file.name: lines} if lines else {}
    return text.render(from_kept(report), lang=lang, sources=sources, colour=is_styled()) + "\n"


_RECEIPT = Text("Inzending {id}: {stage}", "Submission {id}: {stage}")
_WHO, _WHAT = Text("namens", "for"), Text("gegevens", "data set")
_COUNT, _HASH = Text("uitspraken", "statements"), Text("sha256", "sha256")
_WAITS = Text("Zij wacht tot een ander haar aanneemt.", "It waits until somebody else accepts it.")
_CHANGES = {
    "new": Text("nieuw", "new"),
    "changed": Text("veranderd", "changed"),
    "gone": Text("weg", "gone"),
}
