"""The form of a model's answer: its sentences, which of them claim something, which [n] marks they carry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.numerals import figures
from ingest.split import sentences
from ingest.text import HAN, fold
from rag.negation import denies
from rag.refusals import is_untold

_WORD = "来源|來源|资料|資料|段落|文章|passages?|sources?|articles?|no\\.?"
_NUMBER = rf"(?:(?:{_WORD})\s*[:：]?\s*)?\^?\d{{1,3}}"
_AND = r"[,，、;；&]|and|和|以?及"
_NUMBERS = rf"{_NUMBER}(?:\s*(?:{_AND}|[\-–—~至])\s*{_NUMBER})*"
# What a bracket behind a mark holds, unless it is the sentence's own: [1](约35000元).
_ADDRESS = r"\((?:https?:|[/#.])[^\s)]*\)"
# [1], [1, 2], [1-3], 【1】, ［1］, [^1], [来源1], [段落1，段落3], [1](address)
_BRACKETED = rf"[ \t]*[\[［【〔]\s*{_NUMBERS}\s*[\]］】〕](?:{_ADDRESS})?"
# （段落1）, but neither （1） nor the Article 5 of a contract
_PARENTHESIS = rf"[ \t]*[(（]\s*(?:来源|來源|资料|資料|段落|passages?|sources?)\s*[:：]?\s*{_NUMBERS}\s*[)）]"
_MARK = re.compile(rf"{_BRACKETED}|{_PARENTHESIS}", re.IGNORECASE)
_HELD = re.compile(_NUMBERS, re.IGNORECASE)
# 根据[1]和[2]，… and （见[1]） point at sources with words that would be left behind.
_POINTING = re.compile(
    rf"(?:^|(?<=[，,。.；;：:!！?？\n\]】］]))[ \t]*(?:根据|根據|依据|依據|据|據|按照|如|according to|as in)[ \t]*(?:{_WORD})?"
    rf"(?P<marks>{_BRACKETED}(?:[ \t]*(?:{_AND})?{_BRACKETED})*)(?:所述|所说|所說)?[ \t]*[，,]?[ \t]*(?P<next>[\w《“「])",
    re.IGNORECASE,
)
_SEE = re.compile(rf"[ \t]*[(（](?:参见|參見|见|見|see)[ \t]*((?:{_BRACKETED})+)[)）]", re.IGNORECASE)
_LABEL = r"(?:参考(?:文献|资料|来源)?|參考(?:文獻|資料|來源)?|引用(?:来源|來源)?|(?:资料|資料)?(?:来源|來源)|出处|出處|sources?|references?|citations?)"
# A list of sources that the model added at the end; Changji makes its own.
_LIST_OF_SOURCES = re.compile(
    rf"\n[ \t]*(?:#+[ \t]*|\*\*)?{_LABEL}[ \t]*(?:[:：][ \t]*)?(?:\*\*[ \t]*)?[:：]?"
    # A line ends with what can be seen, so that the space behind is read one way only.
    r"(?:\s*\n[ \t]*(?:[-*•][ \t]*|\d+[.)][ \t]*)?[\[［【]\^?\d(?:.*\S)?)+\s*$",
    re.IGNORECASE,
)
_FOOTNOTES = re.compile(r"(?:\n[ \t]*\[\^\d+\]:.*)+\s*$")
_LABELLED = re.compile(rf"(?:^|(?<=[。.!?！？\n]))[ \t]*[(（]?{_LABEL}[ \t]*[:：][ \t]*(?=[\[［【])", re.IGNORECASE)
_MARKS_ALONE = re.compile(rf"\s*\n[ \t]*((?:{_BRACKETED})+)[)）]?[ \t]*(?=\n|$)", re.IGNORECASE)

_BETWEEN = re.compile(rf"(?<=[\]］】〕])[ \t]*[、,，;；][ \t]*(?=[\[［【〔]\s*{_NUMBER}\s*[\]］】〕])", re.IGNORECASE)

_PREFIX = re.compile(
    r"[ \t]*(?:>[ \t]*)*(?:[-*+•·][ \t]+|\(?\d{1,2}[.)][ \t]+|\d{1,2}[.、．)）](?!\d)[ \t]*|[(（]\d{1,2}[)）][ \t]*|[①-⑳][ \t]*|#+[ \t]+)?"
)
_HEADING = re.compile(r"[ \t]*#+[ \t]|[ \t]*(?:\*\*|__)[^*_\n]+(?:\*\*|__)[ \t]*[:：]?[ \t]*$")
_LINE = re.compile(r"[ \t|:]*--[-|: \t]*$")
_FULL_STOP = re.compile(r"[。.!！][*_ \t]*$")
_FENCE = re.compile(r"```[ \t]*(?:markdown|md|text|txt|plaintext)?[ \t]*(?=\n)", re.IGNORECASE)
_RULE = re.compile(r"[ \t]*(?:\|[ \t]*)?(?::?-{2,}:?[ \t]*\|[ \t]*)+")
_LEAD_IN = re.compile(r"[:：][*_ \t]*$")
_WORDLESS = re.compile(r"[\W_]*$")
_INTERJECTION = re.compile(
    r"[\W_]*(?:是的?|不是的?|不对|不對|对|對|会|會|不会|不會|能|不能|有|没有|沒有|可以|不可以|yes|no|correct|indeed|not exactly)[\W_]*$",
    re.IGNORECASE,
)
_HOWEVER = re.compile(
    r"[，,；;。.]\s*(?:但|不过|不過|只|而是|而|它们|它們|其中|but|however|only|though|although)", re.IGNORECASE
)
_CLAUSE_END = re.compile(r"[，；;。]|[,.](?!\d)")
# Who says so, which a source needn't say: 仅提到, 同时指出
_SAYING = re.compile(
    r"^\s*(?:但|却|卻|仅|僅|只|而|同时|同時|文中|文章|资料|資料|段落|里|裡|中)*"
    r"(?:说|說|称|稱|提到|提及|指出|写明|寫明|写道|寫道|介绍|介紹)(?:了|的是)?[，,：:]?"
)
# Another thing that isn't told, or what is asked: …，以及2024年的票房；…, or when it opened in 2024
_MORE_UNTOLD = re.compile(
    r"^\s*(?:或|及|和|以及|与|與|包括|例如|比如|尤其|特别是|特別是)|谁|誰|什么|什麼|哪|多少|几|幾|何|怎|是否|还是|還是"
    r"|^\s*(?:and|or|nor|including|such|especially|e\.g)\b|\b(?:how|what|when|where|who|whom|whose|whether|which|why|if)\b",
    re.IGNORECASE,
)
_ENGLISH_CLAUSE = re.compile(
    r"\b(?:it|they|he|she|sa(?:y|ys|id|ying)|stat(?:es?|ed|ing)|not(?:es?|ed|ing)|giv(?:es?|en|ing)|mention(?:s|ed|ing)"
    r"|report(?:s|ed|ing)|is|are|was|were|has|have|had)\b",
    re.IGNORECASE,
)
_HAN = re.compile(f"[{HAN}]")
_TITLE = re.compile(r"《[^《》]{1,60}》")

# A line of its own in bold or behind #, or a table's head, a rule or code, which claims nothing.
_Form = Literal["text", "heading", "other"]


@dataclass(frozen=True)
class Statement:
    """A sentence of an answer: its span in the text without marks, the numbers it carries, whether it claims."""

    start: int
    end: int
    numbers: tuple[int, ...]
    is_claim: bool


def read(text: str, highest: int) -> tuple[str, list[Statement]]:
    """An answer without its marks, and its sentences in order; numbers beyond `highest` are dropped."""
    bare, marks = _without_marks(_without_sources(text))
    spans = list(_sentences(bare))
    carried: list[list[int]] = [[] for _ in spans]
    for position, numbers in marks:
        if spans:
            carried[_owner(position, spans, bare)].extend(n for n in numbers if 1 <= n <= highest)
    return bare, [
        Statement(start, end, tuple(dict.fromkeys(numbers)), _claims(bare[start:end], form, bool(numbers)))
        for (start, end, form), numbers in zip(spans, carried, strict=True)
    ]


def write(bare: str, statements: Sequence[Statement], numbers: Sequence[Sequence[int]]) -> str:
    """The text with [n] marks after each statement."""
    parts, at = [], 0
    for statement, cited in zip(statements, numbers, strict=True):
        parts += [bare[at : statement.end], *(f"[{n}]" for n in cited)]
        at = statement.end
    return "".join([*parts, bare[at:]])


def _without_sources(text: str) -> str:
    text = _FOOTNOTES.sub("", _LIST_OF_SOURCES.sub("", "\n" + text.strip()))
    text = _SEE.sub(r"\1", _POINTING.sub(_within, text))
    return _without_fence(_BETWEEN.sub("", _MARKS_ALONE.sub(r"\1", _LABELLED.sub("", text))).strip())


def _within(pointing: re.Match[str]) -> str:
    """The marks of “根据[1]，……” inside the sentence they belong to, behind its first character."""
    numbers = [n for mark in _MARK.finditer(pointing["marks"]) for n in _numbers(mark)]
    return pointing["next"].upper() + "".join(f"[{n}]" for n in numbers)


def _without_fence(text: str) -> str:
    """An answer that a model put whole into a fence, as if its Markdown were code, without the fence."""
    opening = _FENCE.match(text)
    inside, _, behind = text[opening.end() :].partition("\n```") if opening else (text, "", "")
    return text if behind.strip() else inside.strip()


def _without_marks(text: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The text without marks, and each mark's numbers with its position there."""
    parts: list[str] = []
    marks, at, length = [], 0, 0
    for match in _MARK.finditer(text):
        before = text[at : match.start()]
        parts.append(before)
        length += len(before)
        marks.append((length, _numbers(match)))
        at = match.end()
        if not before.strip(" \t") or before.endswith("\n"):  # a mark that opens a line leaves no indent
            at += len(text[at:]) - len(text[at:].lstrip(" \t"))
        # “one.[1]Two” must stay two sentences
        if text[match.start() - 1 : match.start()] in (".", "!", "?") and text[at : at + 1].isalnum():
            parts.append(" ")
            length += 1
    return "".join([*parts, text[at:]]), marks


