"""What a model writes, true or made up, through the whole chain over the digests: marks, and ALCE's scores."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

import pytest
from openai_server import Reply, serving

from eval.citations import citation_faults, citation_quality, verified
from ingest.library import Library
from rag.answer import Answer
from rag.assistant import Assistant
from rag.generate import load_generator

# A question, true sentences as a model words them, and sentences with a figure, date, name or title made up.
WRITTEN: list[tuple[str, list[str], list[str]]] = [
    ("九位导演使用可灵的平均成本是多少？",
     ["九位导演使用可灵的平均成本约为3.5万元。", "九位導演使用可靈的平均成本僅為35,000元左右。"],
     ["九位导演使用可灵的平均成本约为5.3万元。", "九位导演使用Sora的平均成本约为3.5万元。"]),
    ("How many users does Kling have?",
     ["Kling has more than 6 million users."],
     ["Kling has more than 16 million users.", "Kling has generated more than 95 million videos."]),
    ("可灵AI导演共创计划的首映是哪天？",
     ["首映仪式于2024年12月6日举行。", "快手在中国电影博物馆举办了首映仪式。"],
     ["首映仪式于2024年11月6日举行。", "字节跳动在中国电影博物馆举办了首映仪式。"]),
    ("董润年的短片叫什么？",
     ["董润年的短片叫《新世界》。", "张吃鱼的科幻短片叫《最后的防线》，故事发生在重庆。"],
     ["董润年的短片叫《旧世界》。", "张艺谋的短片叫《新世界》。"]),
    ("《泰坦尼克号》的票房是多少？",
     ["《泰坦尼克号》1997年上映，票房22.64亿美元。", "《阿凡达》投资两亿七千万美元。"],
     ["《泰坦尼克号》1997年上映，票房32.64亿美元。", "《流浪地球》投资2.7亿美元。"]),
    ("好莱坞大罢工造成多少经济损失？",
     ["罢工造成60亿美元的经济损失。", "The strike cost 6 billion dollars.", "约一万一千五百名编剧上街罢工。"],
     ["罢工造成160亿美元的经济损失。", "The strike cost 9 billion dollars.", "约2.15万名编剧上街罢工。"]),
    ("Demi Guo 筹集了多少资金？",
     ["Demi Guo已筹集近1.5亿美元的资金。", "Demi Guo今年26岁。"],
     ["Demi Guo已筹集近4.5亿美元的资金。", "Demi Guo今年36岁。"]),
    ("《潜入梦海》的制作成本和周期是多少？",
     ["《潜入梦海》的制作成本只有五千元。", "《潛入夢海》的創作週期只有一週。"],
     ["《潜入梦海》的制作成本只有八千元。", "《潜入深海》的创作周期只有一周。"]),
    ("卡梅隆为什么加入Stability AI？",
     ["卡梅隆说自己从事CG特效快40年了。", "卡梅隆认为，必须把大片的成本砍一半。"],
     ["卡梅隆说自己从事CG特效快60年了。", "斯皮尔伯格认为，必须把大片的成本砍一半。"]),
    ("谁成立了狮门影业和Runway的合作？",
     ["狮门影业手里有两万多部电影的资料库。", "2024年9月18日，Runway与狮门影业开始合作。"],
     ["狮门影业手里有九万多部电影的资料库。", "2024年9月18日，OpenAI与狮门影业开始合作。"]),
]  # fmt: skip


def answers(library: Library, script: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    with serving(*(Reply(text, characters=40) for text in script)) as server:
        for name, value in {"BASE_URL": server.url, "MODEL": "scripted", "API_KEY": "k", "TIMEOUT": "60"}.items():
            monkeypatch.setenv(f"CHANGJI_LLM_{name}", value)
        assistant = Assistant(library, load_generator(), strictness="lenient")
        found = [assistant.ask(question) for question, _, _ in WRITTEN]
    for answer in found:
        assert answer.mode == "llm", (answer.question, answer.notice)
        assert not citation_faults(answer, lambda id: library.article(id).text)
    return found


@pytest.mark.parametrize("mark", ["", "[1]", "[8]", "[99]"], ids=["uncited", "first", "last", "no such passage"])
def test_no_true_sentence_is_marked_and_every_fabricated_one_is(
    digests: Library, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    script = ["\n\n".join(f"{sentence}{mark}" for sentence in [*true, *made_up]) for _, true, made_up in WRITTEN]
    marked, missed = [], []
    for answer, (_, true, made_up) in zip(answers(digests, script, monkeypatch), WRITTEN, strict=True):
        support = {sentence.text: sentence.support for sentence in answer.sentences}
        marked += [sentence for sentence in true if support[sentence] == "unsupported"]
        missed += [sentence for sentence in made_up if support[sentence] == "supported"]
    assert (marked, missed) == ([], [])


def test_what_true_answers_cite_bears_them_out(
    digests: Library, monkeypatch: pytest.MonkeyPatch, record_property: pytest.RecordProperty
) -> None:
    """Both figures go into the report of `pytest --junitxml`; `-s` shows them."""
    found = answers(digests, ["".join(true) for _, true, _ in WRITTEN], monkeypatch)
    recall, precision = (mean(values) for values in zip(*(citation_quality(a, verified) for a in found), strict=True))
    record_property("citation_recall", recall)
    record_property("citation_precision", precision)
    print(f"ALCE citation recall {recall:.3f}, precision {precision:.3f} over {len(found)} answers")
    assert recall >= 0.9 and precision >= 0.9
