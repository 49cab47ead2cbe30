"""Whether a passage bears a sentence out: figures, names, denials, wording; in both scripts and both languages."""

from __future__ import annotations

import pytest

from rag.evidence import Evidence
from rag.figures import strange_figures
from rag.verify import support

KLING = (
    "2024年12月6日，快手在中国电影博物馆为“可灵AI导演共创计划”举办首映仪式。参加的九位导演是贾樟柯、李少红、薛晓路等。"
    "九位导演用三个月完成九个片段，使用可灵的平均成本仅为35000元左右。俞白眉的短片长五分钟，结尾打出“百鬼勿扰”。"
    "贾樟柯认为，AI 不会取代人类。卡梅隆说，用 AI 的目的不是裁掉艺术家。"
)
CAMERON = (
    "詹姆斯·卡梅隆加入 Stability AI 董事会。他执导的《泰坦尼克号》1997年上映，投资2亿4千万美元，票房22.64亿美元。"
    "《阿凡达》2009年上映，投资2.7亿美元，票房29亿美元，居影史第一。罢工持续了118天，约1.15万名编剧参加，成本下降超95%。"
)

TRUE = [
    (KLING, "九位导演使用可灵的平均成本约为3.5万元。"),
    (KLING, "平均成本是三万五千元左右。"),
    (KLING, "九位導演使用可靈的平均成本約為35,000元。"),
    (KLING, "首映于2024年12月6日在中国电影博物馆举行。"),
    (KLING, "9位导演花了3个月完成九个片段。"),
    (KLING, "参加的导演有贾樟柯、李少红和薛晓路等。"),
    (KLING, "**贾樟柯**认为AI不会取代人类[1]。"),
    (KLING, "俞白眉的短片长5分钟。"),
    (KLING, "卡梅隆说，用AI不是为了裁掉艺术家。"),
    (CAMERON, "卡梅隆加入了Stability AI的董事会。"),
    (CAMERON, "《泰坦尼克號》投資2.4億美元，票房22.64億美元。"),
    (CAMERON, "《阿凡达》的票房为29亿美元。"),
    (CAMERON, "罢工持续了近120天。"),
    (CAMERON, "约一万一千五百名编剧参加了罢工。"),
    (CAMERON, "成本下降超过百分之九十五。"),
    (KLING, "The average cost of using Kling for the nine directors was about 35,000 yuan."),
    (KLING, "Kuaishou held the premiere at the China Film Museum on December 6, 2024."),
    (CAMERON, "Avatar came out in 2009, cost 270 million dollars and took 2.9 billion dollars at the box office."),
]
FALSE = [
    (KLING, "九位导演使用可灵的平均成本约为9万元。", "figure"),
    (KLING, "九位导演使用可灵的平均成本约为3.5亿元。", "figure"),
    (KLING, "平均成本是35000美元。", "unit"),
    (KLING, "俞白眉的短片长五小时。", "unit"),
    (KLING, "首映于2023年12月6日在中国电影博物馆举行。", "date"),
    (KLING, "参加的导演有张艺谋、李少红和薛晓路。", "person"),
    (KLING, "斯皮尔伯格认为，AI不会取代人类。", "person"),
    (KLING, "快手与《流浪地球》合作举办首映仪式。", "title"),
    (KLING, "首映仪式由Netflix举办。", "Latin name"),
    (KLING, "这种蛋白质在高温下会迅速分解。", "nothing shared"),
    (CAMERON, "卡梅隆加入了OpenAI的董事会。", "Latin name"),
    (CAMERON, "《盗梦空间》1997年上映。", "title"),
    (CAMERON, "成本下降超过75%。", "per cent"),
    (CAMERON, "罢工持续了近200天。", "not even nearly"),
    (KLING, "The average cost of using Kling for the nine directors was about 90,000 yuan.", "figure"),
    (CAMERON, "Avatar took 4.1 billion dollars at the box office.", "figure"),
    (CAMERON, "The stock market fell sharply on Monday.", "nothing shared"),
    (CAMERON, "James Cameron and Steven Spielberg joined the board of Stability AI.", "person"),
]
CONTRARY = [
    (KLING, "贾樟柯认为，AI 会取代人类。"),
    (KLING, "卡梅隆说，用 AI 的目的是裁掉艺术家。"),
    (KLING, "九位导演没有完成九个片段。"),
    (CAMERON, "卡梅隆没有加入 Stability AI 董事会。"),
    (CAMERON, "卡梅隆從未加入 Stability AI 董事會。"),
    (CAMERON, "James Cameron never joined the board of Stability AI."),
]


@pytest.mark.parametrize(("evidence", "claim"), TRUE)
def test_what_the_passage_says_is_supported(evidence: str, claim: str) -> None:
    assert support(claim, [evidence]) == "supported"


