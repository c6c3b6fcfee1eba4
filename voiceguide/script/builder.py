"""Builds the script of a session from a routine and its options."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, groupby

from voiceguide.errors import SessionTooLong
from voiceguide.language.base import Language
from voiceguide.options.session import ResolvedOptions
from voiceguide.routine.limits import MAX_SESSION_HOURS
from voiceguide.routine.model import Routine
from voiceguide.script.context import (
    PART_PAUSE_MS,
    SENTENCE_PAUSE_MS,
    ScriptContext,
)
from voiceguide.script.exercise_section import ExerciseSection
from voiceguide.script.overview import overview, overview_of_sides, says_how_long
from voiceguide.script.prescription import Bout, session_bouts, session_length_ms
from voiceguide.script.segments import (
    APART_MS,
    Chime,
    ChimeKind,
    Hold,
    Location,
    Pause,
    Role,
    Say,
    Script,
    Section,
    Segment,
    TimedRest,
)

# Silence before the first word: loudspeakers that wake up on sound cut off its beginning.
LEAD_IN_MS = 800
BEFORE_END_CHIME_MS = 900
LEAD_OUT_MS = 700
# An ID3 table of contents has at most 255 entries (ID3v2 chapter frame addendum, 3.2); two are introduction and closing.
_MAX_EXERCISE_SECTIONS = 253


def build_script(routine: Routine, options: ResolvedOptions, language: Language) -> Script:
    """Return what is said and done, in order.

    Args:
        routine: its texts and movements.
        options: every choice made, for this routine.
        language: of the routine.

    Raises:
        UsageError: the holds alone would be longer than a session may be.
    """
    bouts = session_bouts(routine, options)
    _refuse_endless(bouts)
    context = ScriptContext(routine, options, language, options.selected(routine))
    script = Script(
        sections=(
            Section(language.text("introduction"), tuple(_intro(context))),
            *_within_the_limit_of_chapters(tuple(_exercise_sections(context, bouts)), bouts),
            Section(language.text("closing"), tuple(_outro(context))),
        )
    )
    return _without_words(script) if options.guidance == "chimes" else script


def _within_the_limit_of_chapters(
    sections: tuple[Section, ...], bouts: tuple[Bout, ...]
) -> tuple[Section, ...]:
    """Return sections few enough to be chapters of a file: those of a group are one where there are too many."""
    if len(sections) <= _MAX_EXERCISE_SECTIONS:
        return sections
    merged: list[Section] = []
    pairs = zip(sections, bouts, strict=True)
    for group, of_one in groupby(pairs, key=lambda pair: pair[1].group and pair[1].group.group):
        parts = [section for section, _ in of_one]
        if group is None:
            merged += parts
        else:
            segments = tuple(chain.from_iterable(part.segments for part in parts))
            dropped = tuple(chain.from_iterable(part.dropped for part in parts))
            merged.append(Section(group, segments, dropped))
    return tuple(merged)


def _exercise_sections(context: ScriptContext, bouts: tuple[Bout, ...]) -> Iterator[Section]:
    is_length_known = says_how_long(context)
    for bout, before, after in zip(bouts, (None, *bouts), (*bouts[1:], None), strict=False):
        is_followed_at_once = after is not None and after.holds[0].rest_ms is not None
        part = ExerciseSection(context, bout, before, is_followed_at_once, is_length_known)
        group = _group_intro(context, bout) if _begins_a_group(bout) else ()
        yield Section(part.title, (*group, *part.segments()), tuple(part.dropped()))


def _begins_a_group(bout: Bout) -> bool:
    return bool(bout.group) and bout.round_number == 1 and bout.is_first_of_round and not bout.is_second_side


def _group_intro(context: ScriptContext, bout: Bout) -> Iterator[Segment]:
    """Say what is done together, and in how many rounds."""
    group, language = bout.group, context.language
    if group is None:
        return
    location = Location(bout.exercise.id)
    count = len(group.exercises)
    yield from context.phrase(
        "group",
        "rounds" if group.rounds > 1 else "once",
        location,
        "overview",
        name=group.group.rstrip(".!?"),
        total=language.number(count),
        nouns=context.noun(count),
        rounds=language.quantity("round", group.rounds),
    )
    if group.introduction and context.includes("instruction"):
        yield from context.spoken(group.introduction, location, "overview")


def _refuse_endless(bouts: tuple[Bout, ...]) -> None:
    """Refuse a session whose holds alone are too long, before any work is done for them."""
    hours = session_length_ms(bouts) / 3_600_000
    if hours > MAX_SESSION_HOURS:
        raise SessionTooLong(hours, MAX_SESSION_HOURS)


def _without_words(script: Script) -> Script:
    """Return the script for listeners who know the routine by heart: only chimes and silence.

    A separate chime marks the start of each exercise, where no rest of given length runs into it.
    """
    first, *exercises, last = script.sections
    silent = [replace(section, segments=tuple(_silent(section.segments))) for section in (first, last)]
    return Script((silent[0], *map(_announced_by_a_chime, exercises), silent[1]))


def _announced_by_a_chime(section: Section) -> Section:
    segments = tuple(_silent(section.segments))
    is_timed = bool(segments) and isinstance(segments[0], Hold) and segments[0].rest is not None
    return Section(section.title, segments if is_timed else (Chime("next"), *segments))


def _silent(segments: Iterable[Segment]) -> Iterator[Segment]:
    for segment in segments:
        if isinstance(segment, Hold):
            rest = TimedRest(segment.rest.duration_ms, ()) if segment.rest else None
            yield replace(segment, cues=(), rest=rest, lead_in=())
        elif not isinstance(segment, Say):
            yield segment


def _all_spoken(context: ScriptContext, texts: Iterable[str], role: Role) -> Iterator[Segment]:
    return chain.from_iterable(context.spoken(text, role=role) for text in texts)


def _intro(context: ScriptContext) -> Iterator[Segment]:
    routine = context.routine
    yield Pause(LEAD_IN_MS)
    if context.includes("welcome"):
        yield from context.phrase("welcome", role="welcome")
        yield from context.spoken(routine.introduction, role="welcome")
    else:
        yield from context.phrase("welcome_short", role="welcome", title=routine.title)
    if context.includes("equipment") and (things := routine.equipment_for(context.options.exercises)):
        yield from context.phrase("equipment", role="overview", things=context.language.join_list(things))
    # Warnings come first: whoever should see a doctor hears it before the first exercise, not lying down after the last.
    safety = routine.safety
    before = (*safety.before, *safety.red_flags) if context.includes("safety") else (safety.short,)
    yield from _all_spoken(context, before, "safety")
    if not context.includes("welcome"):
        yield Pause(PART_PAUSE_MS - SENTENCE_PAUSE_MS)
        yield from overview(context)
        yield from overview_of_sides(context)
        if context.includes("release_chime") and context.has_chimes:
            yield from context.phrase("chime_release_short", role="overview")
        yield Pause(PART_PAUSE_MS)
        return
    if context.includes("chimes") and context.has_chimes:
        yield Pause(PART_PAUSE_MS - SENTENCE_PAUSE_MS)
        yield from _chimes_explained(context)
    # What depends on the hold stands between two long breaths, so that with another hold only it is encoded anew.
    yield Pause(APART_MS - SENTENCE_PAUSE_MS)
    yield from overview(context)
    yield Pause(APART_MS - SENTENCE_PAUSE_MS)
    yield from overview_of_sides(context)
    yield from context.phrase("start", role="overview")
    yield Pause(PART_PAUSE_MS - SENTENCE_PAUSE_MS)


def _chimes_explained(context: ScriptContext) -> Iterator[Segment]:
    kinds: tuple[tuple[str, ChimeKind], ...] = (("chime_begin", "begin"), ("chime_release", "release"))
    for name, kind in kinds:
        yield from context.phrase(name, role="overview")
        yield Chime(kind)
        yield Pause(SENTENCE_PAUSE_MS)


def _outro(context: ScriptContext) -> Iterator[Segment]:
    if context.includes("closing"):
        if context.includes("after"):
            kind = "single" if len(context.exercises) == 1 else "several"
            yield from context.phrase("last_done", kind, role="closing")
            yield Pause(PART_PAUSE_MS)
            yield from _all_spoken(context, context.routine.safety.after, "closing")
            yield Pause(PART_PAUSE_MS)
        # Last, because a listener who is asked to get up no longer listens.
        yield from context.spoken(context.routine.closing or "", role="closing")
        yield Pause(PART_PAUSE_MS)
    yield from context.phrase("over", role="closing")
    yield Pause(BEFORE_END_CHIME_MS - SENTENCE_PAUSE_MS)
    yield Chime("end")
    yield Pause(LEAD_OUT_MS)
