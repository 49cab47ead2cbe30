"""Follow-up questions become questions that stand alone; those that stand alone stay as they are."""

from __future__ import annotations

import pytest

from rag.conversation import Before, Turn, may_lean, readings, refers, resolve

MADE = Turn("谁导演了《雾中灯塔》？", "《雾中灯塔》的导演是王岚，拍了十四个月。")
COST = Turn("《雾中灯塔》的制作成本是多少？", "制作成本只有3.5万元。")
LIGHTHOUSE = Turn("What is the film Lighthouse about?", "A lighthouse.")
KLING = Turn("可灵2.0是什么时候发布的？", "可灵2.0发布于2025年4月。")


def _unknown(question: str) -> str:
    raise AssertionError(f"{question} was asked, though its answer is in the history")


def _resolved(question: str, *history: Turn) -> str:
    return resolve(question, history, _unknown)


@pytest.mark.parametrize(
    ("question", "turn", "expected"),
    [
        ("她在哪里工作？", Turn("王岚是谁？", "王岚是导演，曾与赵启明合作。"), "王岚在哪里工作？"),
        ("他怎么看机器？", Turn("王岚的剪辑师是谁？", "王岚的剪辑师是赵启明。"), "赵启明怎么看机器？"),
        ("她用了什么工具？", MADE, "王岚用了什么工具？"),
        ("她拍了什麼電影？", Turn("王嵐是誰？", "王嵐是導演。"), "王嵐拍了什麼電影？"),
        ("他用了什么工具？", Turn("贾樟柯的短片讲什么？", "赛博世界与火锅碰撞。"), "贾樟柯用了什么工具？"),
        ("她多大了？", Turn("Pika Labs的CEO是谁？", "Pika Labs 的 CEO Demi Guo 从斯坦福大学退学。"), "Demi Guo多大了？"),
        ("他走了以后呢？", Turn("谁创办了这家公司？", "公司开发 Stable Diffusion，莫斯塔克是创始人。"), "莫斯塔克走了以后呢？"),
        ("她多大了？", Turn("公司的创始人是谁？", "玉林路上的那家公司，创始人是方慕白。"), "方慕白多大了？"),
        ("What did she call the deal?", Turn("Who is Meredith Stiehm?", "She works with John Smith."),
         "What did Meredith Stiehm call the deal?"),
    ],
)  # fmt: skip
def test_a_personal_pronoun_gives_way_to_the_person(question: str, turn: Turn, expected: str) -> None:
    assert _resolved(question, turn).endswith(expected)


@pytest.mark.parametrize(
    "question", ["那些导演花了多长时间？", "那位導演還拍了什麼？", "那几位导演拍了什么？", "那年他在做什么？"]
)
def test_a_word_is_not_cut_in_two_for_its_opening(question: str) -> None:
    assert question[:2] in _resolved(question, Turn("参加影展的是谁？", "参加影展的是贾樟柯。"))


@pytest.mark.parametrize(
    ("question", "turn", "expected"),
    [
        ("它花了多少钱？", MADE, "《雾中灯塔》花了多少钱？"),
        ("这部电影什么时候首映？", Turn("王岚拍了什么电影？", "王岚拍了《雾中灯塔》。"), "《雾中灯塔》什么时候首映？"),
        ("它能生成多长的画面？", KLING, "可灵2.0能生成多长的画面？"),
        ("该片的剪辑师是谁？", MADE, "《雾中灯塔》的剪辑师是谁？"),
        ("這部電影花了多少錢？", MADE, "《雾中灯塔》花了多少錢？"),
        ("該片的剪輯師是誰？", MADE, "《雾中灯塔》的剪輯師是誰？"),
        ("How much did it cost?", LIGHTHOUSE, "How much did Lighthouse cost?"),
        ("When was this released?", LIGHTHOUSE, "When was Lighthouse released?"),
        ("Who made that film?", LIGHTHOUSE, "Who made Lighthouse?"),
        ("Who said that?", LIGHTHOUSE, "Who said Lighthouse?"),
        ("How much did the film cost?", LIGHTHOUSE, "How much did Lighthouse cost?"),
        ("与其合作的公司有哪些？", KLING, "与可灵2.0合作的公司有哪些？"),
        ("它花多少錢？", MADE, "《雾中灯塔》花多少錢？"),
        ("What's its budget?", Turn("Who directed Salt Harbor?", "The articles are in Chinese; they say: 他执导了《Salt Harbor》。"),
         "What's Salt Harbor's budget?"),
        ("那家公司是做什么的？", Turn("卡梅隆加入了哪家公司？", "《〈泰坦尼克号〉导演的新职》（2024-09-25）：卡梅隆加入了Stability AI。[1]"),
         "Stability AI是做什么的？"),
        ("那边的模型怎么样？", Turn("卡梅隆加入了哪家公司？", "詹姆斯·卡梅隆加入了Stability AI。"), "Stability AI的模型怎么样？"),
    ],
)  # fmt: skip
def test_it_gives_way_to_the_thing(question: str, turn: Turn, expected: str) -> None:
    assert _resolved(question, turn).endswith(expected)


