"""The pipeline in plain sight: read → clean → split → embed → write, incrementally by content hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from ingest.address import Allowed, fetch, public
from ingest.article import Article, Entry, storable
from ingest.clean import Removal
from ingest.errors import ChangjiError, ReadError
from ingest.folder import article_files, check_welcome, is_gone, unreadable
from ingest.library import Library
from ingest.read import parse, printable
from ingest.reading import Read, Reader, article_of, digest
from ingest.split import embedded_text, split

_MAX_WORDS = 60  # characters of an address in an id
Progress = Callable[[int, int], None]  # done, total


@dataclass
class Report:
    """What an ingest did: article ids, and the files it passed over with the reason."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[tuple[str, ChangjiError]] = field(default_factory=list)
    cleaned: dict[str, tuple[Removal, ...]] = field(default_factory=dict)

    def skip(self, path: Path, reason: ChangjiError) -> None:
        """Note that a file was passed over, and why."""
        self.skipped.append((printable(str(path)), reason))

    def pass_over(self, error: OSError) -> None:
        """Note what the system keeps from being read."""
        path = Path(error.filename)
        self.skip(path, unreadable(error, path))


def ingest(library: Library, source: Path, progress: Progress = lambda done, total: None) -> Report:
    """Bring the library up to date with a folder (or one file): new, changed and removed articles, the rest untouched.

    A file that can't be read is skipped, and keeps its earlier version in the library. A missing or empty folder is a
    ReadError.
    """
    report, root = Report(), str(source.resolve())
    files = article_files(source, library.folder, report.pass_over)
    with library.writing():
        known = library.sources(root)
        lots = _lots(library, _new_articles(library.owners(), files, source, known, report, progress))
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
    return [id for file, (id, _) in known.items() if id not in moved and is_gone(Path(file))]


def ingest_address(library: Library, url: str, allowed: Allowed = public) -> Report:
    """Bring the library up to date with the article at one http or https address; see `read_address`."""
    return ingest_read(library, read_address(url, allowed))


def read_address(url: str, allowed: Allowed = public) -> Read:
    """The article at one address, cleaned; see `ingest.address.fetch`. A ReadError says why it can't be read."""
    page = fetch(url, allowed)
    document = parse(page.data, page.suffix, page.url)
    article, removals = article_of(document, Path(f"{_address_id(page.url)}{page.suffix}"))
    return replace(article, url=page.url, source=page.url), removals


def ingest_read(library: Library, read: Read) -> Report:
    """Bring the library up to date with the article read at an address."""
    (article, removals), report = read, Report()
    with library.writing():
        if library.sources(article.source).get(article.source) == (article.id, article.hash):
            report.unchanged.append(article.id)
            return report
        (report.changed if article.id in library.owners() else report.added).append(article.id)
        if removals:
            report.cleaned[article.id] = removals
        library.write(embedded(library, [article]), root=article.source)
    return report


def replace_article(library: Library, id: str, path: Path) -> Report:
    """Put a file in the place of an article, under its id; a ReadError leaves the article as it was."""
    library.article(id)
    with Reader() as reader:
        article, removals = reader.read(path)
    source = str(path.resolve())
    with library.writing():
        library.write(embedded(library, [replace(article, id=id, source=source)]), root=source)
    return Report(changed=[id], cleaned={id: removals} if removals else {})


def _address_id(url: str) -> str:
    """A readable id that no other address shares: words of the host and path, and a digest of the whole."""
    words = re.sub(r"[^\w.]+", "-", unquote(url).partition("://")[2].partition("?")[0])[:_MAX_WORDS].strip("-.")
    return f"{words}-{hashlib.sha256(url.encode()).hexdigest()[:6]}"


def add_articles(library: Library, articles: Iterable[Article], progress: Progress = lambda done, total: None) -> None:
    """Write articles that are in memory already, through the same splitting and embedding; they aren't cleaned.

    Only what no file's text could hold is replaced: NUL and lone surrogates, which the database can't store.
    """
    pending, done = map(storable, articles), 0
    with library.writing():
        for lot in _lots(library, pending):
            library.write(embedded(library, lot))
            done += len(lot)
            progress(done, done)


