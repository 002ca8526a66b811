"""The commands and their names; each module is read only when its command is used."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError
from cyclopts import exceptions as usage

from kg import __version__
from kg.cli.help import BilingualHelp, both
from kg.errors import OptionError
from kg.text import Text

if TYPE_CHECKING:
    from kg.text import Lang

_ABOUT = both(
    "Waar belangen botsen en waar afstemming ontbreekt, met bewijs.",
    "Where interests conflict and where coordination is missing, with proof.",
)
_COMMANDS = {
    "demo": (
        "kg.cli.demo:demo",
        both(
            "Maakt een werkmap met twee verhalen en vertelt wat er speelt.",
            "Makes a workspace with two stories and tells what is going on.",
        ),
    ),
    "init": (
        "kg.cli.init:init",
        both("Maakt een lege werkmap.", "Makes an empty workspace."),
    ),
    "findings": (
        "kg.cli.findings:findings",
        both(
            "Toont conflicten, lacunes en signalen van een werkmap of van bestanden.",
            "Shows conflicts, gaps and signals of a workspace or of files.",
        ),
    ),
    "explain": (
        "kg.cli.explain:explain",
        both("Bewijst één bevinding.", "Proves one finding."),
    ),
    "query": (
        "kg.cli.query:query",
        both(
            "Beantwoordt een vraag uit de lijst, of een eigen SPARQL-vraag.",
            "Answers a question of the list, or a SPARQL query of your own.",
        ),
    ),
    "matrix": (
        "kg.cli.matrix:matrix",
        both("Zet klanten tegen diensten uit.", "Sets customers against services."),
    ),
    "template": (
        "kg.cli.template:template",
        both(
            "Maakt een werkboek om in te vullen: kg template dienst -o diensten.xlsx.",
            "Makes a workbook to fill in: kg template service -o services.xlsx.",
        ),
    ),
    "validate": (
        "kg.cli.validate:validate",
        both(
            "Zegt wat er in bestanden niet klopt, waar, en hoe u het herstelt.",
            "Says what is wrong in files, where, and how to mend it.",
        ),
    ),
    "link": (
        "kg.cli.link:link",
        both(
            "Kijkt verwijzingen na en legt verbanden met bekende lijsten.",
            "Checks references and links things to known lists.",
        ),
    ),
    "explain-code": (
        "kg.cli.codes:explain",
        both("Legt een foutcode uit.", "Explains an error code."),
    ),
    "import": (
        "kg.cli.importing:import_register",
        both(
            "Neemt op wat anderen bijhouden: roo, tooi, upl, cpsv-ap of een tabel (csv).",
            "Takes in what others keep: roo, tooi, upl, cpsv-ap or a table (csv).",
        ),
    ),
    "export": (
        "kg.cli.export:export",
        both(
            "Geeft een graaf aan anderen, in hun termen, en zegt wat niet meegaat.",
            "Gives a graph to others, in their terms, and says what is left out.",
        ),
    ),
    "vocabulary": (
        "kg.cli.vocabulary:vocabulary",
        both(
            "Beheert vocabulaires: versies, wat er verandert, en wat dat raakt.",
            "Keeps reference vocabularies: versions, what changes, and what that touches.",
        ),
    ),
    "serve": (
        "kg.cli.serve:serve",
        both(
            "Start de dienst: vragen, inzenden en bekijken in een browser.",
            "Starts the service: asking, submitting and looking in a browser.",
        ),
    ),
    "ontology": (
        "kg.cli.ontology:ontology",
        both("Toetst de ontologie: kg ontology check.", "Checks the ontology: kg ontology check."),
    ),
    "submit": (
        "kg.cli.submit:submit",
        both(
            "Dient een bestand in namens een organisatie.",
            "Submits a file for an organisation.",
        ),
    ),
    "withdraw": (
        "kg.cli.decide:withdraw",
        both("Trekt een inzending in.", "Withdraws a submission."),
    ),
    "accept": (
        "kg.cli.decide:accept",
        both("Neemt een wachtende inzending aan.", "Accepts a submission that waits."),
    ),
    "reject": (
        "kg.cli.decide:reject",
        both("Wijst een wachtende inzending af.", "Rejects a submission that waits."),
    ),
    "history": (
        "kg.cli.history:history",
        both("Noemt wat is ingediend, en wat ermee gebeurde.", "Lists what was submitted."),
    ),
    "token": (
        "kg.cli.token:token",
        both("Maakt tokens voor de dienst.", "Makes tokens for the service."),
    ),
    "configure": (
        "kg.cli.manage:configure",
        both(
            "Zegt of verandert hoe inzendingen gaan tellen: vier ogen, publiceren.",
            "Says or changes how submissions come to count: four eyes, publishing.",
        ),
    ),
    "register": (
        "kg.cli.manage:register",
        both(
            "Noemt of tekent op welke IRI's van welke organisatie zijn.",
            "Lists or notes which IRIs belong to which organisation.",
        ),
    ),
    "publish": (
        "kg.cli.manage:publish",
        both("Maakt zichtbaar wat telt.", "Lets readers see what counts."),
    ),
    "rebuild": (
        "kg.cli.maintain:rebuild",
        both(
            "Maakt opslag en bevindingen opnieuw uit het journaal.",
            "Makes store and findings anew from the journal.",
        ),
    ),
    "verify": (
        "kg.cli.maintain:verify",
        both(
            "Legt opslag, inhoud en journaal naast elkaar.",
            "Compares store, content and journal.",
        ),
    ),
    "backup": (
        "kg.cli.maintain:backup",
        both("Maakt een reservekopie van een werkmap.", "Makes a backup of a workspace."),
    ),
    "restore": (
        "kg.cli.maintain:restore",
        both("Zet een reservekopie terug.", "Puts a backup back."),
    ),
}


def run(tokens: list[str], lang: Lang) -> int:
    """Run one command and give its exit code.

    Raises:
        KgError: When the input or an option cannot be used.
    """
    app = App(
        name="kg",
        help=_ABOUT,
        version=__version__,
        help_format="plaintext",
        help_formatter=BilingualHelp(lang),
        help_on_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    for name, (target, about) in _COMMANDS.items():
        app.command(target, name=name, help=about)
    try:
        code = app(tokens, print_error=False, exit_on_error=False)
    except CycloptsError as e:
        raise _usage_error(e) from e
    return code if isinstance(code, int) else 0


def _usage_error(error: CycloptsError) -> OptionError:
    """Say in both languages what was wrong with how the command was called."""
    words = next((w for kind, w in _USAGE.items() if isinstance(error, kind)), _OTHER)
    command = " ".join(["kg", *(error.command_chain or ())])
    token = _token(error)
    advice = Text(f"zie `{command} --help`", f"see `{command} --help`")
    near = _near(error)
    if near:
        advice = Text(f"bedoelde u {near}? {advice.nl}", f"did you mean {near}? {advice.en}")
    return OptionError("KG-O000", words.format(token=token), advice)


def _near(error: CycloptsError) -> str:
    """Give what was probably meant: a command, an option or a choice."""
    names: list[str] = []
    token = ""
    if isinstance(error, usage.UnknownCommandError):
        token, names = str((error.unused_tokens or [""])[0]), list(_COMMANDS)
    elif isinstance(error, usage.UnknownOptionError):
        token = error.token.keyword or error.token.value
        names = [n for a in error.argument_collection for n in a.names if n.startswith("--")]
    elif isinstance(error, usage.CoercionError) and error.argument is not None:
        choices = list(error.argument.get_choices() or ())
        near = difflib.get_close_matches(error.token.value if error.token else "", choices, n=1)
        return near[0] if near else ", ".join(choices)
    return next(iter(difflib.get_close_matches(token, names, n=1)), "")


def _token(error: CycloptsError) -> str:
    token = getattr(error, "token", None)
    if token is not None:
        parts = [getattr(token, "keyword", None), getattr(token, "value", None)]
        return " ".join(str(p) for p in parts if p)
    unused = error.unused_tokens
    if unused:
        return str(unused[0])
    return str(error.argument.name) if error.argument is not None else ""


_USAGE: dict[type[CycloptsError], Text] = {
    usage.UnknownCommandError: Text("onbekende opdracht {token}", "unknown command {token}"),
    usage.UnknownOptionError: Text("onbekende optie {token}", "unknown option {token}"),
    usage.MissingArgumentError: Text("{token} ontbreekt", "{token} is missing"),
    usage.RepeatArgumentError: Text("{token} staat er twee keer", "{token} is given twice"),
    usage.UnusedCliTokensError: Text("te veel: {token}", "too much: {token}"),
    usage.CoercionError: Text("{token} kan hier niet", "{token} cannot be used here"),
}
_OTHER = Text("zo kan het niet: {token}", "that does not work: {token}")
