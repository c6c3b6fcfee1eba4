"""Captions, lyrics and transcript, read back by other readers."""

import html
import io
import re
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
import webvtt
from hypothesis import given

from tests.export.test_tags import PLAN
from tests.strategies import Laid, sessions
from voiceguide.export.captions import (
    chapters_vtt,
    lrc,
    srt,
    transcript,
)
from voiceguide.export.captions import webvtt as written_vtt
from voiceguide.language.registry import find_language
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Chapter, Event

ENGLISH = find_language("en")
HOSTILE = '<script>alert(1)</script> & --> "x" [00:01.00] שלום 😀'


def plan_of_laid(laid: Laid) -> Plan:
    return Plan.of(laid.timeline, routine="r", title="R · 25 s × 2", options={}, voice="hum")


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.replace(",", ".").split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


@given(sessions())
def test_captions_hold_every_word_at_its_time(laid: Laid) -> None:
    """One cue a phrase or chime that is heard, in order, none into the next; the same in both forms."""
    plan = plan_of_laid(laid)
    heard = [event for event in plan.events if event.kind in {"say", "chime"} and event.duration_ms]
    for cues in (
        webvtt.from_string(written_vtt(plan, ENGLISH)).captions,
        webvtt.from_buffer(io.StringIO(srt(plan, ENGLISH)), "srt").captions,
    ):
        assert [round(seconds(cue.start) * 1000) for cue in cues] == [event.start_ms for event in heard]
        for cue, event in zip(cues, heard, strict=True):
            assert seconds(cue.end) > seconds(cue.start)
            if event.kind == "say":
                assert html.unescape(cue.text) == event.text
        for earlier, later in pairwise(cues):
            assert seconds(earlier.end) <= seconds(later.start) or earlier.start == later.start


def test_chimes_are_captioned() -> None:
    """Those who cannot hear them must know that a hold begins and ends."""
    assert "[bell: begin]" in written_vtt(PLAN, ENGLISH)
    assert "[bell: begin]" in srt(PLAN, ENGLISH)


def test_chapters_are_a_track_and_comments() -> None:
    """With their times in the one, before their first words in the other."""
    cues = webvtt.from_string(chapters_vtt(PLAN)).captions
    assert [cue.text for cue in cues] == [chapter.title for chapter in PLAN.chapters]
    assert (cues[1].start, cues[1].end) == ("00:00:01.000", "00:01:00.000")
    assert written_vtt(PLAN, ENGLISH).index("NOTE Introduction") < written_vtt(PLAN, ENGLISH).index(
        "Welcome."
    )


def test_lyrics_are_lines_with_times() -> None:
    """In hundredths, and nothing in them can be taken for a time."""
    lines = lrc(PLAN).splitlines()
    assert lines[:3] == ["[ti:Rücken · 25 s × 2]", "[ar:voiceguide]", "[length:12:34]"]
    assert lines[3:] == ["[00:00.80]Welcome.", "[00:02.40]Für dich: 日本語 too."]
    assert re.findall(r"\[[^\]]*\]", lrc(hostile()))[3:] == ["[00:00.80]"]


def hostile() -> Plan:
    chapter = Chapter(0, 2000, HOSTILE)
    return replace(PLAN, title=HOSTILE, chapters=(chapter,), events=(Event(800, 1900, "say", HOSTILE),))


def test_hostile_words_stay_words() -> None:
    """Markup and arrows mean something in WebVTT: they are escaped, and come back as written."""
    text = written_vtt(hostile(), ENGLISH)
    assert "<script>" not in text
    assert text.count("-->") == 1
    (cue,) = webvtt.from_string(text).captions
    assert cue.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == HOSTILE


def test_a_transcript_reads_chapter_by_chapter() -> None:
    """Each with its time, then its sentences."""
    text = transcript(PLAN)
    assert text.startswith("Rücken · 25 s × 2\n\n0:00  Introduction\n\nWelcome.\n\n0:01  Katze und Kuh")


@pytest.mark.parametrize(
    "form",
    [partial(written_vtt, language=ENGLISH), chapters_vtt, partial(srt, language=ENGLISH), lrc, transcript],
)
def test_a_session_without_words_has_captions_too(form: object) -> None:
    """Of chimes alone, or of nothing."""
    silent = replace(PLAN, events=PLAN.events[2:])
    assert callable(form)
    assert form(silent)
    assert form(replace(PLAN, events=(), chapters=())).endswith("\n") or isinstance(form, partial)
