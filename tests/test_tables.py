"""A table's rows stay on lines of their own, however the table is written."""

from __future__ import annotations

import pytest
from test_clean import BODY

from ingest.clean import clean


@pytest.mark.parametrize("row", ["|", "||", "| |"])
def test_an_empty_row_of_a_table_goes(row: str) -> None:
    assert clean(f"正文。\n\n{row}\n\n还有一段。").text == "正文。\n\n还有一段。"


def test_no_row_of_a_table_is_joined_to_another() -> None:
    rows = (
        "年份 | 影片数 | 占比",
        "置景 （含道具） | 3,400",
        "2023 | 14 | 4%",
        "Runway Gen-3 Alpha | turns pictures into video",
        "kling | text",
    )
    text = "\n".join(f"| {row} |" for row in rows).replace("置景 ", "置景<br>")
    assert clean(BODY + text + "\n\n" + BODY).text.split("\n\n")[2:-2] == [*rows]


@pytest.mark.parametrize(
    ("copied", "paragraphs"),
    [
        ("片名\t票房\n《门》\t3,210.5\n《潮》\t\n", ["片名 | 票房", "《门》 | 3,210.5", "《潮》"]),
        ("1.\t分镜\n2.\t置景\n", ["1. 分镜", "2. 置景"]),
        ("\t他放下剧本。\n\t她没有说话。\n", ["他放下剧本。", "她没有说话。"]),
        ("成本\t三千元\n", ["成本 三千元"]),
    ],
)
def test_lines_between_tabs_are_rows(copied: str, paragraphs: list[str]) -> None:
    assert clean(BODY + copied + "\n" + BODY).text.split("\n\n")[2:-2] == paragraphs


@pytest.mark.parametrize("rule", ["---|---", ":--- | ---:", "-----|-----", "| :--: | ---: |", "-|-"])
def test_a_table_without_outer_pipes_is_read_as_one_with_them(rule: str) -> None:
    text = f"票房如下：\n\n导演 | 片名\n{rule}\n张三 | 《雏菊》\n李四|一部没有名字\n\n没有表格的 | 竖线留下。"
    assert clean(BODY + text).text == BODY + (
        "票房如下：\n\n导演 | 片名\n\n张三 | 《雏菊》\n\n李四 | 一部没有名字\n\n没有表格的 | 竖线留下。"
    )
