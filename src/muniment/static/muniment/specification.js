// Redraws a rule when its variable or condition changes, keeps the numbers of chosen variables true, and
// waits for a count. The page works without it.
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

  // Every number of chosen variables is about what stands around it: a table, or the whole form.
  const tally = () => {
    for (const said of document.querySelectorAll("[data-chosen]")) {
      const around = said.closest("fieldset, details, form") ?? form;
      said.textContent = around.querySelectorAll("[name=take]:checked").length;
    }
    const needing = side.querySelector("[data-needing]");
    if (!needing) return;
    const boxes = [...form.querySelectorAll(".mu-box")].filter((box) => box.querySelector(".mu-why"));
    const many = boxes.filter((box) => box.querySelector("[name=take]:checked")).length;
    needing.textContent = many;
    needing.parentElement.classList.toggle("mu-tag-warn", many > 0);
    needing.parentElement.classList.toggle("mu-tag-good", many === 0);
  };

  const changed = () => {
    dirty = true;
    state.textContent = state.dataset.changed;
  };

  form.addEventListener("input", changed);
  form.addEventListener("change", (event) => {
    changed();
    if (event.target.name === "take") tally();
    if ("shows" in event.target.dataset) redraw(event.target.id).catch(() => {});
  });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  wait(TRIES);
})();
