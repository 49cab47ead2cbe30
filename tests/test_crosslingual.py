"""English statements about Chinese passages: whose they are, and names, dates and figures in English notation."""

from __future__ import annotations

import pytest

from rag.verify import support

KLING = (
    "2024年12月12日，快手副总裁张迪表示，可灵 AI 的用户已超600万。Demi Guo 是 Pika Labs 的 CEO，今年26岁。"
    "Samir Mallal 在好莱坞有二十年经验。东吴证券的研报估算，在全AI模式下，制作电影的成本比传统模式下降超95%。参与的工作人员是传统剧组的十分之一。"
)
PEOPLE = "贾樟柯说，制作结束后他对可灵非常满意，希望再用可灵做一支片子。俞白眉导演的短片长五分钟。"


@pytest.mark.parametrize(
    "claim",
    [
        "Zhang Di, a vice president of Kuaishou, said on Dec. 12, 2024 that Kling AI had more than 6 million users.",
        "Samir Mallal has two decades of experience in Hollywood.",
        "According to Soochow Securities, costs in a fully AI-based mode fall by more than 95% compared with the traditional mode.",
        "The staff was a tenth of that of a traditional crew.",
    ],
)
def test_names_and_figures_in_english_notation_are_found(claim: str) -> None:
    assert support(claim, [KLING]) == "supported"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Samir Mallal is the CEO of Pika Labs.", "Demi Guo 是 Pika Labs 的 CEO，今年26岁。"),
        ("Yu Baimei was very satisfied with Kling and hopes to make another film with it.", PEOPLE.split("。")[0]),
        ("The staff was a fifth of that of a traditional crew.", KLING),
        ("Samir Mallal has three decades of experience in Hollywood.", KLING),
    ],
)
def test_what_is_told_of_another_or_of_another_figure_is_marked(claim: str, quote: str) -> None:
    assert support(claim, [quote], [KLING + PEOPLE]) != "supported"


def test_a_name_from_another_passage_is_partly_supported() -> None:
    quote, other = "她已经是生成式视频创业公司的创始人之一，筹集了近1.5亿美元的资金。", "斯皮尔伯格来到现场。"
    claim = "Steven Spielberg is one of the founders of a generative video company and has raised nearly $150 million."
    assert support(claim, [quote], [quote]) == "unsupported"
    assert support(claim, [quote], [quote], [quote, other]) == "partial"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("人员规模是传统剧组的10%。", "工作人员的规模是传统剧组的十分之一。"),
        ("他指出，网上八成内容来自用户。", "如今互联网上80%的内容来自用户。"),
        ("双方将共同打造新的视频模型。", "两家公司要共同打造新的视频模型。"),
        ("参加首映的有贾樟柯和李少红。", "贾樟柯、李少红等导演参加了首映。"),
    ],
)
def test_another_way_to_put_it_is_supported(claim: str, evidence: str) -> None:
    assert support(claim, [evidence]) == "supported"


@pytest.mark.parametrize(
    ("claim", "support_is"),
    [
        ("Writers marched in New York and Los Angeles.", "supported"),
        ("Writers marched in New York and Chicago.", "partial"),
        ("The writers took to the streets of Beijing.", "partial"),
    ],
)
def test_a_place_must_be_there(claim: str, support_is: str) -> None:
    text = "约1.15万名编剧走上纽约和洛杉矶的街头罢工游行。"
    assert (support(claim, [text]) == "supported") == (support_is == "supported")
