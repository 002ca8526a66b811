"""The classes one may hand in and their columns, read from the ontology and the shapes.

In: ontology and shapes as triples. Out: per class a ``Sheet``, its columns in the order of the
shapes. Writes: nothing. Refuses: a class that nobody may hand in.

Shapes that speak about the same property share a column. Paths of more than one step and
properties that must stay empty get none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from kg.errors import OptionError
from kg.intake.sheets.columns import ID, Column, Sheet, plain
from kg.rdf import Literal, NamedNode, Triple, parse_file, value
from kg.resources import ontology_dir
from kg.terms import RDF_TYPE, RDFS_LABEL, SAM, SKOS_PREF_LABEL, XSD
from kg.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.intake.sheets.columns import Kind
    from kg.rdf import Term
    from kg.text import Lang

_SH = "http://www.w3.org/ns/shacl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_RANGE = "http://www.w3.org/2000/01/rdf-schema#range"
_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
_VERSION = "http://www.w3.org/2002/07/owl#versionIRI"
_KINDS: dict[str, Kind] = {
    XSD + "date": "date", XSD + "integer": "integer", XSD + "decimal": "decimal",
    XSD + "boolean": "boolean",
}  # fmt: skip
_ID_COLUMN = Column(
    ID,
    "id",
    Text("Kenmerk", "Identifier"),
    Text(
        "Een kort, vast kenmerk (letters, cijfers, streepjes) of een webadres. Laat leeg als de "
        "naam vast is: dan komt het kenmerk uit de naam.",
        "A short, lasting identifier (letters, digits, hyphens) or a web address. Leave empty if "
        "the name lasts: the identifier then comes from the name.",
    ),
)
_IN_LANGUAGE = {"nl": Text("Nederlands", "Dutch"), "en": Text("Engels", "English")}


class Catalogue:
    """The classes one may hand in, their names and their sheets.

    >>> [c.name.nl for c in catalogue().sheet(SAM + "Interface").columns][:3]
    ['Kenmerk', 'Naam in het Nederlands', 'Naam in het Engels']
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[tuple[object, str], list[Term]] = defaultdict(list)
        self._shapes: dict[str, list[Term]] = defaultdict(list)
        self._under: dict[str, list[str]] = defaultdict(list)
        self._over: dict[str, list[str]] = defaultdict(list)
        self._sheets: dict[str, Sheet] = {}
        anywhere: list[Term] = []
        for t in triples:
            subject, predicate, target = t.subject, t.predicate.value, t.object
            if isinstance(subject, Triple) or isinstance(target, Triple):
                continue
            self._objects[subject, predicate].append(target)
            if predicate == _SH + "targetClass":
                self._shapes[value(target)].append(subject)
            elif predicate == _SH + "targetSubjectsOf":
                anywhere.append(subject)
            elif predicate == _SUBCLASS and isinstance(subject, NamedNode):
                self._under[value(target)].append(subject.value)
                self._over[subject.value].append(value(target))
        aimed = {s for found in self._shapes.values() for s in found}
        self._general = [s for s in dict.fromkeys(anywhere) if s not in aimed]

    # --- the graph --------------------------------------------------------------------------

    def _all(self, node: object, predicate: str) -> list[Term]:
        return self._objects.get((node, predicate), [])

    def _one(self, node: object, predicate: str) -> Term | None:
        return next(iter(self._all(node, predicate)), None)

    def _items(self, head: object) -> Iterator[Term]:
        while head is not None and getattr(head, "value", "") != _RDF + "nil":
            yield from self._all(head, _RDF + "first")
            head = self._one(head, _RDF + "rest")

    def _text(self, node: object, *predicates: str) -> Text | None:
        for predicate in predicates:
            words = {
                t.language or "": t.value
                for t in self._all(node, predicate)
                if isinstance(t, Literal)
            }
            if words:
                spare = next(iter(words.values()))
                return Text(*(words.get(x, words.get("", spare)) for x in LANGUAGES))
        return None

    # --- classes ----------------------------------------------------------------------------

    def label(self, iri: str) -> Text:
        """Give the name of a class, property or concept; else the last part of its IRI."""
        found = self._text(NamedNode(iri), RDFS_LABEL, SKOS_PREF_LABEL)
        local = iri.rpartition("#")[2].rpartition("/")[2] or iri
        return found or Text(local, local)

    def is_a(self, cls: str, top: str) -> bool:
        """Tell whether a class is another one or falls under it."""
        return cls == top or any(self.is_a(over, top) for over in self._over.get(cls, ()))

    def classes(self) -> tuple[str, ...]:
        """Give the classes one may hand in: they have a shape and are not inferred."""
        return tuple(sorted(c for c in self._shapes if not self._inferred(c)))

    def kinds(self, cls: str) -> tuple[str, ...]:
        """Give the classes under a class that one may state, the class itself first."""
        found = [cls]
        for each in found:
            found += sorted(x for x in self._under.get(each, ()) if x not in found)
        return tuple(c for c in found if not self._inferred(c))

    def _inferred(self, cls: str) -> bool:
        mark = self._one(NamedNode(cls), SAM + "inferredOnly")
        return mark is not None and value(mark) == "true"

    def aspects(self) -> tuple[str, ...]:
        """Give the aspects that the ontology itself lists."""
        return tuple(
            sorted(
                node.value
                for (node, p), kinds in self._objects.items()
                if p == RDF_TYPE
                and isinstance(node, NamedNode)
                and NamedNode(SAM + "Aspect") in kinds
            )
        )

    def versions(self) -> tuple[str, ...]:
        """Give the versions of the ontologies and shapes read."""
        return tuple(
            sorted(value(v[0]) for (_, p), v in self._objects.items() if p == _VERSION and v)
        )

    def find(self, name: str) -> str:
        """Give the IRI of a class from its IRI, ``sam:`` name, local name or label in nl or en.

        Raises:
            OptionError: ``KG-O010`` if no class one may hand in is called so.
        """
        for cls in self.classes():
            label = self.label(cls)
            local = cls.removeprefix(SAM)
            if name in {cls, f"sam:{local}"} or plain(name) in {plain(x) for x in (local, *label)}:
                return cls
        known = Text(
            *(", ".join(sorted(self.label(c).to(x) for c in self.classes())) for x in LANGUAGES)
        )
        raise OptionError(
            "KG-O010",
            Text(f"geen soort gegevens heet {name!r}", f"no kind of data is called {name!r}"),
            Text(f"kies uit: {known.nl}", f"choose from: {known.en}"),
        )

    # --- columns ----------------------------------------------------------------------------

    def sheet(self, cls: str) -> Sheet:
        """Give the sheet of a class; shapes of wider classes come first."""
        if cls not in self._sheets:
            about = self._text(NamedNode(cls), _DEFINITION) or Text("", "")
            self._sheets[cls] = Sheet(cls, self.label(cls), about, tuple(self._columns(cls)))
        return self._sheets[cls]

    def _columns(self, cls: str) -> Iterator[Column]:
        yield _ID_COLUMN
        kinds = self.kinds(cls)
        by_path: dict[str, list[Term]] = defaultdict(list)
        complex_paths: list[Term] = []
        for shape in self._property_shapes(cls):
            path = self._one(shape, _SH + "path")
            if isinstance(path, NamedNode):
                by_path[path.value].append(shape)
            else:
                complex_paths.append(shape)
        found = [c for path, shapes in by_path.items() for c in self._merged(path, shapes)]
        found = [self._named(c, complex_paths) for c in found]
        if len(kinds) > 1:
            label = next((i for i, c in enumerate(found) if not c.language), len(found))
            found.insert(label, self._kind_column(kinds))
        yield from _distinct(found)

    def _property_shapes(self, cls: str) -> Iterator[Term]:
        line = [cls]
        for each in line:
            line += [x for x in self._over.get(each, ()) if x not in line]
        nodes = [s for c in reversed(line) for s in self._shapes.get(c, ())] + self._general
        for node in nodes:
            yield from sorted(self._all(node, _SH + "property"), key=self._order)

    def _order(self, shape: Term) -> float:
        order = self._one(shape, _SH + "order")
        return float(value(order)) if order is not None else 0.0

    def _kind_column(self, kinds: tuple[str, ...]) -> Column:
        about = Text(
            "Welke soort het is. Leeg telt als: {name}.",
            "Which kind it is. Empty counts as: {name}.",
        )
        own = self.label(kinds[0])
        return Column(
            RDF_TYPE,
            "kind",
            Text("Soort", "Kind"),
            Text(about.nl.format(name=own.nl), about.en.format(name=own.en)),
            options=kinds,
            many=True,
        )

    def _merged(self, path: str, shapes: list[Term]) -> Iterator[Column]:
        if any(self._count(s, "maxCount") == 0 for s in shapes):
            return
        first = shapes[0]
        classes = next((c for c in map(self._classes, shapes) if c), ())
        options = next((o for o in map(self._options, shapes) if o), ())
        datatype = next((d for s in shapes for d in self._all(s, _SH + "datatype")), None)
        languages = self._languages(shapes)
        minimum = {self._severity(s) for s in shapes if self._count(s, "minCount")}
        name = self._text(first, _SH + "name") or self.label(path)
        about = self._text(first, _SH + "description") or Text("", "")
        column = Column(
            path,
            _kind(datatype, languages=languages, options=options),
            name,
            about,
            classes=classes,
            hints=classes or self._hints(path),
            options=options,
            datatype=value(datatype) if datatype is not None else None,
            lowest=self._bound(shapes, "minInclusive"),
            highest=self._bound(shapes, "maxInclusive"),
            required="Violation" in minimum,
            expected=bool(minimum - {"Violation"}),
            many=not any(self._count(s, "maxCount") == 1 for s in shapes),
            shapes=frozenset(value(s) for s in shapes),
        )
        if not languages:
            yield column
        for x in languages:
            words = _IN_LANGUAGE[x]
            both = Text(f"{name.nl} ({words.nl})", f"{name.en} ({words.en})")
            shared = column.shapes if x == languages[0] else frozenset[str]()
            yield replace(column, name=both, language=x, many=False, shapes=shared)

    def _named(self, column: Column, shapes: list[Term]) -> Column:
        """Give a column the words of the shape that asks for it in its language."""
        for shape in shapes:
            path = self._one(shape, _SH + "path")
            among = self._items(self._one(path, _SH + "alternativePath"))
            qualified = self._one(shape, _SH + "qualifiedValueShape")
            if column.language is None or column.path not in map(value, among):
                continue
            if column.language in self._language_in(qualified):
                return replace(
                    column,
                    name=self._text(shape, _SH + "name") or column.name,
                    about=self._text(shape, _SH + "description") or column.about,
                    expected=True,
                    shapes=column.shapes | {value(shape)},
                )
        return column

    def _language_in(self, shape: object) -> tuple[str, ...]:
        head = self._one(shape, _SH + "languageIn")
        return tuple(value(x) for x in self._items(head)) if head is not None else ()

    def _languages(self, shapes: list[Term]) -> tuple[Lang, ...]:
        named = {x for s in shapes for x in self._language_in(s)}
        tagged = any(value(d) == _RDF + "langString" for s in shapes
                     for d in self._all(s, _SH + "datatype"))  # fmt: skip
        return tuple(x for x in LANGUAGES if x in named or (tagged and not named))

    def _classes(self, shape: Term) -> tuple[str, ...]:
        found = [value(c) for c in self._all(shape, _SH + "class")]
        for choice in self._all(shape, _SH + "or"):
            for item in self._items(choice):
                found += [value(c) for c in self._all(item, _SH + "class")]
        return tuple(dict.fromkeys(found))

    def _hints(self, path: str) -> tuple[str, ...]:
        ranges = (value(r) for r in self._all(NamedNode(path), _RANGE))
        return tuple(r for r in ranges if r in self._shapes)

    def _options(self, shape: Term) -> tuple[str, ...]:
        head = self._one(shape, _SH + "in")
        return tuple(value(x) for x in self._items(head)) if head is not None else ()

    def _count(self, shape: Term, name: str) -> int | None:
        found = self._one(shape, _SH + name)
        return int(value(found)) if found is not None else None

    def _bound(self, shapes: list[Term], name: str) -> str | None:
        return next((value(b) for s in shapes for b in self._all(s, _SH + name)), None)

    def _severity(self, shape: Term) -> str:
        found = self._one(shape, _SH + "severity")
        return value(found).removeprefix(_SH) if found is not None else "Violation"


def _kind(datatype: Term | None, *, languages: tuple[Lang, ...], options: tuple[str, ...]) -> Kind:
    if options:
        return "choice"
    if datatype is None and not languages:
        return "reference"
    return _KINDS.get(value(datatype), "text") if datatype is not None else "text"


def _distinct(columns: list[Column]) -> Iterator[Column]:
    """Give columns with headings that differ; a second one gets the property behind it."""
    seen: set[str] = {plain(_ID_COLUMN.name.to(x)) for x in LANGUAGES}
    for column in columns:
        name = column.name
        if any(plain(name.to(x)) in seen for x in LANGUAGES):
            local = column.path.rpartition("#")[2].rpartition("/")[2]
            name = Text(f"{name.nl} ({local})", f"{name.en} ({local})")
        seen |= {plain(name.to(x)) for x in LANGUAGES}
        yield replace(column, name=name)


@cache
def catalogue() -> Catalogue:
    """Give the catalogue of the ontology and shapes that ship."""
    top = ontology_dir()
    files = [*sorted(top.glob("*.ttl")), *sorted((top / "shapes").glob("*.ttl"))]
    return Catalogue(t for file in files for t in parse_file(file))
