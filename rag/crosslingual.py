"""An English statement about Chinese text, or the other way round: no words are shared, so meaning must be compared.

Figures and names are looked up as ever, names by their translations. For the rest the embedder decides, on both texts
without the names and words they share in Latin letters: those make any two sentences about one company look alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from ingest.split import sentences
from ingest.text import HAN, english_words, fold
from rag.answer import Support
from rag.directions import reversed_figures
from rag.entities import chinese_names, is_chinese_person, is_name, is_person, is_place, named
from rag.evidence import Evidence
from rag.figures import stated_figures, strange_figures
from rag.meaning import LATIN, closeness
from rag.measures import is_unit, month_of
from rag.negation import contradicts
from rag.romanisation import spelling

# Cosines of the bundled embedder, chosen on 50 true and 44 false English statements about the Chinese digests, each
# with all passages of its article: 44 and 2 came out supported, 6 and 4 partial, 0 and 38 unsupported.
CLOSE, FAR = 0.35, 0.2
FIGURES = 0.1  # all figures stated, and at least one, stand in the very quote
UNKNOWN_NAME = 0.1  # a name that can't be looked up asks for so much more
TERMS = 0.3  # how far the share of translated terms found, against a half, moves the cosine

_DATE_ALONE = re.compile(r"(\d{4})(?:-\d\d){0,2}")  # the article's; of what it tells only the year may be meant
_OF_ARTICLE = re.compile(r"\b(?:articles?|reports?|stor(?:y|ies)|published)\b", re.IGNORECASE)
_DOLLARS = re.compile(r"\bUS ?\$")
_SYLLABLE = "(?:[bcdfghjklmnpqrstwxyz]?h?[aeiouü]{1,3}(?:ng|n|r)?)"
_PINYIN = rf"(?=[A-Z])(?i:{_SYLLABLE}{{1,2}})(?![A-Za-z])"
_SYLLABLES = re.compile(
    rf"(?<![A-Za-z]){_PINYIN}(?:[ -]{_PINYIN}|-(?i:{_SYLLABLE})(?![A-Za-z])){{1,2}}"
)  # Wang Fei-fei
_TWO_OR_THREE = re.compile(r"\b[A-Z][a-z]+(?:[ -][A-Z][a-z]+|-[a-z]+){1,2}")
_HAN_CHARACTER = re.compile(f"[{HAN}]")


def support_across(claim: str, quoted: Evidence, around: Evidence, given: Sequence[str] = ()) -> Support:
    """How far a quote bears out a claim in another language; the context `around` may only name who and what.

    A name that only other passages hold that were `given` is unknown rather than strange.
    """
    if strange_figures(claim, around):
        return "unsupported"
    strange, unknown = _names(claim, around)
    if strange and (not given or _names(claim, Evidence("\n".join((around.text, *given))))[0]):
        return "unsupported"
    value = closeness(claim, quoted.text) + shared_figures(claim, quoted) + _terms_found(claim, around)
    if value < FAR:
        return "unsupported"
    weak = (
        bool(strange)
        or _strange_place(claim, around)
        or value < CLOSE + UNKNOWN_NAME * bool(unknown)
        or not _figures_belong(claim, quoted)
    )
    weak = weak or bool(reversed_figures(claim, around.text)) or _is_of_others(claim, quoted, around, given)
    return "partial" if weak or contradicts(claim, quoted.text, chain(*terms(claim))) else "supported"


def shared_figures(claim: str, quoted: Evidence) -> float:
    """What it adds to the cosine that the quote holds the claim's figures: each may be written in another way there."""
    return FIGURES if stated_figures(claim) and not strange_figures(claim, quoted) else 0.0


def _figures_belong(claim: str, quoted: Evidence) -> bool:
    """Whether each figure stands in a quoted sentence that is about the same thing."""
    parts = (quoted.text[start:end] for start, end in sentences(quoted.text))
    told = _OF_ARTICLE.search(claim)
    pieces = [Evidence(part.strip() if told else _article_year(part.strip())) for part in parts]
    about = [
        piece
        for piece in pieces
        if _DATE_ALONE.fullmatch(piece.text) or closeness(claim, piece.text) + _terms_found(claim, piece) >= FAR
    ]
    missing = [strange_figures(claim, piece) for piece in [*about, Evidence("\n".join(piece.text for piece in about))]]
    return not set.intersection(*missing)


def _article_year(part: str) -> str:
    """The year of an article's date that stands by itself; of its month and day nothing else may come."""
    date = _DATE_ALONE.fullmatch(part)
    return date[1] if date else part


def terms(claim: str) -> list[tuple[str, ...]]:
    """What to look for in the other language: each term's translations, or itself."""
    from ingest.translation import translations

    known = [(fold(surface), *map(fold, alternatives)) for surface, alternatives in translations(claim)]
    within = {word for forms in known for word in english_words(forms[0])}
    words = [word for word in english_words(claim) if word not in within and not word[0].isdigit()]
    return [forms for forms in (*known, *((word,) for word in words)) if not is_unit(forms[0])]


