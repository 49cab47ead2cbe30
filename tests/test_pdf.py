"""A PDF gives its lines, and nothing that is printed about every page; what can't be read says why."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from files import write

from ingest import read as reading
from ingest.errors import ReadError
from ingest.read import read


def pdf(*pages: list[str], trailer: bytes = b"", title: str = "") -> bytes:
    """A minimal PDF whose lines are set in a font with a standard Chinese encoding."""
    font = b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>"
    descendant = (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 5 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>"
    )
    descriptor = (
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880"
        b"/StemV 93/FontBBox[-25 -254 1000 880]>>"
    )
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", font, descendant, descriptor]
    kids = []
    for lines in pages:
        shown = b"".join(b"<" + line.encode("utf-16-be").hex().encode() + b"> Tj T* " for line in lines)
        content = b"BT /F 12 Tf 16 TL 50 780 Td " + shown + b"ET"
        kids.append(b"%d 0 R" % (len(objects) + 1))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % (len(objects) + 2)
        )
        objects.append(b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content))
    objects.append(b"<</Title(%b)>>" % title.encode("ascii"))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(kids), b" ".join(kids))
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(
        b"trailer\n<</Size %d/Root 1 0 R%b/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, trailer, len(objects), table)
    )
    return out.getvalue()


def test_a_pdf_gives_its_lines_without_running_heads_and_feet(tmp_path: Path) -> None:
    pages = [["电影手册 2024", f"第{n}页的内容写在这里。", f"第{n}页还有一行。", f"- {n} -"] for n in range(1, 5)]
    text = read(write(tmp_path, "a.pdf", pdf(*pages))).text
    assert text.split("\n") == [line for page in pages for line in page[1:3]]


def test_left_and_right_pages_of_a_pdf_may_have_heads_of_their_own(tmp_path: Path) -> None:
    heads, feet = ("2024年12月号", "电影手册"), ("短片 {}", "{} 电影")
    pages = [[heads[n % 2], f"第{n}页的内容写在这里。", f"第{n}页完。", feet[n % 2].format(n)] for n in range(1, 8)]
    text = read(write(tmp_path, "a.pdf", pdf(*pages))).text
    assert text.split("\n") == [line for page in pages for line in page[1:3]]


@pytest.mark.parametrize("head", ["2026/11/27 晚上", "电影手册：AI来了？"])
def test_a_running_head_may_ask(tmp_path: Path, head: str) -> None:
    pages = [[head, f"第{n}页的内容写在这里。", f"第{n}页完。"] for n in range(1, 5)]
    assert head not in read(write(tmp_path, "a.pdf", pdf(*pages))).text


def test_rows_of_a_table_that_goes_on_overleaf_do_not_run(tmp_path: Path) -> None:
    pages = [
        ["正文在此。", "年份 影片数 占比", "2023 14 4%", "- 1 -"],
        ["2024 37 11%", "2025 58 17%", "正文完。", "- 2 -"],
    ]
    text = read(write(tmp_path, "a.pdf", pdf(*pages))).text
    assert text.split("\n") == [line for page in pages for line in page[:3]]


@pytest.mark.parametrize("number", ["第 1 页 共 1 页", "- 1 -", "1 / 1", "Page 1 of 1"])
def test_the_number_of_a_single_page_goes(tmp_path: Path, number: str) -> None:
    assert read(write(tmp_path, "a.pdf", pdf(["正文写在这里。", "2024", number]))).text == "正文写在这里。\n2024"


@pytest.mark.parametrize("hour", ["12/18/24, 11:27 PM", "2024/12/18 23:27", "2024/12/18 下午11:27"])
def test_what_a_browser_prints_about_one_page_goes_and_tells_its_address(tmp_path: Path, hour: str) -> None:
    title = "AI comes: who fears it?"
    page = [
        title,
        "2024/12/18 10:32 来源：电影手册",
        "正文写在这里。",
        f"{hour} {title}",
        "https://example.com/a?b=1 1/1",
    ]
    content = pdf(page, title=title)
    document = read(write(tmp_path, "a.pdf", content))
    assert document.text.split("\n") == page[:3]
    assert document.metadata == {"document title": title, "url": "https://example.com/a?b=1"}


def test_a_pdf_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    good = pdf(["三问AI短片", "正文。"])
    secret = b"<" + b"5a" * 32 + b">"
    encrypted = b"/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P -4/O" + secret + b"/U" + secret + b">>/ID[<00><00>]"
    for content, reason in (
        (good[: len(good) // 3], "broken PDF"),
        (b"not a pdf at all", "broken PDF"),
        (b"", "broken PDF"),
        (pdf(["正文。"], trailer=encrypted), "encrypted"),
        (pdf([]), "holds no text"),
    ):
        with pytest.raises(ReadError, match=reason):
            read(write(tmp_path, "a.pdf", content))


def test_a_pdf_with_too_many_pages_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_PAGES", 2)
    assert read(write(tmp_path, "a.pdf", pdf(["甲"], ["乙"]))).text
    with pytest.raises(ReadError, match="more than 2 pages"):
        read(write(tmp_path, "a.pdf", pdf(["甲"], ["乙"], ["丙"])))
