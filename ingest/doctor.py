"""Is a library sound, and how is it made so again? Every part is looked at alone, so that one can be told broken."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.article import counted
from ingest.build import Progress, embedded, migrate, outdated
from ingest.consistency import misembedded, misplaced
from ingest.database import Database
from ingest.embed import load_embedder
from ingest.errors import ChangjiError, LibraryError, ServerError
from ingest.library import Library
from ingest.settings import Place, placed
from ingest.split import SPLITTER
from ingest.stores import Stores

REPAIR = "mend it with `changji doctor --repair`"
_MIGRATE = "bring them up to date with `changji migrate`"
_RESTORE = "bring a back-up back with `changji restore FILE`, or ingest the articles into a new library"


@dataclass(frozen=True)
class Finding:
    """What was found of one part of the library; `advice` is what to do about it, "" where all is well."""

    part: str  # "articles", "words" or "vectors"
    said: str
    advice: str = ""


def examine(place: Path | Place) -> list[Finding]:
    """Check that articles, words and vectors are whole and agree: ids, counts, digests, offsets. Changes nothing.

    A LibraryError where there is no library at all, a ServerError where its server can't be reached.
    """
    with contextlib.closing(Stores(placed(place))) as stores:
        return list(_examined(stores))


def _examined(stores: Stores) -> Iterator[Finding]:
    try:
        database = stores.database
    except LibraryError as error:
        if stores.place.database:
            raise
        yield Finding("articles", str(error), _RESTORE)
        return
    articles = _articles(database)
    yield articles
    if articles.advice != _RESTORE:
        known = database.passage_ids()
        yield _index("words", known, lambda: stores.words().ids())
        yield _vectors(stores, known)


def _articles(database: Database) -> Finding:
    damage, manifest = database.damage(), {} if database.damage() else database.manifest()
    if damage or not manifest:
        return Finding("articles", f"SQLite finds: {damage}" if damage else "the library was never finished", _RESTORE)
    counts = database.passage_counts()
    said = f"{counted(len(database.article_ids()), 'article')} in {counted(sum(counts.values()), 'passage')}"
    if manifest["splitter"] != SPLITTER:
        return Finding("articles", f"{said}, cut by another version of Changji ({manifest['splitter']})", _MIGRATE)
    wrong = len(list(misplaced(database)))
    if wrong:
        return Finding("articles", f"{said}, {wrong} of which aren't what stands at their offsets", REPAIR)
    if manifest.get("writing"):
        return Finding("articles", f"{said}; somebody is writing, or was interrupted", REPAIR)
    return Finding("articles", f"{said}, offsets and digests right")


def _index(part: str, known: set[str], ids: Callable[[], set[str]]) -> Finding:
    try:
        found = ids()
    except ServerError as error:
        said, _, advice = str(error).partition("; ")
        return Finding(part, said, advice)
    except LibraryError as error:
        return Finding(part, str(error).split(";")[0], REPAIR)
    missing, extra = len(known - found), len(found - known)
    if missing or extra:
        return Finding(part, f"{missing} passages are missing, {extra} aren't the library's", REPAIR)
    return Finding(part, f"{counted(len(found), 'passage')}, the same ones")


def _vectors(stores: Stores, known: set[str]) -> Finding:
    manifest = stores.database.manifest()
    try:
        vectors = stores.vectors()
    except LibraryError as error:
        return Finding("vectors", str(error).split(";")[0], REPAIR)
    with contextlib.closing(vectors):
        found = _index("vectors", known, vectors.ids)
        if found.advice:
            return found
        try:
            embedder = load_embedder(manifest["embedder"])
        except ChangjiError as error:
            return Finding("vectors", f"{found.said}; not compared with their texts, for {error}")
        if embedder.name != manifest["embedder_version"]:
            said = f"they were made by another version of the embedder {manifest['embedder']}"
            return Finding("vectors", said, _MIGRATE)
        wrong = misembedded(stores.database, vectors, embedder)
    if wrong:
        return Finding("vectors", f"{len(wrong)} of those looked at aren't their passage's", REPAIR)
    return Finding("vectors", f"{found.said}, made by {manifest['embedder']}")


def repair(place: Path | Place, progress: Progress = lambda done, total: None) -> None:
    """Make what isn't sound anew, from the articles' texts; LibraryError where the articles themselves are damaged."""
    found = examine(place)
    if any(finding.advice == _RESTORE for finding in found):
        raise LibraryError(f"The articles in {place} are damaged and can't be mended; {_RESTORE}.")
    with contextlib.closing(Stores(placed(place))) as stores, stores.alone():
        stores.database.set({"writing": "yes"})  # whoever opens it next makes what is missing
        for finding in found:
            if finding.advice == REPAIR and finding.part != "articles":
                stores.discard(finding.part)
    library = Library(place, outdated=True)
    with contextlib.closing(library):
        if outdated(library):
            migrate(library, None, progress)
        with library.writing():
            _cut_anew(library)


def _cut_anew(library: Library) -> None:
    articles = [library.article(id) for id in sorted(library.misplaced())]
    if articles:
        library.write(embedded(library, articles))
        library.purge()
