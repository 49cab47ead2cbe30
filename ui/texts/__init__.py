"""What the page says, in Chinese and in English, a file a room. Nothing here knows how it is shown."""

from __future__ import annotations

from ui.texts.chat import ChatTexts
from ui.texts.evaluation import EvaluationTexts
from ui.texts.frame import FrameTexts
from ui.texts.library import LibraryTexts
from ui.texts.settings import SettingsTexts


class Texts(FrameTexts, ChatTexts, LibraryTexts, SettingsTexts, EvaluationTexts):
    """Every text of the page in one language."""


TEXTS = {"zh": Texts("zh"), "en": Texts("en")}
CHINESE, ENGLISH = TEXTS["zh"], TEXTS["en"]


def preferred(accepted: str, default: str = "zh") -> str:
    """The page language, "zh" or "en", that an Accept-Language header asks for first.

    A header that names neither gives `default`, or English where it does name some other language.
    """
    weights = {}
    for part in accepted.split(","):
        tag, _, parameters = part.strip().partition(";")
        weight = parameters.strip().removeprefix("q=")
        weights.setdefault(tag.strip().lower()[:2], float(weight) if weight.replace(".", "", 1).isdigit() else 1.0)
    known = {language: weight for language, weight in weights.items() if language in TEXTS}
    if known:
        return max(known, key=lambda language: known[language])
    return "en" if any(tag.isalpha() for tag in weights) else default
