"""Lint rules about times, most of them read from a session at the defaults of the routine."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from voiceguide.language.base import Language
from voiceguide.options.session import ResolvedOptions
from voiceguide.routine.limits import HOLD_SECONDS
from voiceguide.routine.model import Exercise, Flow, Routine
from voiceguide.routine.yaml_tree import KeyPath
from voiceguide.script.segments import NOWHERE
from voiceguide.script.timeline import Dropped, Event, Timeline

# A rule of thumb: a move with eyes shut takes about a second for every five words that describe it. Every move of the
# built-in routines leaves at least this much time (they pass the strict check).
_WORDS_PER_SECOND = 5
# A reminder as short as this fits wherever any reminder does.
_SHORT_REMINDER_WORDS = 6
# How far the estimated length of words may be off before a rest counts as longer than it was set.
_REST_TOLERANCE_MS = 500


def short_moving_times(exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    """Find times to move that are too short for what is to be done in them."""
    variation = exercise.movement.variation
    moves = (
        (("settle_seconds",), exercise.settle_seconds, "'position'", exercise.position),
        (("changeover_seconds",), exercise.changeover_seconds, "'changeover'", exercise.changeover or ""),
        (
            ("movement", "variation", "settle_seconds"),
            variation.settle_seconds if variation else 0,
            "the variation",
            variation.instruction if variation else "",
        ),
    )
    for path, seconds, what, text in moves:
        words = len(text.split())
        if words > _WORDS_PER_SECOND * max(seconds, 1):
            needed = -(-words // _WORDS_PER_SECOND)
            yield (
                path,
                f"{seconds:g} s is too short to follow the {words} words of {what}; allow at least {needed}.",
            )


def numbers_outside_advice(
    routine: Routine, exercise: Exercise, options: ResolvedOptions
) -> Iterator[tuple[KeyPath, str]]:
    """Find numbers of a single exercise outside the range that the source advises.

    An exercise timed by the breath lasts as long as its breaths, so hold and repetitions are not checked there.
    """
    hold = "hold_scale" if exercise.hold_seconds is None else "hold_seconds"
    scaled = hold == "hold_scale" and exercise.hold_scale != 1
    timed = exercise.breath is None
    checks = (
        (
            hold,
            timed and (scaled or exercise.hold_seconds is not None),
            routine.advised_hold_seconds,
            "a hold of {} seconds",
        ),
        ("reps", timed and exercise.reps is not None, routine.advised_reps, "{}"),
        (
            "rest_seconds",
            exercise.rest_seconds is not None,
            routine.advised_rest_seconds,
            "a rest of {} seconds",
        ),
    )
    values = (options.hold_seconds_of(exercise), options.reps_of(exercise), options.rest_seconds_of(exercise))
    for (name, own, advised, what), value in zip(checks, values, strict=True):
        if own and advised and not advised.minimum <= value <= advised.maximum:
            shown = what.format(value)
            yield (name,), f"{shown} is outside the advised range, {advised.minimum} to {advised.maximum}."


def ineffective_hold_scale(exercise: Exercise, options: ResolvedOptions) -> Iterator[tuple[KeyPath, str]]:
    """Find a hold scale that has no effect, or is cut at the limits of a hold."""
    scaled, lasts = options.scaled_hold_seconds(exercise), options.hold_seconds_of(exercise)
    if exercise.hold_scale == 1 or scaled == lasts:
        return
    if exercise.breath:
        yield ("hold_scale",), "this has no effect: 'breath' sets how long the hold lasts; remove it."
    elif options.scales(exercise):
        limits = f"holds are {HOLD_SECONDS.minimum} to {HOLD_SECONDS.maximum} s: it lasts {lasts} s."
        yield ("hold_scale",), f"a hold of {options.hold_seconds} s becomes {scaled} s, and {limits}"
    else:
        why = (
            f"this applies only when the listener chooses a hold: {options.hold_seconds} s becomes {scaled} s, but "
            f"'hold_seconds' is {lasts} s. Make the two agree, or remove one."
        )
        yield ("hold_scale",), why


def unheard_variation(exercise: Exercise, options: ResolvedOptions) -> Iterator[tuple[KeyPath, str]]:
    """Find a variation of the last repetition where there is only one."""
    if exercise.movement.variation and options.reps_of(exercise) == 1:
        why = "it comes on the last of several repetitions, but there is only one"
        yield ("movement", "variation"), f"never heard at the defaults: {why}."


@dataclass(frozen=True)
class _Heard:
    """What is heard of an exercise in a session, and what did not fit."""

    exercise: Exercise
    options: ResolvedOptions
    language: Language
    holds: Sequence[Event]
    cues: Container[str]
    dropped: Sequence[Dropped]

    def reason_unheard(self, written: str) -> str | None:
        """Return why a text of the routine is never heard; None where it is heard, or is not due."""
        forms = _forms(written, self.language)
        if any(form in self.cues for form in forms):
            return None
        return next((drop.reason for drop in self.dropped if drop.text in forms), None)


def unheard_cues_and_long_rests(
    routine: Routine, options: ResolvedOptions, timeline: Timeline, language: Language
) -> Iterator[tuple[KeyPath, str]]:
    """Find what is never heard at the defaults, and rests that are longer than set."""
    for number, exercise in enumerate(routine.exercises):
        chapter = timeline.chapters[number + 1]  # the introduction is the first
        events = [event for event in timeline.events if chapter.start_ms <= event.start_ms < chapter.end_ms]
        heard = _Heard(
            exercise,
            options,
            language,
            holds=[event for event in events if event.kind == "hold"],
            cues=_inside_holds(events),
            dropped=[drop for drop in timeline.dropped if chapter.start_ms <= drop.at_ms < chapter.end_ms],
        )
        for rule in (
            _unheard_countdown,
            _unheard_reminders,
            _unheard_phase_cues,
            _unheard_breath_calls,
            _rests_without_room,
        ):
            for path, problem in rule(heard):
                yield ("exercises", number, *path), problem


def _inside_holds(events: Sequence[Event]) -> set[str]:
    """Return what is said while something is held."""
    said: set[str] = set()
    until_ms = 0
    for event in events:
        until_ms = event.end_ms if event.kind == "hold" else until_ms
        if event.utterance and event.start_ms < until_ms:
            said.add(event.utterance.text)
    return said


def _unheard_reminders(heard: _Heard) -> Iterator[tuple[KeyPath, str]]:
    reminders = heard.exercise.movement.reminders
    reasons = [heard.reason_unheard(text) for text in reminders]
    if reasons and all(reasons) and min(len(text.split()) for text in reminders) <= _SHORT_REMINDER_WORDS:
        seconds = heard.options.hold_seconds_of(heard.exercise)
        yield (
            ("movement", "reminders"),
            f"a hold of {seconds} s is too short for reminders; remove them, or make the hold longer.",
        )
        return
    for turn, reason in enumerate(reasons):
        if reason:
            yield (
                ("movement", "reminders", turn),
                f"never heard at the default hold: {reason}. Make it shorter.",
            )


def _unheard_phase_cues(heard: _Heard) -> Iterator[tuple[KeyPath, str]]:
    movement = heard.exercise.movement
    for number, phase in enumerate(movement.phases if isinstance(movement, Flow) else ()):
        if reason := heard.reason_unheard(phase.cue):
            yield (
                ("movement", "phases", number, "cue"),
                f"never heard at the default hold: {reason}. Make the cues shorter, or 'phase_seconds' longer.",
            )


def _unheard_breath_calls(heard: _Heard) -> Iterator[tuple[KeyPath, str]]:
    if heard.exercise.breath is None:
        return
    calls = {
        text for name in ("in", "hold", "out", "rest") for text in heard.language.variants(f"breath_{name}")
    }
    unheard = sorted(
        {drop.text for drop in heard.dropped if drop.text in calls and drop.text not in heard.cues}
    )
    if unheard:
        yield (
            ("breath",),
            f"{unheard[0]!r} is never heard: that part of the breath is too short. Make it longer.",
        )


def _rests_without_room(heard: _Heard) -> Iterator[tuple[KeyPath, str]]:
    """Find rests too short for what is said in them: between repetitions of work, a rest runs from chime to chime."""
    exercise = heard.exercise
    if exercise.movement.kind != "work":
        return
    longer = [
        (rest_ms, wanted_ms)
        for before, after in pairwise(heard.holds)
        for rest_ms, wanted_ms in [(after.start_ms - before.end_ms, _timed_rest_ms(heard, before, after))]
        if wanted_ms is not None and rest_ms > wanted_ms + _REST_TOLERANCE_MS
    ]
    if longer:
        rest_ms, wanted_ms = max(longer)
        lasts = f"a rest of {wanted_ms // 1000} s becomes about {-(-rest_ms // 1000)} s"
        yield ("rest_seconds",), f"{lasts}, to announce the next repetition; make the rest longer."
        return
    # The general words say no more than the chime does.
    general = set(heard.language.variants("rest"))
    unheard = [
        drop
        for before, after in pairwise(heard.holds)
        for drop in heard.dropped
        if before.end_ms <= drop.at_ms < after.start_ms and drop.text not in general
    ]
    if unheard:
        texts = " and ".join(repr(text) for text in dict.fromkeys(drop.text for drop in unheard))
        yield (
            ("rest_seconds",),
            f"{unheard[0].reason}, from chime to chime, for {texts}. Make the rest longer, or the words shorter.",
        )


def _unheard_countdown(heard: _Heard) -> Iterator[tuple[KeyPath, str]]:
    countdown = " ".join(heard.language.variants("countdown"))
    if any(drop.text == countdown for drop in heard.dropped):
        seconds = heard.options.hold_seconds_of(heard.exercise)
        yield (
            ("hold_seconds",),
            f"a hold of {seconds} s is too short for its countdown; make it longer, or set 'quiet: true'.",
        )


def _timed_rest_ms(heard: _Heard, before: Event, after: Event) -> int | None:
    """Return the set length of the rest before a hold; None where that rest is not timed."""
    varied = heard.exercise.movement.variation and after.rep == heard.options.reps_of(heard.exercise)
    if NOWHERE in {before.location, after.location} or before.side != after.side or varied:
        return None
    if before.set_number != after.set_number:
        return heard.exercise.set_rest_seconds * 1000
    return heard.options.rest_seconds_of(heard.exercise) * 1000


def _forms(written: str, language: Language) -> set[str]:
    """Return a text of the routine as it is spoken for either side."""
    sides = [language.side("left"), language.side("right")]
    return {written.format(side=a, other_side=b) for a, b in (sides, sides[::-1])}
