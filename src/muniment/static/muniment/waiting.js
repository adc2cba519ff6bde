// A page that waits for a worker looks again every second, and reloads once the answer is there.
(() => {
  "use strict";
  const PAUSE = 1000;
  const MOST = 600;

  const wait = async (left) => {
    if (left === 0 || !document.querySelector("[data-waiting]")) return;
    await new Promise((done) => setTimeout(done, PAUSE));
    try {
      const answer = await fetch(window.location.href);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && !fresh.querySelector("[data-waiting]")) {
        window.location.replace(window.location.pathname + window.location.search);
        return;
      }
    } catch {
      // The link to look again stays where it is.
    }
    await wait(left - 1);
  };
  wait(MOST);
})();
