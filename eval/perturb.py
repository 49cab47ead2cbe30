"""Questions made harder on purpose, from the user's own library, after RGB (Chen et al. 2024, AAAI; arXiv 2309.01431).

    noise N                    the question asked of its article and the N others nearest to it
    negative rejection         its article taken away: it must be refused
    information integration    two questions in one, which only two articles together answer
    counterfactual             a figure in its article changed: the answer must follow the article
    conflict                   the article and its changed copy side by side: the answer must show both figures

RGB has a language model write its sets; these follow from the cases by rule, so that anyone can make them anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.cases import REJECTION, Case
from eval.facts import facts_met
from eval.run import Run, run
from eval.scratch import over, scratch_library
from ingest.article import Article
from ingest.build import add_articles
from ingest.errors import CasesError
from ingest.numerals import numbers
from ingest.split import sentences
from ingest.text import fold
from rag.assistant import Assistant

NOISE = (0, 1, 4, 16, 64)  # articles beside the right one
_DEPTH = 100  # passages by which the nearest articles are told
_COPY = "-changed"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Dates would become impossible ones, and years absurd: neither reads as a figure that an article might state.
_DATED = re.compile(
    r"\d{4}年|年代|[月日号號]|\d(?:st|nd|rd|th)|(?<!\d)(?:19|20)\d\d(?!\d)|[A-Z][a-z]+ \d|\d [A-Z][a-z]"
)


def run_perturbed(cases: Sequence[Case], assistant: Assistant, progress: bool = True) -> Run:
    """Ask every perturbation of the cases that state a fact of one article in the library."""
    texts = {article.id: article.text for article in assistant.library.articles()}
    plain = [case for case in cases if case.type == "fact" and len(case.articles) == 1 and case.articles[0] in texts]
    if not plain:
        raise CasesError("No question of the set has its one article in the library, so there is nothing to perturb.")
    asked = [*_noisy(plain, assistant, list(texts)), *_rejected(plain, texts), *_integrated(plain)]
    runs = [run(asked, assistant, progress, "Noise, rejection, integration"), *_figures(plain, assistant, progress)]
    return Run(tuple(result for one in runs for result in one.results), runs[0].about)


def _noisy(cases: Sequence[Case], assistant: Assistant, articles: Sequence[str]) -> Iterator[Case]:
    levels = [n for n in NOISE if n < len(articles)]
    for case in cases:
        hits = assistant.retriever.retrieve(case.question, _DEPTH)
        others = [
            id for id in dict.fromkeys([*(hit.passage.article for hit in hits), *articles]) if id not in case.articles
        ]
        for level in levels:
            among = (*case.articles, *others[:level])
            yield replace(case, id=f"{case.id} noise {level}", type=f"noise {level}", among=among)


def _rejected(cases: Sequence[Case], texts: dict[str, str]) -> Iterator[Case]:
    """Cases without their article; those whose facts all stand in another article too are left out."""
    for case in cases:
        others = tuple(id for id in texts if id not in case.articles)
        if others and not any(all(facts_met(case.facts, texts[id])) for id in others):
            yield replace(case, id=f"{case.id} rejection", type=REJECTION, facts=(), among=others)


def _integrated(cases: Sequence[Case]) -> Iterator[Case]:
    """Each case joined with the next one in its language that another article answers, none used twice."""
    waiting = list(cases)
    while waiting:
        first = waiting.pop(0)
        for second in waiting:
            if second.lang == first.lang and second.articles != first.articles:
                waiting.remove(second)
                yield replace(
                    first,
                    id=f"{first.id} + {second.id}",
                    type="information integration",
                    question=f"{first.question}{' ' if first.lang == 'en' else ''}{second.question}",
                    articles=(*first.articles, *second.articles),
                    facts=(*first.facts, *second.facts),
                )
                break


# Figures


@dataclass(frozen=True)
class _Changed:
    """A case whose fact states a figure, and what the figure becomes."""

    case: Case
    old: str
    new: str

    @property
    def fact(self) -> tuple[str, ...]:
        """The fact's alternatives with the new figure; those without the old one can't be told any more."""
        return tuple(_replaced(text, {self.old: self.new}) for text in self.case.facts[0] if _holds(text, self.old))


def _figures(cases: Sequence[Case], assistant: Assistant, progress: bool) -> Iterator[Run]:
    """Both runs in which figures are changed; none where no case states one."""
    library = assistant.library
    articles = {article.id: article for article in library.articles()}
    changes = _changes(cases, articles)
    copies = {
        id: _copy(article, changes) for id, article in articles.items() if any(id in c.case.articles for c in changes)
    }
    if not changes:
        return
    follow = [
        replace(c.case, id=f"{c.case.id} counterfactual", type="counterfactual", facts=(c.fact,)) for c in changes
    ]
    with scratch_library(library.manifest["embedder"]) as changed:
        add_articles(changed, [copies.get(id, article) for id, article in articles.items()])
        yield run(follow, over(changed, assistant), progress, "Counterfactual")
    both = [
        replace(
            c.case, id=f"{c.case.id} conflict", type="conflict", facts=(c.case.facts[0], c.fact),
            articles=(*c.case.articles, c.case.articles[0] + _COPY),
        )
        for c in changes
    ]  # fmt: skip
    with scratch_library(library.manifest["embedder"]) as conflicting:
        beside = [replace(copy, id=id + _COPY) for id, copy in copies.items()]
        add_articles(conflicting, [*articles.values(), *beside])
        yield run(both, over(conflicting, assistant), progress, "Conflict")


def _changes(cases: Sequence[Case], articles: Mapping[str, Article]) -> list[_Changed]:
    """The changes that go together: with all of an article's made, each reads as its own case expects, and no more as
    it did.
    """
    changes: list[_Changed] = []
    for case in cases:
        article = articles[case.articles[0]]
        others = [one for one in changes if one.case.articles == case.articles]
        change = _changeable(case, article.text, others)
        if change:
            copy = _copy(article, [*others, change])
            together = (*others, change)
            old = any(facts_met([one.case.facts[0] for one in together], copy.text))  # in another wording, say
            if all(facts_met([one.fact for one in together], copy.text)) and not old:
                changes.append(change)
    return changes


def _changeable(case: Case, text: str, others: Sequence[_Changed] = ()) -> _Changed | None:
    """How a case's figure can be changed: where it has one fact, stated in digits in a sentence that holds the fact."""
    if len(case.facts) != 1:
        return None
    stating = [text[start:end] for start, end in sentences(text) if facts_met(case.facts, text[start:end])[0]]
    for alternative in case.facts[0]:
        number = _NUMBER.search(alternative)
        if not number or _DATED.search(alternative):
            continue
        if any(_spaceless(alternative) in _spaceless(one) and _holds(one, number.group()) for one in stating):
            old = number.group()
            new = next((one.new for one in others if one.old == old), None) or _other(old, text, others)
            return _Changed(case, old, new) if new else None
    return None


