// For every day: a reminder for the calendar, and the days on which the session was done. Nothing of it leaves the device.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const player = globalThis.player;
  const { strings, filled, stored, save } = player;
  const KEY = "voiceguide days";

  // --- the calendar -----------------------------------------------------------------------------

  const two = (number) => String(number).padStart(2, "0");
  const day = (date) => `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  const escaped = (words) => words.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
  // RFC 5545 §3.1: lines of at most 75 octets, which go on after a line break and a space.
  function folded(line) {
    const lines = [];
    let current = "";
    for (const letter of line) {
      if (new TextEncoder().encode(current + letter).length > (lines.length ? 74 : 75)) {
        lines.push(current);
        current = "";
      }
      current += letter;
    }
    return [...lines, current].join("\r\n ");
  }
  function calendar(time, session, address, now = new Date()) {
    const [hour, minute] = time.split(":");
    const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
    const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
    return [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//voiceguide//voiceguide//EN",
      "BEGIN:VEVENT",
      `UID:${stamp}-${Math.random().toString(36).slice(2)}@voiceguide`,
      `DTSTAMP:${stamp}`,
      // Without a zone: at this hour of the day, wherever one is.
      `DTSTART:${day(tomorrow)}T${two(hour)}${two(minute)}00`,
      `DURATION:PT${Math.ceil(session.duration / 60000)}M`,
      "RRULE:FREQ=DAILY",
      `SUMMARY:${escaped(session.title)}`,
      `DESCRIPTION:${escaped(address)}`,
      `URL:${address}`,
      "BEGIN:VALARM",
      "ACTION:DISPLAY",
      "TRIGGER:PT0M",
      `DESCRIPTION:${escaped(session.title)}`,
      "END:VALARM",
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ].map(folded).join("\r\n");
  }
  byId("remind").addEventListener("click", () => {
    const text = calendar(byId("remind-at").value || "07:30", player.session(), location.href.split("#")[0]);
    save(new Blob([text], { type: "text/calendar" }), "voiceguide.ics");
  });

  // --- the days ---------------------------------------------------------------------------------

  const days = () => stored((kept) => JSON.parse(kept.getItem(KEY))) ?? [];
  function streak() {
    const done = new Set(days());
    const date = new Date();
    // A day that is not over yet breaks nothing.
    if (!done.has(day(date))) date.setDate(date.getDate() - 1);
    let count = 0;
    for (; done.has(day(date)); date.setDate(date.getDate() - 1)) count += 1;
    return count;
  }
  function show() {
    const isDone = days().includes(day(new Date()));
    byId("done").setAttribute("aria-pressed", String(isDone));
    const count = streak();
    byId("streak").textContent = count ? filled(strings.streak, { n: count }) : "";
  }
  function set(isDone) {
    const today = day(new Date());
    const others = days().filter((one) => one !== today);
    stored((kept) => kept.setItem(KEY, JSON.stringify(isDone ? [...others, today] : others)));
    show();
  }
  byId("done").addEventListener("click", () => set(byId("done").getAttribute("aria-pressed") !== "true"));
  byId("audio").addEventListener("ended", () => set(true));
  byId("daily").hidden = false;
  show();
  globalThis.daily = { calendar };
})();
