"""Text is read right whatever it is encoded in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from files import write

from ingest.encoding import decode
from ingest.read import read

NEWS = Path(__file__).parents[2] / "shared" / "data" / "train" / "news.jsonl.gz"
SIMPLIFIED = "三位导演用生成式模型拍摄短片，“每部成本不到两万元”。——制片人说：流程变了！"
TRADITIONAL = "三位導演用生成式模型拍攝短片，「每部成本不到兩萬元」。製片人說：流程變了！"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", SIMPLIFIED),
        ("utf-8-sig", SIMPLIFIED),
        ("utf-16", TRADITIONAL),
        ("utf-16-le", SIMPLIFIED),
        ("utf-16-be", TRADITIONAL),
        ("utf-32", SIMPLIFIED),
        ("gb18030", SIMPLIFIED),
        ("gb18030", TRADITIONAL),
        ("gbk", SIMPLIFIED),
        ("big5", TRADITIONAL.replace("「", "『")),
        ("utf-8", "Plain English, with a café."),
        ("cp1252", "Directors’ films cost less than before – “a café budget”, they said."),
        ("utf-16-le", "Plain English text"),
    ],
)
def test_every_encoding_is_recognised(tmp_path: Path, encoding: str, text: str) -> None:
    assert read(write(tmp_path, "a.txt", text.encode(encoding))).text == text


def test_text_cut_off_inside_a_character_is_still_read(tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030", "utf-16-le"):
        cut = (SIMPLIFIED * 20).encode(encoding)[:-1]
        assert read(write(tmp_path, "a.txt", cut)).text.startswith(SIMPLIFIED)


@pytest.mark.slow
@pytest.mark.parametrize("length", [30, 100, 300])
def test_short_texts_are_decoded_right_in_997_of_1000_cases(length: int) -> None:
    if not NEWS.exists():
        pytest.skip("the news articles are not here")
    import opencc

    with gzip.open(NEWS, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["rest"] for _, line in zip(range(3000), lines, strict=False)]
    simplified = [text[:length] for text in texts if len(text) >= length][:1000]
    to_traditional = opencc.OpenCC("s2tw")
    traditional = [to_traditional.convert(text) for text in simplified]
    for encoding, samples in (("gb18030", simplified), ("big5hkscs", traditional), ("utf-16-le", simplified)):
        encoded = [(text.encode(encoding, "ignore"), text) for text in samples]
        right = sum(_decoded(data) == data.decode(encoding) for data, _ in encoded)
        assert right >= 0.997 * len(samples), encoding


def _decoded(data: bytes) -> str:
    try:
        return decode(data)
    except UnicodeError:
        return ""