def remove(library: Library, ids: Sequence[str], files: Sequence[Path] = ()) -> None:
    """Remove articles, every word of them from all files of the library, and these files of theirs.

    An unknown id is a QuestionError and removes nothing.
    """
    for id in ids:
        library.article(id)
    with library.writing():
        library.write([], removed=ids)
        library.purge()
        for file in files:
            file.unlink(missing_ok=True)


def outdated(library: Library, embedder: str | None = None) -> bool:
    """Whether another embedder than the one wanted, or another version of Changji, made the library's passages."""
    return library.needs_splitting() or library.needs_embedding(embedder)


def migrate(library: Library, embedder: str | None = None, progress: Progress = lambda done, total: None) -> None:
    """Embed and cut anew what `outdated` says, from the texts that the library holds.

    Every article is whole at any moment; interrupted, it begins anew the next time.
    """
    embedded_anew = library.needs_embedding(embedder)
    with library.writing(embedded_anew):
        if embedded_anew:
            library.re_embed(embedder or library.manifest["embedder"], progress)
        if library.needs_splitting():
            articles, done = library.articles(), 0
            for lot in _lots(library, articles):
                library.write(embedded(library, lot))
                done += len(lot)
                progress(done, len(articles))
            library.set_splitter()


def _new_articles(
    owners: Mapping[str, str], files: Sequence[Path], folder: Path, known: Mapping[str, tuple[str, str]],
    report: Report, progress: Progress,
) -> Iterator[Article]:  # fmt: skip
    """Those of new and changed files, cleaned; everything else goes into the report."""
    root, taken = folder.resolve(), dict[str, str]()
    with Reader() as reader:
        for done, path in enumerate(files, 1):
            try:
                source = path.resolve()
                check_welcome(path, source, root, taken)
                yield from _new_article(owners, path, str(source), known, report, reader)
                taken[path.stem] = str(path.relative_to(folder))  # only now: what can't be read takes no name
            except ReadError as error:
                report.skip(path, error)
            except Exception as error:  # one file mustn't keep the others out
                report.skip(path, _unexpected(error, path))
            progress(done, len(files))


def _unexpected(error: Exception, path: Path) -> ReadError:
    if isinstance(error, OSError):
        return unreadable(error, path)
    kind = type(error).__name__
    return ReadError("{name} couldn't be read, unexpectedly ({kind}); please report it.", name=path.name, kind=kind)


def _new_article(
    owners: Mapping[str, str], path: Path, source: str, known: Mapping[str, tuple[str, str]], report: Report,
    reader: Reader,
) -> Iterator[Article]:  # fmt: skip
    id = path.stem
    if known.get(source) == (id, digest(path)):
        report.unchanged.append(id)
        return
    owner = owners.get(id)
    if owner not in (None, source) and not is_gone(Path(owner)):
        raise ReadError(
            "the library has another article named {id}, from {owner}; rename one of them", id=id, owner=owner
        )
    article, removals = reader.read(path)
    (report.added if owner is None else report.changed).append(id)
    if removals:
        report.cleaned[id] = removals
    yield replace(article, source=source)


def _lots(library: Library, articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Articles in lots to be embedded and written at once: the indexes take a few large ones best."""
    lot, characters, most = [], 0, 0
    for article in articles:
        lot.append(article)
        characters += len(article.text)
        most = most or library.embedder.lot  # not loaded where there is nothing to embed
        if characters >= most:
            yield lot
            lot, characters = [], 0
    if lot:
        yield lot


def embedded(library: Library, articles: Sequence[Article]) -> list[Entry]:
    """Passages and vectors of a batch of articles, embedded together."""
    budget = library.budget
    passages = [split(article, budget) for article in articles]
    texts = [embedded_text(a.title, p) for a, own in zip(articles, passages, strict=True) for p in own]
    vectors, entries, at = library.embedder.embed_passages(texts), [], 0
    for article, own in zip(articles, passages, strict=True):
        entries.append(Entry(article, own, vectors[at : at + len(own)]))
        at += len(own)
    return entries
