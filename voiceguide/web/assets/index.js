// The feed's address is copied at a press; without this script the link is there.
"use strict";
(() => {
  const button = document.getElementById("copy");
  const told = document.getElementById("told");
  const address = new URL(button.dataset.link, location.href).href;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address);
      told.textContent = button.dataset.copied;
    } catch {
      told.textContent = address;
    }
  });
})();