def _terms_found(claim: str, evidence: Evidence) -> float:
    """What the translated terms add to the cosine or take from it; nothing where fewer than two words are known."""
    known = [(len(forms[0].split()), forms) for forms in terms(claim) if len(forms) > 1]
    total = sum(weight for weight, _ in known)
    found = sum(weight for weight, forms in known if any(form in evidence.folded for form in forms))
    return TERMS * (found / total - 0.5) if total > 1 else 0.0


def _names(claim: str, evidence: Evidence) -> tuple[list[str], list[str]]:
    """Capitalised words of an English claim that stand for a name: those the evidence lacks, those nobody can tell."""
    if _HAN_CHARACTER.search(claim):
        return [], []
    from ingest.translation import translations

    claim = _DOLLARS.sub("$", _unspelt(claim, evidence))
    strange: list[str] = []
    unknown: list[str] = []
    known = {fold(surface): alternatives for surface, alternatives in translations(claim)}
    looked_up: set[str] = set()
    for surface, alternatives in known.items():
        if re.search(rf"\b{re.escape(surface)}\b", claim, re.IGNORECASE) and _is_capitalised(
            surface, alternatives, claim
        ):
            looked_up.update(surface.split(), english_words(surface))
            if not any(fold(form) in evidence.folded for form in (surface, *alternatives)):
                (strange if _is_sure(surface, alternatives) else unknown).append(surface)
    for match in LATIN.finditer(claim):
        words = english_words(match.group())
        opens = not claim[: match.start()].strip(" \"'“‘(") or claim[: match.start()].rstrip()[-1:] in ".!?:"
        names = match.group()[0].isupper() and words and not opens and not match.group().isupper()
        names = names and not month_of(fold(match.group()).rstrip("."))  # dates are looked up as figures
        if names and not set(words) & (evidence.latin | looked_up):
            unknown.append(match.group())
    return strange, unknown


def _spelt(claim: str, evidence: Evidence) -> dict[str, str]:
    """Names of an English claim that spell the evidence's Chinese people: Zhang Di is 张迪."""
    names = [match.group() for match in _SYLLABLES.finditer(claim)]
    sounds = _sounds(evidence.folded) if names else {}
    return {name: sounds[_joined(name)] for name in names if _joined(name) in sounds}


def _unspelt(claim: str, evidence: Evidence) -> str:
    """An English claim without them, whose syllables mean something else: Di is also Germany."""
    for name in _spelt(claim, evidence):
        claim = claim.replace(name, " ")
    return claim


def _joined(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


@lru_cache(maxsize=256)
def _people(folded: str) -> tuple[str, ...]:
    return tuple(name for name in chinese_names(folded) if is_chinese_person(name))


@lru_cache(maxsize=64)
def _sounds(folded: str) -> dict[str, str]:
    """The Chinese people in a folded text by their names in pinyin, family name first and last."""
    people = _people(folded)
    first = {spelling(name): name for name in people}
    return first | {spelling(name[1:]) + spelling(name[0]): name for name in people}


def _is_sure(surface: str, alternatives: Sequence[str]) -> bool:
    """Whether a term is a name for sure: one word may be one by chance, as Labs for Labrador."""
    return (any if " " in surface else all)(map(is_name, alternatives[:2]))


def _strange_place(claim: str, around: Evidence) -> bool:
    """Whether an English claim names a place that the evidence doesn't."""
    from ingest.translation import translations

    claim = _unspelt(claim, around)
    return any(
        is_place(forms[0])
        and _is_capitalised(surface, forms, claim)
        and not any(fold(form) in around.folded for form in (surface, *forms))
        for surface, forms in translations(claim)
    )


def _is_of_others(claim: str, quoted: Evidence, around: Evidence, given: Sequence[str]) -> bool:
    """Whether a claim names people and the quote does as well, but none of them."""
    from ingest.translation import translations

    names, texts = (match.group() for match in _TWO_OR_THREE.finditer(claim)), (around.text, *given)
    latin = {fold(name) for name in names if is_person(name) and any(name in text for text in texts)}
    ours = latin | set(_spelt(claim, around).values())
    for surface, forms in translations(claim):
        if _is_sure(surface, forms) and _is_capitalised(surface, forms, claim):
            ours |= set(map(fold, forms))
    theirs = [*_people(quoted.folded), *(name for name in named(quoted.text) if name.isascii() and is_person(name))]
    return bool(ours and theirs) and not any(word in quoted.folded for name in ours for word in name.split())


def _is_capitalised(surface: str, alternatives: Sequence[str], claim: str) -> bool:
    """Whether every word of it is capitalised; at the head of a sentence it must be a name in Chinese too."""
    return any(
        all(word[:1].isupper() for word in match.group().split())
        and (match.start() > 0 or " " in surface or is_name(alternatives[0]) or is_place(alternatives[0]))
        for match in re.finditer(re.escape(surface), claim, re.IGNORECASE)
    )
