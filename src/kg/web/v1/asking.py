"""Reads what a client asks against the contract: parameters, body, who may.

In: a request and an operation. Out: a ``Call`` with typed values. Refuses, as problems: whatever
the contract does not say.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker

from kg.text import Text
from kg.web.access import ANYONE, Principal, require
from kg.web.answers import backend_of
from kg.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from starlette.requests import Request

    from kg.web.backend import Backend
    from kg.web.v1.contract import Operation, Parameter

_FORMATS = FormatChecker(formats=("date",))
_INTEGER = re.compile(r"-?[0-9]{1,20}")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Call:
    """A request that fits the contract.

    Attributes:
        request: As it came.
        operation: What it asks for.
        values: Its parameters, with their types and defaults; absent ones are None.
    """

    request: Request
    operation: Operation
    values: Mapping[str, Any]

    @property
    def backend(self) -> Backend:
        """What answers."""
        return backend_of(self.request)

    @property
    def who(self) -> Principal:
        """Who asks."""
        found: Principal = self.request.scope.get("kg.principal", ANYONE)
        return found

    @property
    def actor(self) -> str:
        """What the journal calls them."""
        return self.who.id

    def given(self, *names: str) -> dict[str, Any]:
        """Give some of the parameters, those that are absent left out."""
        return {n: self.values[n] for n in names if self.values.get(n) is not None}

    def allow(self, organisation: str | None = None) -> Principal:
        """Let them through when one of the scopes of the operation is theirs.

        Args:
            organisation: Whose the data is.

        Raises:
            Problem: ``KG-H121`` (401) or ``KG-H122`` (403).
        """
        scopes = self.operation.scopes
        if "public" in scopes:
            return self.who
        if "token" in scopes and self.who.id:
            return self.who
        wanted = [s.replace("{organisation}", organisation or "") for s in scopes]
        wanted = [w for w in wanted if not w.endswith(":")] or ["admin"]
        for scope in wanted:
            if self.who.may(scope):
                return self.who
        return require(self.request, wanted[0])

    def known(self) -> None:
        """Refuse who says not who they are, where that is needed.

        Raises:
            Problem: ``KG-H121`` (401).
        """
        if "public" not in self.operation.scopes and not self.who.id:
            require(self.request, self.operation.scopes[0])

    async def document(self) -> Any:  # noqa: ANN401 - any JSON value
        """Give the body as JSON that fits the contract.

        Raises:
            Problem: ``KG-A012`` (400), ``KG-A013`` (415).
        """
        media = self.media()
        try:
            found = json.loads(await self.request.body())
        except (ValueError, RecursionError) as e:
            raise _wrong_body("JSON") from e
        error = _first_error(found, self.operation.takes[media])
        if error is not None:
            raise _wrong_body(error)
        return found

    def media(self) -> str:
        """Give the media type of the body.

        Raises:
            Problem: ``KG-A013`` (415) when the operation does not take it.
        """
        said = self.request.headers.get("content-type", "")
        media = said.partition(";")[0].strip().lower()
        if media in self.operation.takes:
            return media
        known = ", ".join(self.operation.takes)
        raise Problem(
            415,
            "KG-A013",
            Text(
                f"dit soort inhoud wordt hier niet gelezen: {media or '-'}",
                f"this kind of content is not read here: {media or '-'}",
            ),
            Text(f"kies uit {known}", f"choose from {known}"),
            headers={"Accept": known},
        )


def read_call(request: Request, operation: Operation) -> Call:
    """Read the parameters of a request.

    Raises:
        Problem: ``KG-A011`` (400) when one does not fit the contract.
    """
    values: dict[str, Any] = {}
    left = _queried(request)
    spread = None
    for parameter in operation.parameters:
        if parameter.schema.get("type") == "object":
            spread = parameter
            continue
        values[parameter.name] = _value(parameter, _said(request, parameter, left))
    if spread is not None:
        values[spread.name] = _checked(spread, {n: _one(n, said) for n, said in left.items()})
    elif left:
        raise _wrong(min(left), Text("die is er hier niet", "there is none here"))
    return Call(request, operation, values)


def _queried(request: Request) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, said in request.query_params.multi_items():
        found.setdefault(name, []).append(said)
    return found


def _said(request: Request, parameter: Parameter, left: dict[str, list[str]]) -> list[str]:
    if parameter.place == "path":
        return [str(request.path_params[parameter.name])]
    if parameter.place == "header":
        return request.headers.getlist(parameter.name)
    return left.pop(parameter.name, [])


def _value(parameter: Parameter, said: list[str]) -> Any:  # noqa: ANN401 - as its schema says
    schema = parameter.schema
    if not said:
        if parameter.required:
            raise _wrong(parameter.name, Text("die ontbreekt", "it is missing"))
        return schema.get("default")
    if schema.get("type") == "array":
        items = schema["items"]
        return _checked(parameter, [_typed(parameter, items, text) for text in said])
    return _checked(parameter, _typed(parameter, schema, _one(parameter.name, said)))


def _one(name: str, said: Sequence[str]) -> str:
    if len(said) > 1:
        raise _wrong(name, Text("die staat er dubbel", "it is given twice"))
    return said[0]


def _typed(parameter: Parameter, schema: Mapping[str, Any], text: str) -> Any:  # noqa: ANN401
    kind = schema.get("type")
    if kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    if kind == "boolean" and text in _TRUTHS:
        return _TRUTHS[text]
    if kind in {"integer", "number", "boolean"}:
        raise _wrong(parameter.name, Text(f"geen {kind}", f"not of type {kind}"))
    return text


def _checked(parameter: Parameter, value: Any) -> Any:  # noqa: ANN401 - as its schema says
    error = _first_error(value, parameter.schema)
    if error is not None:
        raise _wrong(parameter.name, Text(f"kan niet: {error}", f"not possible: {error}"))
    return value


def _first_error(value: object, schema: Mapping[str, Any]) -> str | None:
    """Give where the first part stands that does not fit, and the rule it breaks."""
    validator = Draft202012Validator(schema, format_checker=_FORMATS)
    errors: Iterator[Any] = validator.iter_errors(value)
    for error in errors:
        place = "/".join(map(str, error.absolute_path))
        rule = json.dumps(error.validator_value, ensure_ascii=False)[:120]
        return f"{place} {error.validator} {rule}".strip()
    return None


def _wrong(name: str, why: Text) -> Problem:
    shown = "".join(c if c.isprintable() else "?" for c in name[:80])
    return Problem(
        400,
        "KG-A011",
        Text(f"parameter {shown}: {why.nl}", f"parameter {shown}: {why.en}"),
        Text(
            "/v1/openapi.json zegt welke parameters er zijn en wat erin mag",
            "/v1/openapi.json says which parameters there are and what they may hold",
        ),
        extra={"parameter": shown},
    )


def _wrong_body(where: str) -> Problem:
    return Problem(
        400,
        "KG-A012",
        Text(f"de inhoud klopt niet: {where}", f"the content is not right: {where}"),
        Text(
            "/v1/openapi.json zegt welke velden er horen",
            "/v1/openapi.json says which fields belong there",
        ),
    )
