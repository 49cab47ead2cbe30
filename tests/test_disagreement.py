"""Articles that contradict one another, and articles that only look as if they did; keyless and with a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from openai_server import serving

from ingest.article import Article
from ingest.library import Library
from rag.assistant import Assistant
from rag.generate import load_generator

Make = Callable[[Sequence[Article]], Library]

# A question, two sentences of two articles, and whether they contradict each other.
CONTRARY = [
    ("《雪国列车站》的制作成本是多少？", "短片《雪国列车站》的制作成本只有5000元，周期一周。",
     "《雪国列车站》的成本约为12万元。"),
    ("可灵有多少用户？", "快手表示，可灵的用户已超过600万。", "到第二年春天，可灵的用户超过2200万。"),
    ("《海上花灯》什么时候首映？", "《海上花灯》将于2025年3月21日在上海首映。",
     "影片《海上花灯》推迟到2025年5月1日首映。"),
    ("编剧罢工持续了多久？", "这场编剧罢工持续了118天。", "编剧罢工一共持续了148天，代价惨重。"),
    ("北辰影展收到多少部作品？", "北辰影展今年收到320部作品。", "组委会说，北辰影展共收到410部作品。"),
    ("王岚的团队有多少人？", "王岚的团队只有6人。", "導演王嵐的團隊有十五人，其中三人負責調色。"),
    ("动画片的制作成本下降了百分之几？", "研报估算，AI让动画片的制作成本下降超过95%。",
     "另一份报告认为，动画片的制作成本只下降百分之三十。"),
    ("《深空信使》的票房是多少？", "《深空信使》票房22.64亿美元。", "截至年底，《深空信使》的全球票房为18.4亿美元。"),
    ("可灵最长能生成多长的视频？", "可灵生成的视频时长最长可达2分钟。", "可灵一次生成的视频最长只有10秒。"),
    ("How many members does the guild have?", "The guild has 820 members in the city.",
     "The guild now has 1,150 members."),
    ("《长夜将尽》投资多少？", "《长夜将尽》总投资3亿元，拍了两年。", "据透露，《长夜将尽》投资约1.8亿元。"),
    ("Runway估值多少？", "Runway的估值达到40亿美元。", "今年初，Runway估值约为15亿美元。"),
    ("星云工作室是哪一年成立的？", "星云工作室成立于2019年。", "星云工作室2021年在杭州成立。"),
    ("即梦每天生成多少张图片？", "即梦平均每天生成300万张图片。", "即梦每天要生成1200万张图片。"),
    ("上海电影节展映了几部AI短片？", "上海电影节展映了7部AI短片。", "今年上海電影節共展映十二部AI短片。"),
    ("林导演用了多少个镜头？", "林导演一共用了1400个镜头。", "林导演在片中用了900个镜头。"),
    ("训练这个模型花了多少时间？", "训练这个模型花了三个星期。", "训练这个模型总共用了两个月。"),
    ("有多少名编剧参加罢工？", "约1.15万名编剧参加罢工。", "参加罢工的编剧有8000名。"),
    ("《纸鸢》的奖金是多少？", "《纸鸢》获得奖金二十万元。", "《纸鸢》拿到了50万元奖金。"),
]  # fmt: skip
COMPATIBLE = [
    ("《雪国列车站》的制作成本是多少？", "短片《雪国列车站》的制作成本只有5000元。",
     "短片《南方邮差》的制作成本只有12万元。"),
    ("九位导演的平均成本是多少？", "九位导演使用可灵的平均成本仅为35000元左右。", "九位導演的平均成本約為3.5萬元。"),
    ("可灵有多少用户？", "可灵的用户已超过600万。", "可灵累计生成的视频超过6500万个。"),
    ("《海上花灯》什么时候首映？", "《海上花灯》将于2025年3月21日在上海首映。", "《海上花灯》2024年10月开机。"),
    ("罢工持续了多久？", "编剧罢工持续了148天。", "罢工持续了近150天。"),
    ("北辰影展2025年收到多少部作品？", "北辰影展2025年收到410部作品。", "北辰影展2023年收到120部作品。"),
    ("王岚的团队有多少人？", "王岚的团队只有6人。", "赵启明的团队有15人。"),
    ("《深空信使》的票房是多少？", "《深空信使》票房22.64亿美元。", "《深空信使》投资2.4亿美元。"),
    ("可灵最长能生成多长的视频？", "可灵生成的视频时长最长可达2分钟。", "可灵问世刚过半年，迭代了十余次。"),
    ("How many members does the guild have?", "The guild has 820 members.", "The strike lasted 148 days."),
    ("《长夜将尽》投资多少？", "《长夜将尽》总投资3亿元。", "《长夜将尽》获得三亿元投资。"),
    ("Runway估值多少？", "Runway的估值达到40亿美元。", "Runway融资3.08亿美元。"),
    ("Runway估值多少？", "Runway的估值达到40亿美元。", "Pika的估值达到4.7亿美元。"),
    ("星云工作室是哪一年成立的？", "星云工作室成立于2019年。", "星云工作室2021年推出首部短片。"),
    ("《空城》的片长是多少分钟？", "动画片《空城》片长92分钟。", "《空城》的预告片时长3分钟。"),
    ("即梦每天生成多少张图片？", "即梦平均每天生成300万张图片。", "可灵每天生成500万张图片。"),
    ("即梦每天生成多少张图片？", "即梦平均每天生成300万张图片。", "即梦累计生成了10亿张图片。"),
    ("上海电影节展映了几部AI短片？", "上海电影节展映了7部AI短片。", "北京电影节展映了15部AI短片。"),
    ("林导演用了多少个镜头？", "林导演一共用了1400个镜头。", "林导演删掉了200个镜头。"),
    ("有多少名编剧参加罢工？", "约1.15万名编剧参加罢工。", "16万名演员参加罢工。"),
    ("训练这个模型花了多少时间？", "训练这个模型花了三个星期。", "使用这个模型只要五分钟。"),
    ("《纸鸢》的奖金是多少？", "《纸鸢》获得奖金二十万元。", "《归途》获得奖金五万元。"),
]  # fmt: skip
# Not found: synonyms of what is asked for (片长, 时长), English words in another form (premiere, premiered).


def planted(*texts: str) -> list[Article]:
    dates = ("2024-12-18", "2025-11-20")
    return [Article(f"a{i}", text, f"报道之{'一二'[i]}", date=dates[i]) for i, text in enumerate(texts)]


def show_both(answer: str, one: str, other: str) -> bool:
    return all(text in answer for text in (one, other, "2024-12-18", "2025-11-20"))


@pytest.mark.parametrize(("question", "one", "other"), CONTRARY)
def test_both_are_shown_with_their_dates(new_library: Make, question: str, one: str, other: str) -> None:
    assistant = Assistant(new_library(planted(one, other)), strictness="lenient")
    answer = assistant.ask(question)
    assert show_both(answer.answer, one, other), answer.answer
    house = answer.answer.splitlines()[0]
    assert house.endswith((":", "：")) and "[" not in house
    assert {citation.quote for citation in answer.citations} == {one, other}
    for citation in answer.citations:
        assert assistant.library.article(citation.article).text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(("question", "one", "other"), COMPATIBLE)
def test_nothing_is_called_a_disagreement_that_is_none(new_library: Make, question: str, one: str, other: str) -> None:
    answer = Assistant(new_library(planted(one, other)), strictness="lenient").ask(question)
    assert "不一" not in answer.answer and "disagree" not in answer.answer


def test_it_is_found_beneath_a_sentence_that_only_seems_to_answer(new_library: Make) -> None:
    beside = "可灵生成的视频时长最长可达2分钟，用户可以自由调节视频的纵横比。"
    _, one, other = CONTRARY[1]
    answer = Assistant(new_library(planted(f"{beside}{one}", other)), strictness="lenient").ask("可灵有多少用户？")
    assert show_both(answer.answer, one, other) and beside not in answer.answer


def with_llm(library: Library, url: str, monkeypatch: pytest.MonkeyPatch) -> Assistant:
    for name, value in {"BASE_URL": url, "MODEL": "scripted", "API_KEY": "k", "TIMEOUT": "60"}.items():
        monkeypatch.setenv(f"CHANGJI_LLM_{name}", value)
    return Assistant(library, load_generator(), strictness="lenient")


def test_a_model_that_tells_one_side_gets_the_other_added(new_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    question, one, other = CONTRARY[0]
    with serving("《雪国列车站》的制作成本是5000元[1]。") as server:
        answer = with_llm(new_library(planted(one, other)), server.url, monkeypatch).ask(question)
    assert answer.mode == "llm" and answer.answer.startswith("《雪国列车站》的制作成本是5000元")
    assert show_both(answer.answer, one, other)
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {number for sentence in answer.sentences for number in sentence.citations} == {
        citation.number for citation in answer.citations
    }


def test_a_model_that_tells_both_sides_is_left_alone(new_library: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    question, one, other = CONTRARY[0]
    told = "2024年12月18日的文章说成本是5000元[1]，2025年11月20日的文章说是12万元[2]。"
    with serving(told) as server:
        answer = with_llm(new_library(planted(one, other)), server.url, monkeypatch).ask(question)
    assert "不一" not in answer.answer and len(answer.sentences) == 1


@pytest.mark.parametrize(
    ("question", "house"),
    [
        ("《雪國列車站》的製作成本是多少？", "各篇文章的說法不一："),
        ("《雪国列车站》的制作成本是多少？", "各篇文章的说法不一："),
    ],
)
def test_it_is_said_in_the_questions_script(new_library: Make, question: str, house: str) -> None:
    library = new_library(planted(*CONTRARY[0][1:]))
    assert Assistant(library, strictness="lenient").ask(question).answer.startswith(house)
