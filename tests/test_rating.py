"""The thumbs beneath an answer, and the remark that they ask for."""

from __future__ import annotations

from markup import Page

from rag.answer import Answer
from ui.render import chat
from ui.render.chat import Exchange
from ui.texts import CHINESE

ANSWER = Answer("问", "答。", False, "extract", "zh", (), ())


def test_a_thumb_is_pressed_and_asks_for_a_remark_until_it_is_there() -> None:
    def page(rating: str, remarked: bool = False) -> Page:
        return Page(
            chat.exchange(Exchange("问", "answered", answer=ANSWER, rating=rating, remarked=remarked), 3, CHINESE)
        )

    assert [thumb["aria-pressed"] for thumb in page("").all("button", **{"data-event": "like"})] == ["false", "false"]
    assert [thumb["aria-pressed"] for thumb in page("down").all("button", **{"data-event": "like"})] == [
        "false",
        "true",
    ]
    assert page("up").all("form", **{"data-event": "like", "data-number": "3", "data-rating": "up"})
    assert page("up").all("input")[0]["aria-label"] == CHINESE.remark_good
    assert page("down").all("input")[0]["aria-label"] == CHINESE.remark_bad
    assert not page("").all("form") and not page("up", remarked=True).all("form")


def test_where_nothing_may_be_changed_there_are_no_thumbs() -> None:
    item = Exchange("问", "answered", answer=ANSWER)
    offered = [Page(chat.exchange(item, 1, CHINESE, editable=editable)).all("button") for editable in (True, False)]
    assert [{button.get("data-event") for button in buttons} for buttons in offered] == [{None, "like"}, {None}]
