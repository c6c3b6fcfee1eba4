// The feed's address is copied at a press; without this script the link is there.
"use strict";
(() => {
  const button = document.getElementById("copy");
  const status = document.getElementById("copy-status");
  const address = new URL(button.dataset.link, location.href).href;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address);
      status.textContent = button.dataset.copied;
    } catch {
      status.textContent = address;
    }
  });
})();