@pytest.mark.parametrize(("evidence", "claim", "wrong"), FALSE)
def test_what_it_does_not_say_is_unsupported(evidence: str, claim: str, wrong: str) -> None:
    assert support(claim, [evidence]) == "unsupported", wrong


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("成本3万5元。", "成本为35000元。"),
        ("成本約4億4,500萬美元。", "成本为4.45亿美元。"),
        ("It cost $3.5m.", "It cost 3.5 million dollars."),
        ("It cost $3-5m.", "It cost between 3 million and 5 million dollars."),
        ("成本5-10万元。", "成本为5万到10万元。"),
        ("来了两三百人。", "来了两百到三百人。"),
        ("合同金额为壹佰万元。", "合同金额为100万元。"),
        ("Twenty-five films took ninety minutes each.", "25 films took 90 minutes each."),
        ("建文四年六月廿五，他走了。", "建文四年六月二十五，他走了。"),
    ],
)
def test_figures_are_the_same_however_they_are_written(evidence: str, claim: str) -> None:
    for one, other in ((evidence, claim), (claim, evidence), (evidence, evidence), (claim, claim)):
        assert strange_figures(one, Evidence(other)) == set()


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("成本5-10万元。", "成本为5元。"),
        ("It cost $3.5m.", "It cost 3.5 million euros."),
        ("He made twenty films.", "He made twenty-one films."),
        ("It took twenty-five hours.", "It took 25 minutes."),
        ("来了两三百人。", "来了2300人。"),
    ],
)
def test_figures_that_only_look_alike_are_strange(evidence: str, claim: str) -> None:
    assert strange_figures(claim, Evidence(evidence))


@pytest.mark.parametrize(("evidence", "claim"), CONTRARY)
def test_the_contrary_is_partly_supported_at_best(evidence: str, claim: str) -> None:
    assert support(claim, [evidence]) != "supported"


def test_someone_elses_figure_is_partly_supported_at_best() -> None:
    assert support("《阿凡达》的投资为2亿4千万美元。", [CAMERON]) == "partial"
    assert support("《泰坦尼克号》的投资为2亿4千万美元。", [CAMERON]) == "supported"


def test_a_figure_from_another_matter_is_partly_supported_at_best_in_english_too() -> None:
    evidence = [KLING, "用工具评估一部小说，15到30分钟就能完成报告。"]
    assert support("Yu Baimei's short film is fifteen minutes long.", evidence) != "supported"


def test_the_context_may_name_who_is_meant() -> None:
    quote = "他说自己从事特效快40年了。"
    claim = "卡梅隆从事特效快40年了。"
    assert support(claim, [quote]) == "unsupported"
    assert support(claim, [quote], context=["卡梅隆谈生成式AI"]) == "supported"


def test_a_figure_from_the_context_alone_is_partly_supported() -> None:
    assert support("平均成本是35000元。", ["平均成本不高。"], context=[KLING]) == "partial"


def test_an_abbreviation_may_stand_for_chinese_words() -> None:
    assert support("VFX流程需要几百小时的人工修正。", ["视觉特效流程需要几百小时的人工修正。"]) == "supported"


def test_a_sentence_bears_itself_out_in_either_script() -> None:
    from ingest.split import sentences
    from ingest.text import _to_traditional

    for passage in (KLING, CAMERON):
        traditional = _to_traditional().convert(passage)
        for start, end in sentences(passage):
            assert support(passage[start:end], [traditional]) == "supported"


def test_empty_texts_claim_nothing_that_could_be_shown() -> None:
    assert support("平均成本是35000元。", []) == "unsupported"
    assert support("平均成本是35000元。", [""]) == "unsupported"


@pytest.mark.parametrize("date", ["2024年11月6日", "11月6日", "十一月六日", "12月11日"])
def test_a_day_must_stand_in_the_passage_as_one(date: str) -> None:
    evidence = KLING + "2024年11月，可灵推出独立应用。11日，又有更新。"
    assert support(f"首映仪式于{date}举行。", [evidence]) == "unsupported"
    assert support("首映仪式于十二月六日举行。", [evidence]) == "supported"


def test_another_subject_is_partly_supported_at_best() -> None:
    assert support("字节跳动在中国电影博物馆举办了首映仪式。", [KLING]) == "partial"
    assert support("快手在中国电影博物馆举办了首映仪式。", [KLING]) == "supported"


