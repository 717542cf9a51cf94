"""A report read back: every tag, every table with its values, everything that leads outside."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr", "input", "source", "embed", "base", "area", "col"}
LEADS_OUT = {
    "src", "href", "srcset", "data", "action", "formaction", "poster", "background", "cite",
    "manifest", "ping", "longdesc", "usemap", "xlink:href",
}  # fmt: skip
URL = re.compile(r"(?:https?:|ftp:|file:|data:|javascript:|//)", re.IGNORECASE)
CSS_OUT = re.compile(r"@import|url\(\s*['\"]?(?!#)", re.IGNORECASE)
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@dataclass
class Printed:
    """A table as it stands in the page: names of columns and values by cell."""

    command: str
    columns: list[list[str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    values: list[list[list[float]]] = field(default_factory=list)


class Page(HTMLParser):
    """Everything of a page that tests ask for."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.source = data.decode("utf-8")
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.outside: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.tables: list[Printed] = []
        self.misnested: list[str] = []
        self.text = ""
        self.feed(self.source)
        self.close()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self._look_outside(tag, given)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag == "table":
            self.tables.append(Printed(given.get("data-command", "")))
        if tag == "tr":
            self.tables[-1].rows.append([])
            self.tables[-1].values.append([])
        if tag in ("th", "td"):
            table = self.tables[-1]
            table.rows[-1].append("")
            table.values[-1].append([])
            if "data-columns" in given:
                table.columns.append(given["data-columns"].split())
        if tag == "data":
            self.tables[-1].values[-1][-1] = [float(one) for one in given["value"].split()]

    def _look_outside(self, tag: str, given: dict[str, str]) -> None:
        if tag in ("script", "link", "iframe", "object", "embed", "base", "img", "image", "form"):
            self.outside.append(f"<{tag}>")
        for name, value in given.items():
            if name in LEADS_OUT and tag != "data" and not value.startswith("#"):
                self.outside.append(f"<{tag} {name}={value!r}>")
            if name.startswith("on") or CSS_OUT.search(value):
                self.outside.append(f"<{tag} {name}={value!r}>")
            if URL.search(value) and value not in NAMESPACES and not name.startswith("xmlns"):
                self.outside.append(f"<{tag} {name}={value!r}>")
            if name.startswith("xmlns") and value not in NAMESPACES:
                self.outside.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.misnested.append(tag)
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        inside = set(self.open)
        if "style" in inside and CSS_OUT.search(data):
            self.outside.append(data)
        if self.headings and self.open and re.fullmatch("h[1-6]", self.open[-1]):
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + data)
        if inside & {"th", "td"} and self.tables:
            self.tables[-1].rows[-1][-1] += data

    def ids(self) -> list[str]:
        """All ids, in order."""
        return [given["id"] for _, given in self.tags if "id" in given]

    def of(self, tag: str) -> list[dict[str, str]]:
        """The attributes of all tags of that name."""
        return [given for name, given in self.tags if name == tag]

    def says(self, text: str) -> bool:
        """Whether the page shows a text."""
        return text in self.text or html.escape(text) in self.source
