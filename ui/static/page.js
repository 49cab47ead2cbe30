// What the page does by itself: passing presses on to the server, the theme, the clipboard, scrolling.
// Texts only ever pass through dataset and textContent, so nothing an article says can become markup or script.
(() => {
  "use strict";
  const talk = () => document.getElementById("talk");
  const pane = () => document.getElementById("pane");
  let dark = false;
  let following = true; // whether the conversation keeps its newest exchange in view
  let rated = null; // the number of the exchange that was given a thumb: the remark it asks for comes into view
  let busy = false; // whether an answer was being written when the conversation last changed
  let acted = false; // whether a press awaits its outcome, which then comes into view
  let ending = false; // whether an answer was told to end, and still does
  let held = false; // whether a question was sent meanwhile
  let opening = false; // whether a press awaits an article, which then is shown at its words
  let depth = 0; // how far down it is read
  const box = () => document.querySelector("#question textarea");
  const touched = matchMedia("(hover: none)");
  const moves = window.changjiMoves;

  // Called once by each HTML component: a press on [data-event] becomes that event of the component, and `changed`
  // runs, with the element, whenever the server has changed what the component shows.
  function wire(element, trigger, changed, upload) {
    const anything = { childList: true, subtree: true, characterData: true };
    if (changed) new MutationObserver(() => changed(element)).observe(element, anything);
    element.closest("#live")?.setAttribute("aria-live", "polite");
    element.addEventListener("click", (press) => {
      const target = press.target.closest("[data-event]");
      if (!target || target.tagName === "FORM") return;
      const { event, ...data } = target.dataset;
      if (target.role === "checkbox") data.chosen = choose(element, target);
      if (data.language) document.cookie = `changji-language=${data.language}; path=/; max-age=31536000; SameSite=Lax`;
      moves.leave(target);
      opening = false;
      if (data.room) moves.enter(data.room);
      else if (data.article && event === "select") open(target);
      if (event === "submit" || event === "retry") following = true;
      if (event === "like") [following, rated] = [false, data.number];
      if (event === "clear" && element.closest("#bar")) begin();
      acted = !element.closest("#bar"); // where no press has an outcome in the library
      // A button that acts within a form sends the form's fields along, and each which room is on show.
      const { room } = document.body.dataset;
      trigger(event, { room, ...(target.form ? Object.fromEntries(new FormData(target.form)) : {}), ...data });
      // These go when the question is back in its box, or another is asked: the keyboard stays with the box.
      if (event === "edit" || (["submit", "retry"].includes(event) && !touched.matches)) box()?.focus();
    });
    element.addEventListener("submit", (sent) => {
      sent.preventDefault();
      const { event, ...data } = sent.target.dataset;
      moves.leave(sent.target);
      acted = true;
      trigger(event, { ...Object.fromEntries(new FormData(sent.target)), ...data });
      for (const secret of sent.target.querySelectorAll("[type=password]")) secret.value = "";
    });
    if (upload) window.changjiUploads(element, (...sent) => (trigger(...sent), (acted = true)), upload);
  }

  // A new conversation begins.
  function begin() {
    moves.enter("chat");
    end();
  }

  // Ticks or unticks one box, and returns the articles of all ticked ones.
  function choose(element, box) {
    box.ariaChecked = box.ariaChecked !== "true";
    return [...element.querySelectorAll("[aria-checked=true]")].map((ticked) => ticked.dataset.article);
  }

  function open(target) {
    opening = true;
    moves.show(target);
    setTimeout(reveal, 0); // the same words pressed twice change nothing, so no update would reveal them
  }

  // Brings the marked words into view, a third of the way down the reader; an article that is only drawn anew, as in
  // another language, stays where it is read.
  function reveal() {
    const paper = pane()?.querySelector(".paper");
    if (!paper) return;
    if (!opening) {
      paper.scrollTop = depth;
      return;
    }
    const mark = paper.querySelector("mark");
    const offset = mark ? mark.getBoundingClientRect().top - paper.getBoundingClientRect().top : 0;
    paper.scrollTop = mark ? paper.scrollTop + offset - paper.clientHeight / 3 : 0;
    depth = paper.scrollTop;
    if (document.body.classList.contains("pane-open")) paper.focus({ preventScroll: true });
  }

  // Keeps the end of the newest exchange in view, but never pushes its question out at the top.
  function follow() {
    const newest = talk()?.querySelector("#live .exchange");
    const remark = rated && talk().querySelector(`.exchange[data-number="${CSS.escape(rated)}"] .remark`);
    remark?.scrollIntoView({ block: "nearest" });
    if (remark) rated = null;
    if (busy && !newest?.matches(".asking")) window.changjiMemory.settle();
    busy = newest?.matches(".asking") ?? false;
    if (!newest || !following) return;
    // In a very small window the page scrolls as a whole.
    const frame = getComputedStyle(talk()).overflowY === "visible" ? talk().closest(".gradio-container") : talk();
    const top = newest.getBoundingClientRect().top - frame.getBoundingClientRect().top + frame.scrollTop;
    frame.scrollTop = Math.min(frame.scrollHeight - frame.clientHeight, top - 24);
  }

  // What came of a press in the library comes into view; the way to undo it is the next thing that a key reaches.
  function report() {
    const status = document.getElementById("library-status");
    if (!acted || !status.textContent.trim()) return;
    acted = false;
    const undo = status.querySelector("[data-event=undo]");
    if (undo) undo.focus({ preventScroll: true });
    else status.scrollIntoView({ block: "nearest" });
  }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const area = Object.assign(document.createElement("textarea"), { value: button.dataset.copy });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const before = (button.dataset.label ??= button.textContent); // pressed again meanwhile, it says "copied"
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = before), 1500);
  }

  // Saves a text that the page holds as a file.
  function save(button) {
    const url = URL.createObjectURL(new Blob([button.dataset.content], { type: "text/plain;charset=utf-8" }));
    Object.assign(document.createElement("a"), { href: url, download: button.dataset.file }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    button.closest("details").open = false;
  }

  // The words a citation rests on, beside it while it is pointed at or focused.
  const hint = Object.assign(document.createElement("div"), { id: "hint", hidden: true });
  hint.append(document.createElement("q"), document.createElement("cite"));
  hint.setAttribute("aria-hidden", "true"); // the citation's own label says the same

  function point(target) {
    const cite = target.closest?.("[data-quote]");
    hint.hidden = !cite;
    if (!cite) return;
    const { quote, quoteLang, from, fromLang } = cite.dataset;
    Object.assign(hint.firstChild, { textContent: quote, lang: quoteLang });
    Object.assign(hint.lastChild, { textContent: from, lang: fromLang });
    document.body.append(hint);
    const place = cite.getBoundingClientRect();
    hint.style.left = `${Math.max(8, Math.min(place.left - 16, innerWidth - hint.offsetWidth - 8))}px`;
    const below = place.bottom + 8; // above, it would cover the sentence that it is to be compared with
    hint.style.top = `${below + hint.offsetHeight < innerHeight - 8 ? below : place.top - hint.offsetHeight - 8}px`;
  }

  function theme(wanted) {
    dark = wanted;
    if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }

  const actions = {
    open: moves.show,
    close: moves.close,
    copy,
    save,
    go: (button) => moves.tab(button.dataset.room).click(),
    theme: () => {
      theme(!dark);
      window.changjiMemory.write("localStorage", "changji-theme", dark ? "dark" : "light");
    },
  };

  document.addEventListener("click", (press) => {
    const target = press.target.closest("[data-page]");
    if (target) actions[target.dataset.page]?.(target);
    if (press.target.closest("#ask")) sent();
    if (press.target.closest("#stop")) end();
    if (press.target.closest("#ask, #stop")) moves.leave(press.target);
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(press.target)) menu.open = false;
    }
  });
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, (move) => point(move.target));
  document.addEventListener("pointerdown", () => (hint.hidden = true));
  document.addEventListener("scroll", (scrolled) => {
    hint.hidden = true;
    const paper = scrolled.target;
    if (paper.classList?.contains("paper")) depth = paper.scrollTop;
    if (paper.classList?.contains("paper")) paper.parentElement.classList.toggle("scrolled", paper.scrollTop > 80);
  }, true);
  document.addEventListener("keydown", (press) => {
    if (press.key === "Escape") escape();
    if (press.key === "Enter" && !press.shiftKey && !composing(press) && press.target.closest?.("#question")) sent();
  });

  // One press of Escape closes one thing, the topmost.
  function escape() {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (hint.hidden) moves.close();
    hint.hidden = true;
  }

  // A question has been sent: its answer is followed, and on a phone the keyboard makes room for it.
  function sent() {
    following = true;
    if (touched.matches) setTimeout(() => box()?.blur(), 0); // after Gradio has read the key
  }

  // Gradio drops a question that is sent while the answer before it still ends: it is held until that has ended, which
  // is when the button that sends is back.
  const sender = () => document.getElementById("ask");
  const end = () => (ending = !sender());

  // Safari ends a composition before the key that ends it: of that key only its code tells that a candidate took it.
  const composing = (press) => press.isComposing || press.keyCode === 229;

  function hold(press) {
    if (!ending || composing(press) || press.key !== "Enter" || press.shiftKey || !press.target.closest?.("#question")) return;
    held = true;
    press.preventDefault();
    press.stopImmediatePropagation();
  }
  document.addEventListener("keydown", hold, true);

  function ended() {
    if (!sender()) return;
    if (held) sender().click();
    ending = held = false;
  }

  // An on-screen keyboard covers the window's lower part, and not every browser shrinks the window: the page fits what
  // is left. A page that is zoomed into keeps its size.
  window.visualViewport?.addEventListener("resize", () => {
    if (visualViewport.scale > 1.01) return;
    document.documentElement.style.setProperty("--window", `${visualViewport.height}px`);
    scrollTo(0, 0);
  });
  // Enter that accepts an input method's candidate must not send the question.
  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (press) => composing(press) && press.stopImmediatePropagation(), true);
  }
  // Whoever turns to an earlier answer while another grows isn't brought back: by wheel, finger, scroll bar or key.
  const TURNING = ["PageUp", "PageDown", "ArrowUp", "ArrowDown", "Home", "End", " "];
  const turns = (move) => move.key === undefined ? move.type !== "pointerdown" || move.target === talk() : TURNING.includes(move.key);
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    document.addEventListener(kind, (move) => {
      if (talk()?.contains(move.target) && turns(move)) following = false;
    }, { passive: true });
  }

  // The page stays hidden until it speaks the reader's language: no flash of another one.
  function speak() {
    document.documentElement.lang = document.querySelector("#bar [data-speaks]").dataset.speaks;
    moves.mark();
    if (document.body.classList.contains("ready")) return;
    document.body.classList.add("ready");
    window.changjiMemory.restore();
    new MutationObserver(ended).observe(document.getElementById("composer"), { childList: true, subtree: true });
    if (!moves.start()) box()?.focus();
  }

  const kept = window.changjiMemory.read("localStorage", "changji-theme");
  theme(kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  // Gradio sets the system's theme while it starts; the reader's choice has the last word.
  new MutationObserver(() => theme(dark)).observe(document.body, { attributes: true, attributeFilter: ["class"] });

  window.changji = { wire, reveal, follow, report, speak, ...window.changjiMemory };
})();
