"use strict";
(() => {
  const rows = [...document.querySelectorAll("#queue > tbody > tr")];
  const body = document.querySelector("#queue > tbody");
  const lanes = [...document.querySelectorAll("button[data-lane]")];
  const search = document.querySelector("#search");
  const shown = document.querySelector("#shown");
  function filter() {
    const on = new Set(lanes.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.lane));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const keep = (on.size === 0 || on.has(row.dataset.lane)) && words.every((w) => row.dataset.text.includes(w));
      row.hidden = !keep;
      count += keep;
    }
    shown.textContent = count === rows.length ? "all " + count : count + " of " + rows.length;
  }
  for (const button of lanes) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
  search.addEventListener("input", filter);
  for (const button of document.querySelectorAll("button[data-sort]")) {
    button.addEventListener("click", () => {
      const key = button.dataset.sort;
      const again = button.getAttribute("aria-pressed") === "true";
      const down = again ? button.dataset.down !== "true" : key === "top";
      for (const other of document.querySelectorAll("button[data-sort]")) {
        other.setAttribute("aria-pressed", "false");
        other.removeAttribute("data-down");
      }
      button.setAttribute("aria-pressed", "true");
      button.dataset.down = String(down);
      const value = (row) => (key === "id" ? row.dataset.id : Number(row.dataset[key]));
      const sign = down ? -1 : 1;
      rows.sort((a, b) => (value(a) < value(b) ? -sign : value(a) > value(b) ? sign : 0));
      body.append(...rows);
    });
  }
})();
