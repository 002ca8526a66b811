"""Help in the language of the user: every help text is written in both, and one is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve
from cyclopts.help import DefaultFormatter, InlineText
from rich.text import Text as Styled

from kg.text import Text

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions, RenderableType

    from kg.text import Lang

_BETWEEN = " ¦ "
_TITLES = {
    "Commands": Text("Opdrachten", "Commands"),
    "Parameters": Text("Gegevens en opties", "Parameters"),
    "Arguments": Text("Gegevens", "Arguments"),
    "Options": Text("Opties", "Options"),
}
_STANDARD = {
    "Display this message and exit.": Text("Toont deze uitleg.", "Display this message and exit."),
    "Display application version.": Text("Toont de versie.", "Display application version."),
}


def both(nl: str, en: str) -> str:
    """Give one help text that holds both languages; the formatter shows one of them."""
    return nl + _BETWEEN + en


def one(text: str, lang: Lang) -> str:
    """Give the part of a help text in one language.

    >>> one(both("kort", "short"), "en")
    'short'
    """
    if text in _STANDARD:
        return _STANDARD[text].to(lang)
    nl, mark, en = text.partition(_BETWEEN)
    return en if mark and lang == "en" else nl


class BilingualHelp(DefaultFormatter):
    """Shows the help of the framework with texts in one language.

    Args:
        lang: The language of the user.
    """

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self._lang = lang

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Render one panel of options or commands."""
        entries = [self._entry(e) for e in panel.entries]
        title = _TITLES.get(str(panel.title), Text(str(panel.title), str(panel.title)))
        super().__call__(
            console, options, evolve(panel, entries=entries, title=title.to(self._lang))
        )

    def _entry(self, entry: HelpEntry) -> HelpEntry:
        """Say choices and default in the language of the user, not in that of the framework."""
        said = [", ".join(entry.choices)] if entry.choices else []
        if entry.default not in {None, "[]", "False", "0"}:
            said.append({"nl": "anders ", "en": "else "}[self._lang] + str(entry.default))
        text = self._text(entry.description)
        if said and isinstance(text, InlineText):
            text.append(Styled(f"[{'; '.join(said)}]", style="dim"))
        return evolve(entry, description=text, choices=None, default=None)

    def render_usage(
        self,
        console: Console,
        options: ConsoleOptions,  # noqa: ARG002 - the framework gives it
        usage: object,
    ) -> None:
        """Render the line that shows how a command is called."""
        words = {"nl": "Gebruik", "en": "Usage"}
        shown = str(usage).removeprefix("Usage: ").strip()
        console.print(f"{words[self._lang]}: {shown}\n", markup=False, highlight=False)

    def render_description(
        self,
        console: Console,
        options: ConsoleOptions,  # noqa: ARG002 - the framework gives it
        description: RenderableType,
    ) -> None:
        """Render what a command does."""
        if description:
            console.print(self._text(description))
            console.print()

    def _text(self, description: RenderableType) -> RenderableType:
        """Give a description in one language; what the framework added to it stays."""
        if isinstance(description, str | Styled):
            return Styled(one(str(description).strip(), self._lang))
        if isinstance(description, InlineText):
            chosen = InlineText(self._text(description.primary_renderable))
            chosen.texts = description.texts
            return chosen
        return description
