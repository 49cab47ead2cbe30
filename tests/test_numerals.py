"""A number is one number, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.numerals import figures, numbers
from ingest.text import fold


@pytest.mark.parametrize(
    ("value", "writings"),
    [
        (
            "35000",
            ["35000", "35,000", "3.5万", "3.5 万", "３．５萬", "三万五", "3万5", "三萬五千", "三点五万", "35 thousand"],
        ),
        ("350000000", ["3.5亿", "3億5", "3亿5000万", "three hundred and fifty million"]),
        ("24000", ["2萬4,000", "2万4千", "twenty-four thousand"]),
        ("3500000", ["$3.5m", "US$3.5 M", "$3.5 million", "350万"]),
        ("60000000000", ["$60bn", "60 bn", "£60b", "六百亿"]),
        ("100000", ["$100K", "10万", "壹拾万元"]),
        ("1234000", ["壹佰贰拾叁萬肆仟圓", "123.4万"]),
        ("25", ["twenty-five", "Twenty-Five", "廿五", "25"]),
        ("125", ["one hundred and twenty-five", "one hundred twenty-five", "一百二十五"]),
        ("200", ["two hundred", "两百"]),
        ("21", ["twenty-first", "21st", "二十一"]),
        ("40%", ["forty percent", "40 per cent", "百分之四十"]),
        ("175000000", ["1.75亿", "1.75億", "一亿七千五百万", "1亿7500万", "一点七五亿", "175 million"]),
        ("95%", ["95%", "９５％", "百分之九十五", "百分之95", "95 percent", "95 per cent"]),
        ("5.5%", ["5.5%", "百分之五点五"]),
        ("240000000", ["2亿4千万", "两亿四千万", "兩億四千萬"]),
        ("30005", ["三万零五", "30,005"]),
        ("2300", ["两千三", "两千三百"]),
        ("105", ["一百零五", "105"]),
        ("12", ["十二", "12", "twelve"]),
        ("2024", ["2024", "二〇二四", "二零二四", "２０２４"]),
        ("3000000", ["three million", "300万", "三百万"]),
        ("1200000000000", ["1.2万亿", "1.2 trillion"]),
        ("100000", ["10多万", "十万余", "十余万"]),
        ("23.5", ["23.5", "二十三点五"]),
    ],
)
def test_notations_of_one_value_meet(value: str, writings: list[str]) -> None:
    for written in writings:
        assert numbers(fold(f"约 {written} 元")) == {value}, written


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("两三百人", {"200", "300"}),
        ("七八十部", {"70", "80"}),
        ("十七八岁", {"17", "18"}),
        ("四五万年", {"40000", "50000"}),
        ("五六个人", {"5", "6"}),
        ("5-10万", {"50000", "100000"}),
        ("三至五千", {"3000", "5000"}),
        ("12到16億人", {"1200000000", "1600000000"}),
        ("30–40%", {"30%", "40%"}),
        ("$3-5m", {"3000000", "5000000"}),
        ("$5-$10 million", {"5000000", "10000000"}),
    ],
)
def test_a_span_is_its_two_ends(written: str, values: set[str]) -> None:
    assert numbers(fold(written)) == values


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("从5到10万", {"5", "100000"}),
        ("50-10万", {"50", "100000"}),
        ("GPT-4-10万字", {"4", "100000"}),
        ("合共5\n- 10万字", {"5", "100000"}),
        ("4K和2k，5m长", {"4", "2", "5"}),
        ("5万3D动画", {"50000", "3"}),
        ("九一八和一九三四年", {"918", "1934"}),
        ("三点五六", {"3.56"}),
        ("大陆的队伍拾级而上", set()),
        ("twenty films", {"20"}),
    ],
)
def test_what_only_looks_like_a_span_or_a_unit_is_none(written: str, values: set[str]) -> None:
    assert numbers(fold(written)) == values


def test_a_percentage_is_not_the_bare_number() -> None:
    assert numbers("95%") != numbers("95")


def test_commas_that_separate_are_not_thousands() -> None:
    assert numbers("第1,15年后") == {"1", "15"}


def test_a_time_of_day_is_not_a_decimal() -> None:
    assert numbers("三点五十分开场") == {"3", "50"}


def test_several_numbers_of_a_sentence_are_all_found() -> None:
    assert numbers("2025年3月21日，6人花了3.5万元") == {"2025", "3", "21", "6", "35000"}


def test_a_version_ends_before_the_next_number() -> None:
    assert numbers("可灵2.0一次生成十秒") == {"2", "1", "10"}


def test_figures_leave_out_wording() -> None:
    assert figures("一个导演和两人在3天里花了三万五") == {"3", "35000"}
    assert figures("one of the three films") == {"3"}


@given(st.integers(min_value=0, max_value=10**12))
def test_digits_with_and_without_commas_are_the_value(value: int) -> None:
    assert numbers(str(value)) == numbers(f"{value:,}") == {str(value)}


@given(st.integers(min_value=1, max_value=99_999_999))
def test_chinese_numerals_are_the_value(value: int) -> None:
    assert numbers(_written(value)) == {str(value)}


def _written(value: int) -> str:
    """An independent writer of Chinese numerals."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        return _written(high) + "万" + ("零" if 0 < low < 1000 else "") + (_written(low) if low else "")
    text = "".join(
        "零一二三四五六七八九"[int(digit)] + (unit if digit != "0" else "")
        for digit, unit in zip(f"{value:04}", "千百十 ", strict=True)
    )
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.strip("零 ")


@given(st.text(alphabet="零一二三四五六七八九十百千万亿〇两点多余.,%０５12 百分之million", max_size=60))
def test_any_mixture_of_numerals_is_read_without_an_error(text: str) -> None:
    assert figures(text) <= numbers(text)


@pytest.mark.parametrize("text", ["9" * 400, "三" * 400, "亿" * 60, "1" + "0" * 500 + "亿"])
def test_numbers_beyond_every_measure_are_no_error(text: str) -> None:
    assert numbers(text) == {"inf"}
