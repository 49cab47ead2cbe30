"""The pipeline in plain sight: read → clean → split → embed → write, incrementally by content hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from ingest.address import Allowed, fetch, public
from ingest.article import Article
from ingest.clean import CLEANER, Removal, clean
from ingest.errors import ReadError
from ingest.library import Entry, Library
from ingest.metadata import describe
from ingest.read import SUFFIXES, Document, parse, read
from ingest.split import SPLITTER, embedded_text, split
from ingest.text import language

_MAX_WORDS = 60  # characters of an address in an id
Progress = Callable[[int, int], None]  # done, total


@dataclass
class Report:
    """What an ingest did: article ids, and the files it passed over with the reason."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    cleaned: dict[str, tuple[Removal, ...]] = field(default_factory=dict)


def ingest(library: Library, source: Path, progress: Progress = lambda done, total: None) -> Report:
    """Bring the library up to date with a folder (or one file): new, changed and removed articles, the rest untouched.

    A file that can't be read is skipped, and keeps its earlier version in the library. A missing or empty folder is a
    ReadError.
    """
    files, root = _files(source), str(source.resolve())
    report = Report()
    with library.writing():
        known = library.sources(root)
        lots = _lots(library, _new_articles(library, files, known, report, progress))
        lot = next(lots, [])
        while True:
            following = next(lots, [])
            # With the last articles, so that a small folder changes as a whole.
            report.removed = [] if following or not source.is_dir() else _gone(known, report)
            if lot or report.removed:
                library.write(embedded(library, lot), removed=report.removed, root=root)
            if not following:
                return report
            lot = following


def _gone(known: Mapping[str, tuple[str, str]], report: Report) -> list[str]:
    """Articles whose files are gone and that weren't found elsewhere."""
    moved = set(report.added) | set(report.changed)
    return [id for file, (id, _) in known.items() if id not in moved and not Path(file).exists()]


def ingest_address(library: Library, url: str, allowed: Allowed = public) -> Report:
    """Bring the library up to date with the article at one http or https address; see `ingest.address.fetch`.

    A ReadError says why the address can't be read, and leaves the library as it was.
    """
    page = fetch(url, allowed)
    id, digest, report = _address_id(page.url), _digest([page.data]), Report()
    with library.writing():
        if library.sources(page.url).get(page.url) == (id, digest):
            report.unchanged.append(id)
            return report
        document = parse(page.data, page.suffix, page.url)
        article, removals = _article(document, Path(f"{id}{page.suffix}"), page.url, digest)
        (report.added if library.owner(id) is None else report.changed).append(id)
        if removals:
            report.cleaned[id] = removals
        library.write(embedded(library, [replace(article, url=page.url)]), root=page.url)
    return report


def replace_article(library: Library, id: str, path: Path) -> Report:
    """Put a file in the place of an article, under its id; a ReadError leaves the article as it was."""
    library.article(id)
    with path.open("rb") as file:
        digest = _digest(iter(lambda: file.read(1 << 20), b""))
    article, removals = _article(read(path), path.with_stem(id), str(path.resolve()), digest)
    with library.writing():
        library.write(embedded(library, [article]), root=str(path.resolve()))
    return Report(changed=[id], cleaned={id: removals} if removals else {})


def _address_id(url: str) -> str:
    """A readable id that no other address shares: words of the host and path, and a digest of the whole."""
    words = re.sub(r"[^\w.]+", "-", unquote(url).partition("://")[2].partition("?")[0])[:_MAX_WORDS].strip("-.")
    return f"{words}-{hashlib.sha256(url.encode()).hexdigest()[:6]}"


def add_articles(library: Library, articles: Iterable[Article], progress: Progress = lambda done, total: None) -> None:
    """Write articles that are in memory already, through the same splitting and embedding; they aren't cleaned.

    Only what no file's text could hold is replaced: NUL and lone surrogates, which the database can't store.
    """
    pending, done = (replace(article, text=_storable(article.text)) for article in articles), 0
    with library.writing():
        for lot in _lots(library, pending):
            library.write(embedded(library, lot))
            done += len(lot)
            progress(done, done)


def _storable(text: str) -> str:
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def remove(library: Library, ids: Sequence[str]) -> None:
    """Remove articles and every word of them from all files of the library.

    An unknown id is a QuestionError and removes nothing.
    """
    for id in ids:
        library.article(id)
    with library.writing():
        library.write([], removed=ids)
        library.purge()


def outdated(library: Library, embedder: str | None = None) -> bool:
    """Whether another embedder than the one wanted, or another version of Changji, made the library's passages."""
    return library.needs_splitting() or library.needs_embedding(embedder)


