// Where the reader is: the room, which the address names and the browser's way back leads through; the pane, which may
// lie over it; and where the keyboard goes on when what was pressed is gone.
(() => {
  "use strict";
  const pane = () => document.getElementById("pane");
  const tab = (room) => document.querySelector(`#bar [data-room="${CSS.escape(room)}"]`);
  const touched = matchMedia("(hover: none)");
  const small = matchMedia("(max-width: 900px)");
  let opener = null; // what opened the pane, so that closing it returns there
  let shown = ""; // the article that was opened last
  let onward = []; // where the keyboard goes on, the first that is there, if what was pressed is gone afterwards

  // Shows one room; the address remembers it, so that a reload stays there and the browser's way back leads there.
  function enter(room) {
    const [address, first] = [room === "chat" ? "" : `#${room}`, !document.body.dataset.room];
    document.body.dataset.room = room;
    document.body.classList.remove("pane-open");
    cover();
    if (address !== location.hash) history[first ? "replaceState" : "pushState"](null, "", address || location.pathname);
    mark();
  }

  // The browser's way back, and forward again: the room that the address names, and the pane if it lay over it.
  function go() {
    const room = location.hash.slice(1) || "chat";
    if (room !== document.body.dataset.room) tab(room)?.click();
    if (history.state?.pane) document.body.classList.add("pane-open");
    else close();
    cover();
  }
  addEventListener("popstate", go);

  // The room that the address names as the page opens. True if the keyboard's place isn't in the chat, or on a phone,
  // where a keyboard of the screen's own would rise.
  function start() {
    const room = tab(location.hash.slice(1));
    if (room) room.click();
    else enter("chat");
    return Boolean(room) || small.matches;
  }

  function mark() {
    for (const button of document.querySelectorAll("#bar [data-room]")) {
      if (button.dataset.room === document.body.dataset.room) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  }

  // What the pane covers is out of the keyboard's reach.
  function cover() {
    const covered = small.matches && document.body.classList.contains("pane-open");
    for (const part of document.querySelectorAll("#bar, #chat, .sheet")) part.inert = covered;
    return covered;
  }
  small.addEventListener("change", cover);

  // Where the pane covers the room, the browser's way back closes it.
  function show(target) {
    if (target.dataset.article) shown = target.dataset.article;
    if (!pane().contains(target)) opener = target;
    if (small.matches && !history.state?.pane) history.pushState({ pane: true }, "");
    document.body.classList.add("pane-open");
    if (cover() && !target.dataset.article) pane().querySelector("[data-page=close]")?.focus();
  }

  function close() {
    if (!document.body.classList.contains("pane-open")) return;
    document.body.classList.remove("pane-open");
    cover();
    if (history.state?.pane) history.back();
    opener?.focus();
  }

  // What is pressed may be gone when its outcome is there, and the keyboard would begin again at the page's top. On a
  // touch screen the question box would raise a keyboard of its own.
  const BOX = touched.matches ? [] : ["#question textarea"];

  function leave(target) {
    onward = ways(target);
  }

  function ways(target) {
    const { event, number } = target.dataset;
    if (target.closest("#scope, #ask, #stop")) return BOX;
    if (event === "undo") return ["#library-status"];
    if (event === "like") return [`.exchange[data-number="${CSS.escape(number)}"] .thumb[aria-pressed=true]`];
    if (event === "clear" && target.closest("#settings")) return ["#settings [data-event=apply]"];
    if (event !== "clear" || !target.closest("#pane")) return [];
    return [`#pane .read[data-article="${CSS.escape(shown)}"]`, "#pane .shelf h2"];
  }

  function goOn() {
    const next = document.activeElement === document.body && onward.map((way) => document.querySelector(way)).find(Boolean);
    if (!next) return;
    if (next.tabIndex < 0) next.tabIndex = -1; // a heading or a text takes the keyboard only when it is told to
    next.focus();
  }
  new MutationObserver(goOn).observe(document.body, { childList: true, subtree: true });
  for (const kind of ["focusin", "pointerdown"]) document.addEventListener(kind, () => (onward = []));

  window.changjiMoves = { tab, enter, start, mark, show, close, leave };
})();
