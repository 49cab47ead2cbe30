"""What a browser would make of markup, for tests of what the page shows."""

from __future__ import annotations

from html.parser import HTMLParser

HOSTILE = """<script>alert(1)</script><img src=x onerror="a()">'"><b>&lt;i&gt; [a](javascript:b()) ${x} {{y}}"""


class Page(HTMLParser):
    """The tags, attributes and texts that a browser would make of the markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("input", "path", "circle", "img", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))

    def all(self, tag: str, **having: str) -> list[dict[str, str]]:
        return [a for t, a in self.tags if t == tag and having.items() <= a.items()]

    def text(self, tag: str = "") -> str:
        return "".join(data for at, data in self.texts if not tag or at == tag)
