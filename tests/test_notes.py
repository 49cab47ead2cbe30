"""Notes as programs keep and export them: their own marks go, and what they hold stays."""

from __future__ import annotations

import pytest
from test_clean import BODY

from ingest.clean import clean


@pytest.mark.parametrize(
    ("note", "paragraphs"),
    [
        ("> [!quote]- 霍廷霄\n> 它不知道一扇门为什么会旧。", ["霍廷霄", "它不知道一扇门为什么会旧。"]),
        ("> [!NOTE]\n> 成本降了，版权没有解决。", ["成本降了，版权没有解决。"]),
        ("这个镜头要花==80万元==，他说。", ["这个镜头要花80万元，他说。"]),
        ("只有一个条件：a==b。他说，c==d。", ["只有一个条件：a==b。他说，c==d。"]),
        ("成本降了。%%这里再核实%%他说。", ["成本降了。他说。"]),
        ("占比从5%%到8%%不等。", ["占比从5%%到8%%不等。"]),
        ("成本降了。 #AI #电影/后期 ^quote-1", ["成本降了。"]),
        ("這句話很好 ^a1b2c3", ["這句話很好"]),
        ("他排在第三位。 #3", ["他排在第三位。 #3"]),
        ("## **一、数据** {#一、数据}\n\n成本降了。", ["一、数据", "成本降了。"]),
        (f"![][image1]\n\n成本降了。\n\n[image1]: <data:image/png;base64,{'iVBORw0KGgo' * 1000}>", ["成本降了。"]),
        ('见[前文][1]与[另文][]。\n\n[1]: https://a.example/1\n[另文]: https://a.example/2 "题"', ["见前文与另文。"]),
        ("成本降了[1][2]。", ["成本降了[1][2]。"]),
        ("成本降了。:contentReference[oaicite:0]{index=0}他说【12†source】。", ["成本降了。他说。"]),
        ("- [ ] 核实数字\n- [x] 采访导演", ["核实数字", "采访导演"]),
        ("<aside>\n💡 三分之一的院线片用了AI。\n\n</aside>", ["💡 三分之一的院线片用了AI。"]),
        ("<details>\n<summary>账本</summary>\n\n置景节省120万元。\n\n</details>", ["账本", "置景节省120万元。"]),
    ],
)
def test_the_marks_of_notes_go_and_their_words_stay(note: str, paragraphs: list[str]) -> None:
    assert clean(f"{BODY}{note}\n\n{BODY}").text.split("\n\n")[2:-2] == paragraphs
