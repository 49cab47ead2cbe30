"""One text in both languages of the page."""

from __future__ import annotations

import re

_ONE = re.compile(r"\b(1) (article|passage|question)s\b")


class Said:
    """A text of the page: `texts.name` gives it in the language of `texts`; `{…}` are filled in by whoever shows it."""

    def __init__(self, chinese: str, english: str) -> None:
        self.by_language = {"zh": chinese, "en": english}

    def __get__(self, texts: Spoken, owner: type | None = None) -> str:
        return self.by_language[texts.code]


class Spoken:
    """Texts in one language, "zh" or "en"."""

    def __init__(self, code: str) -> None:
        self.code = code

    def filled(self, text: str, **values: object) -> str:
        """A text with its `{…}` filled in; English says "1 article" where the text has "{count} articles"."""
        filled = text.format(**values)
        return _ONE.sub(r"\1 \2", filled) if self.code == "en" else filled
