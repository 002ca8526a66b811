"""The contract of the API, read once: its operations with their parameters and who may use them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.text import Lang

FILE = Path(__file__).resolve().parents[1] / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "patch")
_BETWEEN = " ¦ "


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation.

    Attributes:
        name: Its name.
        place: ``query``, ``path`` or ``header``.
        required: Whether it must be there.
        schema: Its JSON Schema, without references.
    """

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation.

    Attributes:
        id: Its name.
        method: HTTP method, in capitals.
        path: Its path under the server, with places in braces.
        scopes: Who may use it: ``public``, ``token`` (any that is in force), or scopes of which
            one is enough; ``{organisation}`` stands for that of the request or the submission.
        parameters: Its parameters.
        takes: Media type to schema of the request body; empty when it takes none.
        gives: Media types of a good answer, the preferred one first.
    """

    id: str
    method: str
    path: str
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    takes: Mapping[str, Mapping[str, Any]]
    gives: tuple[str, ...]


@cache
def load_contract() -> Mapping[str, Any]:
    """Give the contract as it was written, in both languages."""
    document: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return document


@cache
def version() -> str:
    """Give the version of the API."""
    return str(load_contract()["info"]["version"])


@cache
def operations() -> tuple[Operation, ...]:
    """Give all operations, in the order of the contract.

    >>> next(o for o in operations() if o.id == "submit").scopes
    ('submit:{organisation}',)
    """
    return tuple(_operations(load_contract()))


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            said = item[method]
            given = [*item.get("parameters", ()), *said.get("parameters", ())]
            body = resolved(said.get("requestBody", {}), document)
            yield Operation(
                id=said["operationId"],
                method=method.upper(),
                path=path,
                scopes=tuple(said["x-scope"]),
                parameters=tuple(_parameter(resolved(p, document)) for p in given),
                takes={m: c.get("schema", {}) for m, c in body.get("content", {}).items()},
                gives=_gives(resolved(said["responses"], document)),
            )


def _gives(responses: Mapping[str, Any]) -> tuple[str, ...]:
    good: Mapping[str, Any] = next(
        (r for status, r in responses.items() if status.startswith("2")), {}
    )
    return tuple(good.get("content", ()))


def _parameter(said: Mapping[str, Any]) -> Parameter:
    return Parameter(said["name"], said["in"], bool(said.get("required")), said["schema"])


def resolved(value: Any, document: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Give a part of the contract with its references filled in."""
    if isinstance(value, dict):
        if "$ref" in value:
            return resolved(_at(document, value["$ref"].removeprefix("#/").split("/")), document)
        return {name: resolved(part, document) for name, part in value.items()}
    if isinstance(value, list):
        return [resolved(part, document) for part in value]
    return value


def _at(document: Any, steps: Sequence[str]) -> Any:  # noqa: ANN401 - any JSON value
    for step in steps:
        document = document[step.replace("~1", "/").replace("~0", "~")]
    return document


def in_language(value: Any, lang: Lang) -> Any:  # noqa: ANN401 - any JSON value
    """Give the contract with its texts in one language.

    >>> in_language({"summary": "Vraag ¦ Question"}, "en")
    {'summary': 'Question'}
    """
    if isinstance(value, dict):
        return {name: in_language(part, lang) for name, part in value.items()}
    if isinstance(value, list):
        return [in_language(part, lang) for part in value]
    if isinstance(value, str) and _BETWEEN in value:
        nl, _, en = value.partition(_BETWEEN)
        return en if lang == "en" else nl
    return value
