"""Pictures as files: SVG, PNG, PDF or one HTML page; and as SVG to stand in a page.

Drawn by vl-convert on this machine: no browser, no network. Specs come from `plots`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from pqs_coder.errors import UsageError
from pqs_coder.report.plots import theme

Spec = Mapping[str, Any]

SUFFIXES = (".svg", ".png", ".pdf", ".html")
DPI = 192
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
MARGIN = 12
"""Paper round the drawing, in pixels."""

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"


def picture_bytes(spec: Spec, suffix: str, alt: str = "") -> bytes:
    """A picture as a file of that suffix, on white; `UsageError` for another suffix.

    ``alt`` says in words what is seen; SVG and HTML carry it.
    """
    import vl_convert

    kind = suffix.lower()
    if kind not in SUFFIXES:
        raise UsageError(
            f"Pictures can't be written as '{suffix}'.", f"Use one of: {', '.join(SUFFIXES)}."
        )
    svg = _with_words(_drawn(spec, paper=kind != ".html"), alt)
    if kind == ".svg":
        return (svg + "\n").encode("utf-8")
    if kind == ".png":
        return bytes(vl_convert.svg_to_png(svg, scale=1, ppi=DPI))
    if kind == ".pdf":
        return bytes(vl_convert.svg_to_pdf(svg))
    from pqs_coder.report.templating import render

    title = _title_of(spec)
    return render("picture.html.jinja", title=title, svg=inline_svg(spec, alt, "p")).encode("utf-8")


def _drawn(spec: Spec, *, paper: bool) -> str:
    import vl_convert

    whole = dict(spec)
    if paper:
        config = {**whole.get("config", {}), "background": "white", "padding": MARGIN}
        whole["config"] = config
    return str(vl_convert.vegalite_to_svg(whole, allowed_base_urls=[]))


def _title_of(spec: Spec) -> str:
    title = spec.get("title", "")
    return str(title.get("text", "") if isinstance(title, Mapping) else title)


def subtitle_of(spec: Spec) -> str:
    """What the line under the title of a picture says."""
    title = spec.get("title", "")
    return " ".join(title.get("subtitle", ())) if isinstance(title, Mapping) else ""


def inline_svg(spec: Spec, alt: str, key: str) -> str:
    """A picture to stand in an HTML page: it takes the page's colour of text and its width.

    Its title is left to the page. ``alt`` is its text for those who don't see it; ``key`` keeps
    its ids apart from those of other pictures of the page.
    """
    bare = {name: value for name, value in spec.items() if name != "title"}
    svg = _with_words(_drawn(bare, paper=False), alt, key)
    return svg.replace(theme.INK, "currentColor")


def _with_words(svg: str, alt: str, key: str = "id") -> str:
    """The SVG as one image with a text, no roles within, ids of its own, nothing that leads out."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        for name in list(element.attrib):
            if name.startswith("aria-") or name in ("role", f"{{{_XLINK}}}href", "href"):
                del element.attrib[name]
    _rename_ids(root, key)
    root.set("role", "img")
    if alt:
        root.set("aria-label", alt)
        title = ElementTree.Element(f"{{{_SVG}}}title")
        title.text = alt
        root.insert(0, title)
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _rename_ids(root: ElementTree.Element, key: str) -> None:
    """Ids by ``key`` and place: those that vega counts up differ from run to run."""
    names: dict[str, str] = {}
    for element in root.iter():
        old = element.get("id")
        if old is not None:
            names[old] = f"{key}-{len(names) + 1}"
            element.set("id", names[old])
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if "url(#" in value:
                element.set(attribute, _REFERENCE.sub(lambda m: f"url(#{names[m[1]]})", value))
