"""One text in the languages of the page: Chinese, which is converted for who reads Traditional, and English."""

from __future__ import annotations

import re
from typing import Literal

from ingest.text import as_in_taiwan

Code = Literal["zh", "zh-Hant", "en"]

_QUOTES = str.maketrans("“”‘’", "「」『』")
_TAIWAN = {"終端": "終端機", "協議": "協定", "撤銷": "復原", "時間線": "時間軸"}  # what the conversion leaves as it is
_ONE = re.compile(r"\b(1) (article|passage|question)s\b")


class Said:
    """A text of the page: `texts.name` gives it in the language of `texts`; `{…}` are filled in by whoever shows it."""

    def __init__(self, chinese: str, english: str) -> None:
        self.chinese, self.english = chinese, english

    def __get__(self, texts: Spoken, owner: type | None = None) -> str:
        return self.english if texts.code == "en" else texts.written(self.chinese)


class Spoken:
    """Texts in one language."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.language = "zh-Hans" if code == "zh" else code  # the page's lang attribute

    def written(self, chinese: str) -> str:
        """A Chinese text in the characters, words and quotation marks of the page."""
        if self.code != "zh-Hant":
            return chinese
        text = as_in_taiwan(chinese).translate(_QUOTES)
        for word, said in _TAIWAN.items():
            text = text.replace(word, said)
        return text

    def filled(self, text: str, **values: object) -> str:
        """A text with its `{…}` filled in; English says "1 article" where the text has "{count} articles"."""
        filled = text.format(**values)
        return _ONE.sub(r"\1 \2", filled) if self.code == "en" else filled
