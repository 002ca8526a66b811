"""Takes in any table, by a mapping that says which column becomes what.

The mapping is a file of the user, in YAML or TOML: classes, templates for IRIs, columns and
properties. A cell never becomes an IRI as it stands: templates encode it, and a column with whole
IRIs must say under which namespace they are.
"""

from __future__ import annotations

from kg.intake.tabular.apply import import_table
from kg.intake.tabular.mapping import Mapping, read_mapping

__all__ = ["Mapping", "import_table", "read_mapping"]
