"""What the tests of the page share: two articles, one of them hostile, and what a visitor does."""

from __future__ import annotations

import json
import shutil
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ingest.article import Article
from rag.assistant import Assistant

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # fmt: skip
BAD = (
    "<script>pwned=1</script><img src=x onerror=pwned=1>\"'><svg onload=pwned=1>&lt;b&gt; "
    "[点](javascript:pwned=1) ${pwned=1}"
)

FILM = "\n\n".join(
    [
        "灯塔短片的制作",
        "《灯塔》是导演林晚在2024年3月用可灵完成的科幻短片，全片长七分钟。",
        "《灯塔》的制作成本是42000元，比同类实拍短片便宜九成。",
        "林晚说，人物表情最难控制，团队为一个微笑生成了三百多次。",
        "后期与反响",
        *(f"第{n}场放映在第{n}座城市举行，到场观众有{n * 37}人，放映之后大家讨论了声音与画面。" for n in range(2, 30)),
        "《灯塔》最后在平遥电影展首映，映后掌声持续了四分钟。",
    ]
)
PLAIN = Article(
    "lighthouse", FILM, "七分钟的《灯塔》", "影像周刊", "周舟", "2024-05-06", "https://a.example/x?y=1&z=2", "zh-Hans",
    headings=((0, 7),),
)  # fmt: skip
HOSTILE = Article(
    "trap", f"怪盗团队的无人机航拍设备租金是每天860元。\n\n怪盗团队在片尾写着{BAD}这一行字。", f"怪盗{BAD}", BAD, BAD, "2023",
    "javascript:pwned=1", "zh-Hans",
)  # fmt: skip
COST = "《灯塔》的制作成本是多少？"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(assistant: Assistant, **options: Any) -> Iterator[str]:
    """The page on a free port, as its address."""
    from ui.app import serve

    port = free_port()
    page = serve(assistant, port=port, block=False, **options)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        page.close(verbose=False)


def ask(page: Any, question: str, done: str = "answered") -> None:
    page.wait_for_selector("#ask")  # it is not there while an answer is being written
    before = page.locator(".exchange").count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        f"document.querySelectorAll('.exchange').length === {before + 1} && document.querySelector('#live .{done}')"
    )


def marked(page: Any) -> str:
    page.wait_for_selector("#pane mark")
    return "".join(page.locator("#pane mark").all_text_contents())


def in_view(page: Any, selector: str) -> bool:
    return page.locator(selector).first.evaluate(
        "e => { const r = e.getBoundingClientRect(), p = e.closest('.paper, #talk').getBoundingClientRect();"
        "return r.height > 0 && r.top >= p.top - 1 && r.bottom <= p.bottom + 1; }"
    )


def post(address: str, name: str, *values: Any) -> Any:
    """What curl gets from a named endpoint."""
    body = json.dumps({"data": values}).encode()
    request = urllib.request.Request(f"{address}/gradio_api/call/{name}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as reply:
        event = json.load(reply)["event_id"]
    with urllib.request.urlopen(f"{address}/gradio_api/call/{name}/{event}", timeout=20) as reply:
        lines = reply.read().decode().splitlines()
    return lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))
