"""Facts are met however they are written, and by nothing else; short answers are compared as SQuAD and MLQA do."""

from __future__ import annotations

import pytest

from eval.facts import exact_match, facts_met, figures_met, overlap, tokens


@pytest.mark.parametrize(
    ("alternative", "answer"),
    [
        ("泰坦尼克号", "他拍過《泰坦尼克號》。[1]"),
        ("技術", "这项技术"),
        ("Stability AI", "加入了stability ai董事会"),
        ("ＡＩ", "AI 电影"),
        ("35000", "约３５，０００元"),
        ("35,000", "平均 35000 元"),
        ("35000", "平均3.5万元[2]"),
        ("35000元", "平均 3.5 万元"),
        ("3.5万元", "平均35,000元"),
        ("95%", "百分之九十五的人"),
        ("9位", "九位导演"),
        ("9", "Nine directors took part"),
        ("6 billion", "60亿美元"),
        ("1.75亿", "175 million"),
        ("2024年12月18日", "2024 年 12 月 18 日发表"),
        ("导演、编剧", "导演、编剧和演员"),
        ("2部", "兩部"),
        ("2年", "用了两年"),
        ("200人", "两百人"),
        ("2000", "两千元"),
        ("九位", "其中之一，九位导演"),  # a comma parts two numbers
        ("35万", "35万一集"),
        ("张三", "张三一直在拍"),
        ("百度", "2024百度世界大会"),
        ("2024", "2024百度世界大会"),
        ("10%", "10%以上"),
        ("Stability", "加入StabilityAI董事会"),
        ("stability ai", "StabilityAI"),
        ("hbomax", "HBO Max"),
        ("youtube video", "a YouTube video"),
        ("iPhone", "iphone"),
        ("Sora", "Sora2发布"),
        ("drone", "Drones were used"),
        ("rotoscop", "Rotoscoping is"),
        ("company", "two companies"),
        ("詹姆斯·卡梅隆", "詹姆斯‧卡梅隆"),
        ("詹姆斯·卡梅隆", "詹姆斯卡梅隆"),
        ("“可灵”", "「可靈」"),
        ("O'Brien", "O’Brien"),
        ("GPT-4", "GPT 4的"),
        ("GPT 4", "GPT-4的"),
        ("text-to-video", "Text to video"),
        ("九万元。", "九万元左右"),
        ("6个", "6个人"),
        ("九分", "得了9分"),
        ("U.S.", "the U.S. studios"),
        ("第二届", "第2屆"),
        ("九位导演", "9名導演"),
        ("600万用户", "600万名用户"),
        ("90%", "九成"),
        ("nine videos", "9 videos"),
        ("2小时", "两个小时"),
        ("六周", "6星期"),
        ("9位", "nine directors"),
        ("$35,000", "35000美元"),
        ("2亿4千万美元", "$240 million"),
        ("35000元", "¥35,000"),
        ("2024年12月18日", "2024-12-18"),
        ("2024年12月18日", "二〇二四年十二月十八日"),
        ("December 18, 2024", "2024年12月18号"),
        ("2024年12月", "on 18 December 2024"),
        ("12月18日", "2024/12/18"),
        ("May 5", "5月5日"),
        ("支持", "无不支持"),
        ("支持", "不仅支持"),
        ("使用", "不能不使用"),
        ("卡梅隆", "沉没卡梅隆"),
        ("Kling", "not only Kling"),
    ],
)
def test_a_fact_is_met_however_it_is_written(alternative: str, answer: str) -> None:
    assert facts_met([[alternative]], answer) == [True]
    assert facts_met([["没有的话", alternative]], answer) == [True]


