// What one tab keeps of its own: its conversation, which another tab's must not replace at a reload, and the question
// that is being written or answered, so that neither a reload nor a lost connection swallows it.
(() => {
  "use strict";
  const TALK = "changji-conversation"; // Gradio keeps it for all tabs together, see ui/rooms/chat.py
  const DRAFT = "changji-draft";
  const { getItem, setItem } = Storage.prototype;
  Storage.prototype.getItem = function (key) {
    const mine = this === localStorage && key === TALK ? getItem.call(sessionStorage, key) : null;
    return mine ?? getItem.call(this, key);
  };
  Storage.prototype.setItem = function (key, value) {
    setItem.call(this, key, value);
    if (this === localStorage && key === TALK) setItem.call(sessionStorage, key, value);
  };

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

  window.changjiMemory = { settle, restore };
})();
