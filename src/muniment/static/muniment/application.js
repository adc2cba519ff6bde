// Saves a section while it is being written, counts words, and shows the questions an answer brings up.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const state = form.querySelector("[data-saved]");
  let timer = 0, dirty = false, saving = false;

  const show = (text) => { state.textContent = text; };
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  const reveal = (ids) => {
    for (const box of form.querySelectorAll("[data-box]")) box.hidden = !ids.includes(box.dataset.box);
  };

  const sent = async (answer) => {
    const told = await answer.json();
    if (answer.ok) {
      form.elements.version.value = told.version;
      reveal(told.shown);
      show(`${state.dataset.done} ${clock()}`);
    } else {
      dirty = true;
      show(told.edited_elsewhere ? state.dataset.elsewhere : (told.refused || []).join(" "));
    }
  };

  const save = async () => {
    if (saving) return;
    saving = true;
    dirty = false;
    show(`${state.dataset.saving} …`);
    const body = new FormData(form);
    for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
    try {
      await sent(await fetch(form.action, { method: "POST", body, headers: { "X-Autosave": "1" } }));
    } catch {
      dirty = true;
      show(state.dataset.failed);
    }
    saving = false;
  };

  const later = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  };

  const count = (area) => {
    const note = form.querySelector(`[data-words-of="${CSS.escape(area.name)}"]`);
    const most = Number(area.dataset.words);
    const used = area.value.split(/\s+/).filter(Boolean).length;
    if (note) note.textContent = `${used} / ${most}`;
  };

  form.addEventListener("input", (event) => {
    if (event.target.dataset.words) count(event.target);
    later();
  });
  form.addEventListener("change", later);
  form.addEventListener("submit", () => { dirty = false; clearTimeout(timer); });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
})();
