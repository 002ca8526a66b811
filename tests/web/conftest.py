"""Services that several tests share: one to try out on, one with the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from web.running import Service

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("scratch") / "kg", "--scratch") as service:
        yield service


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("demo") / "kg") as service:
        yield service