@pytest.mark.parametrize(
    ("question", "previous", "expected"),
    [
        ("那赵启明呢？", "王岚的剪辑师是谁？", "赵启明的剪辑师是谁？"),
        ("那《纸鸢》里呢？", "《雾中灯塔》里机器扮演什么角色？", "《纸鸢》里机器扮演什么角色？"),
        ("趙啟明呢？", "王岚怎么看机器？", "赵启明怎么看机器？"),
        ("那中国传媒大学呢？", "北京电影学院的学费是多少？", "中国传媒大学的学费是多少？"),
        ("What about John Smith?", "What did Meredith Stiehm call the deal?", "What did John Smith call the deal?"),
    ],
)
def test_another_of_the_same_sort_is_asked_the_same(question: str, previous: str, expected: str) -> None:
    assert _resolved(question, Turn(previous, "…")) == expected


@pytest.mark.parametrize("question", ["那《纸鸢》呢？", "王岚呢？"])
def test_another_of_a_different_sort_only_gets_the_topic(question: str) -> None:
    previous = "赵启明怎么看机器？" if "《" in question else "《雾中灯塔》的成本是多少？"
    assert _resolved(question, Turn(previous, "…")) not in (question, previous)


@pytest.mark.parametrize(
    ("question", "turn", "topic"),
    [
        ("And on what date?", Turn("Where was the festival's premiere held?", "In Oslo."), "premiere held"),
        ("那时长呢？", COST, "《雾中灯塔》"),
        ("为什么？", COST, "《雾中灯塔》"),
        ("价格呢？", KLING, "可灵2.0"),
        ("那麼時長呢？", COST, "《雾中灯塔》"),
        ("那么首映呢", COST, "《雾中灯塔》"),
        ("And in 2007?", Turn("How long did the Writers Guild strike last?", "148 days."), "Writers Guild"),
    ],
)
def test_an_ellipsis_gets_the_topic(question: str, turn: Turn, topic: str) -> None:
    resolved = _resolved(question, turn)
    assert topic in resolved
    assert resolved != question
    assert any(word in resolved for word in (question.strip("那么麼呢？?"), "in 2007", "date"))


@pytest.mark.parametrize(
    ("question", "turn", "expected"),
    [
        ("那她筹到了多少钱？", Turn("Demi Guo今年多大？", "Demi Guo今年26岁。"), "Demi Guo筹到了多少钱？"),
        ("片长呢？", Turn("Veo 3多少钱？", "10元。"), "Veo 3，片长呢？"),
        ("多久？", Turn("Demi Guo 什么时候创立 Pika Labs？", "2023年。"), "Demi Guo创立Pika Labs，多久？"),
    ],
)
def test_a_topic_keeps_its_spaces_and_repeats_no_name(question: str, turn: Turn, expected: str) -> None:
    assert _resolved(question, turn) == expected


