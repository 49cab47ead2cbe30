"""Dated events, each leading to its sentence."""

from __future__ import annotations

import pytest

from ingest.article import Article
from rag.timeline import timeline


def dates(text: str) -> list[str]:
    return [event.date for event in timeline([Article("a", text, "题")])]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("影片将于2025年3月21日在上海首映。", ["2025-03-21"]),
        ("影片在二〇二四年十二月六日举办首映仪式。", ["2024-12-06"]),
        ("電影節於2024年11月號稱收到投稿三千部。", ["2024-11"]),
        ("The guild went on strike on May 2, 2023 in Los Angeles.", ["2023-05-02"]),
        ("The studio signed the deal in 2024 after long talks.", ["2024"]),
        ("在2004年或2005年，有些事只有电影厂才能做。", ["2004"]),
        ("影片将在2024年底或者2025年初上映。", ["2024"]),
        ("续集将于2023年下半年或在2024年上半年开机。", ["2023"]),
        ("影片究竟是在2025年3月還是2024年12月開機，說法不一。", ["2024-12"]),
        ("续集计划在2024或2025年上映，片长未定。", ["2024"]),
        ("The sequel may open in May 2024, or in June 2025, or in 2026 at last.", ["2024-05"]),
        ("短片在2004年和2005年各得过一次奖。", ["2004", "2005"]),
        ("短片在2004年获奖，2005年或2006年在电视上播出。", ["2004", "2005"]),
        ("影片于２０２４年１２月６日在北京上映。", ["2024-12-06"]),
        ("影片于2024年十二月八日在北京上映。", ["2024-12-08"]),
        ("二○二四年十二月廿六日，影片下片了。", ["2024-12-26"]),
        ("民國113年12月7日，影片在台北上映。", ["2024-12-07"]),
        ("It opened on 12/18/2024 in Los Angeles.", ["2024-12-18"]),
        ("It opened on Dec. 18,2024 in Los Angeles.", ["2024-12-18"]),
        ("The team used Autodesk Maya 2024 for modelling.", []),
        ("It was shown among the Marvel 2024 slate events.", []),
        ("2010-12年间，他拍了三部短片。", ["2010"]),
        ("《银翼杀手2049年》让很多观众想起了雨夜。", []),
        ("1990年代的特效师都记得那台机器。", []),
        ("首映在12月18日举行，来了三百人。", []),
        ("他一共生成了2024个镜头，用了其中三个。", []),
        ("2024年12月18日", []),
        ("这是自1960年以来好莱坞首次全面停摆。", []),
        ("這是自 1960年以來好萊塢首次全面停擺。", []),
        ("一九六〇年以来，编剧和演员没有同时罢工过。", []),
        ("从2024年6月至今，用户翻了一番。", []),
        ("從2024年6月起的半年裡，模型升級了十餘次。", []),
        ("It is the first double strike since 1960 in Hollywood.", []),
        ("Since May 2023 the guild has held out for more.", []),
        ("可灵自2024年6月上线以来，用户超过了六百万。", ["2024-06"]),
        ("可靈自2024年6月上線以來，用戶超過了六百萬。", ["2024-06"]),
        ("新规自2025年9月1日起施行，平台须加标识。", ["2025-09-01"]),
        ("新規定自2025年9月1日起實施，平台須加標示。", ["2025-09-01"]),
        ("作家们2023年12月起诉了这家公司。", ["2023-12"]),
        ("自1960年以来的首次罢工从2023年5月2日开始。", ["2023-05-02"]),
    ],
)
def test_a_date_with_its_year_makes_an_event(sentence: str, found: list[str]) -> None:
    assert dates(sentence) == found


def test_events_come_in_order_and_lead_to_their_exact_words() -> None:
    later = Article("b", "开头的一句话在这里。2025年1月，第二部短片完成了。", "乙")
    earlier = Article(
        "a", "2024年的大事\n\n2024年12月6日，首映礼在北京举行。2024年，可灵上线了。", "甲", headings=((0, 8),)
    )
    events = timeline([later, earlier])
    assert [event.date for event in events] == ["2024", "2024-12-06", "2025-01"]
    assert [event.text for event in events][1:] == [
        "2024年12月6日，首映礼在北京举行。",
        "2025年1月，第二部短片完成了。",
    ]
    assert all(event.article.text[event.start : event.end] == event.text for event in events)
