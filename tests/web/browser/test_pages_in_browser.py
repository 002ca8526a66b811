"""The pages in a real browser: quiet, self-contained, accessible, and whole on a small screen.

Every page in both languages, light and dark, on a wide and a narrow screen. Needs Chromium and
axe-core (``npm ci`` in this folder); says so where it has to skip.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from kg.text import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Page,
        Request,
        ViewportSize,
    )

    from kg.text import Lang
    from web.running import Service

CHROMIUM = os.environ.get("KG_CHROMIUM") or shutil.which("chromium")
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SUPPLIER = "https://example.org/demo/veiligheid/supplier"
QUERY = quote("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 40")
MISTAKE = quote("SELECT *\n{ ?s skos:prefLabel ?o }")
PAGES = {
    "/": 200,
    "/findings": 200,
    "/findings?class=gap&voice=confirmed": 200,
    "a finding": 200,
    "/matrix": 200,
    "/queries": 200,
    "/queries/customers-not-helped": 200,
    "a question with a form": 200,
    "/ask": 200,
    f"/ask?query={QUERY}": 200,
    f"/ask?query={MISTAKE}": 400,
    f"/node?iri={SUPPLIER}": 200,
    "/terms": 200,
    "/def/Service": 200,
    "/errors/KG-N002": 200,
    "/submit": 200,
    "/about": 200,
    "/nothing/here": 404,
}
WIDTHS = (1280, 360)
ENLARGED: ViewportSize = {"width": 320, "height": 256}
"""A screen of 1280 by 1024 on which everything is shown four times as large (WCAG 1.4.10)."""
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LOOKS = {
    "type": "rule",
    "values": [
        "color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable",
        "css-orientation-lock",
    ],
}  # fmt: skip
"""The rules whose outcome depends on colours and sizes; the others see the same page each time."""
_WATCH = """
window.__refused = [];
document.addEventListener("securitypolicyviolation",
  e => window.__refused.push(e.effectiveDirective + " " + e.blockedURI));
