// The list of sessions: a search, and the feed's address, which is copied at a press. Without it, all are listed.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);

  // --- the search ---------------------------------------------------------------------------------

  const cards = [...document.querySelectorAll("#cards > li")];
  function search() {
    const words = byId("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const most = Number(byId("most").value) || Infinity;
    let found = 0;
    for (const card of cards) {
      const fits = Number(card.dataset.minutes) <= most && words.every((word) => card.dataset.words.includes(word));
      card.hidden = !fits;
      found += fits ? 1 : 0;
    }
    byId("nothing").hidden = found > 0;
  }
  if (byId("search")) {
    // Two cards are seen at a glance.
    byId("search").hidden = cards.length < 3;
    byId("search").addEventListener("input", search);
    byId("search").addEventListener("submit", (event) => event.preventDefault());
  }

  // --- the feed's address -------------------------------------------------------------------------

  const button = byId("copy");
  const address = new URL(button.dataset.link, location.href).href;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address);
      byId("copy-status").textContent = button.dataset.copied;
    } catch {
      byId("copy-status").textContent = address;
    }
  });
})();