def _numbers(mark: re.Match[str]) -> list[int]:
    """The numbers of a mark, not those of its address."""
    written = _HELD.search(mark.group())
    return _expanded(written.group()) if written else []


def _expanded(written: str) -> list[int]:
    """1, 3-5 → 1, 3, 4, 5."""
    numbers: list[int] = []
    for part in re.split(_AND, written):
        ends = [int(n) for n in re.findall(r"\d+", part)]
        if ends:
            numbers.extend(range(ends[0], min(ends[-1], ends[0] + 20) + 1) if len(ends) == 2 else ends)
    return numbers


def _sentences(text: str) -> Iterator[tuple[int, int, _Form]]:
    """Spans of sentences without list prefixes, and the form they have."""
    start, in_code = 0, False
    lines = text.split("\n")
    for i, line in enumerate(lines):
        fence = line.lstrip().startswith("```")
        in_code ^= fence
        table_head = i + 1 < len(lines) and "|" in line and bool(_RULE.match(lines[i + 1]))
        wordless = fence or in_code or table_head or _LINE.match(line)
        form: _Form = "other" if wordless else "heading" if _HEADING.match(line) else "text"
        prefix = _PREFIX.match(line)
        skip = prefix.end() if prefix else 0
        for a, b in sentences(line[skip:]) if not wordless else [(0, len(line) - skip)]:
            if "|" in line:  # a table's row: marks go into its last cell
                b = len(line[: skip + b].rstrip("| \t")) - skip
            if b > a:
                yield start + skip + a, start + skip + b, form
        start += len(line) + 1