"""
_RUN_AXE = """async (rules) =>
  (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations.map(
    v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" | "))"""
_OVERFLOW = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
_FOCUS = """() => { const e = document.activeElement; if (!e || e === document.body) return null;
  const s = getComputedStyle(e);
  return [e.tagName, e.id || e.getAttribute("href") || e.name || e.textContent.slice(0, 40),
          parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== "none"]; }"""
_FOCUSABLE = """() => [...document.querySelectorAll(
    "a[href],button,input,select,textarea,summary,[tabindex='0']")]
  .filter(e => e.checkVisibility()).length"""


@dataclass
class Watched:
    """A page and what went on while it was shown."""

    page: Page
    status: int = 0
    messages: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def said(self, message: ConsoleMessage) -> None:
        own = f"status of {self.status or 404}" in message.text or "status of 400" in message.text
        if not ("Failed to load resource" in message.text and own):
            self.messages.append(message.text)

    def faults(self, *, looks: bool = False) -> list[str]:
        """What the gate holds against the page as it stands now.

        Args:
            looks: Only by the rules that depend on colours and sizes.
        """
        axe: list[str] = self.page.evaluate(_RUN_AXE, LOOKS if looks else RULES)
        refused: list[str] = self.page.evaluate("window.__refused")
        wide = int(self.page.evaluate(_OVERFLOW))
        return [
            *(f"console: {m}" for m in self.messages),
            *(f"policy: {r}" for r in refused),
            *(f"outside: {o}" for o in self.outside),
            *(f"axe: {a}" for a in axe),
            *([f"scrolls sideways by {wide} px"] if wide > 0 else []),
        ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium: apt-get install chromium, or name it in KG_CHROMIUM")
    if not AXE.is_file():
        pytest.skip("no axe-core: npm ci in tests/web/browser")
    with playwright.sync_playwright() as driver:
        found: Browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(viewport={"width": 1280, "height": 800})
    found.add_init_script(_WATCH)
    yield found
    found.close()


def show(context: BrowserContext, service: Service, path: str) -> Watched:
    """Open a page and watch it."""
    page = context.new_page()
    watched = Watched(page)

    def requested(request: Request) -> None:
        if not request.url.startswith(service.url + "/"):
            watched.outside.append(request.url)

    page.on("console", watched.said)
    page.on("pageerror", lambda e: watched.messages.append(str(e)))
    page.on("request", requested)
    reply = page.goto(service.url + path, wait_until="load")
    assert reply is not None
    watched.status = reply.status
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return watched


def address(service: Service, path: str, lang: Lang) -> str:
    """Give the address of a page of the list, which may have to be looked up."""
    if path == "a finding":
        rule, digest = (
            service.request("GET", "/v1/findings?class=conflict")
            .json["findings"][0]["iri"]
            .split("/")[-2:]
        )
        path = f"/findings/{rule}/{digest}"
    elif path == "a question with a form":
        questions = service.request("GET", "/v1/queries").json["queries"]
        path = "/queries/" + next(q["name"] for q in questions if q["parameters"])
    return path + ("&" if "?" in path else "?") + f"lang={lang}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_page(context: BrowserContext, demo: Service, path: str, lang: Lang) -> None:
    watched = show(context, demo, address(demo, path, lang))
    assert watched.status == PAGES[path]
    for scheme in ("light", "dark"):
        watched.page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            watched.page.set_viewport_size({"width": width, "height": 800})
            first = (scheme, width) == ("light", WIDTHS[0])
            assert watched.faults(looks=not first) == [], (scheme, width)
    watched.page.set_viewport_size(ENLARGED)
    assert watched.page.evaluate(_OVERFLOW) <= 0
    watched.page.close()


def test_verdict(context: BrowserContext, demo: Service) -> None:
    watched = show(context, demo, "/submit?lang=en")
    page = watched.page
    data = b"@prefix sam: <https://w3id.org/samenspel/def#> .\n<urn:a> a sam:Interest ; sam:x 1 ."
    page.set_input_files("#u-file", {"name": "<b>a.ttl", "mimeType": "text/turtle", "buffer": data})
    page.click("main button")
    page.wait_for_url("**/validate")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert "Does not conform" in page.inner_text("h1")
    assert watched.faults() == []
    page.close()


@pytest.mark.parametrize("path", ["/", "/findings?rule=actual", "/ask", "/submit"])
def test_keyboard_reaches_and_leaves_everything(
    context: BrowserContext, demo: Service, path: str
) -> None:
    page = show(context, demo, path).page
    page.set_viewport_size({"width": 1280, "height": 800})
    wanted = int(page.evaluate(_FOCUSABLE))
    seen: list[Any] = []
    for _ in range(wanted + 10):
        page.keyboard.press("Tab")
        now = page.evaluate(_FOCUS)
        if now is None:
            break
        seen.append(now)
    assert len(seen) >= wanted
    assert seen[0][1] == "#main"
    assert [s for s in seen if not s[2]] == []
    page.close()


def test_the_gate_sees_what_is_wrong(context: BrowserContext, demo: Service) -> None:
    watched = show(context, demo, "/about")
    assert watched.faults() == []
    watched.page.evaluate(
        """() => { const i = document.createElement("img"); i.src = "http://127.0.0.2:1/x.png";
        document.querySelector("main").append(i);
        const d = document.createElement("div"); d.textContent = "x".repeat(2000);
        d.style.cssText = "white-space:nowrap;color:#777;background:#888";
        document.querySelector("main").append(d); console.warn("hello"); }"""
    )
    watched.page.wait_for_timeout(100)
    kinds = {f.split(":")[0].split(" ")[0] for f in watched.faults()}
    assert {"console", "policy", "axe", "scrolls"} <= kinds
    watched.page.close()
