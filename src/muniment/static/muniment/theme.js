// Loaded in <head>, before the first paint: follow the system's light or dark mode; paper is light.
(function () {
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var paper = window.matchMedia("print");
  function apply() {
    var mode = dark.matches && !paper.matches ? "dark" : "light";
    document.documentElement.setAttribute("data-bs-theme", mode);
  }
  apply();
  dark.addEventListener("change", apply);
  paper.addEventListener("change", apply);
})();
