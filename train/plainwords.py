"""Words that the tagger takes for names though the dictionary knows them as plain ones: 荣誉, 聊天, 胡子.

`python -m train.plainwords CEDICT_FILE` writes rag/plainwords.txt.gz. CC-CEDICT writes the pinyin of a proper name with
a capital: Hua2 wei4, but rong2 yu4.
"""

from __future__ import annotations

import argparse
import gzip
import re
from pathlib import Path

from ingest.text import HAN, tagged
from rag.entities import PLAIN_WORDS

_ENTRY = re.compile(r"\S+ (?P<word>\S+) \[(?P<pinyin>[^\]]*)\]")
_HAN = re.compile(f"[{HAN}]{{2,}}")
_NAME_TAGS = frozenset(("nr", "nrt", "nrfg", "nt", "nz", "ns"))


def plain_words(cedict: Path) -> list[str]:
    """The dictionary's plain words that the tagger calls a person, an organisation, a place or another name, sorted."""
    plain: set[str] = set()
    names: set[str] = set()
    with gzip.open(cedict, "rt", encoding="utf-8") as lines:
        for match in filter(None, map(_ENTRY.match, lines)):
            (plain if match["pinyin"].islower() else names).add(match["word"])
    return sorted(word for word in plain - names if _HAN.fullmatch(word) and _is_called_a_name(word))


def _is_called_a_name(word: str) -> bool:
    pieces = tagged(word)
    return len(pieces) == 1 and pieces[0][1] in _NAME_TAGS


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cedict", type=Path, help="cedict_ts.u8.gz")
    words = plain_words(parser.parse_args().cedict)
    PLAIN_WORDS.write_bytes(gzip.compress("\n".join(words).encode(), mtime=0))
    print(len(words), "words")


if __name__ == "__main__":
    main()
