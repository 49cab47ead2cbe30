"""What the library room shows: every text escaped, every event a way to its sentence."""

from __future__ import annotations

import pytest
from markup import HOSTILE, Page

from ingest.article import Article
from ingest.build import Report
from ingest.clean import Removal
from ingest.errors import ReadError
from rag.timeline import timeline
from ui.render import library as render
from ui.texts import CHINESE, ENGLISH

ARTICLE = Article(
    "a", "2024年12月6日，首映礼在北京举行。", "首映", "周刊", date="2024-12-07", language="zh-Hant", tags=("可灵",)
)
ODD = Article(HOSTILE, f"2024年，{HOSTILE}", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), HOSTILE)


def hostile_markup() -> dict[str, str]:
    report = Report([HOSTILE], [], [], [], [(HOSTILE, ReadError(HOSTILE))], {HOSTILE: (Removal(HOSTILE, 1, HOSTILE),)})
    return {
        "table": render.table([ODD], {}, {HOSTILE: HOSTILE}, [HOSTILE], True, ENGLISH),
        "timeline": render.timeline(timeline([ODD]), ENGLISH),
        "report": render.report([report], {HOSTILE: HOSTILE}, ENGLISH),
        "removed": render.removed(ODD, HOSTILE, ENGLISH),
    }


@pytest.mark.parametrize("place", hostile_markup())
def test_hostile_text_stays_text(place: str) -> None:
    page = Page(hostile_markup()[place])
    assert not {"script", "img", "a", "iframe"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert HOSTILE in page.text()


def test_the_table_tells_all_of_an_article() -> None:
    page = Page(render.table([ARTICLE], {"a": 7}, {"a": "2026-01-02T03:04:05Z"}, ["a"], True, CHINESE))
    text = page.text()
    assert all(told in text for told in ("首映", "周刊", "2024-12-07", CHINESE.traditional, "7", "可灵", "2026-01-02"))
    assert page.all("button", role="checkbox")[0]["aria-checked"] == "true"
    assert page.all("button", **{"data-event": "delete", "data-article": "a"}) and page.all("input", type="file")


def test_where_nothing_may_be_changed_nothing_can_be() -> None:
    page = Page(render.table([ARTICLE], {}, {}, [], False, CHINESE) + render.head(1, 1, "articles", False, CHINESE))
    assert not page.all("input") and not page.all("button", **{"data-event": "delete"}) and "--auth" in page.text()


def test_an_event_leads_to_its_words() -> None:
    page = Page(render.timeline(timeline([ARTICLE]), CHINESE))
    (event,) = page.all("button", **{"data-event": "select"})
    assert ARTICLE.text[int(event["data-start"]) : int(event["data-end"])] == ARTICLE.text
    assert page.text("h3") == "2024" and page.text("time") == "12-06"
    assert CHINESE.timeline_empty in render.timeline([], CHINESE)


def test_a_report_counts_and_says_why() -> None:
    unread = ReadError("{name} is encrypted; save a copy without a password.", name="x.pdf")
    report = Report(["a", "b"], ["c"], [], [], [("x.pdf", unread)], {"a": (Removal("promotion", 2, "扫码"),)})
    text = Page(render.report([report, Report(unchanged=["d"])], {"a": "首映"}, CHINESE)).text()
    assert all(
        told in text
        for told in ("已添加 2 篇", "已更新 1 篇", "1 篇没有变化", "x.pdf 加了密", "推广 ×2", "《首映》：2 处")
    )


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (Report(), []),
        (Report(added=["a"]), ["status"]),
        (Report(changed=["a"]), ["status"]),
        (Report(unchanged=["a"]), ["status"]),
    ],
)
def test_what_was_not_read_is_an_alert_and_no_success(read: Report, told: list[str]) -> None:
    refused = Report(skipped=[("x.exe", ReadError("{name} is empty.", name="x.exe"))])
    page = Page(render.report([read, refused], {}, ENGLISH))
    assert [attributes["role"] for _, attributes in page.tags if "role" in attributes] == [*told, "alert"]
    assert "x.exe" in page.text()
