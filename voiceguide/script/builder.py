"""Builds the script of a session from a routine and its options."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from voiceguide.errors import SessionTooLong
from voiceguide.language.base import Language
from voiceguide.options.session import ResolvedOptions
from voiceguide.routine.limits import MAX_SESSION_HOURS
from voiceguide.routine.model import Exercise, Routine
from voiceguide.script.context import (
    PART_PAUSE_MS,
    SENTENCE_PAUSE_MS,
    ScriptContext,
)
from voiceguide.script.exercise_section import ExerciseSection
from voiceguide.script.segments import (
    Chime,
    ChimeKind,
    Hold,
    Pause,
    Say,
    Script,
    Section,
    Segment,
)

# Silence before the first word: loudspeakers that wake up on sound cut off its beginning.
LEAD_IN_MS = 800
BEFORE_END_CHIME_MS = 900
LEAD_OUT_MS = 700


def build_script(routine: Routine, options: ResolvedOptions, language: Language) -> Script:
    """Return what is said and done, in order.

    Args:
        routine: its texts and movements.
        options: every choice made, for this routine.
        language: of the routine.

    Raises:
        UsageError: the holds alone would be longer than a session may be.
    """
    chosen = options.selected(routine)
    _refuse_endless(chosen, options)
    context = ScriptContext(routine, options, language, chosen)
    exercises = [ExerciseSection(context, exercise, index) for index, exercise in enumerate(chosen)]
    script = Script(
        sections=(
            Section(language.text("introduction"), tuple(_intro(context))),
            *(
                Section(part.exercise.name, tuple(part.segments()), tuple(part.dropped()))
                for part in exercises
            ),
            Section(language.text("closing"), tuple(_outro(context))),
        )
    )
    return _without_words(script) if options.guidance == "chimes" else script


def _refuse_endless(exercises: tuple[Exercise, ...], options: ResolvedOptions) -> None:
    """Refuse a session whose holds alone are too long, before any work is done for them."""
    seconds = sum(options.hold_seconds_of(exercise) * options.holds_of(exercise) for exercise in exercises)
    if seconds > MAX_SESSION_HOURS * 3600:
        raise SessionTooLong(seconds / 3600, MAX_SESSION_HOURS)


def _without_words(script: Script) -> Script:
    """Return the script for listeners who know the routine by heart: only chimes and silence.

    A separate chime marks the start of each exercise.
    """
    first, *exercises, last = script.sections
    silent = [replace(section, segments=tuple(_silent(section.segments))) for section in (first, last)]
    announced = (Section(section.title, (Chime("next"), *_silent(section.segments))) for section in exercises)
    return Script((silent[0], *announced, silent[1]))


def _silent(segments: Iterable[Segment]) -> Iterator[Segment]:
    for segment in segments:
        if isinstance(segment, Hold):
            lead_ins = tuple(
                tuple(part for part in lead if isinstance(part, Pause)) for lead in segment.lead_ins
            )
            yield replace(segment, cues=(), rest=(), lead_ins=lead_ins)
        elif not isinstance(segment, Say):
            yield segment


def _all_spoken(context: ScriptContext, texts: Iterable[str]) -> Iterator[Segment]:
    return chain.from_iterable(context.spoken(text) for text in texts)


def _intro(context: ScriptContext) -> Iterator[Segment]:
    routine = context.routine
    yield Pause(LEAD_IN_MS)
    if context.includes("welcome"):
        yield from context.phrase("welcome")
        yield from context.spoken(routine.introduction)
    else:
        yield from context.phrase("welcome_short", title=routine.title)
    if context.includes("equipment") and (things := _equipment(context)):
        yield from context.phrase("equipment", things=context.language.join_list(things))
    yield from _all_spoken(
        context, routine.safety.before if context.includes("safety") else (routine.safety.short,)
    )
    yield Pause(PART_PAUSE_MS - SENTENCE_PAUSE_MS)
    yield from _overview(context)
    if context.includes("chimes"):
        yield from _chimes_explained(context)
    yield from context.phrase("start")
    yield Pause(PART_PAUSE_MS)


def _equipment(context: ScriptContext) -> tuple[str, ...]:
    things = chain(context.routine.equipment, *(exercise.equipment for exercise in context.exercises))
    return tuple(dict.fromkeys(things))


def _overview(context: ScriptContext) -> Iterator[Segment]:
    """Say how many exercises there are, and how long and how often if that is the same for all."""
    exercises, options, language = context.exercises, context.options, context.language
    lengths = [context.duration_phrase(exercise) for exercise in exercises]
    counts = {(options.reps_of(exercise), exercise.sets) for exercise in exercises}
    alike = "full" if len({*lengths}) == 1 else "mixed"
    kind = "single" if len(exercises) == 1 else alike if len(counts) == 1 else "varied"
    times = min(reps * sets for reps, sets in counts)
    if times == 1:
        kind = {"single": "single_once", "full": "full_once"}.get(kind, "varied")
    yield from context.phrase(
        "overview",
        kind,
        total=language.number(len(exercises)),
        hold=lengths[0],
        times=language.quantity("times", times),
    )
    sided = [exercise.sides == "each" for exercise in exercises]
    if any(sided):
        yield from context.phrase("both_sides", "all" if all(sided) else "some")


def _chimes_explained(context: ScriptContext) -> Iterator[Segment]:
    kinds: tuple[tuple[str, ChimeKind], ...] = (("chime_begin", "begin"), ("chime_release", "release"))
    for name, kind in kinds:
        yield from context.phrase(name)
        yield Chime(kind)
        yield Pause(SENTENCE_PAUSE_MS)


def _outro(context: ScriptContext) -> Iterator[Segment]:
    if context.includes("after"):
        yield from context.phrase("last_done", "single" if len(context.exercises) == 1 else "several")
        yield Pause(PART_PAUSE_MS)
        yield from _all_spoken(context, context.routine.safety.after)
        # Last, because a listener who is asked to get up no longer listens.
        yield Pause(PART_PAUSE_MS)
        yield from context.spoken(context.routine.closing or "")
        yield Pause(PART_PAUSE_MS)
    yield from context.phrase("over")
    yield Pause(BEFORE_END_CHIME_MS - SENTENCE_PAUSE_MS)
    yield Chime("end")
    yield Pause(LEAD_OUT_MS)
