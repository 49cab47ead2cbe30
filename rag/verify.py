"""Does a passage bear a sentence out?

Three things decide. What can be looked up must be there: figures with their units, titles, names, and these must
belong together there too. What is denied must be denied there. And the sentence must be like the passage: in words and
meaning, or in meaning alone where it is in another language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.text import HAN, fold, language
from rag.answer import Support
from rag.binding import torn
from rag.crosslingual import shared_figures, support_across, terms
from rag.directions import reversed_figures
from rag.evidence import Evidence, plain
from rag.figures import stated_figures, strange_figures
from rag.meaning import closeness
from rag.names import doubtful_names, strange_names, strange_subject
from rag.negation import contradicts
from rag.wording import content_words, found, log_odds, without_attribution

# Of the wording's log-odds and so much times the cosine of claim and quote. Of the true ones of `train.statements`
# 70 % come out supported and 2 % unsupported; without the sentence that bears them out 9 % and 58 %.
CLOSENESS, SUPPORTED, UNSUPPORTED = 10.6, 5.2, -0.1
CONTEXT = 1  # off the log-odds for wording that only the context holds
ADDED = 0.0  # the same sum for one clause of several, below which nothing bears it out
_CLAUSE, _CLAUSE_LENGTH = re.compile(r"[，；。,;]"), 6  # Han characters
_HAN = re.compile(f"[{HAN}]")
_SAYS = re.compile(r"^.{1,16}?(?:认为|表示|指出|介绍|解释|强调|透露|坦言|直言|断言|感叹|写道|说|称)[:：]?$")
_FIGURE_WEIGHT = 4
_MEANING_WEIGHT = 20
_SAME_MEANING = 0.7  # a cosine across languages that leaves nothing to ask for


def support(claim: str, evidence: Sequence[str], context: Sequence[str] = (), given: Sequence[str] = ()) -> Support:
    """How far `evidence` bears `claim` out; `context` (title, date, the passage around) may only name who and what.

    What else was `given` may only show that a name is none of the claim's making, or that something belongs to another.

    A figure, title or name found nowhere makes it unsupported, one found in the context alone, a denial that the
    evidence doesn't make, or a figure that it has the other way only, partial at best.
    """
    text, quoted = plain(claim), Evidence("\n".join(evidence))
    around = Evidence("\n".join((*evidence, *context)))
    if is_foreign(text, around.text):
        return support_across(text, quoted, around, given)
    strange = strange_names(text, around)
    if strange_figures(text, around) or (strange and strange_names(text, Evidence("\n".join((around.text, *given))))):
        return "unsupported"
    value, is_torn = likeness(text, quoted, around), torn(text, tuple(given) or (around.text,))
    if value < UNSUPPORTED or (strange and is_torn):
        return "unsupported"
    weak = value < SUPPORTED or bool(strange or strange_figures(text, quoted) or doubtful_names(text, around))
    weak = weak or bool(strange_subject(text, around) or reversed_figures(text, around.text) or added(text, around))
    return "partial" if weak or is_torn or contradicts(text, quoted.text) else "supported"


def likeness(text: str, quoted: Evidence, around: Evidence) -> float:
    """How alike a claim and a quote in one language are: log-odds of the shared wording, and closeness in meaning."""
    shared = max(log_odds(text, quoted), log_odds(text, around) - CONTEXT)
    return shared + CLOSENESS * (closeness(text, quoted.text, by_clause=True) + shared_figures(text, quoted))


def added(text: str, around: Evidence) -> str:
    """A clause beside others of a claim that is like nothing in the evidence, "" if there is none."""
    clauses = [clause for clause in _CLAUSE.split(text) if len(_HAN.findall(_told(clause))) >= _CLAUSE_LENGTH]
    if len(clauses) < 2:
        return ""
    return next((clause for clause in clauses if likeness(clause, around, around) < ADDED), "")


def _told(clause: str) -> str:
    """A clause without who says so: nothing is left of 文章认为 or 作者写道."""
    return _SAYS.sub("", without_attribution(fold(clause)))


@dataclass(frozen=True)
class Need:
    """Something a claim needs evidence to hold, in any of some forms."""

    alternatives: tuple[str, ...]
    weight: float
    kind: Literal["word", "figure", "meaning"] = "word"


def needs(claim: str, evidence: str) -> list[Need]:
    """What evidence must hold for a claim: figures, and words, or meaning if it is in another language."""
    text = plain(claim)
    stated = [Need((figure,), _FIGURE_WEIGHT, "figure") for figure in sorted(stated_figures(text))]
    if is_foreign(text, evidence):
        meaning = Need((text,), _MEANING_WEIGHT, "meaning")
        return [*stated, meaning, *(Need(alternatives, 1) for alternatives in terms(text))]
    return [*stated, *(Need((word,), weight) for word, weight in dict(content_words(fold(text))).items())]


def held(need: Need, evidence: Evidence) -> float:
    """How far the evidence holds what is needed, 0 to 1."""
    if need.kind == "figure":
        return float(need.alternatives[0] in evidence.numbers)
    if need.kind == "meaning":
        return min(max(closeness(need.alternatives[0], evidence.text), 0.0) / _SAME_MEANING, 1.0)
    return max(found(word, evidence) for word in need.alternatives)


def is_foreign(claim: str, evidence: str) -> bool:
    """Whether claim and evidence are in different languages, so that words can't be compared."""
    return (language(claim) == "en") != (language(evidence) == "en")