def _spaceless(text: str) -> str:
    return "".join(fold(text).split())


def _other(number: str, text: str, others: Sequence[_Changed]) -> str | None:
    """A number of the same length that begins with another digit, and that the article doesn't hold: 35000 → 45000."""
    taken = numbers(fold(text)) | {one.new for one in others}
    turned = (f"{(int(number[0]) + step - 1) % 9 + 1}{number[1:]}" for step in range(1, 9))
    return next((new for new in turned if new not in taken and not _holds(text, new)), None)


def _copy(article: Article, changes: Sequence[_Changed]) -> Article:
    """The article with every figure changed in the sentences that state it. Its length, and so its headings, stay."""
    text = article.text
    for start, end in sentences(text):
        sentence = article.text[start:end]
        figures = {one.old: one.new for one in changes if facts_met(one.case.facts, sentence)[0]}
        text = text[:start] + _replaced(sentence, figures) + text[end:]
    return replace(article, text=text)


def _holds(text: str, number: str) -> bool:
    return bool(re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]*\d)", text))


def _replaced(text: str, figures: Mapping[str, str]) -> str:
    """The text with each figure's new value; all at once, for one's new value may be another's old one."""
    if not figures:
        return text
    olds = "|".join(map(re.escape, figures))
    return re.sub(rf"(?<![\d.])(?:{olds})(?![\d.]*\d)", lambda match: figures[match.group()], text)