def migrate(library: Library, embedder: str | None = None, progress: Progress = lambda done, total: None) -> None:
    """Embed and cut anew what `outdated` says, from the texts that the library holds.

    Every article is whole at any moment; interrupted, it begins anew the next time.
    """
    with library.writing():
        if library.needs_embedding(embedder):
            library.re_embed(embedder or library.manifest["embedder"], progress)
        if library.needs_splitting():
            articles, done = library.articles(), 0
            for lot in _lots(library, articles):
                library.write(embedded(library, lot))
                done += len(lot)
                progress(done, len(articles))
            library.set_splitter()


def _files(source: Path) -> list[Path]:
    if not source.exists():
        raise ReadError(f"There is nothing at {source}; give a folder with articles, or one file.")
    if source.is_file():
        return [source]
    root = source.resolve()
    found = sorted(path for path in source.rglob("*") if path.is_file() and not _hidden(path.relative_to(source)))
    inside = [path for path in found if path.resolve().is_relative_to(root)]  # a link must not lead out of the folder
    if not any(path.suffix.lower() in SUFFIXES for path in inside):
        raise ReadError(f"The folder {source} holds no articles; Changji reads {', '.join(sorted(SUFFIXES))} files.")
    return inside


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "__")) for part in path.parts)


def _new_articles(
    library: Library, files: Sequence[Path], known: dict[str, tuple[str, str]], report: Report, progress: Progress
) -> Iterator[Article]:
    """Those of new and changed files, cleaned; everything else goes into the report."""
    taken: dict[str, Path] = {}
    for done, path in enumerate(files, 1):
        try:
            if path.suffix.lower() not in SUFFIXES and len(files) > 1:
                if path.suffix.lower() not in _PASSED_OVER:
                    report.skipped.append((str(path), f"{path.suffix or 'no ending'} is not a type of file that Changji reads"))
            elif path.stem in taken:
                report.skipped.append((str(path), f"{taken[path.stem].name} has the same name without its ending"))
            else:
                taken[path.stem] = path
                yield from _new_article(library, path, known, report)
        except (ReadError, OSError) as error:
            report.skipped.append((str(path), str(error)))
        progress(done, len(files))


_PASSED_OVER = {".py", ".pyc", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".css", ".js"}  # beside articles, not articles


def _new_article(
    library: Library, path: Path, known: dict[str, tuple[str, str]], report: Report
) -> Iterator[Article]:
    id, source = path.stem, str(path.resolve())
    with path.open("rb") as file:
        digest = _digest(iter(lambda: file.read(1 << 20), b""))
    if known.get(source) == (id, digest):
        report.unchanged.append(id)
        return
    owner = library.owner(id)
    if owner not in (None, source) and Path(owner).exists():
        report.skipped.append((str(path), f"the library has another article named {id}, from {owner}; rename one of them"))
        return
    article, removals = _article(read(path), path, source, digest)
    (report.added if owner is None else report.changed).append(id)
    if removals:
        report.cleaned[id] = removals
    yield article


def _digest(blocks: Iterable[bytes]) -> str:
    """Of a file's bytes and of what is made of them: a file is read again when cleaning or cutting has changed."""
    digest = hashlib.sha256(f"{CLEANER}\0{SPLITTER}\0".encode())
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


def _article(document: Document, path: Path, source: str, digest: str) -> tuple[Article, tuple[Removal, ...]]:
    """Clean what was read; the article goes by the stem of its path."""
    about, body = describe(document, path)
    cleaned = clean(body)
    if not cleaned.text.strip():
        raise ReadError(f"{path.name} holds no text; if it is a scan, run text recognition on it first.")
    article = Article(
        id=path.stem, text=cleaned.text, title=about.title, publisher=about.publisher, author=about.author,
        date=about.date, url=about.url, language=about.language or language(cleaned.text), tags=about.tags,
        source=source, hash=digest, headings=cleaned.headings,
    )  # fmt: skip
    return article, (*about.removed, *cleaned.removed)


def _lots(library: Library, articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Articles in lots to be embedded and written at once: the indexes take a few large ones best."""
    lot, characters = [], 0
    for article in articles:
        lot.append(article)
        characters += len(article.text)
        if characters >= library.embedder.lot:
            yield lot
            lot, characters = [], 0
    if lot:
        yield lot


def embedded(library: Library, articles: Sequence[Article]) -> list[Entry]:
    """Passages and vectors of a batch of articles, embedded together."""
    passages = [split(article, library.budget) for article in articles]
    texts = [embedded_text(a.title, p) for a, own in zip(articles, passages, strict=True) for p in own]
    vectors, entries, at = library.embedder.embed_passages(texts), [], 0
    for article, own in zip(articles, passages, strict=True):
        entries.append(Entry(article, own, vectors[at : at + len(own)]))
        at += len(own)
    return entries
