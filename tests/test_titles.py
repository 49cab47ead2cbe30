"""Titles that stand on two lines."""

from __future__ import annotations

from pathlib import Path

from ingest.metadata import describe
from ingest.read import Document


def test_a_title_may_go_on_below_where_the_file_states_it_whole() -> None:
    lines = "生成式模型在后期制作中的\n应用现状（2024年度）\n中国电影家协会\n三位导演用模型拍摄短片。成本降到了三千元，制片人很满意。"
    stated = {"document title": "生成式模型在后期制作中的应用现状（2024年度）"}
    found, body = describe(Document(lines, stated), Path("a.pdf"))
    assert (found.title, body.startswith("中国电影家协会")) == (stated["document title"], True)
    found, body = describe(Document(lines, {"document title": "生成式模型在后期制作中的问题"}), Path("a.pdf"))
    assert (found.title, body.startswith("应用现状")) == ("生成式模型在后期制作中的", True)
