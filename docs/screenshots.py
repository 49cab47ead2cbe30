"""Makes the pictures in docs/ from the page as it is: `python docs/screenshots.py [CHROMIUM]`.

Builds a library from seeds/ in a temporary folder, serves it, and looks at it in a headless browser.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent
PORT = 7979
CHROMIUM = sys.argv[1] if len(sys.argv) > 1 else shutil.which("chromium") or shutil.which("google-chrome")
QUESTION, FOLLOW_UP = "九位导演使用可灵的平均成本是多少？", "首映仪式是什么时候举办的？"


def main() -> None:
    """Write docs/*.png."""
    sys.path.insert(0, str(DOCS.parent))
    from ingest.build import ingest
    from ingest.library import Library
    from rag.assistant import Assistant
    from ui.app import serve

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        library = Library.create(Path(scratch))
        ingest(library, DOCS.parent / "seeds")
        page = serve(Assistant(library), port=PORT, block=False)
        with sync_playwright() as started:
            browser = started.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox"] if os.getuid() == 0 else []
            )
            for take in (chat, library_room, timeline, evaluation, phone):
                take(browser)
            browser.close()
        page.close(verbose=False)


def visit(
    browser: Any, room: str = "", width: int = 1440, height: int = 900, dark: bool = False, english: bool = False
) -> Any:
    """A new visitor in a room of the page."""
    page = browser.new_page(
        locale="en-US" if english else "zh-CN",
        color_scheme="dark" if dark else "light",
        viewport={"width": width, "height": height},
        device_scale_factor=1 if width > 600 else 2,
    )
    page.goto(f"http://127.0.0.1:{PORT}/#{room}")
    page.wait_for_selector("body.ready")
    page.wait_for_timeout(800)
    return page


def ask(page: Any, question: str) -> None:
    """Ask, and wait until the whole answer is there."""
    page.wait_for_selector("#ask")
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelector('#live h2')?.innerText === {question!r}")
    page.wait_for_selector("#live .answered .actions")
    page.wait_for_timeout(900)


def shoot(page: Any, name: str) -> None:
    """Save what the visitor sees."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    page.screenshot(path=DOCS / f"{name}.png")
    page.close()


def chat(browser: Any) -> None:
    """An answer, and the article open at the cited words."""
    page = visit(browser)
    ask(page, QUESTION)
    page.click("#live .answer .cite >> nth=0")
    shoot(page, "page")


def library_room(browser: Any) -> None:
    """The table of articles, in English and dark."""
    shoot(visit(browser, "library", dark=True, english=True), "library")


def timeline(browser: Any) -> None:
    """The dated events, one of them open."""
    page = visit(browser, "library")
    page.click("#library [data-view=timeline]")
    page.click("#library .event:has-text('中国电影博物馆')")
    shoot(page, "timeline")


def evaluation(browser: Any) -> None:
    """The bundled questions, run."""
    page = visit(browser, "evaluation", height=1200)
    page.click("#evaluation [type=submit]")
    page.wait_for_selector("#evaluation .rates", timeout=300_000)
    page.click("#evaluation .asked summary >> nth=0")
    shoot(page, "evaluation")


def phone(browser: Any) -> None:
    """A follow-up on a phone."""
    page = visit(browser, width=390, height=844)
    ask(page, QUESTION)
    ask(page, FOLLOW_UP)
    shoot(page, "phone")


if __name__ == "__main__":
    main()
