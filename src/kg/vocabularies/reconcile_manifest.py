"""What the reconciliation service says it can do, in version 0.2 and in the 1.0 draft."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version as installed
from typing import TYPE_CHECKING, Any

from kg.terms import SAM
from kg.text import Text
from kg.vocabularies.reconcile_query import BATCH, VERSIONS, Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.text import Lang

PREVIEW_SIZE = (420, 160)
"""Width and height of a preview, in pixels."""
_NAME = Text("Samenspel: organisaties, diensten en lijsten", "Samenspel: bodies, services, lists")
_LIMIT = Text("Hoogste aantal waarden (0 voor alle)", "Most values (0 for all)")
_LIMIT_NAME = Text("Aantal", "Limit")
_IDENTIFIERS = "http://www.w3.org/2000/01/rdf-schema#Resource"


@lru_cache(maxsize=1)
def product_version() -> str:
    """Give the version of the product that is installed."""
    return installed("samenspel")


def manifest(
    version: Version, base: str, types: Sequence[dict[str, Any]], lang: Lang
) -> dict[str, Any]:
    """Give the manifest of one version.

    Args:
        version: The version.
        base: Address of the service, without a slash at the end.
        types: Classes to offer first, each with ``id`` and ``name``.
        lang: Language of the names.
    """
    shared = {
        "name": _NAME.to(lang),
        "defaultTypes": list(types),
        "documentation": f"{base}/",
        "serviceVersion": product_version(),
        "batchSize": BATCH,
    }
    return {**_VERSIONS[version](base, lang), **shared}


def _old(base: str, lang: Lang) -> dict[str, Any]:
    suggest = {
        kind: {
            "service_url": base,
            "service_path": f"/suggest/{kind}",
            "flyout_service_url": base,
            "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
        }
        for kind in ("entity", "type", "property")
    }
    return {
        "versions": list(VERSIONS),
        "identifierSpace": _IDENTIFIERS,
        "schemaSpace": SAM,
        "view": {"url": f"{base}/preview?id={{{{id}}}}"},
        "preview": {"url": f"{base}/preview?id={{{{id}}}}", "width": PREVIEW_SIZE[0],
                    "height": PREVIEW_SIZE[1]},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": base, "service_path": "/extend/propose"},
            "property_settings": [
                {"name": "limit", "label": _LIMIT_NAME.to(lang), "type": "number", "default": 0,
                 "help_text": _LIMIT.to(lang)},
            ],
        },
    }  # fmt: skip


def _new(base: str, lang: Lang) -> dict[str, Any]:
    return {
        "versions": list(VERSIONS),
        "lang": lang,
        "dir": "ltr",
        "view": {"url": f"{base}/preview?id={{id}}"},
        "preview": {"width": PREVIEW_SIZE[0], "height": PREVIEW_SIZE[1]},
        "suggest": {"entity": True, "type": True, "property": True},
        "extend": {
            "proposeProperties": True,
            "propertySettings": [
                {"id": "limit", "name": _LIMIT_NAME.to(lang), "type": "number", "default": 0,
                 "helpText": _LIMIT.to(lang)},
            ],
        },
        "standardizedScore": True,
    }  # fmt: skip


_VERSIONS = {"0.2": _old, "1.0-draft": _new}
