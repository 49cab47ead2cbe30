"""What the page says, in Chinese (Simplified or Traditional) and in English, a file a room.

Nothing here knows how it is shown.
"""

from __future__ import annotations

import re

from ui.texts.chat import ChatTexts
from ui.texts.evaluation import EvaluationTexts
from ui.texts.frame import FrameTexts
from ui.texts.library import LibraryTexts
from ui.texts.settings import SettingsTexts


class Texts(FrameTexts, ChatTexts, LibraryTexts, SettingsTexts, EvaluationTexts):
    """Every text of the page in one language."""


TEXTS = {"zh": Texts("zh"), "zh-Hant": Texts("zh-Hant"), "en": Texts("en")}
CHINESE, ENGLISH = TEXTS["zh"], TEXTS["en"]
_TRADITIONAL = re.compile(r"zh-(?:hant|tw|hk|mo)\b")


def preferred(accepted: str, default: str = "zh") -> str:
    """The page language, "zh" or "en", that an Accept-Language header asks for first.

    A header that names neither gives `default`, or English where it does name some other language.
    """
    tags = _by_preference(accepted)
    known = [tag[:2] for tag in tags if tag[:2] in ("zh", "en")]
    if known:
        return known[0]
    return "en" if any(tag[:2].isalpha() for tag in tags) else default


def as_read(language: str, accepted: str) -> str:
    """The page language "zh" as "zh-Hant" where the Chinese that the header asks for first is written so."""
    chinese = [tag for tag in _by_preference(accepted) if tag.startswith("zh")]
    return "zh-Hant" if language == "zh" and chinese and _TRADITIONAL.match(chinese[0]) else language


def _by_preference(accepted: str) -> list[str]:
    """The language tags of an Accept-Language header in lower case, the most wanted first."""
    weights = {}
    for part in accepted.split(","):
        tag, _, parameters = part.strip().partition(";")
        weight = parameters.strip().removeprefix("q=")
        weights[tag.strip().lower()] = float(weight) if weight.replace(".", "", 1).isdigit() else 1.0
    return sorted(weights, key=lambda tag: -weights[tag])
