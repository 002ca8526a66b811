"""Takes in public services that others describe with CPSV-AP 2.x or 3.x, or a profile of it.

What they have becomes services, provisions, actors, channels, life events and legal grounds. What
we have no counterpart for is left out and reported, counted per class and property.
"""

from __future__ import annotations

from kg.intake.cpsv.services import import_cpsv

__all__ = ["import_cpsv"]
