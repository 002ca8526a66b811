"""Serves a workspace without quotas per client, for measurements: ``… DIRECTORY PORT``."""

from __future__ import annotations

import sys
from pathlib import Path

from kg.web.backend import Backend
from kg.web.server import Address, listen, serve
from kg.web.settings import ServiceSettings
from kg.web.writer import service_command

if __name__ == "__main__":
    root, port = Path(sys.argv[1]), int(sys.argv[2])
    settings = ServiceSettings(quota=None)
    serve(Backend(service_command(str(root)), settings), settings, listen(Address(port=port)))
