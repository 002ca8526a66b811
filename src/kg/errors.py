"""What can go wrong, as types a caller can act on.

Bad data is a value (a report), never an exception. These are for what stops the work: a file
that cannot be read, a rule without a header, a name nobody knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.text import Lang, Text


class KgError(Exception):
    """Base of every error raised on purpose: a stable code, a message and what to do about it.

    Attributes:
        code: Stable code such as ``KG-R001``; documented, never reused.
        message: What is wrong, and where (file, line, column, cell).
        advice: What to do about it.
    """

    def __init__(self, code: str, message: Text, advice: Text | None = None) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message
        self.advice = advice

    def to(self, lang: Lang) -> str:
        """Give code, message and advice as one text in one language."""
        head = f"{self.code}: {self.message.to(lang)}"
        if self.advice is None:
            return head
        return f"{head}\n  {'hulp' if lang == 'nl' else 'help'}: {self.advice.to(lang)}"


class UnreadableInputError(KgError):
    """A file or text that cannot be read as what it should be (codes ``KG-R…``)."""


class RuleError(KgError):
    """A rule or query file that is not whole (codes ``KG-Q…``)."""


class ParameterError(KgError):
    """A parameter that a rule does not know, or a value of the wrong type (codes ``KG-P…``)."""


class NotFoundError(KgError):
    """A finding, query or workspace that is not there (codes ``KG-N…``)."""


class WorkspaceError(KgError):
    """A workspace that cannot be opened or made (codes ``KG-W…``)."""


class OptionError(KgError):
    """A command-line option with a value nobody can use (codes ``KG-O…``)."""
