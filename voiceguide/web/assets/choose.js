// The choice on a routine's page: which session is played and downloaded. Without this script the page plays the usual one.
"use strict";
(() => {
  const { LASTING, readRecipe, layOut, blobOf } = globalThis.assembly;
  const byId = (id) => document.getElementById(id);
  const { own, choices: rows, file } = JSON.parse(byId("choices").textContent);
  const player = globalThis.player;
  const { strings, filled, stored } = player;
  const root = new URL("../", location.href);
  const FIELDS = ["hold", "reps", "guidance"];
  const choices = rows.map(([hold, reps, guidance, minutes, download, name]) => ({ hold, reps, guidance, minutes, download, name }));
  const AT_ONCE = 6;

  // --- what is loaded ---------------------------------------------------------------------------

  const isControlled = () => Boolean(navigator.serviceWorker?.controller);
  const loads = new Map();
  // Every file once; a failure is forgotten, so that the next press tries again.
  function load(name) {
    if (!loads.has(name)) {
      const loading = fetch(new URL(name, root)).then((answer) => {
        if (!answer.ok) throw new Error(answer.statusText);
        return answer.arrayBuffer();
      });
      loading.catch(() => loads.delete(name));
      loads.set(name, loading);
    }
    return loads.get(name);
  }
  const recipeOf = async (choice) => readRecipe(await load(`choices/${choice.name}.bin`));
  const packOf = async (pack) => new Uint8Array(await load(`packs/${pack}.bin`));
  // In the order of the session, a few at a time.
  async function loadPacks(packs, onShare = () => {}) {
    let done = 0;
    const waiting = [...packs];
    const worker = async () => {
      for (let pack = waiting.shift(); pack; pack = waiting.shift()) {
        await load(`packs/${pack}.bin`);
        done += 1;
        onShare(Math.floor((100 * done) / packs.length));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  async function wholeBlob(recipe, picture, onShare) {
    const laidOut = layOut(recipe, { picture });
    await loadPacks(laidOut.packs, onShare);
    return blobOf(laidOut, packOf);
  }

  // --- the choice ---------------------------------------------------------------------------------

  const usual = choices[0];
  let chosen = usual;
  const find = (wanted) => choices.find((choice) => FIELDS.every((name) => choice[name] === wanted[name]));
  const far = (one, other) => (one === other ? 0 : one && other ? Math.abs(one - other) : 1000);
  const distance = (choice, wanted) =>
    (choice.guidance === wanted.guidance ? 0 : 1e6) + 1e3 * far(choice.reps, wanted.reps) + far(choice.hold, wanted.hold);
  const nearest = (wanted) => choices.reduce((best, choice) => (distance(choice, wanted) < distance(best, wanted) ? choice : best));
  const select = (name) => byId(`choose-${name}`);
  const inForm = () => Object.fromEntries(FIELDS.map((name) => [name, select(name)?.value ?? chosen[name]]));
  // As long as nobody chose hold or repetitions, those that the page begins with hold.
  const touched = new Set();
  let isTouched = false;
  const wantedOf = (values) =>
    touched.has("hold") || touched.has("reps") ? values : { ...values, hold: usual.hold, reps: usual.reps };

  function showChoice() {
    for (const name of FIELDS) {
      if (select(name)) select(name).value = chosen[name] || own[name];
    }
  }
  const queryOf = (choice) => {
    const values = FIELDS.filter((name) => choice[name] && (name !== "guidance" || select("guidance"))).map((name) => [name, choice[name]]);
    return new URLSearchParams(choice === usual ? [] : values).toString();
  };
  const ready = new Map();
  // What is said of the choice, as long as it stays; and for how many seconds it was listened to.
  let note = "";
  let played = 0;
  function setChoice(choice) {
    chosen = choice;
    showChoice();
    byId("length").textContent = choice.minutes;
    byId("download").textContent = choice.download;
    const query = queryOf(choice);
    history.replaceState(null, "", `${location.pathname}${query && `?${query}`}${location.hash}`);
  }
  function showCode({ size, path, address }) {
    const wide = size + 8;
    byId("code").setAttribute("viewBox", `-4 -4 ${wide} ${wide}`);
    byId("code").firstElementChild.setAttribute("d", path);
    byId("code-address").textContent = address;
  }
  // The choice whose session is in the player.
  let playing = usual;
  async function apply(choice, said = "") {
    setChoice(choice);
    note = said;
    played = 0;
    player.pause();
    let recipe;
    try {
      recipe = await recipeOf(choice);
    } catch {
      // What cannot be had is not shown as chosen.
      if (choice === chosen) setChoice(playing);
      player.status(strings.not_loaded);
      return;
    }
    if (choice !== chosen) return;
    playing = choice;
    byId("title").textContent = recipe.session.title;
    showCode(recipe.session.qr);
    player.use(recipe.session, sourceOf(choice, recipe));
    if (note) player.status(filled(note, { title: recipe.session.title }));
    if (isTouched) fetchAhead(recipe);
    showKept();
  }
  // What will be played, in its order; only from when the visitor has touched the choice.
  const fetchAhead = (recipe) => loadPacks(layOut(recipe, { picture: false }).packs).catch(() => {});
  const addressOf = (choice) => new URL(`play/${choice.name}.mp3`, root).href;
  // An address that the worker answers; without a worker the whole is put together first.
  function sourceOf(choice, recipe) {
    if (isControlled()) return { url: addressOf(choice), isTouched };
    return {
      isTouched,
      async prepare(onShare) {
        if (!ready.has(choice)) ready.set(choice, URL.createObjectURL(await wholeBlob(recipe, false, onShare)));
        return ready.get(choice);
      },
    };
  }

  // --- the download ---------------------------------------------------------------------------------

  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const nameOf = ({ hold, reps, guidance }) => [file, hold && `${hold}s`, reps && `${reps}x`, guidance !== "full" && guidance].filter(Boolean).join("-");
  async function wholeFile(choice) {
    const recipe = await recipeOf(choice);
    keep(choice).catch(() => {});
    const blob = await wholeBlob(recipe, true, (percent) => player.status(filled(strings.loading_share, { percent })));
    player.status("");
    // Only where the address is secure can the browser take a sum.
    if (crypto.subtle && hex(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer())) !== recipe.sha256) {
      throw new Error(strings.damaged);
    }
    return new File([blob], `${nameOf(choice)}.mp3`, { type: "audio/mpeg" });
  }
  async function download(event) {
    if (chosen === usual) return; // it lies there as a file
    event.preventDefault();
    try {
      const made = await wholeFile(chosen);
      player.save(made, made.name);
    } catch (error) {
      tell(error);
    }
  }
  function tell({ name, message }) {
    // The browser forgets the press while much is loaded; the next one has it at once.
    if (name === "NotAllowedError") player.status(strings.press_again);
    else if (name !== "AbortError") player.status(message === strings.damaged ? message : strings.not_loaded);
  }

  // --- without a network ----------------------------------------------------------------------------

  const KEPT = "voiceguide kept";
  // Played for so long, a session is wanted: it is completed.
  const WANTED_SECONDS = 10;
  const keptNames = () => stored((kept) => JSON.parse(kept.getItem(KEPT))) ?? [];
  const setKept = (names) => stored((kept) => kept.setItem(KEPT, JSON.stringify(names)));
  const packsOf = (recipe) => layOut(recipe, { picture: true }).packs;
  const canKeep = () => isControlled() && "caches" in window;
  function showKept() {
    byId("keep").hidden = !canKeep();
    byId("keep").textContent = keptNames().includes(chosen.name) ? strings.forget : strings.keep;
  }
  async function keep(choice) {
    if (!canKeep() || keptNames().includes(choice.name)) return;
    await loadPacks(packsOf(await recipeOf(choice)));
    setKept([...keptNames(), choice.name]);
    navigator.storage?.persist?.();
    showKept();
  }
  // What no other kept session needs is removed.
  async function forget(choice) {
    const others = keptNames().filter((name) => name !== choice.name);
    setKept(others);
    showKept();
    const cache = await caches.open(LASTING);
    const needed = new Set();
    for (const name of others) {
      const url = new URL(`choices/${name}.bin`, root).href;
      const kept = await cache.match(url);
      if (!kept) continue;
      needed.add(url);
      for (const pack of packsOf(await readRecipe(await kept.arrayBuffer()))) needed.add(new URL(`packs/${pack}.bin`, root).href);
    }
    for (const { url } of await cache.keys()) if (!needed.has(url)) await cache.delete(url);
    loads.clear();
  }
  byId("keep").addEventListener("click", () => {
    const work = keptNames().includes(chosen.name) ? forget(chosen) : keep(chosen);
    work.catch(() => player.status(strings.not_loaded));
  });
  let last = 0;
  byId("audio").addEventListener("timeupdate", ({ target }) => {
    const passed = target.currentTime - last;
    last = target.currentTime;
    // A jump was not listened to.
    if (passed <= 0 || passed > 2) return;
    const before = played;
    played += passed;
    if (before < WANTED_SECONDS && played >= WANTED_SECONDS) keep(chosen).catch(() => {});
  });

  // --- sharing the file -------------------------------------------------------------------------------

  const canShareFiles = () => Boolean(navigator.canShare?.({ files: [new File([""], "a.mp3", { type: "audio/mpeg" })] }));
  byId("share-file").hidden = !canShareFiles();
  byId("share-file").addEventListener("click", async () => {
    try {
      const made = await wholeFile(chosen);
      await navigator.share({ files: [made], title: player.session().title });
    } catch (error) {
      tell(error);
    }
  });

  // --- from the start ---------------------------------------------------------------------------------

  byId("download").addEventListener("click", download);
  for (const name of FIELDS) {
    select(name)?.addEventListener("change", () => {
      touched.add(name);
      isTouched = true;
      const wanted = wantedOf(inForm());
      apply(find(wanted) ?? nearest(wanted));
    });
    if (select(name)) select(name).disabled = false;
  }
  const asked = new URLSearchParams(location.search);
  if (FIELDS.some((name) => asked.has(name))) {
    const wanted = Object.fromEntries(FIELDS.map((name) => [name, asked.get(name) ?? usual[name]]));
    wanted.guidance ||= usual.guidance;
    if (asked.has("hold") || asked.has("reps")) {
      wanted.hold ||= own.hold;
      wanted.reps ||= own.reps;
      touched.add("hold");
    }
    const exact = find(wanted);
    const choice = exact ?? nearest(wanted);
    if (choice !== usual) apply(choice, exact ? "" : strings.nearest_choice);
    else showChoice();
  }
  // From when there is a worker, sound need not be whole before it plays, and what was played stays.
  function useWorker() {
    if (!isControlled() || player.isBusy()) return;
    if (chosen === usual) player.useSource({ url: addressOf(usual), isTouched });
    else apply(chosen, note);
  }
  // What this page consists of came before the worker, which keeps only what passes by it.
  function keepPage() {
    const parts = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img");
    const urls = [...parts].map((part) => part.href || part.src);
    for (const url of new Set([location.href.split(/[?#]/)[0], ...urls])) fetch(url).catch(() => {});
  }
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(new URL("worker.js", root)).catch(() => {});
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      keepPage();
      useWorker();
    });
    useWorker();
  }
  showKept();
  globalThis.choice = { wholeFile: () => wholeFile(chosen) };
})();
