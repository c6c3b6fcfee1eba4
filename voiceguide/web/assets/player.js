// The player of a session page. Without it the page still plays, by the browser's own controls.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const session = JSON.parse(byId("session").textContent);
  const audio = byId("audio");
  const links = [...document.querySelectorAll("#chapters a")];
  const SIGNS = { play: "M7 4v16l13-8z", pause: "M6 4h4.5v16H6zM13.5 4H18v16h-4.5z" };
  // Within so many seconds of a chapter's start, "previous" means the one before it.
  const RESTART_SECONDS = 4;
  const STEP_SECONDS = 10;

  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    const two = (value) => String(value).padStart(2, "0");
    const minutes = Math.floor(whole / 60);
    return minutes < 60
      ? `${minutes}:${two(whole % 60)}`
      : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
  };
  // The last of a list, in order of its start, that has begun.
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
  const seek = (seconds) => {
    audio.currentTime = Math.min(Math.max(seconds, 0), session.duration / 1000);
    show();
  };
  const chapterNow = () => Math.max(0, begun(session.chapters, audio.currentTime * 1000 + 1));
  const goTo = (number) => seek(session.chapters[Math.min(Math.max(number, 0), session.chapters.length - 1)].start / 1000);
  const next = () => goTo(chapterNow() + 1);
  const previous = () => {
    const number = chapterNow();
    const since = audio.currentTime - session.chapters[number].start / 1000;
    goTo(since > RESTART_SECONDS ? number : number - 1);
  };
  // A play that is interrupted by a pause is no fault.
  const start = () => { audio.play().catch(() => {}); };
  const toggle = () => (audio.paused ? start() : audio.pause());

  const text = (id, value) => {
    const element = byId(id);
    if (element.textContent !== value) element.textContent = value;
  };
  function show() {
    const ms = audio.currentTime * 1000;
    const chapter = chapterNow();
    links.forEach((link, number) => {
      if (number === chapter) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    const hold = session.holds[begun(session.holds, ms)];
    const holding = hold && ms < hold.end;
    const left = holding ? Math.ceil((hold.end - ms) / 1000) : 0;
    text("part", session.chapters[chapter].title + (holding ? ` · ${left} s` : ""));
    const cue = session.cues[begun(session.cues, ms)];
    text("cue", cue ? cue.text : session.title);
    const share = holding ? (100 * (hold.end - ms)) / (hold.end - hold.start) : 0;
    byId("ring").setAttribute("stroke-dasharray", `${share.toFixed(1)} 100`);
    text("now", clock(audio.currentTime));
    const position = byId("position");
    position.value = String(Math.floor(audio.currentTime));
    position.setAttribute("aria-valuetext", `${clock(audio.currentTime)} of ${clock(session.duration / 1000)}`);
  }
  function showState() {
    byId("play").setAttribute("aria-label", audio.paused ? "Play" : "Pause");
    byId("sign").setAttribute("d", audio.paused ? SIGNS.play : SIGNS.pause);
    if ("mediaSession" in navigator) navigator.mediaSession.playbackState = audio.paused ? "paused" : "playing";
    tellPosition();
  }
  function tellPosition() {
    if (!("mediaSession" in navigator) || !navigator.mediaSession.setPositionState || !Number.isFinite(audio.duration)) return;
    navigator.mediaSession.setPositionState({
      duration: audio.duration,
      playbackRate: audio.playbackRate,
      position: Math.min(audio.currentTime, audio.duration),
    });
  }
  // Several times a second while it plays, so that words and ring keep up with the voice.
  function follow() {
    show();
    if (!audio.paused) requestAnimationFrame(follow);
  }

  audio.removeAttribute("controls");
  audio.hidden = true;
  byId("controls").hidden = false;
  audio.addEventListener("play", () => { showState(); follow(); });
  for (const name of ["pause", "ended", "loadedmetadata"]) audio.addEventListener(name, () => { showState(); show(); });
  for (const name of ["seeked", "timeupdate"]) audio.addEventListener(name, show);
  audio.addEventListener("seeked", tellPosition);
  byId("play").addEventListener("click", toggle);
  byId("next").addEventListener("click", next);
  byId("previous").addEventListener("click", previous);
  byId("position").addEventListener("input", (event) => seek(Number(event.target.value)));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-at]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    seek(Number(link.dataset.at) / 1000);
    start();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onControl = event.target.closest("a, button, input, summary");
    const actions = {
      " ": onControl ? null : toggle,
      ArrowLeft: event.target.id === "position" ? null : () => seek(audio.currentTime - STEP_SECONDS),
      ArrowRight: event.target.id === "position" ? null : () => seek(audio.currentTime + STEP_SECONDS),
      n: next,
      p: previous,
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  if ("mediaSession" in navigator) {
    navigator.mediaSession.metadata = new MediaMetadata({
      title: session.title,
      artist: "voiceguide",
      album: session.album,
      artwork: session.cover ? [{ src: "cover.jpg", sizes: "1400x1400", type: "image/jpeg" }] : [],
    });
    const handlers = {
      play: start,
      pause: () => audio.pause(),
      previoustrack: previous,
      nexttrack: next,
      seekbackward: (details) => seek(audio.currentTime - (details.seekOffset || STEP_SECONDS)),
      seekforward: (details) => seek(audio.currentTime + (details.seekOffset || STEP_SECONDS)),
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

  const address = location.href.split("#")[0];
  if (navigator.share) {
    byId("share").hidden = false;
    byId("share").addEventListener("click", () => {
      navigator.share({ title: session.title, url: address }).catch(() => {});
    });
  } else {
    byId("copy").hidden = false;
    byId("copy").addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(address);
        text("told", "The link is copied.");
      } catch {
        text("told", address);
      }
    });
  }
  const asked = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  if (asked) audio.addEventListener("loadedmetadata", () => seek(Number(asked[1])), { once: true });
  showState();
  show();
})();
