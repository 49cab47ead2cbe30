"""Names in Chinese and Latin letters, put together where the tagger takes them apart."""

from __future__ import annotations

import pytest

from ingest.text import fold
from rag.entities import chinese_names, is_chinese_person, is_name, is_person, is_plain, named


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("李少红的短片叫什么名字", ["李少红"]),
        ("王卯卯今年多大年纪", ["王卯卯"]),
        ("楊德昌會怎麼看電影", ["杨德昌"]),
        ("贾樟柯那部短片里", ["贾樟柯"]),
        ("肯特里奇獲得過哪些獎項", ["肯特里奇"]),
        ("威廉·肯特里奇是哪国人", ["威廉·肯特里奇"]),
        ("导演詹姆斯·卡梅隆怎么看", ["詹姆斯·卡梅隆"]),
        ("伍迪·艾伦主演", ["伍迪·艾伦"]),
        ("王岚用了三年", ["王岚"]),
        ("公司由莫斯塔克创办", ["莫斯塔克"]),
        ("王子川的短片叫什么", ["王子川"]),
    ],
)
def test_a_name_is_whole(text: str, names: list[str]) -> None:
    assert chinese_names(fold(text)) == names


@pytest.mark.parametrize(
    "text", ["程度上有所提高", "方面将继续努力", "于南非拍摄", "高频率的镜头", "文章中提到", "许多人反对", "导演的看法"]
)
def test_what_begins_like_a_surname_is_not_yet_a_person(text: str) -> None:
    assert not any(is_chinese_person(name) for name in chinese_names(fold(text)))


@pytest.mark.parametrize(
    ("word", "plain"), [("荣誉", True), ("聊天", True), ("胡子", True), ("华为", False), ("可灵", False)]
)
def test_plain_words_are_told_from_names(word: str, plain: bool) -> None:
    assert is_plain(word) is plain


def test_a_role_is_no_part_of_a_name() -> None:
    assert named("Pika Labs CEO Demi Guo 说") == ["Pika Labs", "Demi Guo"]


def test_names_in_order_of_appearance() -> None:
    assert named("王岚和可灵2.0的用户谈《雾中灯塔》，OpenAI没有回应。") == ["王岚", "可灵2.0", "《雾中灯塔》", "OpenAI"]


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("王岚", True), ("贾樟柯", True), ("李少红", True), ("Meredith Stiehm", True), ("James Cameron", True),
        ("《王岚》", False), ("公司", False), ("Stable Diffusion", False), ("Premiere Pro", False),
        ("Pika Labs", False), ("Final Cut", False),
    ],
)  # fmt: skip
def test_who_is_a_person(name: str, person: bool) -> None:
    assert is_person(name) is person


@pytest.mark.parametrize(
    ("word", "sure"), [("卡梅隆", True), ("肯特里奇", True), ("王岚", True), ("明白", False), ("东西", False)]
)
def test_which_words_are_names_for_sure(word: str, sure: bool) -> None:
    assert is_name(word) is sure