def _owner(position: int, spans: Sequence[tuple[int, int, _Form]], text: str) -> int:
    """The sentence that a mark belongs to: the one it stands in or after, unless it opens a line."""
    before = [i for i, (start, _, _) in enumerate(spans) if start < position]
    if before:
        last = before[-1]
        after = last + 1
        opens_line = "\n" in text[spans[last][1] : position]
        if opens_line and after < len(spans):
            return after
        # behind a wordless remainder, such as a closing mark on its own
        return last
    return 0


def _claims(sentence: str, form: _Form, marked: bool) -> bool:
    """Whether a sentence claims anything: a line in bold or behind # does where it is marked, or ends as a sentence."""
    if form == "other" or (form == "heading" and not (marked or _FULL_STOP.search(sentence))):
        return False
    if _WORDLESS.match(sentence) or _INTERJECTION.match(sentence) or not claimed(sentence):
        return False
    return marked or not (_LEAD_IN.search(sentence) or sentence.rstrip("*_ ")[-1:] in "?？")


def claimed(sentence: str) -> str:
    """What a sentence claims: “the articles don't mention A, but say B” claims B, without the “but” nothing.

    Without it too, where B can be looked up: “文章没有提到A，首周票房为3亿元”.
    """
    while is_untold(sentence):  # “sorry, but the articles don't say” turns to nothing again
        turn = _HOWEVER.search(sentence)
        if not turn:
            ends = (match.end() for match in _CLAUSE_END.finditer(sentence))
            told = next((sentence[end:] for end in ends if _tells(_CLAUSE_END.split(sentence[end:])[0])), "")
            return _SAYING.sub("", told).strip()
        sentence = sentence[turn.end() :]
    return sentence


def _tells(clause: str) -> bool:
    """Whether a clause behind “the articles don't say” gives a figure or a title, and neither denies nor asks for it."""
    if _MORE_UNTOLD.search(clause) or not (_HAN.search(clause) or _ENGLISH_CLAUSE.search(clause)):
        return False
    return bool(_TITLE.search(clause) or figures(fold(clause))) and not denies(clause)


def is_wordless(text: str) -> bool:
    """Whether an answer holds no sentence at all, only marks, a list of sources or punctuation."""
    bare, _ = _without_marks(_without_sources(text))
    return all(_WORDLESS.match(bare[start:end]) for start, end, _ in _sentences(bare))


def tells_nothing(text: str) -> bool:
    """Whether an answer only says, in words, that the articles don't say."""
    bare, _ = _without_marks(_without_sources(text))
    told = [bare[start:end] for start, end, _ in _sentences(bare)]
    return any(map(is_untold, told)) and not any(_claims(sentence, "text", False) for sentence in told)
