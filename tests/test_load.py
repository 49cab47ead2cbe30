"""Many people asking at once while articles come and go: no error, no wrong citation, nothing that grows."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sharing import another

from ingest.article import Article
from ingest.build import add_articles, remove
from ingest.library import Library
from ingest.settings import Place
from rag.assistant import Assistant

SECONDS = float(os.environ.get("CHANGJI_TEST_SECONDS", "60"))
SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["ingest.build", "ingest.library", "chromadb", "tantivy", "tokenizers"])
QUESTIONS = (
    "影片的制作成本只有多少？", "可灵2.0的用户有多少？", "首届北辰人工智能影展的评委会主席是谁？",
    "編劇工會有多少會員？", "The writers' strike of 2023 lasted how many days?", "谁负责调色？",
    "最佳短片奖授予了哪部影片？", "蒙古的首都在哪里？",
)  # fmt: skip


def version(articles: Sequence[Article], number: int) -> list[Article]:
    """The articles with a first paragraph that pushes everything else along."""
    opening = f"第{'一' * (number % 7)}版，第{number}次修订。\n\n"
    return [replace(article, text=opening + article.text, headings=()) for article in articles]


def write(place: Place, articles: Sequence[Article], gone: str) -> None:
    """Replace some articles and remove another, as another process does that shares the library."""
    library = Library(place)
    add_articles(library, articles)
    if gone in library.passage_counts():
        remove(library, [gone])
    library.close()


class Crowd:
    """People who ask at random, each in a thread of his own, and check every citation; they leave with the block."""

    def __init__(self, library: Library, people: int, texts: dict[str, set[str]]) -> None:
        self.assistant, self.texts = Assistant(library), texts
        self.seconds: list[float] = []
        self.cited, self.faults = 0, []
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(number,), daemon=True) for number in range(people)]
        for thread in self.threads:
            thread.start()

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *error: object) -> None:
        self.done.set()
        for thread in self.threads:
            thread.join(60)

    def _ask(self, number: int) -> None:
        rng = random.Random(number)
        while not self.done.is_set():
            begun = time.perf_counter()
            try:
                answer = self.assistant.ask(rng.choice(QUESTIONS))
                self.seconds.append(time.perf_counter() - begun)
                for citation in answer.citations:
                    told = tuple(self.texts[citation.article])  # at once: a version may be added meanwhile
                    spans = {text[citation.start : citation.end] for text in told}
                    assert citation.quote in spans, citation
                    self.cited += 1
            except BaseException as error:
                self.faults.append(error)
                return


def resources() -> tuple[int, float]:
    """Open file handles, and resident memory in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return len(os.listdir("/proc/self/fd")), pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
@pytest.mark.parametrize(("where", "people", "seconds"), [("place", 32, SECONDS), ("shared", 8, SECONDS / 2)])
def test_many_ask_while_articles_come_and_go(
    request: pytest.FixtureRequest, articles: dict[str, Article], where: str, people: int, seconds: float
) -> None:
    """In a folder, and on servers that two machines share."""
    place: Place = request.getfixturevalue(where)
    library, other = Library.create(place), another(place) if where == "shared" else place
    everything = list(articles.values())
    add_articles(library, everything)
    texts = {id: {article.text} for id, article in articles.items()}
    begun, rounds, measured = time.monotonic(), 0, []
    with Crowd(library, people, texts) as crowd:
        while time.monotonic() - begun < seconds and not crowd.faults:
            rounds += 1
            changed = version(everything, rounds)
            for article in changed:
                texts[article.id].add(article.text)
            if rounds % 4:
                add_articles(library, changed[rounds % 2 :: 2])
                remove(library, [changed[rounds % 2].id])
            else:
                process = SPAWN.Process(target=write, args=(other, changed, changed[0].id))
                process.start()
                process.join()
                assert process.exitcode == 0
            measured.append(resources())
    if crowd.faults:
        raise crowd.faults[0]  # which tells where
    asked = sorted(crowd.seconds)
    print(
        f"{len(asked)} answers with {crowd.cited} citations during {rounds} rounds of writing; "
        f"p50 {statistics.median(asked):.3f} s, p95 {asked[int(len(asked) * 0.95)]:.3f} s, at most {asked[-1]:.3f} s; "
        f"handles {measured[0][0]} … {measured[-1][0]}, "
        f"memory {' '.join(f'{memory:.0f}' for _, memory in measured[:: len(measured) // 8 or 1])} MB"
    )
    assert rounds >= 4 and crowd.cited > 3 * people
    half = len(measured) // 2  # handles and memory go up and down with what is being written: their peaks must stay
    early, late = ([max(column) for column in zip(*part, strict=True)] for part in (measured[:half], measured[half:]))
    assert late[0] <= early[0] + 10, "file handles grow"
    assert late[1] <= early[1] * 1.15 + 20, "memory grows"
    library.close()
