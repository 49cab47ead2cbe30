"""What a question is about: its names, years, titles, kind and terms; and whether a text speaks of that."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.rarity import rarity
from ingest.text import fold
from rag.kinds import KINDS, holds, kind_of
from rag.mention import Text, closeness, coverage, rarity_of, weight
from rag.query import analyse, content_terms, without_asking
from rag.synonyms import ALTERNATIVES


def _names(question: str) -> set[str]:
    return {name for names in analyse(question).names for name in names}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("《雾中灯塔》的导演是谁？", {"雾中灯塔"}),
        ("《霧中燈塔》的導演是誰？", {"雾中灯塔"}),
        ("〈纸鸢〉和「零号宇宙」哪部更早？", {"纸鸢", "零号宇宙"}),
        ("可灵2.0是谁发布的？", {"可灵2.0"}),
        ("可灵2.0一次能生成多长的画面？", {"可灵2.0"}),
        ("Seedream4.0的作者是谁？", {"seedream4.0"}),
        ("OpenAI和Stability AI有何合作？", {"openai", "stability ai"}),
        ("Demi Guo在2023年创办了什么公司？", {"demi guo"}),
        ("王岚的工具是什么？", {"王岚"}),
        ("ＯｐｅｎＡＩ是什么？", {"openai"}),
        ("葛云鹤用什么办法防止？", {"葛云鹤"}),
        ("罗雁转去做组长之后呢？", {"罗雁"}),
        ("How much did Qiwu (栖梧) spend on GPUs?", {"qiwu", "栖梧"}),
        ("When was the VFX house 栖梧 founded?", {"栖梧"}),
    ],
)
def test_names_of_a_question(question: str, expected: set[str]) -> None:
    assert expected <= _names(question)


@pytest.mark.parametrize(
    "question",
    [
        "哪张画最受欢迎？",
        "他得过什么荣誉？",
        "Which VFX does it have?",
        "票房达到3.5亿元的影片有哪些？",
        "导演用了2年时间吗？",
        "为什么成本降了？",
        "AI是什么？",
        "What is AI?",
    ],
)
def test_what_names_nothing_has_no_names(question: str) -> None:
    assert _names(question) == set()


def test_a_title_is_one_name_and_not_its_parts() -> None:
    assert analyse("《王岚与陈默》是什么片？").names == (("王岚与陈默",),)


def test_english_names_leave_out_the_sentence_s_first_word() -> None:
    assert "meredith stiehm" in _names("What did Meredith Stiehm say?")
    assert not any(name.startswith("what") for name in _names("What did Meredith Stiehm say?"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Demi Guo", {"demi guo"}), ("Daisy Zhang", {"daisy zhang"}), ("Lucy Li", {"lucy li"})],
)
def test_a_surname_alone_is_nobody_famous(name: str, expected: set[str]) -> None:
    assert _names(f"How old is {name}?") == expected


def test_a_foreign_surname_is_known_in_chinese() -> None:
    assert "卡梅隆" in _names("How old is James Cameron?")
    assert "谷歌" in _names("What is Google Veo 3?")


@pytest.mark.parametrize(
    ("question", "plain"),
    [("What’s the budget of Avatar?", "What is the budget of Avatar?"), ("Why didn't the actors accept?", "Why did the actors accept?"),
     ("Why won’t they say so?", "Why will they say so?"), ("They’ve agreed?", "They agreed?")],
)  # fmt: skip
def test_a_contraction_makes_no_concept(question: str, plain: str) -> None:
    assert (analyse(question).concepts, analyse(question).head) == (analyse(plain).concepts, analyse(plain).head)


@pytest.mark.parametrize(
    ("question", "name"),
    [("Describe James Cameron's view", "james cameron"), ("Compare Kling and Sora", "kling"),
     ("Besides Jia Zhangke, who took part?", "jia zhangke"), ("Didn't Demi Guo drop out?", "demi guo")],
)  # fmt: skip
def test_an_opening_verb_is_no_part_of_the_name_behind_it(question: str, name: str) -> None:
    assert name in [names[0] for names in analyse(question).names]


def test_an_abbreviation_with_a_translation_is_no_name() -> None:
    assert _names("When was the VFX house 栖梧 founded?") == {"栖梧"}


@pytest.mark.parametrize(
    ("question", "asked", "told"),
    [("花了多少钱拍的？", "钱", "成本"), ("她拍了多久？", "拍", "拍摄"), ("編劇為什麼停工？", "停工", "罢工")],
)
def test_what_people_ask_in_everyday_words_is_found_in_the_press_s(question: str, asked: str, told: str) -> None:
    query = analyse(question)
    assert any(concept[0] == asked and told in concept for concept in query.concepts)
    assert any(term.get(asked) == 1 and 0 < term.get(told, 0) < 1 for term in query.terms)


def test_every_synonym_is_in_search_form_and_another_word() -> None:
    for word, alternatives in ALTERNATIVES.items():
        assert alternatives and word not in alternatives and len(set(alternatives)) == len(alternatives)
        assert all(fold(text) == text for text in (word, *alternatives))


def test_a_name_and_its_gloss_are_one_name() -> None:
    assert analyse("What did Cen Zhou (岑舟) say?").names == (("cen zhou", "岑舟"),)
    assert analyse("Did Cen Zhou (岑舟) win?").names == (("cen zhou", "岑舟"),)


@pytest.mark.parametrize(
    ("question", "concept"),
    [("《邮局》全片花了多少钱？", "全片"), ("自己的脸被别的戏用了吗？", "戏"), ("还打算用AI来拍吗？", "拍")],
)
def test_what_runs_into_a_word_is_taken_off_it(question: str, concept: str) -> None:
    assert concept in [alternatives[0] for alternatives in analyse(question).concepts]


def test_titles_and_years_are_told_apart_from_other_figures() -> None:
    query = analyse("2024年《灯塔》用35000元拍成，到2025年回本了吗？")
    assert ("灯塔",) in query.names
    assert query.years == ("2024", "2025")
    assert analyse("成本是12024元还是20251元？").years == ()


def test_both_scripts_and_widths_are_one_question() -> None:
    one, other = analyse("導演談ＡＩ配樂的成本３５０００元"), analyse("导演谈AI配乐的成本35000元")
    assert (one.terms, one.concepts, one.kind) == (other.terms, other.concepts, other.kind)
    assert (one.language, other.language) == ("zh-Hant", "zh-Hans")


def test_a_number_is_a_concept_by_its_value() -> None:
    for written in ("3.5万", "35,000", "三万五"):
        assert ("#35000",) in analyse(f"成本{written}元的影片").concepts


def test_the_wording_of_asking_is_not_what_is_asked_about() -> None:
    assert without_asking("请问影片有什么配乐呢？").split() == ["影片", "配乐", "?"]
    query = analyse("请问为什么导演如此喜欢胶片呢？")
    boosts = {term: boost for alternatives in query.terms for term, boost in alternatives.items()}
    assert boosts["导演"] == boosts["胶片"] == 1
    assert all(boosts.get(term, 0) < 0.5 for term in ("请问", "为什么", "什么", "呢"))
    assert {"导演", "胶片"} <= {concept[0] for concept in query.concepts}


def test_terms_of_an_english_question_stand_beside_their_translations() -> None:
    query = analyse("How many directors used software?")
    by_own = {term: alternatives for alternatives in query.terms for term in alternatives}
    assert "director" in by_own and "软件" in by_own["software"]
    assert not by_own.keys() & {"how", "many", "the"}
    assert all(0 < boost <= 1 for alternatives in query.terms for boost in alternatives.values())


def test_each_term_counts_once() -> None:
    terms = content_terms("灯塔灯塔灯塔的灯塔")
    assert len(terms) == len(set(terms)) > 0


@given(st.text(alphabet=st.characters(max_codepoint=0x1FFFF), max_size=80))
def test_any_question_can_be_analysed(question: str) -> None:
    query = analyse(question)
    assert query.kind in KINDS
    assert query.text == question
    assert all(concept and all(concept) for concept in query.concepts)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("为什么观众喜欢它？", "why"), ("影片什么时候首映？", "when"), ("影片何時首映？", "when"), ("拍了多久？", "how_long"),
        ("在哪里拍的？", "where"), ("花了多少钱？", "how_many"), ("评委会主席是谁？", "who"), ("哪部影片获奖？", "work"),
        ("有哪些影片获奖？", "which"), ("导演怎么看胶片？", "opinion"), ("如何调色？", "how"), ("他用过胶片吗？", "yes_no"),
        ("什么是虚拟制片？", "what"), ("Why did it fail?", "why"), ("When did it open?", "when"),
        ("How long did it last?", "how_long"), ("Who directed it?", "who"), ("How many films were shown?", "how_many"),
        ("Did it win?", "yes_no"), ("What did he hope they feel when they leave?", "what"),
        ("一共选了几多部片？", "how_many"), ("哪几种画面做不好？", "which"), ("几家公司答应开发什么？", "what"),
        ("她跳槽之前在哪里任职？", "who"), ("它好在哪里？", "what"),
        ("花了几百万？", "how_many"), ("拍了几年？", "how_long"), ("最近几年她拍了哪部片？", "work"), ("点解要罢工？", "why"),
        ("打了多少分？", "how_many"), ("拿了几座奖杯？", "how_many"), ("论文登在哪本刊物上？", "work"), ("那位替身演员叫什么？", "who"),
        ("出品公司叫什么名字？", "who"), ("那部片子叫什么？", "work"), ("What is the name of the law firm?", "who"),
        ("What is the name of the short film she made?", "work"),
        ("未来几年哪些岗位会被取代？", "which"), ("几天前谁发布了声明？", "who"), ("他几年前离开了哪家公司？", "who"),
        ("最近几个月哪些公司裁员？", "which"), ("过去几年有多少人失业？", "how_many"), ("几个月能拍完吗？", "yes_no"),
        ("拍了几个月？", "how_long"), ("他对年轻导演有哪几点建议？", "which"), ("首映式几点开始？", "when"), ("现在几点？", "when"),
        ("任何人都能参赛吗？", "yes_no"), ("AI在任何时候都不能署名吗？", "yes_no"), ("任何地方都能看到吗？", "yes_no"),
        ("任何以AI写的剧本都不能参赛吗？", "yes_no"), ("片方如何处理素材？", "how"), ("他何地出生？", "where"),
        ("有多少年轻导演参加？", "how_many"), ("有多少天才參加？", "how_many"), ("花了多少天？", "how_long"), ("谈谈这几位导演的看法", "opinion"),
        ("這幾位導演是不是都用過AI？", "yes_no"), ("这几部短片有没有上映？", "yes_no"), ("AI会不会在几年内取代演员？", "yes_no"),
    ],
)  # fmt: skip
def test_kind_of_question(question: str, kind: str) -> None:
    assert kind_of(fold(question)) == kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [("《何时再见》的导演是谁？", "who"), ("「何以為家」的票房是多少？", "how_many"), ("“多重人生”的导演是谁？", "who"),
     ("“影片何时首映？”", "when"), ("饺子在哪吒2里用了AI吗？", "yes_no"), ("《哪吒》上映了吗？", "yes_no")],
)  # fmt: skip
def test_the_words_of_a_name_ask_nothing(question: str, kind: str) -> None:
    assert analyse(question).kind == kind


@pytest.mark.parametrize(
    ("question", "who_is"),
    [("王岚是谁？", True), ("王嵐是誰", True), ("Who is Demi Guo?", True), ("王岚的老师是谁？", False), ("评委会主席是谁？", False),
     ("Who is the director of Lighthouse?", False), ("请问王岚是谁？", True), ("請問一下王嵐是誰呀？", True), ("谁是王岚？", True),
     ("Demi Guo 是谁？", True), ("你知道王岚是谁吗？", True), ("Who's Demi Guo?", True), ("Who’s Demi Guo?", True),
     ("Who is 王岚?", True), ("Can you tell me who Demi Guo is?", True), ("请问王岚的老师是谁？", False)],
)  # fmt: skip
def test_who_somebody_is_asks_for_no_other_name(question: str, who_is: bool) -> None:
    query = analyse(question)
    assert (query.who_is, query.kind) == ((True, "what") if who_is else (False, "who"))


@pytest.mark.parametrize(
    ("question", "who_is"),
    [("介绍一下王岚", True), ("請介紹一下王嵐。", True), ("Tell me about Demi Guo", True), ("介绍一下王岚的老师", False),
     ("Tell me about Demi Guo's childhood", False), ("请介绍影展", False)],
)  # fmt: skip
def test_to_introduce_somebody_is_to_say_who_that_is(question: str, who_is: bool) -> None:
    assert analyse(question).who_is is who_is


@pytest.mark.parametrize(
    ("question", "plain"),
    [("请问影片何时首映？", "影片何时首映？"), ("你知道他拍了几年吗？", "他拍了几年？"), ("能不能告诉我票房多少？", "票房多少？"),
     ("Could you tell me the budget?", "the budget?"), ("Do you know why it failed?", "why it failed?")],
)  # fmt: skip
def test_a_polite_opening_asks_nothing(question: str, plain: str) -> None:
    framed, bare = analyse(question), analyse(plain)
    assert (framed.kind, framed.concepts, framed.terms) == (bare.kind, bare.concepts, bare.terms)


@pytest.mark.parametrize(
    ("question", "held", "not_held"),
    [
        ("评委会主席是谁？", "评委会主席是陈默。", "这里下了一场雨。"),
        ("影片什么时候首映？", "影片于2025年3月首映。", "影片很好看。"),
        ("拍了多久？", "拍了十四个月。", "拍得很好。"),
        ("成本是多少？", "成本只有三万五千元。", "成本不高。"),
        ("成本是多少？", "成本是350万。", "有350万人看过。"),
        ("报酬是多少？", "他拿了12000。", "来了12000名观众，画面是1080p。"),
        ("模型是哪家公司做的？", "模型是Runway做的。", "做的是AI和3D模型。"),
        ("为什么用这些素材？", "因为素材获得了授权。", "素材获得了授权。"),
        ("他拍了哪部影片？", "他拍了《灯塔》。", "他拍了片。"),
        ("她怎么看机器？", "她认为机器不会选择。", "机器在仓库里。"),
        ("影展在哪里举行？", "影展在青岛举行。", "影展办得很好。"),
        ("他们在哪里工作？", "他们在北辰影业工作。", "工作很多。"),
        ("月薪涨到了多少？", "月薪从一万一涨到了一万四。", "她手下有一万四名员工。"),
        ("有多少付钱的订户？", "付费会员约一百一十万人。", "会员很多。"),
        ("不介意的观众占几成？", "不介意的占19%。", "有三个人成功了。"),
        ("减少了几成？", "减少了近两成。", "两成员都走了。"),
        ("要付多少合作费？", "合作费是两千万。", "资料库有两千万部电影。"),
        ("有多少人在用？", "用户超过34万。", "收入34万元。"),
        ("融资是谁领投的？", "融资由澜石资本领投。", "融资很顺利。"),
        ("台词来自哪里？", "台词出自外公的录音。", "台词很好。"),
        ("桥有多长？", "桥长60米。", "桥很长。"),
        ("几月开幕？", "10 月 17 日开幕。", "已经开幕。"),
        ("故事发生在哪一年？", "故事发生在永乐十四年。", "故事很长。"),
        ("他得过什么荣誉，颁奖的是谁？", "颁奖的是陈默。", "这是一项荣誉。"),
        ("How many companies invested in it?", "三家公司投资了它。", "多家公司投资了它。"),
        ("How many million dollars did it cost?", "It cost 3 million dollars.", "It took 12 people."),
        ("How many subscribers pay for it?", "付费会员达60万名。", "会员要付费。"),
        ("How many users shared the video?", "20万名用户分享了这段视频。", "用户分享了这段视频。"),
        ("What share of users paid? How much of it?", "付费的占20%。", "有300人付费。"),
        ("有多少人有机会参加培训？", "有300人可以参加培训。", "机会很多。"),
        ("有多少位导演年龄超过六十岁？", "有9位导演。", "他今年65岁。"),
        ("入围的机会有多大，是多少？", "入围的不到3%。", "来了300人。"),
        ("拍摄花了多久？", "拍了两个半月。", "影片于2024年8月12日上映。"),
        ("拍摄花了多久？", "拍了三年。", "二零二四年三月上映。"),
        ("拍摄花了多久？", "先后拍了12天。", "第3天下了雨，90年代的器材坏了。"),
        ("这门手艺传了多久？", "已经传了1000年。", "1998 年失传。"),
        ("拍摄花了多久？", "花了三年8小时。", "影片在24年8月上映。"),
        ("有多少位导演参加？", "共有9个导演参加。", "拍了9个月。"),
        ("有多少人参加？", "共有9个人参加。", "办了9次。"),
        ("有多少部作品参展？", "共有24个短片参展。", "办了24场。"),
        ("有几个人反对？", "有12名编剧反对。", "有一个问题。"),
        ("投资了几个亿？", "投资是3亿元。", "有300人。"),
        ("成本是多少人民币？", "成本是3万元。", "有300人。"),
        ("When was the update released?", "The update was released in 2024.", "The update is out."),
        ("When did the three-year deal end?", "It ended on 5 May.", "It has ended."),
        ("On what date did it open?", "It opened on 3月5日.", "It opened in 2024."),
    ],
)
def test_a_sentence_holds_what_its_kind_of_question_asks_for(question: str, held: str, not_held: str) -> None:
    asked = fold(question)
    assert holds(kind_of(asked), asked, fold(held))
    assert not holds(kind_of(asked), asked, fold(not_held))


# Mentions


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("软件", "軟件寫的對白", True),
        ("#35000", "只花了三万五", True),
        ("#35000", "只花了35001元", False),
        ("ai", "用ＡＩ剪辑", True),
        ("ai", "He said it again", False),
        ("film", "Films of the year", True),
        ("可灵1.6", "可灵 1.6 版", True),
        ("可灵2.0", "可灵1.6版", False),
        ("灯塔", "灯光与塔", False),
        ("stability ai", "加入StabilityAI董事会", True),
        ("stabilityai", "加入 Stability AI 董事会", True),
        ("sora2", "用Sora 2生成", True),
        ("gen4", "Runway的Gen-4", True),
        ("sora2", "用Sora 2.5生成", False),
        ("sora2", "用Sora 25生成", False),
        ("said", "the sa id", False),
    ],
)
def test_mentions(term: str, text: str, expected: bool) -> None:
    assert Text(text).mentions(term) is expected


def test_rare_words_weigh_more_than_common_ones() -> None:
    assert rarity("公司") < rarity("配乐") < rarity("没有人写过的词")
    assert weight(("公司",)) < weight(("配乐",))
    assert rarity_of("今天的公司") < rarity_of("龘靐齉")  # runs of characters are as rare as their rarest pair


def test_coverage_is_the_weighted_share_of_concepts() -> None:
    concepts, weights = (("配乐",), ("公司",)), np.array([3.0, 1.0])
    assert coverage(concepts, Text("配樂在公司完成"), weights) == 1.0
    assert coverage(concepts, Text("配乐完成了"), weights) == 0.75
    assert coverage(concepts, Text("公司"), weights) == 0.25
    assert coverage((), Text("公司"), weights[:0]) == 0.0


def test_closeness_is_one_for_what_is_said_and_more_for_kin_than_for_strangers() -> None:
    said, kin, stranger = closeness((("电影",), ("影片",), ("肾脏",)), Text("电影上映"))
    assert said == 1.0
    assert 1.0 > kin > stranger >= 0.0
