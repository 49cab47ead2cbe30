"""Example questions that a library can answer, made from its own sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ingest.article import Article
from ingest.split import sentences
from ingest.text import HAN, fold, segments, spelled_as_in_taiwan
from rag.entities import is_person, named

_TRIED = 24  # questions that are checked, at most
_OPINION = re.compile(r"认为|認為|表示|指出|相信|主张|主張|坦言|直言")
_AMOUNT = re.compile(r"(成本|票房|预算|預算|投资|投資|片长|片長)[^，。,；]{0,12}\d")
_DATED = re.compile(r"^((?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?)[，,]?([^，。,；：“]{6,26})[，。,；]")
_COUNTED = re.compile(rf"([A-Za-z{HAN}][A-Za-z{HAN}· ]{{1,11}}?) ?的(用户|用戶|成员|會員|会员|观众)[^，。；]{{0,6}}\d")
_TITLE = re.compile(r"《[^》]{1,20}》")
_TEMPLATES = {  # kind of question → how it is asked
    "zh": {
        "opinion": "{0}怎么看{1}？",
        "amount": "{0}的{1}是多少？",
        "count": "{0}有多少{1}？",
        "date": "{0}，是在什么时候？",
    },
    "en": {
        "opinion": "What does {0} say about {1}?",
        "amount": "How much was the {1} of {0}?",
        "count": "How many {1} does {0} have?",
    },
}
_ENGLISH = {
    "成本": "cost", "票房": "box office", "预算": "budget", "投资": "investment", "片长": "running time",
    "用户": "users", "成员": "members", "会员": "members", "观众": "viewers",
}  # fmt: skip


def suggest(
    articles: Sequence[Article], answerable: Callable[[str, Article], bool], language: str, most: int
) -> list[str]:
    """At most `most` questions in Chinese ("zh", "zh-Hant") or English, of as many articles and kinds as possible.

    `answerable` has the last word.
    """
    pending = [list(_questions(article, language)) for article in articles]
    found: list[str] = []
    used: Counter[str] = Counter()
    for _ in range(_TRIED):
        if len(found) == most or not any(pending):
            break
        for questions, article in zip(pending, articles, strict=True):
            if questions and len(found) < most:
                kind, question = questions.pop(min(range(len(questions)), key=lambda at: used[questions[at][0]]))
                if question not in found and answerable(question, article):
                    found.append(question)
                    used[kind] += 1
    return found


def _questions(article: Article, language: str) -> Iterator[tuple[str, str]]:
    """Questions about one article with their kinds, in the order of its sentences."""
    topic, asked, templates = _topic(article), set(), _TEMPLATES["en" if language == "en" else "zh"]
    for start, end in sentences(article.text):
        for kind, *told in _told(article.text[start:end], topic):
            template = templates.get(kind)
            if template is None:
                continue
            spoken = [_ENGLISH.get(word, word) if language == "en" else word for word in told]
            question = template.format(*spoken)
            question = spelled_as_in_taiwan(question) if language == "zh-Hant" else question
            if question not in asked:
                asked.add(question)
                yield kind, question


def _told(sentence: str, topic: str) -> Iterator[tuple[str, ...]]:
    """What a sentence tells that can be asked for: the kind, and what the question names."""
    titles, dated = _TITLE.findall(sentence), _DATED.match(sentence)
    if titles and (match := _AMOUNT.search(sentence)):
        yield "amount", titles[0], fold(match[1])
    if match := _COUNTED.search(sentence):
        yield "count", match[1].strip(), fold(match[2])
    if dated:
        yield "date", dated[2].strip()
    if topic and (match := _OPINION.search(sentence)) and match.start() < 12:
        people = [name for name in named(sentence[: match.start()]) if is_person(name)]
        yield from [("opinion", people[0], topic)] if people else ()


def _topic(article: Article) -> str:
    """What an article most speaks of: its commonest Latin term, as AI is in these, or else its commonest word."""
    counts = Counter(word for word in segments(fold(article.text)) if len(word) > 1 and not word[0].isdigit())
    latin = [word for word, count in counts.most_common(12) if word.isascii() and word.isalpha() and count > 3]
    word = next(iter([*latin, *(w for w, _ in counts.most_common(40) if re.fullmatch(f"[{HAN}]+", w))]), "")
    return word.upper() if word.isascii() and len(word) < 4 else word