@pytest.mark.parametrize(
    ("question", "previous", "expected"),
    [
        ("那它花了多长时间？", "九位导演用什么拍短片？", "九位导演拍短片，花了多长时间？"),
        ("那花了多長時間？", "九位導演用什麼拍短片？", "九位導演拍短片，花了多長時間？"),
        ("它的片長呢？", "九位導演用什麼軟件拍短片？", "九位導演用軟件拍短片，它的片長呢？"),
        ("那编剧呢？", "影片票房有多少？", "影片票房，编剧呢？"),
        ("讲的是什么？", "那部短片叫什么？", "那部短片，讲的是什么？"),
        ("多久？", "影展放了多少个镜头？", "影展放镜头，多久？"),
        ("在哪里？", "影展是哪一天开幕的？", "影展开幕，在哪里？"),
        ("多久？", "影展组在使用什么？", "影展组在使用，多久？"),
    ],
)
def test_a_topic_reads_like_chinese_in_the_script_of_its_question(question: str, previous: str, expected: str) -> None:
    assert _resolved(question, Turn(previous, "…")) == expected


@pytest.mark.parametrize(
    "question",
    [
        "北辰影展的评委会主席是谁？",
        "《纸鸢》得了什么奖？",
        "编剧工会有多少名会员使用过生成式工具？",
        "OpenAI发布了什么模型？",
        "陈默说他担心什么？",
        "What did Meredith Stiehm call the deal?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert not refers(question) and not may_lean(question)
    assert _resolved(question, MADE, COST) == question


def test_without_a_conversation_every_question_is_left_alone() -> None:
    for question in ("她花了多少钱？", "为什么？", "那时长呢？"):
        assert _resolved(question) == question


@pytest.mark.parametrize(
    "question",
    [
        "其他导演有哪些？", "吉他弹得怎么样？", "其中有几部？", "其实怎样？", "他人怎么看？", "土耳其电影市场有多大？",
        "其它平台有多少用户？", "編劇尤其反對什麼？", "编剧和平台应该合作吗？", "公司及其员工怎么看？", "哪些公司在裁员呢？",
    ],
)  # fmt: skip
def test_pronouns_within_other_words_are_no_pronouns(question: str) -> None:
    for understood in (_resolved(question, MADE), *readings(question, Before([MADE], _unknown))):
        assert understood.endswith(question)
    assert question in readings(question, Before([MADE], _unknown))


@pytest.mark.parametrize(
    "question",
    [
        "Are there any lawsuits about AI voices?", "Which tools exist that generate music?", "Who said that AI is bad?",
        "What films won awards this year?", "How many people work in the IT industry?", "How many films are there?",
        "Is it true that actors object?",
    ],
)  # fmt: skip
def test_english_grammar_is_no_pronoun(question: str) -> None:
    assert not refers(question)
    for understood in readings(question, Before([LIGHTHOUSE], _unknown)):
        assert understood.startswith(question.rstrip("?"))


def test_a_chain_of_follow_ups_leads_back_to_the_first_topic() -> None:
    resolved = _resolved(
        "它何时首映？", Turn("王岚是谁？", "王岚是导演。"), Turn("她拍了什么电影？", "王岚拍了《雾中灯塔》。")
    )
    assert resolved.endswith("《雾中灯塔》何时首映？")


TWO = Turn("《雾中灯塔》和《纸鸢》分别花了多少钱？", "《雾中灯塔》3万元，《纸鸢》5万元。")
BOTH = Turn("王岚和赵启明怎么看机器？", "两人都不反对。")
FILMS = Turn("哪些短片入围？", "入围的有《雾中灯塔》、《纸鸢》和《零号宇宙》。")


@pytest.mark.parametrize(
    ("question", "turn", "expected"),
    [
        ("它们什么时候上映？", TWO, "《雾中灯塔》和《纸鸢》什么时候上映？"),
        ("這兩部電影的導演是誰？", TWO, "《雾中灯塔》和《纸鸢》的導演是誰？"),
        ("两者的片长呢？", TWO, "《雾中灯塔》和《纸鸢》的片长呢？"),
        ("谁的票房更高？", TWO, "《雾中灯塔》和《纸鸢》谁的票房更高？"),
        ("那哪部更長？", TWO, "《雾中灯塔》和《纸鸢》哪部更長？"),
        ("哪部拍得更久？", TWO, "《雾中灯塔》和《纸鸢》哪部拍得更久？"),
        ("谁更年长？", BOTH, "王岚和赵启明谁更年长？"),
        ("他們拍過什麼短片？", BOTH, "王岚和赵启明拍過什麼短片？"),
        ("他们拍过什么短片？", Turn("哪些人参加？", "参加的有王岚和赵启明。"), "王岚和赵启明拍过什么短片？"),
        ("它们的片长是多少？", FILMS, "《雾中灯塔》、《纸鸢》和《零号宇宙》的片长是多少？"),
        ("How much did they cost?", Turn("Were Kling and Runway used?", "Yes."), "How much did Kling and Runway cost?"),
    ],
)  # fmt: skip
def test_they_are_all_that_were_named(question: str, turn: Turn, expected: str) -> None:
    assert _resolved(question, turn) == expected


def test_they_are_not_one_of_those_who_are_told_of_apart() -> None:
    turn = Turn("哪些导演参加了影展？", "王岚带来了一部短片。后来赵启明也来了。")
    assert _resolved("他们用了什么工具？", turn) == "导演参加了影展，他们用了什么工具？"


@pytest.mark.parametrize(
    ("question", "turn", "expected"),
    [
        ("他和北辰影业有什么关系？", Turn("赵启明是谁？", "剪辑师。"), "赵启明和北辰影业有什么关系？"),
        ("她跟赵启明合作过吗？", MADE, "王岚跟赵启明合作过吗？"),
        ("它和Sora比怎么样？", KLING, "可灵2.0和Sora比怎么样？"),
        (
            "Why did he join Stability AI?",
            Turn("Who is James Cameron?", "…"),
            "Why did James Cameron join Stability AI?",
        ),
        ("他多大了？", Turn("饺子是谁？", "饺子是导演，本名杨宇。"), "饺子多大了？"),
    ],
)
def test_a_pronoun_before_a_name_points_back(question: str, turn: Turn, expected: str) -> None:
    assert _resolved(question, turn).endswith(expected)


@pytest.mark.parametrize(
    ("question", "turns", "expected"),
    [
        ("他满意吗？", [Turn("王岚拍了什么？", "赵启明和陈默也来了。")], ["王岚满意吗？"]),
        ("他们要做什么？", [Turn("Stability AI和Runway合作了吗？", "是。")], ["Stability AI和Runway要做什么？"]),
        ("两人的看法有什么不同？", [Turn("王岚是谁？", "…"), Turn("赵启明呢？", "…")], ["王岚和赵启明的看法有什么不同？"]),
        ("这部片花了多少钱？", [MADE, Turn("王岚在哪里工作？", "她拍过《纸鸢》。")], ["《雾中灯塔》花了多少钱？"]),
        ("她多大了？", [Turn("这部片的导演是谁？", "导演林昭昀去了贡嘎。")], ["林昭昀多大了？"]),
        ("她多大了？", [Turn("王岚的女儿叫什么？", "王岚的女儿是方慕白。")], ["方慕白多大了？"]),
        ("她多大了？", [Turn("王岚的公司叫什么？", "合伙人是方慕白。")], ["王岚多大了？"]),
        ("她多大了？", [Turn("Who is its CEO?", "Demi Guo 是 CEO。")], ["Demi Guo多大了？"]),
    ],
)  # fmt: skip
def test_the_likeliest_is_meant_first(question: str, turns: list[Turn], expected: list[str]) -> None:
    assert readings(question, Before(turns, lambda earlier: ""))[: len(expected)] == expected


def test_a_topic_grows_no_longer_the_more_is_asked() -> None:
    turns = [Turn(asked, "…") for asked in ("《雾中灯塔》的导演是谁？", "成本呢？", "片长呢？", "票房呢？")]
    assert _resolved("奖项呢？", *turns) == "《雾中灯塔》的导演，票房，奖项呢？"


def test_an_unknown_answer_is_looked_up_for_the_question_as_it_was_understood() -> None:
    asked: list[str] = []

    def answered(question: str) -> str:
        asked.append(question)
        return "剪辑师是赵启明。"

    assert resolve("他怎么看机器？", [Turn("王岚的剪辑师是谁？")], answered).endswith("赵启明怎么看机器？")
    assert asked == ["王岚的剪辑师是谁？"]


def test_the_latest_turn_counts() -> None:
    assert _resolved("它花了多少钱？", MADE, Turn("《纸鸢》是什么？", "《纸鸢》是短片。")).endswith(
        "《纸鸢》花了多少钱？"
    )
