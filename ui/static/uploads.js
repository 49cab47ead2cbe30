// Files that are dropped or chosen: sent one by one, with how far that has come; then the server is told of all of them,
// and of those that were too large to send.
window.changjiUploads = (element, trigger, upload) => {
  "use strict";
  const filled = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

  async function send(list, article) {
    const files = [...list];
    const drop = document.querySelector(".drop");
    const told = drop?.dataset ?? {};
    const status = drop?.querySelector(".uploading");
    const say = (text) => status && (status.textContent = text);
    if (!files.length) return;
    if (files.length > Number(told.most)) return say(told.many);
    const fits = (file) => file.size <= Number(told.size);
    const [small, big] = [files.filter(fits), files.filter((file) => !fits(file)).map((file) => file.name)];
    if (!small.length) return say(big.map((name) => filled(told.big, { name })).join(" "));
    const sent = [];
    try {
      for (const file of small) {
        say(filled(told.uploading, { done: sent.length + 1, total: small.length }));
        const { path } = await upload(file);
        sent.push({ path, name: file.name });
      }
    } catch {
      return say(told.failed);
    }
    say("");
    trigger("upload", { files: sent, big, ...(article ? { article } : {}) });
  }

  element.addEventListener("change", (chosen) => {
    if (chosen.target.type !== "file") return;
    const files = [...chosen.target.files];
    chosen.target.value = ""; // so that the same file can be chosen again
    send(files, chosen.target.dataset.article);
  });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    element.addEventListener(kind, (drag) => {
      const drop = drag.target.closest(".drop");
      if (!drop) return;
      drag.preventDefault();
      drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") send(drag.dataTransfer.files);
    });
  }
};
