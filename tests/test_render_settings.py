"""What the settings show: everything but the key."""

from __future__ import annotations

from markup import HOSTILE, Page

from ui.render.settings import Settings, sheet, told
from ui.texts import CHINESE, ENGLISH


def test_what_is_in_effect_is_shown_and_escaped() -> None:
    now = Settings(HOSTILE, HOSTILE, True, HOSTILE, "strict", 12)
    page = Page(sheet(now, True, ENGLISH, told(HOSTILE, failed=True)))
    assert not {"script", "img", "a"} & {tag for tag, _ in page.tags} and HOSTILE in page.text()
    fields = {field["name"]: field for field in page.all("input")}
    assert fields["address"]["value"] == HOSTILE and fields["top_k"]["value"] == "12"
    assert fields["key"]["type"] == "password" and "value" not in fields["key"]
    assert fields["key"]["placeholder"] == ENGLISH.model_key_kept
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["strict"]


def test_where_nothing_may_be_changed_there_are_no_forms() -> None:
    page = Page(sheet(Settings(), False, CHINESE))
    assert not page.all("form") and "--auth" in page.text()
    assert page.all("button", **{"data-language": "en"}), "the language is the visitor's own"
