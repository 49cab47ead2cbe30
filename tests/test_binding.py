"""What belongs together in a statement must belong together in the passages: names, works, dates, figures."""

from __future__ import annotations

import pytest

from rag.binding import torn
from rag.verify import support

FILMS = (
    "董润年的短片叫《新世界》，借 AI 从一个小女孩的视角讲述。薛晓路用 AI 创作的科幻短片叫《最后的防线》，以重庆为故事背景。"
    "王子川用 AI 制作的短片叫《雏菊》，2024年11月完成。贾樟柯对可灵非常满意，希望过一段时间能再用它做一支片子。"
)
COMPANIES = (
    "Demi Guo 是 Pika Labs 的 CEO，今年26岁。Samir Mallal 是一位电影制作人。2024年7月，可灵 AI 的 Web 端正式上线。"
    "2024年11月，可灵 AI 正式推出独立 App。可灵 AI 的用户已超600万，累计生成的视频超6500万个、图片超1.75亿张。"
    "约1.15万名编剧在纽约上街罢工，工会代表着16万名演艺人员。刘姝铭说，AI 难以复刻手工的温度。"
)
SWAPPED = [
    (FILMS, "王子川的短片叫《新世界》。"),
    (FILMS, "董润年的短片以重庆为故事背景。"),
    (FILMS, "《雏菊》以重庆为故事背景。"),
    (FILMS, "董润年希望过一段时间能再用可灵做一支片子。"),
    (FILMS, "董潤年對可靈非常滿意。"),
    (COMPANIES, "Samir Mallal 今年26岁。"),
    (COMPANIES, "2024年11月，可灵AI的Web端正式上线。"),
    (COMPANIES, "2024年7月，可灵推出独立App。"),
    (COMPANIES, "可灵AI的用户超6500万。"),
    (COMPANIES, "约16万名编剧在纽约上街罢工。"),
]
TOGETHER = [
    (FILMS, "董润年的短片叫《新世界》，薛晓路的短片叫《最后的防线》。"),
    (FILMS, "《最后的防线》由薛晓路用AI创作，故事背景是重庆。"),
    (FILMS, "王子川的《雏菊》于2024年11月完成。"),
    (COMPANIES, "Demi Guo今年26岁，是Pika Labs的CEO。"),
    (COMPANIES, "2024年7月可灵AI的Web端上线，11月推出独立App。"),
    (COMPANIES, "可灵AI的用戶已逾600萬，生成的影片逾6,500萬個、圖片逾1.75億張。"),
    (COMPANIES, "上街罢工的编剧约有1.15万名，工会代表16万名演艺人员。"),
]


@pytest.mark.parametrize(("evidence", "claim"), SWAPPED)
def test_what_belongs_to_another_is_partly_supported_at_best(evidence: str, claim: str) -> None:
    assert torn(claim, (evidence,))
    assert support(claim, [evidence]) != "supported"


@pytest.mark.parametrize(("evidence", "claim"), TOGETHER)
def test_what_belongs_together_is_supported(evidence: str, claim: str) -> None:
    assert support(claim, [evidence]) == "supported"


def test_who_speaks_is_who_was_named_before() -> None:
    text = "贾樟柯出席了首映仪式。他说，制作结束后对可灵非常满意。李少红也在场。"
    assert support("贾樟柯对可灵非常满意。", [text]) == "supported"
    assert not torn("贾樟柯看到，李少红也在场。", (text,))


def test_what_else_was_given_shows_whose_it_is() -> None:
    quote, other = "董润年的短片讲一个小女孩。", "薛晓路的短片以重庆为故事背景，讲火锅店的日常。"
    claim = "董润年的短片以重庆为故事背景。"
    assert support(claim, [quote], [quote, "重庆"], [quote, other]) != "supported"


FILM_WORLD = (
    "文章认为，AI 能缩短制作周期、提高制作效率，成本却可能降低。上街的编剧举着标语，要求提高薪资、得到公平的待遇。"
    "编剧们反对在合同里使用 AI。Demi Guo 在斯坦福大学攻读学位时退学。"
    "九位导演都是首次用 AI 创作。"
)
UNION = "The union supports the new contract. Ticket prices fell in the second half of the year."


@pytest.mark.parametrize(
    "claim",
    [
        "AI能延长制作周期。",
        "AI能縮短製作週期、降低製作效率。",
        "编剧们要求降低薪资。",
        "编剧们支持在合同里使用AI。",
        "Demi Guo在斯坦福大学攻读学位后毕业。",
        "九位导演都是再次用AI创作。",
        "The union opposes the new contract.",
        "Ticket prices rose in the second half of the year.",
    ],
)
def test_the_contrary_word_is_partly_supported_at_best(claim: str) -> None:
    assert support(claim, [UNION if claim.isascii() else FILM_WORLD]) != "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "AI能提高制作效率、缩短制作周期。",
        "AI可以让制作周期缩短，制作效率提高。",
        "九位导演都是第一次用AI创作。",
        "The union supports the new contract.",
    ],
)
def test_a_word_of_the_same_side_is_supported(claim: str) -> None:
    assert support(claim, [UNION if claim.isascii() else FILM_WORLD]) == "supported"


def test_a_name_from_another_passage_is_partly_supported() -> None:
    quote = "未来的影像创作将向 XR 电影过渡，这一趋势正重塑影视行业的创作逻辑。"
    other = "天津美术学院教授刘姝铭总结了 AI 电影的发展现状，李飞飞也谈到空间智能。"
    claim = "刘姝铭说，未来的影像创作将过渡到XR电影。"
    assert support(claim, [quote], [quote], [other, quote]) == "partial"
    assert support(claim, [quote], [quote]) == "unsupported"
    assert support("王家卫说，未来的影像创作将过渡到XR电影。", [quote], [quote], [other, quote]) == "unsupported"


@pytest.mark.parametrize(
    "claim",
    [
        "首映仪式在北京电影学院举行。",
        "中信证券的研报估算，成本下降超95%。",
        "Demi Guo 在哈佛大学攻读学位时退学。",
    ],
)
def test_a_name_of_which_only_the_kind_is_there_is_marked(claim: str) -> None:
    text = "首映仪式在中国电影博物馆举行。东吴证券的研报估算，成本下降超95%。Demi Guo 在斯坦福大学攻读学位时退学，卡梅隆没有来。"
    assert support(claim, [text]) != "supported"
