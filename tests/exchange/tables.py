"""Makes the tables of ontology/alignments/README.md from the profiles and from what imports do.

``python tests/exchange/tables.py`` writes them; a test says when they are out of step.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from rdflib import RDF, Graph, Namespace, URIRef  # noqa: E402

from exchange.demo import CPOV, CPSV, SHARED  # noqa: E402
from kg.exchange import load_profile, profile_names  # noqa: E402
from kg.exchange.profile import ALL  # noqa: E402
from kg.intake.cpsv import import_cpsv  # noqa: E402
from kg.intake.read import Document, read_document  # noqa: E402
from kg.rdf import value  # noqa: E402
from kg.rdf.short import short  # noqa: E402
from kg.terms import RDF_TYPE  # noqa: E402

if TYPE_CHECKING:
    from kg.intake.registers import Imported

README = ROOT / "ontology" / "alignments" / "README.md"
SH = Namespace("http://www.w3.org/ns/shacl#")
SHAPES = {
    "CPSV-AP 3.2.0": CPSV / "3.2.0/shacl/cpsv-ap-SHACL.ttl",
    "CPOV 2.1.2": CPOV / "2.1.2/shacl/core-public-organisation-ap-SHACL.ttl",
}
SAMPLES = (
    "conformance/cpsv-ap/releases/3.2.0/html/examples",
    "data/lblod-lpdc/migration-scripts/tests-shacl/instances-concepts/instance-data",
    "data/lblod-lpdc/migration-scripts/tests-shacl/instances-concepts/concept-data",
    "data/ronl/apps/register/concordialegal/AOW",
)
PROBE = "https://example.org/probe"
CV = "http://data.europa.eu/m8g/"
AROUND = {
    CV + "Channel": f"<urn:s> <{CV}hasChannel> <urn:x> .",
    CV + "Event": f"<urn:s> <{CV}isGroupedBy> <urn:x> .",
    CV + "LifeEvent": f"<urn:s> <{CV}isGroupedBy> <urn:x> .",
    CV + "BusinessEvent": f"<urn:s> <{CV}isGroupedBy> <urn:x> .",
    CV + "PublicOrganisation": f"<urn:s> <{CV}hasCompetentAuthority> <urn:x> .",
    "http://data.europa.eu/eli/ontology#LegalResource": f"<urn:s> <{CV}hasLegalResource> <urn:x> .",
    CV + "Participation": f"<urn:s> <{CV}hasParticipation> <urn:x> ; <{CV}hasCompetentAuthority>"
    f" <urn:a> . <urn:x> <{CV}role> <urn:customer> ; <{CV}hasParticipant> <urn:c> .",
    "http://xmlns.com/foaf/0.1/Agent": f"<urn:s> <{CV}hasParticipation> <urn:p> ."
    f" <urn:p> <{CV}role> <urn:customer> ; <{CV}hasParticipant> <urn:x> .",
    "http://www.w3.org/ns/adms#Identifier": "<urn:o> a <http://www.w3.org/ns/org#Organization> ;"
    " <http://www.w3.org/ns/adms#identifier> <urn:x> .",
}
"""How a thing of each class hangs on a service."""
CONTEXT = (
    " <urn:o> a <http://www.w3.org/ns/org#Organization> ."
    f" <urn:s> <{CV}hasParticipation> <urn:p> . <urn:p> <{CV}role> <urn:customer> ."
)
"""What else is there: an organisation, and a participation without a participant."""


def exports() -> str:
    """Per profile: what becomes what, what is lost on the way, and what has no place."""
    out = []
    for name in profile_names():
        profile = load_profile(name)
        if ALL in profile.kept:
            continue
        out += [f"#### `{name}`", ""]
        for text in (profile.about, *profile.notes):
            out += [f"- {text.nl}", f"  / {text.en}"]
        out.append("")
        out += ["| ours | theirs | wat verloren gaat | what is lost |", "|---|---|---|---|"]
        for term, kept in sorted(profile.kept.items(), key=lambda item: short(item[0])):
            for k in kept:
                note = (k.note.nl, k.note.en) if k.note else ("–", "–")
                out.append(f"| `{short(term)}` | `{k.theirs}` | {note[0]} | {note[1]} |")
        out += ["", "| geen plaats / no place | waarom | why |", "|---|---|---|"]
        for lost in profile.lost:
            names = ", ".join(f"`{short(t)}`" for t in sorted(lost.terms - {ALL}))
            rest = "al het andere / all else" if ALL in lost.terms else ""
            out.append(f"| {names or rest} | {lost.why.nl} | {lost.why.en} |")
        out.append("")
    return "\n".join(out)


def imports() -> str:
    """Per class and property of the official shapes: what an import makes of it."""
    out = []
    for title, path in SHAPES.items():
        out += [
            f"#### {title}",
            "",
            "| class | taken over | left out and reported |",
            "|---|---|---|",
        ]
        for cls, properties in _shapes(path).items():
            taken, left = [], []
            for prop in properties:
                made = _becomes(cls, prop)
                if made is None:
                    left.append(f"`{short(prop)}`")
                else:
                    taken.append(f"`{short(prop)}`" + (f" → {made}" if made else ""))
            is_taken = _kind(cls)
            head = f"`{short(cls)}`" + (f" → {is_taken}" if is_taken else "")
            if properties or is_taken:
                out.append(f"| {head} | {', '.join(taken) or '–'} | {', '.join(left) or '–'} |")
        out.append("")
    return "\n".join(out)


def samples() -> str:
    """What came of the files others publish."""
    head = "| file | statements | used | services | actors | provisions | legal grounds |"
    out = [head, "|---|---|---|---|---|---|---|"]
    paths = [p for folder in SAMPLES for p in sorted((SHARED / folder).iterdir())]
    for path in paths:
        if path.suffix not in {".ttl", ".rdf", ".json"} or "test-cases" in path.name:
            continue
        document = read_document(path.read_bytes(), name=path.name, lenient=True)
        report = import_cpsv(document).report
        left = sum(p.count for p in report.problems if p.kind.startswith("no-counterpart"))
        w = report.written
        out.append(
            f"| {path.parent.name}/{path.name} | {report.read} | {report.read - left} |"
            f" {w['services']} | {w['actors']} | {w['provisions']} | {w['legalGrounds']} |"
        )
    return "\n".join(out) + "\n"


def _shapes(path: Path) -> dict[str, list[str]]:
    graph = Graph().parse(path)
    out: dict[str, list[str]] = {}
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        for cls in graph.objects(shape, SH.targetClass):
            paths = [graph.value(p, SH.path) for p in graph.objects(shape, SH.property)]
            found = {str(p) for p in paths if isinstance(p, URIRef)}
            known = out.setdefault(str(cls), [])
            known += sorted(found - set(known))
    literal = re.compile(r"XMLSchema#|rdf-schema#Literal|langString")
    return {c: sorted(ps, key=short) for c, ps in sorted(out.items()) if not literal.search(c)}


def _document(cls: str, extra: str) -> Document:
    base = f"<urn:s> a <http://purl.org/vocab/cpsv#PublicService> . {AROUND.get(cls, '')}{CONTEXT}"
    is_service = cls.endswith("#PublicService")
    node = "" if is_service else f"<urn:x> a <{cls}> ."
    text = f"{base} {node} {extra.replace('urn:x', 'urn:s') if is_service else extra}"
    return read_document(text.encode(), name="probe.ttl")


def _kind(cls: str) -> str:
    """Give the class of ours that a class of theirs becomes; empty when there is none."""
    node = "urn:s" if cls.endswith("#PublicService") else "urn:x"
    done = import_cpsv(_document(cls, ""))
    found = [
        short(value(t.object))
        for t in done.triples
        if value(t.subject) == node and t.predicate.value == RDF_TYPE
    ]
    return ", ".join(f"`{f}`" for f in found)


def _becomes(cls: str, prop: str) -> str | None:
    """Give the properties of ours that one of theirs becomes; None when it is left out."""
    values = (f"<{PROBE}>", f'"{PROBE}"@en', '"2020-01-01"', "<urn:s>", "<urn:o>", "<urn:p>")
    used = [r for r in (_probe(cls, prop, given) for given in values) if r is not None]
    return next((r for r in used if r), "") if used else None


def _probe(cls: str, prop: str, given: str) -> str | None:
    """Import one statement more, and give what came of it; None when it was reported."""
    before, after = (
        import_cpsv(_document(cls, extra)) for extra in ("", f"<urn:x> <{prop}> {given} .")
    )
    if _left(after, prop) > _left(before, prop):
        return None
    new = {t for t in after.triples if t.predicate.value != RDF_TYPE} - set(before.triples)
    new = {t for t in new if not value(t.subject).startswith(PROBE)}
    near = {t for t in new if value(t.subject) in {"urn:x", "urn:s", "urn:o"}} or new
    names = sorted({short(t.predicate.value) for t in near} - {short(prop)})
    plain = any(t.predicate.value == prop for t in near)
    return "" if plain else ", ".join(f"`{n}`" for n in names)


def _left(done: Imported, prop: str) -> int:
    """Count the statements with a property that an import reported as left out."""
    mark = f" {prop}"
    return sum(
        p.count
        for p in done.report.problems
        if p.kind.startswith("no-counterpart") and p.kind.endswith(mark)
    )


SECTIONS = {"exports": exports, "imports": imports, "samples": samples}


def section(text: str, name: str) -> str:
    """Give what stands between the marks of a section."""
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- end {name} -->")[0]


def main() -> None:
    text = README.read_text(encoding="utf-8")
    for name, make in SECTIONS.items():
        old = section(text, name)
        marks = f"<!-- {name} -->\n{{}}<!-- end {name} -->"
        text = text.replace(marks.format(old), marks.format(make()))
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
