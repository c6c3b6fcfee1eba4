"""What is said, as text with its times: captions, lyrics, transcript. One cue per phrase."""

from collections.abc import Iterator
from itertools import zip_longest

from voiceguide.language.base import Language
from voiceguide.script.plan import Plan
from voiceguide.script.segments import ChimeKind
from voiceguide.text.formatting import format_hundredths, format_mss, format_timecode, whole_seconds

# A caption stays for a moment after the words, but never into the next.
_LINGER_MS = 400


def webvtt(plan: Plan, language: Language) -> str:
    """Return captions as WebVTT (W3C), with the title of each chapter as a comment before it.

    Chimes are captioned, too: those who cannot hear them must know when a hold begins and ends.
    """
    parts = ["WEBVTT"]
    chapters = list(plan.chapters)
    for number, (start_ms, end_ms, text) in enumerate(_cues(plan, language), 1):
        while chapters and chapters[0].start_ms <= start_ms:
            parts.append(f"NOTE {_escaped(chapters.pop(0).title)}")
        parts.append(f"{number}\n{format_timecode(start_ms)} --> {format_timecode(end_ms)}\n{_escaped(text)}")
    return "\n\n".join(parts) + "\n"


def chapters_vtt(plan: Plan) -> str:
    """Return the chapters as a WebVTT track."""
    cues = [
        f"{number}\n{format_timecode(chapter.start_ms)} --> {format_timecode(chapter.end_ms)}\n{_escaped(chapter.title)}"
        for number, chapter in enumerate(plan.chapters, 1)
    ]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def srt(plan: Plan, language: Language) -> str:
    """Return captions as SubRip."""
    cues = [
        f"{number}\n{format_timecode(start_ms, ',')} --> {format_timecode(end_ms, ',')}\n{text}\n"
        for number, (start_ms, end_ms, text) in enumerate(_cues(plan, language), 1)
    ]
    return "\n".join(cues)


def lrc(plan: Plan) -> str:
    """Return lyrics for players that follow along (LRC)."""
    head = [
        f"[ti:{_unbracketed(plan.title)}]",
        "[ar:voiceguide]",
        f"[length:{format_mss(1000 * whole_seconds(plan.duration_ms)):0>5}]",
    ]
    lines = [f"[{format_hundredths(line.start_ms)}]{_unbracketed(line.text)}" for line in plan.of_kind("say")]
    return "\n".join([*head, *lines]) + "\n"


def transcript(plan: Plan) -> str:
    """Return everything said as plain text, chapter by chapter."""
    parts = [plan.title]
    for chapter in plan.chapters:
        lines = [
            line.text for line in plan.of_kind("say") if chapter.start_ms <= line.start_ms < chapter.end_ms
        ]
        parts.append("\n".join([f"{format_mss(chapter.start_ms)}  {chapter.title}", "", *lines]))
    return "\n\n".join(parts) + "\n"


# A text of the language for each chime.
_CHIME_TEXTS: dict[ChimeKind | None, str] = {
    "begin": "bell_begin",
    "release": "bell_release",
    "end": "bell_end",
}


def _cues(plan: Plan, language: Language) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, text) of everything that is heard, in order and without overlaps."""
    # A release chime that gives way to the next begin chime is not heard.
    heard = [event for event in plan.events if event.kind in {"say", "chime"} and event.duration_ms]
    for event, after in zip_longest(heard, heard[1:]):
        latest_ms = after.start_ms if after else plan.duration_ms
        end_ms = max(min(event.end_ms + _LINGER_MS, latest_ms), event.start_ms + 1)
        yield event.start_ms, end_ms, event.text or language.text(_CHIME_TEXTS.get(event.chime, "bell"))


def _escaped(text: str) -> str:
    """Return a text for WebVTT (W3C WebVTT §4.2.2), where ``-->`` and markup have a meaning."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unbracketed(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")
