// What one tab keeps of its own: its conversation, which another tab's must not replace at a reload, and the question
// that is being written or answered, so that neither a reload nor a lost connection swallows it.
(() => {
  "use strict";
  const TALK = "changji-conversation";
  const DRAFT = "changji-draft";

  // A browser may keep both stores shut, even from being named, or have no room left: the page goes on without them.
  const read = (store, key) => {
    try {
      return window[store].getItem(key);
    } catch {
      return null;
    }
  };
  const write = (store, key, text) => {
    try {
      window[store].setItem(key, text);
    } catch {}
  };

  // The tab's own conversation; a new tab goes on from the last one of any.
  const recall = () => read("sessionStorage", TALK) ?? read("localStorage", TALK) ?? "";

  // Only what the server wrote into `element`: what Gradio shows beside it, as its progress, is no conversation.
  function keep(element) {
    for (const store of ["sessionStorage", "localStorage"]) write(store, TALK, element.textContent);
  }

  const box = () => document.querySelector("#question textarea");
  document.addEventListener("input", (typed) => {
    if (typed.target === box()) write("sessionStorage", DRAFT, typed.target.value);
  });

  // The question has its answer: what counts now is what stands in the box.
  const settle = () => write("sessionStorage", DRAFT, box()?.value ?? "");

  function restore() {
    const draft = read("sessionStorage", DRAFT);
    if (!draft || !box() || box().value) return;
    box().value = draft;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  }

  window.changjiMemory = { read, write, recall, settle, restore, keep };
})();
