// What Gradio tells by itself, in its own words and look, is told in the page's: that the server is gone, that it failed.
(() => {
  "use strict";
  const told = Object.assign(document.createElement("p"), { id: "told", hidden: true });
  told.setAttribute("role", "alert");
  document.body.append(told);

  new MutationObserver(() => {
    const toast = document.querySelector(".toast-body");
    const texts = document.querySelector("#bar [data-lost]")?.dataset;
    const own = toast?.querySelector(".toast-message-text.warning")?.textContent; // what the page itself has to say
    const lost = !own && /connection/i.test(toast?.textContent ?? "");
    const text = !toast || !texts ? told.textContent : own ?? (lost ? texts.lost : texts.failed);
    if (told.textContent !== text) told.textContent = text; // else this would call itself again and again
    if (lost) told.dataset.lost = ""; // until the page loads itself anew, as it does when the server is back
    told.hidden = !toast && told.dataset.lost === undefined;
  }).observe(document.body, { childList: true, subtree: true });
})();
