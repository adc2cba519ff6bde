// Saves a section while it is being written, counts words, and shows the questions an answer brings up.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const state = form.querySelector("[data-saved]");
  let timer = 0, dirty = false, saving = null, pressed = false;

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
    if (saving) return later(form);
    saving = post();
    await saving;
    saving = null;
  };

  const post = async () => {
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
  };

  // A choice may bring up questions, so it is saved at once; typing is waited for.
  const later = (target) => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, target.matches?.("select, [type=radio], [type=checkbox]") ? 250 : 1500);
  };

  const count = (area) => {
    const note = form.querySelector(`[data-words-of="${CSS.escape(area.name)}"]`);
    const most = Number(area.dataset.words);
    const used = area.value.split(/\s+/).filter(Boolean).length;
    if (note) note.textContent = `${used} / ${most}`;
  };

  form.addEventListener("input", (event) => {
    if (event.target.dataset.words) count(event.target);
    later(event.target);
  });
  form.addEventListener("change", (event) => later(event.target));
  // Pressed while a save is on its way: that one first, or it would count as somebody else's.
  form.addEventListener("submit", async (event) => {
    dirty = false;
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault();
    if (pressed) return;
    pressed = true;
    await saving;
    pressed = dirty = false;
    form.requestSubmit(event.submitter);
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
})();