@pytest.mark.parametrize(
    ("alternative", "answer"),
    [
        ("5", "2025年"),
        ("35000", "135000元"),
        ("3", "成本3.5万元"),
        ("5秒", "3.5秒"),
        ("2", "这样说[2]。"),
        ("35000元", "35000美元"),
        ("35000元", "350000元"),
        ("9位", "九部短片"),
        ("95%", "95部"),
        ("10秒", "2024年, 10分钟"),
        ("202410", "2024, 10"),
        ("卡梅隆", "斯皮尔伯格"),
        ("  ", "任何话"),
        ("。", "任何话。"),
        ("九位", "十九位导演"),
        ("十年", "用了二十年"),
        ("十", "十一位"),
        ("三", "十三部"),
        ("三十", "三十五人"),
        ("三万", "三万一千元"),
        ("两部", "一两部"),
        ("35", "预算35万元"),
        ("5", "增长5%"),
        ("5", "5 million"),
        ("5万", "5万亿"),
        ("5万", "5万5千元"),
        ("5千", "2万5千"),
        ("千万", "3千万"),
        ("9月18", "9月180"),
        ("10 s", "10 seconds"),
        ("AI", "He said so"),
        ("Ann", "They planned it"),
        ("Kling", "Klingon"),
        ("war", "a warm day"),
        ("no war", "now are"),
        ("GPT-4", "GPT-4o"),
        ("三五", "第三，五位"),
        ("6个", "用了6个月"),
        ("六个", "用了6个小时"),
        ("9分", "9分钟"),
        ("$5", "NT$5"),
        ("$35,000", "35000元"),
        ("2小时", "2分钟"),
        ("6月", "6个月"),
        ("6 months", "6月"),
        ("18天", "12月18日"),
        ("九位导演", "九部导演作品"),
        ("第二届", "2位"),
        ("10%", "一成不变"),
        ("2024年12月18日", "12月18日"),
        ("2024年12月18日首映", "2024-12-18"),
        ("首映于2024年12月18日", "2024-12-18"),
        ("12月18日", "2024-12-1"),
        ("12月1日", "2024-12-18"),
        ("2024年12月", "2023-12-18"),
        ("支持", "不支持"),
        ("批准", "还没批准"),
        ("批准", "从未批准"),
        ("使用", "没有使用"),
        ("取代导演", "AI不会取代导演"),
        ("approved", "was not approved"),
        ("use", "didn’t use"),
    ],
)
def test_a_fact_is_not_met_by_something_else(alternative: str, answer: str) -> None:
    assert facts_met([[alternative]], answer) == [False]


def test_each_fact_counts_by_itself() -> None:
    assert facts_met([["甲"], ["乙", "丙"], ["丁"]], "甲和丙") == [True, True, False]


@pytest.mark.parametrize(
    ("facts", "answer", "share"),
    [
        ([["35000"]], "平均3.5万元。", 1),
        ([["35000元"]], "平均35000美元。", 1),  # the number alone
        ([["95%"], ["一周"]], "省下百分之九十五。", 1),  # 一 is wording, no figure
        ([["6500万"], ["1.75亿"]], "视频6500万个[2]。", 1 / 2),
        ([["9月18", "September 18"]], "On 18 September[1]", 1),  # months in words are no figures
        ([["9月18"]], "18日", 0),  # of a date both numbers are wanted
        ([["9月18", "September 18"]], "9月18日", 1),
        ([["5000元"]], "[5000]", 0),
        ([["贾樟柯"]], "贾樟柯", None),
        ([], "35000", None),
    ],
)
def test_numeric_match_of_worked_examples(facts: list[list[str]], answer: str, share: float | None) -> None:
    assert figures_met(facts, answer) == share


def test_tokens_are_han_characters_and_words() -> None:
    assert tokens("The 卡梅隆說：“AI 電影”[1]") == ["卡", "梅", "隆", "说", "ai", "电", "影"]


@pytest.mark.parametrize(
    ("answer", "gold", "exact", "shared"),
    [
        ("《阿凡达》。[1]", "阿凡達", 1, 1),
        ("The Avatar", "avatar!", 1, 1),
        ("2009年上映", "2009年", 0, 2 * 2 / (4 + 2)),
        ("the cost of films", "cost", 0, 2 * 1 / (3 + 1)),
        ("可灵", "即梦", 0, 0),
        ("", "可灵", 0, 0),
        ("35,000美元", "35000美元", 1, 1),
        ("３５，０００", "35000", 1, 1),
        ("U.S.", "US", 1, 1),
        ("Cameron’s", "cameron's", 1, 1),
        ("3.5.", "3.5", 1, 1),
        ("3.5", "35", 0, 0),
        ("95%", "95", 0, 0),
        ("Sora、Kling，", "Sora", 0, 2 / 3),
        ("A", "a", 1, 1),
        ("", "A", 0, 0),
        ("the", "A", 0, 0),
    ],
)
def test_exact_match_and_overlap_of_worked_examples(answer: str, gold: str, exact: float, shared: float) -> None:
    assert exact_match(answer, [gold]) == exact
    assert overlap(answer, [gold]) == pytest.approx(shared)
    assert overlap(answer, ["别的话", gold]) == pytest.approx(shared)  # the best gold counts
