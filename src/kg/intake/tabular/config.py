"""Reads a YAML or TOML file and knows on which line each part of it stands."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from kg.errors import UnreadableInputError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Route = tuple[str | int, ...]
"""How to reach a part: names of keys and numbers in lists."""

MOST = 1024 * 1024
_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]+"|'[^']+'|[\w-]+(?:\.[\w-]+)*)\s*=""")


class MappingError(UnreadableInputError):
    """A mapping that cannot be used (codes ``KG-X12…``)."""


@dataclass(frozen=True, slots=True)
class Config:
    """What a file says.

    Attributes:
        name: What the file is called in messages.
        data: Its contents.
        lines: The line of each part.
    """

    name: str
    data: dict[str, Any]
    lines: Mapping[Route, int]

    def place(self, route: Route) -> str:
        """Give file and line of a part, or of what it would stand in."""
        while route not in self.lines and route:
            route = route[:-1]
        return f"{self.name}:{self.lines.get(route, 1)}"

    def refuse(self, code: str, route: Route, message: Text, advice: Text) -> NoReturn:
        """Stop at a part of the file.

        Raises:
            MappingError: Always.
        """
        place = self.place(route)
        raise MappingError(code, Text(f"{place}: {message.nl}", f"{place}: {message.en}"), advice)


def read_config(path: Path) -> Config:
    """Read a mapping file; its ending says whether it is YAML or TOML.

    Raises:
        MappingError: ``KG-X120`` when it cannot be read, ``KG-X121`` when its syntax is wrong.
    """
    try:
        data = path.read_bytes()
        text = data[:MOST].decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise MappingError(
            "KG-X120",
            Text(f"{path}: mapping is niet te lezen", f"{path}: cannot read the mapping"),
            Text(
                "controleer naam en rechten, en sla op als UTF-8",
                "check its name and permissions, and save it as UTF-8",
            ),
        ) from e
    if len(data) > MOST or path.suffix.lower() not in {".yaml", ".yml", ".toml"}:
        raise MappingError(
            "KG-X120",
            Text(f"{path}: dit is geen mapping", f"{path}: this is no mapping"),
            Text(
                "geef een bestand dat eindigt op .yaml of .toml, van hoogstens 1 MiB",
                "give a file ending in .yaml or .toml, of at most 1 MiB",
            ),
        )
    name = path.name
    return _toml(name, text) if path.suffix.lower() == ".toml" else _yaml(name, text)


def _yaml(name: str, text: str) -> Config:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        raise _syntax(name, mark.line + 1 if mark else 1, str(getattr(e, "problem", e))) from e
    lines: dict[Route, int] = {(): 1}
    if root is not None:
        _walk(root, (), lines)
    return Config(name, _table(name, data), lines)


def _walk(node: yaml.Node, route: Route, lines: dict[Route, int]) -> None:
    lines.setdefault(route, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            lines[(*route, key.value)] = key.start_mark.line + 1
            _walk(child, (*route, key.value), lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            _walk(child, (*route, number), lines)


def _toml(name: str, text: str) -> Config:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        found = re.search(r"line (\d+)", str(e))
        raise _syntax(name, int(found[1]) if found else 1, str(e)) from e
    return Config(name, _table(name, data), _toml_lines(text))


def _toml_lines(text: str) -> dict[Route, int]:
    """Find the lines of tables and keys; a key inside braces has the line of the whole."""
    lines: dict[Route, int] = {(): 1}
    last: dict[Route, int] = {}
    current: Route = ()
    for number, line in enumerate(text.splitlines(), start=1):
        table, key = _TABLE.match(line), _KEY.match(line)
        if table:
            current = _toml_route(table[2], last, is_list=table[1] == "[[")
            lines[current] = number
        elif key:
            lines.setdefault((*current, *_names(key[1])), number)
    return lines


def _toml_route(header: str, last: dict[Route, int], *, is_list: bool) -> Route:
    route: Route = ()
    names = _names(header)
    for at, part in enumerate(names):
        route = (*route, part)
        if is_list and at == len(names) - 1:
            last[route] = last.get(route, -1) + 1
        if route in last:
            route = (*route, last[route])
    return route


def _names(text: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"\"[^\"]+\"|'[^']+'|[^.]+", text)]


def _table(name: str, data: object) -> dict[str, Any]:
    if isinstance(data, dict):
        return data
    raise _syntax(name, 1, "no keys")


def _syntax(name: str, line: int, said: str) -> MappingError:
    return MappingError(
        "KG-X121",
        Text(
            f"{name}:{line}: hier klopt de schrijfwijze niet: {said}",
            f"{name}:{line}: the syntax is wrong here: {said}",
        ),
        Text(
            "kijk naar inspringing, aanhalingstekens en haken op deze regel",
            "look at indentation, quotes and brackets on this line",
        ),
    )
