"""Example questions that a library can answer, made from its own sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ingest.article import Article
from ingest.split import sentences
from ingest.text import HAN, fold, segments
from rag.conversation import is_person, named

_TRIED = 24  # questions that are checked, at most
_OPINION = re.compile(r"认为|認為|表示|指出|相信|主张|主張|坦言|直言")
_AMOUNT = re.compile(r"(成本|票房|预算|預算|投资|投資|片长|片長)[^，。,；]{0,12}\d")
_DATED = re.compile(rf"^((?:\d{{4}}年)?\d{{1,2}}月(?:\d{{1,2}}日)?)[，,]?([^，。,；“]{{6,26}})[，。,；]")
_TITLE = re.compile(r"《[^》]{1,20}》")
_TEMPLATES = {
    "zh": ("{0}怎么看{1}？", "{0}的{1}是多少？", "{0}是什么时候？"),
    "en": ("What does {0} say about {1}?", "How much was the {1} of {0}?", "When: {0}?"),
}
_ENGLISH = {"成本": "cost", "票房": "box office", "预算": "budget", "投资": "investment", "片长": "running time"}


def suggest(
    articles: Sequence[Article], answerable: Callable[[str, Article], bool], language: str, most: int
) -> list[str]:
    """At most `most` questions in Chinese or English, of as many articles as possible; `answerable` has the last word."""
    pending = [list(_questions(article, language)) for article in articles]
    found: list[str] = []
    for _ in range(_TRIED):
        if len(found) == most or not any(pending):
            break
        for questions, article in zip(pending, articles, strict=True):
            if questions and len(found) < most and answerable(question := questions.pop(0), article):
                found.append(question)
    return found


def _questions(article: Article, language: str) -> Iterator[str]:
    """Questions about one article, of each sort in turn."""
    opinion, amount, date = _TEMPLATES[language]
    topic, asked = _topic(article), set()
    for start, end in sentences(article.text):
        sentence, question = article.text[start:end], ""
        titles, dated = _TITLE.findall(sentence), _DATED.match(sentence)
        if titles and (match := _AMOUNT.search(sentence)):
            what = fold(match[1])
            question = amount.format(titles[0], what if language == "zh" else _ENGLISH[what])
        elif dated and language == "zh":
            question = date.format(dated[2].strip())
        elif (match := _OPINION.search(sentence)) and match.start() < 12:
            people = [name for name in named(sentence[: match.start()]) if is_person(name)]
            question = opinion.format(people[0], topic) if people and topic else ""
        if question and question not in asked:
            asked.add(question)
            yield question


def _topic(article: Article) -> str:
    """What an article most speaks of: its commonest Latin term, as AI is in these, or else its commonest word."""
    counts = Counter(word for word in segments(fold(article.text)) if len(word) > 1 and not word[0].isdigit())
    latin = [word for word, count in counts.most_common(12) if word.isascii() and word.isalpha() and count > 3]
    word = next(iter([*latin, *(w for w, _ in counts.most_common(40) if re.fullmatch(f"[{HAN}]+", w))]), "")
    return word.upper() if word.isascii() and len(word) < 4 else word
