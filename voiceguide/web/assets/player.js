// The player of a session page. Without it the page still plays, by the browser's own controls.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const page = JSON.parse(byId("session").textContent);
  // The session that is played; on the page of a routine, another may be chosen.
  let session = page;
  const audio = byId("audio");
  const main = document.querySelector("main");
  let chapterLinks = [];
  let lines = [];
  let spoken = [];
  let endSeconds = 0;
  // Puts the sound of a chosen session together, where it does not lie anywhere; null where it does.
  let prepare = null;
  function findLinks() {
    chapterLinks = [...document.querySelectorAll("#chapters a")];
    lines = [...document.querySelectorAll("#transcript a")];
    spoken = lines.map((line) => ({ start: Number(line.dataset.at) }));
    endSeconds = session.duration / 1000;
  }
  findLinks();
  const SIGNS = { play: "M7 4v16l13-8z", pause: "M6 4h4.5v16H6zM13.5 4H18v16h-4.5z" };
  // Within so many seconds of a chapter's start, "previous" means the one before it.
  const RESTART_SECONDS = 4;
  const STEP_SECONDS = 10;
  // A place so near to an end is not worth going back to.
  const WORTH_SECONDS = 10;
  const KEEP_EVERY_SECONDS = 5;
  const LINGERS_MS = 2500;
  // Every word that this script shows; {names} in them are filled in.
  const { strings } = page;
  const filled = (string, values) => string.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // --- small things ---------------------------------------------------------------------------

  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    const two = (value) => String(value).padStart(2, "0");
    const minutes = Math.floor(whole / 60);
    return minutes < 60
      ? `${minutes}:${two(whole % 60)}`
      : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
  };
  // The last of a list, in order of its start, that has begun; -1 before the first.
  const begun = (list, ms) => {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle].start <= ms) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  const text = (id, value) => { byId(id).textContent = value; };
  const showStatus = (message) => { if (byId("status").textContent !== message) text("status", message); };
  // What was shown last, by name: nothing is drawn twice.
  const shown = new Map();
  const changed = (name, value) => shown.get(name) !== value && Boolean(shown.set(name, value));

  // --- moving ---------------------------------------------------------------------------------

  // Where the listener wants to be while the sound is not there yet; null where it is.
  let wanted = null;
  let whole = false;
  let loading = false;
  let playWhenLoaded = false;

  const here = () => wanted ?? audio.currentTime;
  const chapterNow = () => Math.max(0, begun(session.chapters, here() * 1000 + 1));
  const reachable = (seconds) => {
    const { readyState, seekable } = audio;
    return whole || seconds === 0 || readyState === 0 || (seekable.length > 0 && seekable.end(seekable.length - 1) >= seconds - 0.5);
  };
  const seek = (seconds) => {
    wanted = Math.min(Math.max(seconds, 0), endSeconds);
    if (reachable(wanted)) audio.currentTime = wanted;
    else loadWhole();
    show();
  };
  const arrived = () => {
    if (loading || wanted === null) return;
    // Some hosts promise to send any part, and begin at the beginning.
    if (!whole && wanted > 2 && audio.currentTime < 1) loadWhole();
    else wanted = null;
  };
  // A host that sends files only from their beginning lets nobody move in them: then the file is fetched as one.
  async function loadWhole() {
    if (loading) return;
    loading = true;
    playWhenLoaded = !audio.paused;
    audio.pause();
    showStatus(strings.loading_whole);
    try {
      // Past the browser's own store, in which the player's request, which waits, stands before this one.
      const answer = await fetch(audio.currentSrc || audio.src, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      audio.src = URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: "audio/mpeg" }));
      whole = true;
      showStatus("");
    } catch {
      wanted = null;
      playWhenLoaded = false;
      showStatus(strings.no_sound);
    }
    loading = false;
    if (playWhenLoaded) start();
  }
  const goTo = (number) => seek(session.chapters[Math.min(Math.max(number, 0), session.chapters.length - 1)].start / 1000);
  const next = () => goTo(chapterNow() + 1);
  const previous = () => {
    const number = chapterNow();
    goTo(here() - session.chapters[number].start / 1000 > RESTART_SECONDS ? number : number - 1);
  };
  async function prepareSound() {
    const asked = session;
    loading = true;
    playWhenLoaded = true;
    try {
      const url = await prepare((percent) => { if (asked === session) showStatus(filled(strings.loading_share, { percent })); });
      if (asked !== session) return;
      prepare = null;
      audio.src = url;
      whole = true;
      showStatus("");
    } catch {
      if (asked !== session) return;
      playWhenLoaded = false;
      showStatus(strings.no_sound);
    }
    loading = false;
    if (playWhenLoaded) start();
  }
  const start = () => {
    if (loading) {
      playWhenLoaded = true;
      return;
    }
    if (prepare) {
      prepareSound();
      return;
    }
    if (audio.error) audio.load();
    audio.play().catch((error) => {
      // A play that is interrupted by a pause is no fault.
      if (error.name === "NotAllowedError") showStatus(strings.press_play_again);
      else if (error.name !== "AbortError") failed();
    });
  };
  // A browser calls sound that failed to start playing still; then the next press would only pause it.
  const failed = () => {
    audio.pause();
    showStatus(strings.no_sound);
  };
  const pause = () => {
    playWhenLoaded = false;
    audio.pause();
  };
  const toggle = () => (audio.paused && !playWhenLoaded ? start() : pause());

  // --- showing --------------------------------------------------------------------------------

  // What the dial counts: the hold's rest, the time to the next hold, or the time to the end.
  function phaseAt(ms) {
    const number = begun(session.holds, ms);
    const hold = session.holds[number];
    if (hold && ms < hold.end) return { name: "hold", hold, until: hold.end };
    const coming = session.holds[number + 1];
    if (main.dataset.state === "idle" && here() === 0) return { name: "start", until: session.duration };
    return coming ? { name: "ready", hold: coming, until: coming.start } : { name: "end", until: session.duration };
  }
  const UNITS = { hold: strings.left_of_hold, ready: strings.until_hold, end: strings.until_end };

  function show() {
    const seconds = here();
    const ms = seconds * 1000;
    const chapter = chapterNow();
    const phase = phaseAt(ms);
    if (changed("chapter", chapter)) showChapter(chapter);
    const cue = begun(session.cues, ms);
    const words = wordsAt(session.cues[cue], ms, phaseAt(ms));
    if (changed("words", words)) showWords(words);
    if (changed("line", begun(spoken, ms))) showLine(shown.get("line"));
    const left = Math.max(0, Math.ceil((phase.until - ms) / 1000));
    if (changed("dial", `${phase.name} ${left}`)) showDial(phase, left);
    showPlace(phase, chapter);
    if (changed("second", Math.floor(seconds))) showPosition(seconds);
  }
  function mark(links, number, name) {
    links[shown.get(`marked ${name}`)]?.removeAttribute("aria-current");
    links[number]?.setAttribute("aria-current", "true");
    shown.set(`marked ${name}`, number);
  }
  function showChapter(number) {
    mark(chapterLinks, number, "chapter");
    text("part", session.chapters[number].title);
    if ("mediaSession" in navigator) {
      navigator.mediaSession.metadata = new MediaMetadata({
        title: session.chapters[number].title,
        artist: session.title,
        album: page.album,
        artwork: page.cover ? [{ src: `../${page.cover}`, sizes: "1400x1400", type: "image/jpeg" }] : [],
      });
    }
  }
  // In a hold, where to be; a reminder while it is said, and a moment longer. The dial counts, so numbers are not shown.
  function wordsAt(cue, ms, { name, hold }) {
    if (name !== "hold" || !hold.position) return cue?.text ?? "";
    const isNew = cue && !cue.counts && cue.start >= hold.start && ms < cue.end + LINGERS_MS;
    return isNew ? cue.text : hold.position;
  }
  function showWords(words) {
    byId("cue").lang = words ? page.language : strings.language;
    text("cue", words || strings.press_play);
    fitCue();
  }
  function showLine(number) {
    mark(lines, number, "line");
    if (!byId("transcript").contains(document.activeElement)) rove(lines[Math.max(0, number)]);
  }
  // As large as the box allows, so that the box, and what is below it, need not move.
  function fitCue() {
    const cue = byId("cue");
    const box = cue.parentElement;
    const most = parseFloat(getComputedStyle(cue).getPropertyValue("--most-px")) || 36;
    for (let size = most; size >= 11; size -= size > 24 ? 2 : 1) {
      cue.style.fontSize = `${size}px`;
      if (cue.scrollHeight <= box.clientHeight && cue.scrollWidth <= box.clientWidth) return;
    }
  }
  function showDial(phase, left) {
    const count = phase.name === "start" ? String(Math.max(1, Math.round(endSeconds / 60))) : left < 100 ? String(left) : clock(left);
    text("count", count);
    byId("count").dataset.letters = String(Math.min(count.length, 5));
    const unit = UNITS[phase.name] ?? session.in_all;
    if (changed("unit", unit)) text("unit", unit);
    const length = phase.name === "hold" ? phase.hold.end - phase.hold.start : 1;
    // From second to second it glides; where the listener jumps, or a hold begins, it is there at once.
    const glides = shown.get("left") === `${phase.name} ${left + 1}`;
    shown.set("left", `${phase.name} ${left}`);
    byId("ring").classList.toggle("glides", glides);
    byId("ring").setAttribute("stroke-dasharray", `${phase.name === "hold" ? ((100000 * left) / length).toFixed(1) : 0} 100`);
    if (changed("phase", phase.name)) {
      byId("stage").dataset.phase = phase.name;
      fitCue();
    }
  }
  function showPlace(phase, chapter) {
    const end = session.chapters[chapter + 1]?.start ?? session.duration;
    const place = phase.hold && phase.hold.start < end ? phase.hold.where : "";
    const coming = (phase.name === "hold" && phase.hold.next) || session.chapters[chapter + 1]?.title || "";
    if (changed("place", place)) text("place", place);
    if (changed("coming", coming)) {
      text("next-part", coming);
      byId("next-part").lang = phase.name === "hold" && phase.hold.next ? strings.language : page.language;
      byId("coming").hidden = !coming;
    }
  }
  function showPosition(seconds) {
    text("now", clock(seconds));
    const position = byId("position");
    position.value = String(Math.floor(seconds));
    position.setAttribute("aria-valuetext", filled(strings.position_of, { now: clock(seconds), end: clock(endSeconds) }));
    if (!audio.paused && Math.floor(seconds) % KEEP_EVERY_SECONDS === 0) keepPlace();
  }
  function showState() {
    const playing = !audio.paused && !audio.ended;
    if (playing) main.dataset.state = "playing";
    else if (main.dataset.state === "playing") main.dataset.state = audio.ended ? "idle" : "paused";
    byId("play").setAttribute("aria-label", playing ? strings.pause : strings.play);
    byId("sign").setAttribute("d", playing ? SIGNS.pause : SIGNS.play);
    if (playing) byId("resume").hidden = true;
    byId("afterwards").hidden = !audio.ended;
    if ("mediaSession" in navigator) navigator.mediaSession.playbackState = playing ? "playing" : "paused";
    tellPosition();
    keepAwake(playing);
    fitCue();
    show();
  }
  function tellPosition() {
    if (!("mediaSession" in navigator) || !navigator.mediaSession.setPositionState || !Number.isFinite(audio.duration)) return;
    navigator.mediaSession.setPositionState({
      duration: audio.duration,
      playbackRate: audio.playbackRate,
      position: Math.min(audio.currentTime, audio.duration),
    });
  }
  // With every picture while it plays, so that words keep up with the voice; drawn is only what is new.
  function follow() {
    show();
    if (!audio.paused) requestAnimationFrame(follow);
  }

  // --- the screen stays on, the place is kept --------------------------------------------------

  let lock = null;
  async function keepAwake(playing) {
    if (!("wakeLock" in navigator)) return;
    try {
      if (playing && !lock && document.visibilityState === "visible") {
        lock = navigator.wakeLock.request("screen");
        const held = await lock;
        held.addEventListener("release", () => { lock = null; });
      } else if (!playing && lock) {
        const held = lock;
        lock = null;
        await (await held).release();
      }
    } catch {
      // A battery that is low, or a browser that does not want to.
      lock = null;
    }
  }
  const keyOf = () => (session === page ? `voiceguide ${page.id}` : `voiceguide ${page.id} ${session.title}`);
  // A browser that keeps nothing, such as in a private window, forgets the place and nothing else.
  const stored = (use) => {
    try {
      return use(window.localStorage);
    } catch {
      return null;
    }
  };
  const worth = (seconds) => seconds > WORTH_SECONDS && seconds < endSeconds - WORTH_SECONDS;
  function keepPlace() {
    if (main.dataset.state === "idle") return;
    stored((kept) => (worth(here()) ? kept.setItem(keyOf(), String(Math.floor(here()))) : kept.removeItem(keyOf())));
  }
  function offerToResume() {
    const seconds = Number(stored((kept) => kept.getItem(keyOf())));
    byId("resume").hidden = !worth(seconds);
    if (!worth(seconds)) return;
    text("resume", filled(strings.resume, { time: clock(seconds) }));
    byId("resume").onclick = () => {
      byId("play").focus();
      byId("resume").hidden = true;
      seek(seconds);
      start();
    };
  }

  // --- keys and buttons -------------------------------------------------------------------------

  // One stop of the Tab key for the whole transcript; the arrows go from line to line.
  let stop = null;
  function rove(line) {
    if (!line || line === stop) return;
    stop?.setAttribute("tabindex", "-1");
    line.setAttribute("tabindex", "0");
    stop = line;
  }
  const fullScreen = () => (document.fullscreenElement ? document.exitFullscreen() : byId("screen").requestFullscreen().catch(() => {}));

  const anywhere = {
    " ": toggle,
    ArrowLeft: () => seek(here() - STEP_SECONDS),
    ArrowRight: () => seek(here() + STEP_SECONDS),
  };
  // Letters act only in the player: elsewhere they belong to whoever speaks or types them (WCAG 2.2, 2.1.4).
  const inPlayer = { n: next, p: previous, f: () => { if (!byId("full").hidden) fullScreen(); } };
  const inTranscript = {
    ArrowDown: (number) => number + 1,
    ArrowUp: (number) => number - 1,
    Home: () => 0,
    End: () => lines.length - 1,
  };
  const actionFor = ({ key: pressed, target }) => {
    const line = lines.indexOf(target);
    if (line >= 0 && inTranscript[pressed]) return () => lines[inTranscript[pressed](line)]?.focus();
    if (pressed === " " && target.closest("button, summary")) return null;
    if (pressed.startsWith("Arrow") && target.id === "position") return null;
    return anywhere[pressed] ?? (byId("player").contains(target) ? inPlayer[pressed.toLowerCase()] : null);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actionFor(event);
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-at]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    seek(Number(link.dataset.at) / 1000);
    start();
  });
  byId("transcript").addEventListener("focusin", (event) => { if (lines.includes(event.target)) rove(event.target); });
  byId("play").addEventListener("click", toggle);
  byId("next").addEventListener("click", next);
  byId("previous").addEventListener("click", previous);
  byId("back").addEventListener("click", () => seek(here() - STEP_SECONDS));
  byId("on").addEventListener("click", () => seek(here() + STEP_SECONDS));
  byId("again").addEventListener("click", () => { seek(0); start(); });
  byId("position").addEventListener("input", (event) => seek(Number(event.target.value)));
  if (document.fullscreenEnabled) {
    byId("full").hidden = false;
    byId("full").addEventListener("click", fullScreen);
    document.addEventListener("fullscreenchange", () => {
      byId("full").setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
      fitCue();
    });
  }

  // --- the sound ---------------------------------------------------------------------------------

  audio.addEventListener("play", () => { showStatus(""); showState(); follow(); });
  for (const name of ["pause", "ended", "loadedmetadata"]) audio.addEventListener(name, showState);
  audio.addEventListener("loadedmetadata", () => { if (wanted !== null) seek(wanted); });
  audio.addEventListener("seeked", () => { arrived(); show(); tellPosition(); });
  audio.addEventListener("timeupdate", show);
  audio.addEventListener("pause", keepPlace);
  audio.addEventListener("ended", () => stored((kept) => kept.removeItem(keyOf())));
  audio.addEventListener("error", () => { if (!loading) failed(); });
  window.addEventListener("pagehide", keepPlace);
  document.addEventListener("visibilitychange", () => keepAwake(!audio.paused));

  if ("mediaSession" in navigator) {
    const handlers = {
      play: start,
      pause,
      previoustrack: previous,
      nexttrack: next,
      seekbackward: (details) => seek(here() - (details.seekOffset || STEP_SECONDS)),
      seekforward: (details) => seek(here() + (details.seekOffset || STEP_SECONDS)),
      seekto: (details) => seek(details.seekTime),
    };
    for (const [name, handler] of Object.entries(handlers)) {
      try {
        navigator.mediaSession.setActionHandler(name, handler);
      } catch {
        // A browser that does not know this button has none.
      }
    }
  }

  // --- sharing -----------------------------------------------------------------------------------

  const address = () => location.href.split("#")[0];
  if (navigator.share) {
    byId("share").hidden = false;
    byId("share").addEventListener("click", () => {
      navigator.share({ title: session.title, url: address() }).catch(() => {});
    });
  } else {
    byId("copy").hidden = false;
    byId("copy").addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(address());
        text("copy-status", strings.link_copied);
      } catch {
        text("copy-status", address());
      }
    });
  }

  // --- another session -----------------------------------------------------------------------------

  const element = (name, attributes, ...children) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...children);
    return made;
  };
  function timedLine(ms, words) {
    const time = element("span", { className: "time" }, clock(ms / 1000));
    const link = element("a", { href: `#t=${ms / 1000}` }, time, " ", element("span", { lang: page.language, dir: "auto" }, words));
    link.dataset.at = String(ms);
    return element("li", {}, link);
  }
  function showLists() {
    byId("chapters").replaceChildren(...session.chapters.map(({ start: at, title }) => timedLine(at, title)));
    const ends = [...session.chapters.slice(1).map((chapter) => chapter.start), session.duration];
    const parts = session.chapters.flatMap(({ start: at, title }, number) => {
      const said = session.cues.filter((cue) => cue.start >= at && cue.start < ends[number]);
      const list = element("ul", { className: "lines" }, ...said.map((cue) => timedLine(cue.start, cue.text)));
      return said.length ? [element("h3", { lang: page.language, dir: "auto" }, title), list] : [];
    });
    byId("lines").replaceChildren(...parts);
    findLinks();
    for (const line of lines) line.setAttribute("tabindex", "-1");
    rove(lines[0]);
  }
  // A source has an address, or prepares one. Of a session that nobody has touched yet, nothing is fetched.
  function useSource({ url, prepare: preparing, isTouched }) {
    audio.pause();
    prepare = preparing ?? null;
    wanted = null;
    whole = false;
    loading = false;
    playWhenLoaded = false;
    audio.preload = isTouched ? "metadata" : "none";
    if (url) audio.src = url;
    else {
      audio.removeAttribute("src");
      audio.load();
    }
  }
  function use(chosen, source) {
    useSource(source);
    session = chosen;
    shown.clear();
    main.dataset.state = "idle";
    showStatus("");
    byId("position").max = String(Math.ceil(session.duration / 1000));
    text("end", clock(session.duration / 1000));
    showLists();
    offerToResume();
    showState();
  }
  // Gives a file to the person, as a download.
  function save(content, name) {
    const link = element("a", { href: URL.createObjectURL(content), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
  globalThis.player = {
    strings,
    filled,
    stored,
    save,
    session: () => session,
    use,
    useSource,
    pause,
    status: showStatus,
    isBusy: () => loading || !audio.paused || here() > 0,
  };

  // --- from the start ----------------------------------------------------------------------------

  const goWhereAsked = () => {
    const asked = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
    if (asked) seek(Number(asked[1]));
    return Boolean(asked);
  };
  for (const line of lines) line.setAttribute("tabindex", "-1");
  rove(lines[0]);
  window.addEventListener("hashchange", goWhereAsked);
  window.addEventListener("resize", fitCue);
  if (!goWhereAsked()) offerToResume();
  showState();
  // The sound may have failed before anyone was there to hear of it.
  if (audio.error) showStatus(strings.no_sound);
})();
