// Redraws a rule when its variable or condition changes, and waits for a count. The page works without it.
(() => {
  "use strict";
  const form = document.querySelector("form[data-builder]");
  if (!form) return;
  const side = document.querySelector("[data-count]");
  const state = form.querySelector("[data-state]");
  const PAUSE = 1000, TRIES = 30;
  let dirty = state.textContent.trim() !== "";

  document.documentElement.classList.add("mu-scripted");

  const pageOf = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

  const said = () => new URLSearchParams(new FormData(form)).toString();

  // The rules as the server draws them for what the form now says; nothing is saved by it. What is
  // typed meanwhile is not overwritten: the form is sent once more.
  const redraw = async (focused) => {
    const sent = said();
    const body = new FormData(form);
    body.set("do", "show");
    const answer = await fetch(form.action, { method: "POST", body });
    const fresh = answer.ok && (await pageOf(answer)).getElementById("who");
    if (!fresh) return;
    if (said() !== sent) { await redraw(document.activeElement?.id || focused); return; }
    const old = document.getElementById("who").parentElement;
    const more = old.querySelector("details")?.open;
    old.replaceWith(fresh.parentElement);
    const details = form.querySelector("#who ~ .mu-panel > details");
    if (details && more) details.open = true;
    document.getElementById(focused)?.focus();
  };

  const wait = async (left) => {
    if (left === 0 || !side.querySelector("[data-waiting]")) return;
    await new Promise((done) => setTimeout(done, PAUSE));
    try {
      const answer = await fetch(side.dataset.count + window.location.search);
      const fresh = answer.ok && (await pageOf(answer)).body;
      if (fresh && !fresh.querySelector("[data-waiting]")) side.replaceChildren(...fresh.childNodes);
    } catch {
      // The link to look again stays where it is.
    }
    await wait(left - 1);
  };

  const changed = () => {
    dirty = true;
    state.textContent = state.dataset.changed;
  };

  form.addEventListener("input", changed);
  form.addEventListener("change", (event) => {
    changed();
    if ("shows" in event.target.dataset) redraw(event.target.id).catch(() => {});
  });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  wait(TRIES);
})();
