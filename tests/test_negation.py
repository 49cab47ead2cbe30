"""What denies and what doesn't, and which claims say the contrary: 不是A而是B denies A and affirms B."""

from __future__ import annotations

import pytest

from rag.negation import contradicts
from rag.verify import support

INSTEAD = "Samir 表示，AI 不是取代创作者，而是帮助创作者。卡梅隆对 AI 并不悲观，他主张技术不该被妖魔化。出问题的不是艺术，而是商业。"


@pytest.mark.parametrize(
    "claim",
    ["AI 是取代创作者，而不是帮助创作者。", "出問題的是藝術，而不是商業。", "卡梅隆并不悲观，他主张技术应该被妖魔化。"],
)
def test_what_is_turned_round_is_partly_supported_at_best(claim: str) -> None:
    assert support(claim, [INSTEAD]) != "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "AI不是要取代创作者，而是帮助他们。",
        "卡梅隆并不悲观，主张技术不该被妖魔化。",
        "出问题的是商业，而不是艺术。",
    ],
)
def test_what_is_denied_and_affirmed_alike_is_supported(claim: str) -> None:
    assert support(claim, [INSTEAD]) == "supported"


def test_a_word_that_another_negative_denies_is_denied() -> None:
    text = "公司不会主张对创作拥有所有权，AI 也无法复刻艺术家的犹豫。"
    assert support("公司不主张对创作的所有权，AI复刻不了艺术家的犹豫。", [text]) == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("该片在影都开机。", "该片在无锡影都开机。"),
        ("该片在海边拍摄。", "该片在海边的别墅拍摄。"),
        ("导演写了剧本。", "导演为别人写了剧本。"),
        ("影片用无人机拍摄了全部外景。", "The film shot all exteriors with drones."),
    ],
)
def test_words_that_only_begin_like_a_negative_deny_nothing(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It not only cut costs but also saved time.", "它不仅降低了成本，还节省了时间。"),
        ("It was no. 1 at the box office.", "它居票房第一。"),
    ],
)
def test_not_only_denies_nothing(claim: str, evidence: str) -> None:
    assert not contradicts(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("导演写了剧本。", "导演没写剧本。"),
        ("演员满意这部影片。", "演员不满意这部影片。"),
        ("影片上映了。", "影片无法上映。"),
        ("电影节有记者参加。", "电影节无人参加。"),
        ("选手可以使用AI生成的剧本参赛。", "选手不得使用AI生成的剧本参赛。"),
        ("AI会取代演员的工作。", "AI未必会取代演员的工作。"),
        ("AI会取代演员的工作。", "AI不一定会取代演员的工作。"),
        ("演员可以使用AI替身拍摄。", "严禁演员使用AI替身拍摄。"),
        ("超过半数的观众支持用AI配音。", "不足半数的观众支持用AI配音。"),
        (
            "The guild's contract lets studios train AI models on scripts.",
            "The guild's contract does not let studios train AI models on scripts.",
        ),
        ("The guild allows AI scripts in the competition.", "公会不允许AI剧本参加比赛。"),
        ("AI will replace actors.", "AI未必会取代演员。"),
    ],
)
def test_what_a_negative_precedes_is_denied(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) != "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("公司裁员。", "公司不得不裁员。"),
        ("公司裁员。", "公司不得已裁员。"),
        ("AI不一定会取代演员。", "AI未必会取代演员。"),
        ("不得使用AI写剧本。", "禁止使用AI写剧本。"),
        ("不足半数的观众支持用AI配音。", "不到半数的观众支持用AI配音。"),
        ("公司资金不足。", "公司资金不足，只好停工。"),
        ("The contract lets studios train AI models.", "The contract lets studios train AI models, but not on films."),
        ("The directors use AI to make films.", "导演们使用AI拍电影，但不使用AI写剧本。"),
        ("AI will change the work of actors.", "导演认为，AI不会取代演员，但会改变演员的工作。"),
    ],
)
def test_what_is_denied_alike_or_of_something_else_is_supported(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "supported"
