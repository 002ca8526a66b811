"""How hard the laws are tried: few examples by default, many on demand.

``KG_HYPOTHESIS=thorough`` tries twenty times as many; ``KG_HYPOTHESIS=ci`` (or ``CI`` set) draws
the same examples on every run.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

NORMAL = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("normal", NORMAL)
settings.register_profile("ci", NORMAL, derandomize=True, database=None)
settings.register_profile("thorough", NORMAL, max_examples=800)
settings.load_profile(os.environ.get("KG_HYPOTHESIS", "ci" if "CI" in os.environ else "normal"))