def test_who_tells_it_is_no_subject() -> None:
    assert support("文章回顾说，快手在中国电影博物馆举办了首映仪式。", [KLING]) == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("可灵的用户在2024年超过2200万。", "可灵的用户在2023年超过2200万。"),
        ("2024年以来，公司裁员三百人。", "2023年以来，公司裁员三百人。"),
        ("到约2025年，一半的镜头由AI生成。", "到约2030年，一半的镜头由AI生成。"),
        ("In 2024, over 22 million people used Kling.", "In 2023, over 22 million people used Kling."),
        ("By around 2024, half of all shots will use AI.", "By around 2030, half of all shots will use AI."),
        ("有124人来自北京的学校。", "有120人来自北京的学校。"),
        ("52%的受访者支持使用AI。", "50%的受访者支持使用AI。"),
        ("51.4%的受访者支持使用AI。", "51.3%的受访者支持使用AI。"),
    ],
)
def test_a_figure_is_about_another_only_if_a_word_of_its_own_says_so(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "unsupported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("有近120人来自北京的学校。", "有118人来自北京的学校。"),
        ("工具约3.5s生成一帧画面。", "工具3.4s生成一帧画面。"),
        ("有120人左右来自北京的学校。", "有123人来自北京的学校。"),
        ("有120多人来自北京的学校。", "有123人来自北京的学校。"),
        ("有120来人在北京的学校学习。", "有118人在北京的学校学习。"),
        ("公司有超过2000名员工。", "公司有2050名员工。"),
        ("33%的受访者支持使用AI。", "33.3%的受访者支持使用AI。"),
        ("影片收入一千多万元。", "影片收入一千多万元。"),
        ("影片收入一千多万元。", "影片收入1030万元。"),
        ("近百分之五十的受访者支持使用AI。", "48.5%的受访者支持使用AI。"),
    ],
)
def test_a_rounded_figure_is_borne_out(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("他拍了三部电影。", "他拍了五部电影。"),
        ("收入增长了三倍。", "收入增长了五倍。"),
        ("影片获得三项提名。", "影片获得七项提名。"),
        ("拍摄用了两年。", "拍摄用了五年。"),
        ("他参加了第三届电影节。", "他参加了第五届电影节。"),
        ("六成观众反对用AI配音。", "四成观众反对用AI配音。"),
        ("三分之二的观众支持用AI配音。", "三分之一的观众支持用AI配音。"),
    ],
)
def test_another_small_count_or_share_is_unsupported(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "unsupported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("他拍了三部电影。", "他拍了3部电影。"),
        ("拍摄用了两年。", "拍摄用了2年。"),
        ("这两部电影都由他执导。", "他执导过五部电影，这两部电影都由他执导。"),
        ("这是一部科幻电影，讲述了机器人的故事。", "他拍过五部电影，这部科幻电影讲述了机器人的故事。"),
        ("两部电影《甲》和《乙》都由他执导。", "《甲》和《乙》都是由他执导的电影。"),
        ("60%的观众反对用AI配音。", "六成观众反对用AI配音。"),
        ("六成观众反对用AI配音。", "60%的观众反对用AI配音。"),
        ("三分之二的观众支持用AI配音。", "67%的观众支持用AI配音。"),
    ],
)
def test_the_same_count_or_share_is_borne_out_in_other_writing(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "supported"


TOOLS = "狮门影业用过的工具有Sora、Runway和Pika等。Demi Guo创办了Stability AI。"


@pytest.mark.parametrize(
    "claim", ["Sora", "Runway。", "- **Stability AI**", "Demi Guo", "Sora, Runway", "Sora、Runway和Pika"]
)
def test_a_name_alone_is_supported_where_it_stands(claim: str) -> None:
    assert support(claim, [TOOLS]) == "supported"


@pytest.mark.parametrize("claim", ["Midjourney", "Sora, Midjourney", "Demi Moore"])
def test_a_name_alone_that_stands_nowhere_is_not_supported(claim: str) -> None:
    assert support(claim, [TOOLS]) == "unsupported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("（2）俞白眉的短片长五分钟。", KLING),
        ("(2)俞白眉的短片长五分钟。", KLING),
        ("②俞白眉的短片长五分钟。", KLING),
        ("根据段落2，俞白眉的短片长五分钟。", KLING),
        ("據資料2，俞白眉的短片長五分鐘。", KLING),
        ("他一一回应了质疑。", "他逐一回应了质疑。"),
    ],
)
def test_a_number_that_only_counts_or_points_is_no_figure(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "supported"


def test_a_figure_beside_it_is_one() -> None:
    assert support("（2）俞白眉的短片长2分钟。", [KLING]) == "unsupported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("影片的投资为300亿日元。", "影片的投資為300億日圓。"),
        ("影片的投资为300亿日元。", "影片的投資為300億日幣。"),
        ("影片的投资为30亿日元。", "影片的投资为¥30亿。"),
        ("影片的投资为3亿元新台币。", "影片的投資為NT$3億。"),
        ("影片的投资为3亿元新台币。", "影片的投資為新台幣3億元。"),
        ("圆桌会议于12月5日举行。", "12月5日圆桌会议举行。"),
    ],
)
def test_a_currency_is_the_same_however_it_is_written(claim: str, evidence: str) -> None:
    for one, other in ((claim, evidence), (evidence, claim)):
        assert strange_figures(one, Evidence(other)) == set()


@pytest.mark.parametrize("evidence", ["影片的投資為300億日圓。", "影片的投資為300億元。", "影片的投資為300億美元。"])
def test_another_currency_is_strange(evidence: str) -> None:
    assert strange_figures("影片的投资为300亿英镑。", Evidence(evidence))
