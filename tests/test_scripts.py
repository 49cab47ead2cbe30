"""The page's scripts where the browser isn't as they would like it, with stand-ins for the browser, run by Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).parent.parent / "ui" / "static"
NODE = shutil.which("node")
BROWSER = """
const heard = [];
const anything = () => new Proxy(() => {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "" : anything()), apply: anything, set: () => true,
});
globalThis.window = globalThis;
globalThis.document = new Proxy({}, { get: (_, name) => name === "addEventListener"
  ? (kind, listener, capture) => heard.push({ kind, listener, capture: capture === true })
  : name === "querySelector" ? () => null : anything() });
globalThis.MutationObserver = class { observe() {} };
globalThis.matchMedia = () => ({ matches: false, addEventListener() {} });
globalThis.changjiMoves = anything();
for (const name of ["sessionStorage", "localStorage"])
  Object.defineProperty(globalThis, name, { configurable: true, get: STORAGE });
"""
SHUT = '() => { throw new Error("SecurityError") }'
FULL = '() => ({ getItem: () => "kept", setItem: () => { throw new Error("QuotaExceededError") } })'

pytestmark = pytest.mark.skipif(not NODE, reason="node isn't installed")


def ran(storage: str, script: str) -> Any:
    """What a script gives after the page's own have been loaded."""
    own = "".join((STATIC / f"{name}.js").read_text("utf-8") for name in ("memory", "page"))
    given = (
        BROWSER.replace("STORAGE", storage)
        + own
        + f"(async () => {{ {script} }})().then((given) => console.log(JSON.stringify(given)))"
    )
    assert NODE is not None
    done = subprocess.run([NODE, "-e", given], capture_output=True, text=True, timeout=30)
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("storage", "recalled"), [(SHUT, ""), (FULL, "kept")], ids=["shut", "full"])
def test_the_page_is_wired_without_a_store(storage: str, recalled: str) -> None:
    used = 'changji.keep({ textContent: "谈话" }); changji.settle(); changji.restore(); return changji.recall();'
    assert ran(storage, used) == recalled


@pytest.mark.parametrize(
    ("press", "stopped"),
    [
        ({"isComposing": True, "keyCode": 229}, True),
        ({"isComposing": False, "keyCode": 229}, True),  # Safari, whose composition has ended by then
        ({"isComposing": False, "keyCode": 13}, False),
    ],
)
@pytest.mark.parametrize("kind", ["keydown", "keypress"])
def test_enter_that_takes_a_candidate_never_reaches_the_question(
    kind: str, press: dict[str, Any], stopped: bool
) -> None:
    script = f"""
      let stopped = false;
      const press = {{ key: "Enter", target: {{}}, stopImmediatePropagation: () => (stopped = true), ...{json.dumps(press)} }};
      for (const one of heard) if (one.kind === "{kind}" && one.capture) one.listener(press);
      return stopped;
    """
    assert ran(FULL, script) is stopped


def test_a_button_pressed_again_while_it_says_copied_gets_its_label_back() -> None:
    script = """
      const later = [], button = { dataset: { page: "copy", copy: "词", copied: "已复制" }, textContent: "复制" };
      globalThis.setTimeout = (then) => later.push(then);
      Object.defineProperty(globalThis, "navigator", { value: { clipboard: { writeText() {} } }, configurable: true });
      const press = { target: { closest: (name) => (name === "[data-page]" ? button : null) } };
      const click = heard.find((one) => one.kind === "click").listener;
      for (const _ of "12") { click(press); await new Promise(setImmediate); }
      const meanwhile = button.textContent;
      for (const then of later) then();
      return [meanwhile, button.textContent];
    """
    assert ran(FULL, script) == ["已复制", "复制"]
