"""The names and titles of a statement, and whether evidence has them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.numerals import numbers
from ingest.text import english_words, fold
from rag.entities import is_plain, is_sure
from rag.evidence import HAN_RUN, LATIN, Evidence, squash
from rag.measures import month_of
from rag.wording import without_attribution, wording

_SUBJECT = 3  # characters
_PRONOUN = re.compile(
    "(?:在|据|按)?(?:[他她它]|双方|两[人者]|二人|两家(?:公司|企业)|该(?:公司|片|人|剧)|其(?!他))"
)  # one who was named
_TELLER = re.compile("(?:这篇|该|本)?(?:文章|报道|资料|段落|文中|作者)")  # 文章回顾说: not a name
_TITLE = re.compile(r"[《〈]([^《》〈〉]{1,60})[》〉]")
_QUOTED = re.compile(r"[“「『\"]([^“”「」『』\"]{2,80})[”」』\"]")
_PERSON_TAGS = frozenset(("nr", "nrt", "nrfg"))
_NAME_TAGS = _PERSON_TAGS | {"nt", "nz", "ns"}


def strange_names(claim: str, evidence: Evidence) -> list[str]:
    """Titles in title marks, capitalised Latin names and Chinese names of a claim that the evidence doesn't have."""
    titles = [title for title in _TITLE.findall(claim) if squash(fold(title)) not in evidence.squashed]
    return [*titles, *_strange_latin(claim, evidence), *_strange_chinese(claim, evidence, sure=True)]


def doubtful_names(claim: str, evidence: Evidence) -> list[str]:
    """Words in quotation marks, and words that may be names, which the evidence doesn't have."""
    quoted = [words for words in _QUOTED.findall(claim) if squash(fold(words)) not in evidence.squashed]
    return [
        *(words for words in quoted if wording(words, evidence)[0] < 0.8),
        *_strange_chinese(claim, evidence, sure=False),
    ]


def strange_subject(claim: str, evidence: Evidence) -> str:
    """What opens a claim, as long as a name, and shares no pair of characters with the evidence; "" if nothing does."""
    stated = without_attribution(fold(claim)).strip()
    opening = None if _PRONOUN.match(stated) else HAN_RUN.match(stated)
    run = opening.group() if opening and stated[opening.end() : opening.end() + 1] != ":" else ""
    known = next((i for i in range(len(run) - 1) if run[i : i + 2] in evidence.bigrams), len(run))
    # A single character at the end may belong to what follows: 字节跳动 在中国.
    stretch = run[:known].rstrip("在于与和将已的")
    strange = (
        len(stretch) >= _SUBJECT and "的" not in stretch and not numbers(stretch) and not _TELLER.match(fold(claim))
    )
    return stretch if strange else ""


def _strange_latin(claim: str, evidence: Evidence) -> Iterable[str]:
    """Short abbreviations (AI, VFX) stand for Chinese words as often as not, so only names are asked for."""
    english = not HAN_RUN.search(claim)
    for match in LATIN.finditer(claim):
        word = match.group().removesuffix("'s").removesuffix("’s")
        if not (word[0].isupper() or any(map(str.isdigit, word))) or (word.isupper() and len(word) <= 4):
            continue
        opens = english and (match.start() == 0 or claim[: match.start()].rstrip()[-1:] in '“".!?:：。')
        if opens or not english_words(word):
            continue
        month = month_of(fold(word))
        if month and month in map(month_of, evidence.latin):
            continue
        if squash(fold(word)) not in evidence.squashed and not set(english_words(word)) & evidence.latin:
            yield word


def _strange_chinese(claim: str, evidence: Evidence, sure: bool) -> Iterable[str]:
    """Names as the tagger sees them; one that shares half its pairs of characters with the evidence passes."""
    import rjieba

    for run in HAN_RUN.findall(fold(claim)):
        for word, tag in rjieba.tag(run):
            wanted = tag in _NAME_TAGS and len(word) > 1 and is_sure(word, tag) == sure and not is_plain(word)
            if wanted and not _is_held(word, tag, evidence):
                yield word


def _is_held(word: str, tag: str, evidence: Evidence) -> bool:
    """Whether evidence has enough of a name: of a person's any pair, as 卡梅隆 of 詹姆斯·卡梅隆, of others half."""
    pairs = [word[i : i + 2] in evidence.bigrams for i in range(len(word) - 1)]
    return any(pairs) if tag in _PERSON_TAGS else sum(pairs) * 2 >= len(pairs)
