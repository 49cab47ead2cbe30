"""A Word document loses no word but those deleted, wherever Word puts them, and gives none twice."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from files import write
from test_read import word

from ingest.read import read

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


BOX = f"<w:txbxContent><w:p>{run('框里的话。')}</w:p></w:txbxContent>"
ONE = f"<w:p>{run('单独的一段。')}</w:p>"


def text_of(tmp_path: Path, xml: str) -> str:
    body = parse_xml(f"<w:body {NAMES}>{xml}</w:body>")
    return read(write(tmp_path, "a.docx", word(lambda document: document.element.body.extend(list(body))))).text


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (f'<w:smartTag w:element="chsdate">{run("2024年12月18日")}</w:smartTag>', "2024年12月18日"),
        (f"<w:del><w:r><w:delText>三万</w:delText></w:r></w:del><w:ins>{run('两万')}</w:ins>", "两万"),
        (f"<w:moveFrom>{run('三万')}</w:moveFrom><w:moveTo>{run('兩萬')}</w:moveTo>", "兩萬"),
        (f"<w:sdt><w:sdtContent>{run('《雏菊》')}</w:sdtContent></w:sdt>", "《雏菊》"),
        (f"<w:hyperlink>{run('前文')}</w:hyperlink>", "前文"),
        (f"<w:r><w:ruby><w:rt>{run('dǎo')}</w:rt><w:rubyBase>{run('导')}</w:rubyBase></w:ruby></w:r>", "导"),
        ('<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:br w:type="page"/></w:r>', ""),
    ],
    ids=["smart tag", "insertion", "move", "content control", "link", "reading", "page break"],
)
def test_a_paragraph_loses_no_word_but_those_deleted(tmp_path: Path, inner: str, text: str) -> None:
    settings, content = inner.split("</w:pPr>") if "</w:pPr>" in inner else ("", inner)
    settings += "</w:pPr>" if settings else ""
    assert text_of(tmp_path, f"<w:p>{settings}{run('影片')}{content}{run('上映。')}</w:p>") == f"影片{text}上映。"


@pytest.mark.parametrize(
    "xml",
    [
        f"<w:sdt><w:sdtContent>{ONE}</w:sdtContent></w:sdt>",
        f"<w:ins>{ONE}</w:ins>",
        f"<w:customXml>{ONE}</w:customXml>",
        f"<w:tbl><w:sdt><w:sdtContent><w:tr><w:sdt><w:sdtContent><w:tc>{ONE}</w:tc></w:sdtContent></w:sdt></w:tr>"
        "</w:sdtContent></w:sdt></w:tbl>",
    ],
    ids=["content control", "insertion", "custom XML", "table"],
)
def test_a_wrapped_paragraph_is_text(tmp_path: Path, xml: str) -> None:
    assert text_of(tmp_path, xml) == "单独的一段。"


@pytest.mark.parametrize(
    "box",
    [
        f"<w:r><w:pict>{BOX}</w:pict></w:r>",
        f"<mc:AlternateContent><mc:Choice>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback></mc:AlternateContent>",
    ],
    ids=["alone", "with a fallback"],
)
def test_a_text_box_stands_once_behind_its_paragraph(tmp_path: Path, box: str) -> None:
    assert text_of(tmp_path, f"<w:p>{run('影片')}{box}{run('上映。')}</w:p>") == "影片上映。\n\n框里的话。"


def _tables(document: docx.document.Document) -> None:
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "票房（亿元）"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "可灵"
    for row, column, text in ((1, 1, "2023"), (1, 2, "3.5"), (2, 1, "2024"), (2, 2, "5.1")):
        table.cell(row, column).text = text
    frame = document.add_table(1, 1).cell(0, 0)
    frame.text = "外层第一段。"
    frame.add_paragraph("外层第二段。")
    inner = frame.add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "李四", "《潮》"


def test_a_cell_stands_once_with_its_label_in_each_row_and_a_frame_gives_its_blocks(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.docx", word(_tables))).text.split("\n\n") == [
        "| 票房（亿元） |\n| 可灵 | 2023 | 3.5 |\n| 可灵 | 2024 | 5.1 |",
        "外层第一段。",
        "外层第二段。",
        "| 李四 | 《潮》 |",
    ]


def bold(text: str, value: str = "1") -> str:
    return f'<w:r><w:rPr><w:b w:val="{value}"/></w:rPr><w:t>{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("inner", "heading"),
    [
        ('<w:pPr><w:outlineLvl w:val="1"/></w:pPr>' + run("钱从哪里省下来"), True),
        ('<w:pPr><w:outlineLvl w:val="9"/></w:pPr>' + run("钱从哪里省下来"), False),
        (bold("钱从哪里") + bold("省下来"), True),
        (bold("钱从哪里") + run("省下来"), False),
        (bold("钱从哪里省下来", "0"), False),
        (bold("钱从群演那里省下来。"), False),
        (bold("钱从哪里") + "<w:r><w:br/></w:r>" + bold("省下来"), False),
    ],
)
def test_what_the_outline_or_a_bold_line_heads_is_a_heading(tmp_path: Path, inner: str, heading: bool) -> None:
    assert text_of(tmp_path, f"<w:p>{inner}</w:p>").startswith("## ") == heading


def test_a_style_of_ones_own_that_has_a_place_in_the_outline_heads(tmp_path: Path) -> None:
    def fill(document: docx.document.Document) -> None:
        base, own = (document.styles.add_style(name, 1) for name in ("小标题", "小标题之二"))
        base.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {NAMES} w:val="2"/>'))
        own.base_style = base
        document.add_paragraph("AI来了！导演怎么办？", style=own)

    assert read(write(tmp_path, "a.docx", word(fill))).text == "## AI来了！导演怎么办？"
