"""Reading: every format gives its text, and what can't be read says so in one sentence."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from files import write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_pdf import pdf

from ingest import read as reading
from ingest.errors import ReadError
from ingest.read import SUFFIXES, read
from ingest.reading import read_article

# Markdown and text


def test_front_matter_is_metadata_and_no_text(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.md", '---\ntitle: "短片：三问"\n作者: 李明\ndate: 2024-09-25\n---\n\n正文。\n'))
    assert document.metadata == {"title": "短片：三问", "作者": "李明", "date": "2024-09-25"}
    assert document.text.strip() == "正文。"


def test_front_matter_that_is_not_valid_yaml_is_read_line_by_line(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.md", "---\ntitle: 卡梅隆: 拥抱AI\n来源: 新华网\n---\n正文。"))
    assert document.metadata == {"title": "卡梅隆: 拥抱AI", "来源": "新华网"}


def test_lists_and_indented_lines_of_invalid_yaml_belong_to_the_key_above(tmp_path: Path) -> None:
    tags = "".join(f"  - {tag}\n" for tag in ("AI", "电影", "Netflix", "流媒体"))
    head = f"title: Netflix: 用AI拍片\ndate: 2024-12-18\ntags:\n{tags}summary:\n  三位导演\n  谈短片\n"
    document = read(write(tmp_path, "a.md", f"---\n{head}---\n正文。"))
    assert (document.text, document.metadata["date"]) == ("正文。", "2024-12-18")
    assert document.metadata["tags"] == ["AI", "电影", "Netflix", "流媒体"]
    assert document.metadata["summary"] == "三位导演 谈短片"


@pytest.mark.parametrize("text", ["导演说：短片便宜了。\n- 编剧失业\n他不担心。\n她也不。", "- 编剧\n- 剪辑"])
def test_prose_between_rules_is_text(tmp_path: Path, text: str) -> None:
    assert read(write(tmp_path, "a.md", f"---\n{text}\n---\n正文。")).text.startswith(f"---\n{text}")


TOML = """title = "短片：三问"
date = 2024-09-25T10:00:00+08:00
author = 'A: B'
draft = false
[taxonomies]
tags = [
  "短片",  # 注
  "AI",
]
"""


def test_front_matter_may_be_toml_as_hugo_writes_it(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.md", f"+++\n{TOML}+++\n\n正文。\n"))
    assert document.metadata == {
        "title": "短片：三问",
        "date": "2024-09-25T10:00:00+08:00",
        "author": "A: B",
        "draft": "false",
        "tags": ["短片", "AI"],
    }
    assert document.text.strip() == "正文。"


@pytest.mark.parametrize("text", ["+++\n第一段没有键。\n+++\n第二段。", "+++\ntitle = 'x'\n正文。"])
def test_text_between_plus_signs_is_no_front_matter(tmp_path: Path, text: str) -> None:
    assert read(write(tmp_path, "a.md", text)).text == text


def test_text_between_rules_is_no_front_matter(tmp_path: Path) -> None:
    text = "---\n第一段没有键。\n---\n第二段。"
    assert read(write(tmp_path, "a.md", text)).text == text


def test_yaml_bombs_and_objects_stay_harmless(tmp_path: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    start = time.process_time()
    assert read(write(tmp_path, "a.md", f"---\n{bomb}---\n正文。")).text.strip() == "正文。"
    assert read(write(tmp_path, "b.md", "---\nx: " + "[" * 5000 + "\n---\n正文。")).text
    evil = read(write(tmp_path, "c.md", "---\nx: !!python/object/apply:os.system ['true']\n---\n正文。"))
    assert evil.metadata in ({"x": ["true"]}, {"x": "!!python/object/apply:os.system ['true']"})
    assert time.process_time() - start < 5


def test_a_picture_within_a_text_is_none_of_it(tmp_path: Path) -> None:
    data = "data:image/png;base64," + "iVBORw0KGgo+/" * 1000 + "=="
    text = f"导演把镜头投到大屏幕上。![剧照]({data})他说。\n\n![][image1]\n\n成本降了。\n\n[image1]: <{data}>\n"
    assert read_article(write(tmp_path, "a.md", text))[0].text == "导演把镜头投到大屏幕上。他说。\n\n成本降了。"


@pytest.mark.parametrize(
    ("head", "hour"),
    [("", "00:0{0}:01,000 --> 00:0{0}:04,200"), ("WEBVTT\n\n", "0{0}:01.000 --> 0{0}:04.200 align:start")],
)
def test_subtitles_give_what_is_said(tmp_path: Path, head: str, hour: str) -> None:
    said = ["大家好，我是陆川", "<i>这个镜头</i>要花80万元", "{\\an8}成本降到了\n3000"]
    cues = [f"{number}\n{hour.format(number)}\n{cue}\n" for number, cue in enumerate(said, 1)]
    article = read_article(write(tmp_path, "路演.txt", head + "\n".join(cues)))[0]
    assert article.text.split("\n\n") == ["大家好，我是陆川", "这个镜头要花80万元", "成本降到了 3000"]
    assert (article.title, article.headings) == ("大家好，我是陆川", ())


def test_the_hash_is_of_the_files_bytes(tmp_path: Path) -> None:
    one, same, other = (
        read(write(tmp_path, name, text)).hash for name, text in (("1.txt", "甲"), ("2.md", "甲"), ("3.txt", "乙"))
    )
    assert one == same != other
    assert len(one) == 64


# Word


def word(fill: Callable[[docx.document.Document], None]) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    fill(document)
    document.save(out)
    return out.getvalue()


def _article(document: docx.document.Document) -> None:
    document.add_heading("三问AI短片", 0)
    document.add_heading("第一问", 1)
    document.add_paragraph("谁来写剧本？")
    document.add_paragraph("编剧", style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "张三", "《雏菊》"
    document.add_paragraph("结尾。")
    document.core_properties.title = "三问"


def test_a_word_file_gives_its_text_in_order(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.docx", word(_article)))
    assert document.text.split("\n\n") == [
        "# 三问AI短片",
        "## 第一问",
        "谁来写剧本？",
        "- 编剧",
        "| 张三 | 《雏菊》 |",
        "结尾。",
    ]
    assert document.metadata == {"document title": "三问"}


def repacked(content: bytes, parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return out.getvalue()


def test_a_word_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    good = word(_article)
    for content, reason in (
        (good[: len(good) // 2], "broken .docx"),
        (b"plain text", "broken .docx"),
        (b"\xd0\xcf\x11\xe0 an encrypted one", "broken .docx"),
        (repacked(good, {"word/document.xml": b"<w:document"}), "broken .docx"),
        (repacked(good, {"[Content_Types].xml": b"<Types/>"}), "broken .docx"),
        (repacked(good, {"word/media/bomb.bin": bytes(80 * 2**20)}), "unpacks to far more"),
        (repacked(good, {"word/document.xml": b" " * (51 * 2**20)}), "unpacks to far more"),
        (word(lambda document: None), "holds no text"),
    ):
        with pytest.raises(ReadError, match=reason):
            read(write(tmp_path, "a.docx", content))


def test_xml_entities_are_not_resolved(tmp_path: Path) -> None:
    good = word(lambda document: document.add_paragraph("MARK"))
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        xml = archive.read("word/document.xml")
    laughs = b"".join(b'<!ENTITY l%d "%b">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(10))
    doctype = b'<!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/passwd">' + laughs + b"]>"
    head, _, rest = xml.partition(b"?>")
    evil = head + b"?>" + doctype + rest.replace(b"MARK", b"MARK&f;&l9;")
    start = time.process_time()
    try:
        text = read(write(tmp_path, "a.docx", repacked(good, {"word/document.xml": evil}))).text
    except ReadError:
        text = ""
    assert "root:" not in text
    assert len(text) < 1000
    assert time.process_time() - start < 5


# Files that are no articles


def test_an_unknown_type_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as error:
        read(write(tmp_path, "a.xyz", "正文"))
    assert all(suffix in str(error.value) for suffix in SUFFIXES)


def test_suffixes_are_read_in_any_case(tmp_path: Path) -> None:
    assert read(write(tmp_path, "A.TXT", "正文")).text == "正文"


@pytest.mark.parametrize("content", [b"", b" \n\t", "\u3000\n".encode(), b"\xef\xbb\xbf"])
def test_an_empty_file_holds_no_text(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ReadError, match="holds no text"):
        read(write(tmp_path, "a.txt", content))


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 8,
        b"\0" * 100,
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"%PDF-1.4\n1 0 obj",
        b"PK\x03\x04abc",
        os.urandom(4096),
    ],
    ids=["bytes", "nulls", "png", "pdf", "zip", "random"],
)
def test_a_file_that_is_not_text_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ReadError, match="isn't text"):
        read(write(tmp_path, "a.txt", content))


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(reading.MAX_BYTES + 1)
    with pytest.raises(ReadError, match="larger than 50 MB"):
        read(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"%PDF-1.4\n%\xe2\xe3", "another format"), (b"", "holds no text"), (b" \n\n", "holds no text"),
     (b"\x00\x01" * 500, "isn't text"), (b"<html><!-- -->", "holds no text"),
     (b"<meta charset=zlib>\xff", "can be parsed")],
)  # fmt: skip
def test_what_is_no_page_is_told_why(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(write(tmp_path, "a.html", content))


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    for name in ("folder.txt", "pipe.txt", "missing.txt", "nul\0.txt"):
        with pytest.raises(ReadError):
            read(tmp_path / name)


@pytest.mark.parametrize(
    "name", ["新\n行.txt", "..hidden..txt", "🎬.txt", "\x1b[31mred.txt", os.fsdecode(b"\xff\xfe.txt")]
)
def test_a_message_is_one_printable_line_whatever_the_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadError) as error:
        read(write(tmp_path, name, b""))
    message = str(error.value)
    message.encode()
    assert "\n" not in message
    assert "\x1b" not in message
    assert message.endswith(".")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    suffix=st.sampled_from(SUFFIXES),
    content=st.binary(max_size=400),
    prefix=st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<html>", b"---\na: "]),
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, suffix: str, content: bytes, prefix: bytes) -> None:
    try:
        assert read(write(tmp_path, "a" + suffix, prefix + content)).text.strip()
    except ReadError as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".html"])
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, suffix: str) -> None:
    good = {
        ".pdf": pdf(["三问AI短片", "正文。"]),
        ".docx": word(_article),
        ".html": "<html><head><title>三问AI短片</title></head><body><h1>三问AI短片</h1><p>正文。</p></body></html>".encode(),
    }[suffix]
    for at in range(0, len(good), max(len(good) // 60, 1)):
        for bad in (good[:at], good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :]):
            try:
                read(write(tmp_path, "a" + suffix, bad))
            except ReadError as error:
                assert str(error).endswith(".")
