// What one tab keeps of its own: its conversation, which another tab's must not replace at a reload, and the question
// that is being written or answered, so that neither a reload nor a lost connection swallows it.
(() => {
  "use strict";
  const TALK = "changji-conversation";
  const DRAFT = "changji-draft";

  // The tab's own conversation; a new tab goes on from the last one of any.
  const recall = () => sessionStorage.getItem(TALK) ?? localStorage.getItem(TALK) ?? "";

  // Only what the server wrote into `element`: what Gradio shows beside it, as its progress, is no conversation.
  function keep(element) {
    for (const storage of [sessionStorage, localStorage]) storage.setItem(TALK, element.textContent);
  }

  const box = () => document.querySelector("#question textarea");
  document.addEventListener("input", (typed) => {
    if (typed.target === box()) sessionStorage.setItem(DRAFT, typed.target.value);
  });

  // The question has its answer: what counts now is what stands in the box.
  const settle = () => sessionStorage.setItem(DRAFT, box()?.value ?? "");

  function restore() {
    const draft = sessionStorage.getItem(DRAFT);
    if (!draft || !box() || box().value) return;
    box().value = draft;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  }

  window.changjiMemory = { recall, settle, restore, keep };
})();
