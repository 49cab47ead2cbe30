"""What the page says, in Chinese and in English. Nothing here knows how it is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Texts:
    """Every text of the page in one language; `{…}` are filled in by whoever shows it."""

    language: str  # the page's lang attribute
    name: str
    tagline: str
    new: str
    theme: str
    other_language: str
    library: str
    library_hint: str
    articles: str
    read: str
    ask_only: str
    asking_some: str
    ask_all: str
    empty_library: str
    close: str
    back: str
    original: str
    no_date: str
    welcome: str
    welcome_hint: str
    placeholder: str
    question_label: str
    ask: str
    stop: str
    searching: str
    stopped: str
    retry: str
    edit: str
    copy: str
    copied: str
    excerpts: str
    excerpts_hint: str
    model_hint: str
    sources: str
    citation: str
    partial: str
    partial_hint: str
    unsupported: str
    unsupported_hint: str
    nearest: str
    nearest_hint: str
    not_evidence: str
    rewritten: str
    notice: str
    failed: str
    not_found: str


CHINESE = Texts(
    language="zh-Hans",
    name="场记",
    tagline="关于 AI 与电影制作的问答，句句有出处",
    new="新对话",
    theme="切换深色或浅色",
    other_language="English",
    library="书架",
    library_hint="点标题阅读全文；勾选后只在所选文章里找答案。",
    articles="共 {count} 篇",
    read="阅读《{title}》",
    ask_only="只问《{title}》",
    asking_some="只问所选的 {count} 篇文章",
    ask_all="改问全部",
    empty_library="书架上还没有文章。请在终端运行 changji ingest 加上文件夹，然后刷新本页。",
    close="关闭",
    back="书架",
    original="原文",
    no_date="日期不详",
    welcome="想问什么？",
    welcome_hint="答案只取自书架上的文章。点句末的编号，就翻到那句原文。",
    placeholder="问一个关于 AI 与电影制作的问题",
    question_label="问题",
    ask="提问",
    stop="停止",
    searching="正在翻阅文章…",
    stopped="已停止，回答不完整。",
    retry="重新回答",
    edit="修改问题",
    copy="复制（含出处）",
    copied="已复制",
    excerpts="原文摘录",
    excerpts_hint="答案由文章原句组成，没有使用语言模型",
    model_hint="由语言模型根据所引文章写成",
    sources="出处",
    citation="出处 {number}：{quote}",
    partial="部分有据",
    partial_hint="所引原文只支持这句话的一部分",
    unsupported="未见依据",
    unsupported_hint="文章里没有找到支持这句话的文字",
    nearest="最接近的段落",
    nearest_hint="供参考，不是依据",
    not_evidence="不是依据",
    rewritten="理解为：{question}",
    notice="提示",
    failed="出了意外的错误，请再问一次；如果还是这样，请查看终端里的记录。",
    not_found="这篇文章已不在书架上，请刷新本页。",
)

ENGLISH = Texts(
    language="en",
    name="Changji",
    tagline="Questions about AI in filmmaking, answered with the exact source",
    new="New chat",
    theme="Switch between dark and light",
    other_language="中文",
    library="Library",
    library_hint="Open a title to read it. Tick articles to ask only those.",
    articles="{count} articles",
    read="Read “{title}”",
    ask_only="Ask only “{title}”",
    asking_some="Asking only the {count} chosen",
    ask_all="Ask all",
    empty_library="The library is empty. Run “changji ingest” with a folder in the terminal, then reload this page.",
    close="Close",
    back="Library",
    original="Original",
    no_date="no date",
    welcome="What would you like to know?",
    welcome_hint="Answers come only from the articles in the library. "
    "Press a number after a sentence to see the words it rests on.",
    placeholder="Ask about AI in filmmaking",
    question_label="Question",
    ask="Ask",
    stop="Stop",
    searching="Reading the articles…",
    stopped="Stopped; this answer is incomplete.",
    retry="Answer again",
    edit="Edit question",
    copy="Copy with sources",
    copied="Copied",
    excerpts="Excerpts",
    excerpts_hint="Made of the articles’ own sentences, without a language model",
    model_hint="Written by a language model from the articles cited",
    sources="Sources",
    citation="Source {number}: {quote}",
    partial="Partly supported",
    partial_hint="The words cited bear out only part of this sentence",
    unsupported="Not supported",
    unsupported_hint="No words in the articles were found to bear out this sentence",
    nearest="Nearest passages",
    nearest_hint="for orientation, not evidence",
    not_evidence="not evidence",
    rewritten="Understood as: {question}",
    notice="Note",
    failed="Something unexpected went wrong; ask again, and if it stays so, look at the log in the terminal.",
    not_found="This article is no longer in the library; reload the page.",
)

TEXTS = {"zh": CHINESE, "en": ENGLISH}


def preferred(accepted: str, default: str = "zh") -> str:
    """The page language, "zh" or "en", that an Accept-Language header asks for first.

    A header that names neither gives `default`, or English where it does name some other language.
    """
    weights = {}
    for part in accepted.split(","):
        tag, _, parameters = part.strip().partition(";")
        weight = parameters.strip().removeprefix("q=")
        weights.setdefault(tag.strip().lower()[:2], float(weight) if weight.replace(".", "", 1).isdigit() else 1.0)
    known = {language: weight for language, weight in weights.items() if language in TEXTS}
    if known:
        return max(known, key=lambda language: known[language])
    return "en" if any(tag.isalpha() for tag in weights) else default
