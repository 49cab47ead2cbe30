"""What the page says, as it is written where it is read."""

from __future__ import annotations

import re

import pytest

from ui.texts import CHINESE, TEXTS, Texts
from ui.texts.said import Said

NAMES = [name for room in Texts.__mro__ for name, text in vars(room).items() if isinstance(text, Said)]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("undo", "復原"),
        ("view_timeline", "時間軸"),
        ("model_address_hint", "相容 OpenAI 協定的服務，例如 Ollama、vLLM。"),
        ("strictness_hint", "越嚴格，越少答錯，也越常說「沒有答案」。"),
        ("empty_library", "書架上還沒有文章。到「書庫」裡新增，或在終端機執行 changji ingest 加上資料夾。"),
    ],
)
def test_taiwan_reads_its_own_words_and_quotation_marks(name: str, written: str) -> None:
    assert getattr(TEXTS["zh-Hant"], name) == written


@pytest.mark.parametrize("code", ["zh", "zh-Hant"])
def test_chinese_has_chinese_punctuation(code: str) -> None:
    texts = [getattr(TEXTS[code], name) for name in NAMES if name not in ("other_language", "export_bibtex")]
    assert not [
        text for text in texts if re.search(r"[\u4e00-\u9fff] ?[,;:!?()\"']|[,;:!?(\"'] ?[\u4e00-\u9fff]", text)
    ]
    assert CHINESE.between.join(("PDF", "Word")) == "PDF、Word"
