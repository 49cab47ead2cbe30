"""One text in both languages of the page."""

from __future__ import annotations


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
