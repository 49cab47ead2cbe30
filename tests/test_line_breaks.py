"""What no line's end may tear in two: dates, and the names of flags and variables."""

from __future__ import annotations

import pytest
from markup import HOSTILE, Page

from ui.render import settings
from ui.render.parts import between
from ui.texts import CHINESE


@pytest.mark.parametrize(
    ("date", "whole"), [("2024-12-18", True), ("2024-12", True), ("2024", True), ("去年冬天", False), (HOSTILE, False)]
)
def test_a_date_is_whole(date: str, whole: bool) -> None:
    page = Page(between("影像周刊", "", date))
    assert page.text("time") == (date if whole else "") and page.text() == f"影像周刊 · {date}"


def test_flags_and_variables_are_whole() -> None:
    page = Page(settings.sheet(settings.Settings(), True, CHINESE))
    named = [text for tag, text in page.texts if tag == "code"]
    assert {"--llm-url", "CHANGJI_LLM_BASE_URL", "CHANGJI_LLM_API_KEY", "--top-k", "--language"} <= set(named)
    assert not [text for tag, text in page.texts if tag != "code" and ("--" in text or "CHANGJI_" in text)]
