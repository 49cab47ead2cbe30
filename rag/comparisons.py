"""A comparing question as one of each thing compared: which of two costs more is told by what each of them costs."""

from __future__ import annotations

import re

from ingest.text import fold, language, traditional
from rag.entities import named

_WHICH = r"(?:谁|哪一?[个部家款位支座所种条本首])"
_THAN = r"(?:更|比较|较|最|还|要)*"
_MEASURE = (  # the word that compares → how each is asked for it; 片长 is a noun
    ("年长|年轻|年纪大|岁数大", "多大"),
    ("贵|便宜|省钱", "多少钱"),
    ("早|晚|先(?!进)", "什么时候"),
    ("久", "多久"),
    ("(?<!片)长|短", "多长"),
    ("高|低|多|少|大|小", "多少"),
    ("好|差|强|弱", "怎么样"),
)
_AROUND = re.compile(r"\(\?[^)]*\)")
_COMPARING = "|".join(words for words, _ in _MEASURE)
_SAID_OF = (
    rf"(?:的|在)?(?P<what>[^，,?更]{{0,10}}?){_THAN}(?P<more>{_COMPARING})(?:一?些|一点)?(?P<does>[^，,?的]{{0,4}}?)"
)
_IN_CHINESE = (  # in search form, each with a group for what is compared
    re.compile(rf"^(?P<items>[^，,?]+?)(?:相比|比起来|之间|这?[两三]者|[里中])?,?\s*{_WHICH}{_SAID_OF}[?。]*$"),
    re.compile(rf"^{_WHICH}{_SAID_OF}[，,:]\s*(?:是)?(?P<items>[^，,?]+?)[?。]*$"),
    re.compile(rf"^(?P<items>《[^》]+》比《[^》]+》){_SAID_OF}吗[?。]*$"),
)
_MONEY = re.compile("票房|投资|成本|预算|收入|营收|片酬|奖金|费|钱|分")
_BETWEEN = re.compile(r"、|还是|或者?|以及|[和与跟及比]")
_LONGEST = 16  # characters of a thing compared

_MORE = (
    r"(?:the )?(?:more|higher|bigger|larger|lower|fewer|less|smaller|most|highest|biggest|largest|lowest|fewest|least)"
)
_IN_ENGLISH = re.compile(
    r"^(?:(?:which|what)(?: of (?:the two|them))?(?: (?!is|was|has|had|have|cost|costs|took|takes|came|made)\w+)?|who) (?P<said>[^,?]+?)"
    r"(?:,|:| -)\s*(?P<one>[^,?]+?),? or (?P<other>[^,?]+?)\??$",
    re.IGNORECASE,
)
_SAID = tuple(
    (re.compile(rf"^(?:{pattern})$", re.IGNORECASE), asked)
    for pattern, asked in (
        (r"costs? (?:more|less)", "What was the budget of {}?"),
        (r"(?:is|was) (?:the )?(?:more expensive|cheaper|pricier)", "How much does {} cost?"),
        (r"(?:took|takes|lasted|(?:is|was|runs|ran)) (?:the )?longer.*", "How long did {} take?"),
        (r"(?:is|was) (?:the )?(?:older|younger)", "How old is {}?"),
        (
            r"(?:came out|opened|is newer|(?:is|was) released|premiered) ?(?:first|earlier|later)?",
            "When was {} released?",
        ),
        (r"(?:earned|grossed|made) (?:more|less).*", "How much did {} earn?"),
        (r"(?:has|had|have) (?:the )?(?:more|fewer) (?P<noun>\w+)", "How many {noun} does {} have?"),
        (rf"(?:has|had|have) {_MORE} (?P<noun>[\w ]+)", "What is the {noun} of {}?"),
    )
)


def compared(question: str) -> list[str]:
    """A question of each of the things that a question compares by what can be told of each; [] of any other."""
    if language(question) == "en":
        return _in_english(question.strip())
    folded = fold(question)
    if len(folded) != len(question):
        return []
    match = next((match for pattern in _IN_CHINESE if (match := pattern.match(folded))), None)
    items = _items(question, folded, *match.span("items")) if match else []
    asked = [_of(item, match) for item in items] if match and _can_be_told(match) else []
    return [traditional(part) for part in asked] if language(question) == "zh-Hant" else asked


def _can_be_told(match: re.Match[str]) -> bool:
    """Whether what is compared is told of each alone: 画质更好, 先上映, but not 更好用."""
    if match["does"]:
        return match["more"] in "早晚先"
    return bool(match["what"]) or match["more"] not in "好差强弱"


def _items(question: str, folded: str, begin: int, end: int) -> list[str]:
    """The things compared, as they are written; [] unless there are several and one is a name."""
    ends = [match.span() for match in _BETWEEN.finditer(folded, begin, end)]
    starts, stops = [begin, *(stop for _, stop in ends)], [*(start for start, _ in ends), end]
    items = [question[start:stop].strip() for start, stop in zip(starts, stops, strict=True)]
    fit = len(items) > 1 and all(0 < len(item) <= _LONGEST for item in items)
    return items if fit and any(map(named, items)) else []


def _of(item: str, match: re.Match[str]) -> str:
    what, more, does = match["what"].removesuffix("的"), match["more"], match["does"]
    asked = next(asked for words, asked in _MEASURE if re.fullmatch(_AROUND.sub("", words), more))
    if asked == "什么时候":
        return f"{item}是什么时候{what.removesuffix('得')}{does}的？"
    if what.endswith("得"):
        return f"{item}{what[:-1]}了{asked}？"
    if what and more in "多少" and not _MONEY.search(what):
        return f"{item}有多少{what}？"
    if what:
        return f"{item}的{what}{'怎么样' if asked == '怎么样' else '是多少'}？"
    return f"{item}{asked}？"


def _in_english(question: str) -> list[str]:
    match = _IN_ENGLISH.match(question)
    if not match or not (named(match["one"]) or named(match["other"])):
        return []
    for pattern, asked in _SAID:
        if said := pattern.match(match["said"].strip()):
            noun = said.groupdict().get("noun", "")
            return [asked.format(item.strip(), noun=noun) for item in (match["one"], match["other"])]
    return []
