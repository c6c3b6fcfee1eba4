"""What is unwise in the times of a routine, as a session at its defaults tells."""

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

# Who does what was said with eyes shut needs about a second for each five words of it, after hearing them.
_WORDS_A_SECOND = 5
# A reminder of so few words would fit where any does.
_SHORT_REMINDER_WORDS = 6
# What the estimate of the words may be wrong by before a rest counts as longer than it was set.
_REST_TOLERANCE_MS = 500


def about_quiet_times(exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    """Yield the times to move that are too short for what is to be done in them."""
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
        if words > _WORDS_A_SECOND * max(seconds, 1):
            least = -(-words // _WORDS_A_SECOND)
            yield (
                path,
                f"{seconds:g} seconds are short to do what the {words} words of {what} say; give at least {least}.",
            )


def about_own_numbers(
    routine: Routine, exercise: Exercise, options: ResolvedOptions
) -> Iterator[tuple[KeyPath, str]]:
    """Yield numbers of an exercise's own that the source does not advise.

    What is timed by the breath is as long as its breaths, however often it is done.
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
            yield (name,), f"{shown} is outside of what is advised, {advised.minimum} to {advised.maximum}."


def about_scale(exercise: Exercise, options: ResolvedOptions) -> Iterator[tuple[KeyPath, str]]:
    """Yield a scale that does not do what its author may think."""
    scaled, lasts = options.scaled_hold_seconds(exercise), options.hold_seconds_of(exercise)
    if exercise.hold_scale == 1 or scaled == lasts:
        return
    if exercise.breath:
        yield ("hold_scale",), "this does nothing: 'breath' sets how long the hold lasts. Take it out."
    elif options.scales(exercise):
        limits = f"holds are {HOLD_SECONDS.minimum} to {HOLD_SECONDS.maximum} s: it lasts {lasts} s."
        yield ("hold_scale",), f"a hold of {options.hold_seconds} s becomes {scaled} s, and {limits}"
    else:
        why = (
            f"this applies only when the listener chooses a hold: {options.hold_seconds} s becomes {scaled} s, but "
            f"'hold_seconds' is {lasts} s. Make the two agree, or remove one."
        )
        yield ("hold_scale",), why


def about_variation(exercise: Exercise, options: ResolvedOptions) -> Iterator[tuple[KeyPath, str]]:
    """Yield a change on the last of several repetitions where there is only one."""
    if exercise.movement.variation and options.reps_of(exercise) == 1:
        why = "it comes on the last of several repetitions, and there is only one"
        yield ("movement", "variation"), f"this is never heard at the defaults: {why}."


@dataclass(frozen=True)
class _Heard:
    """What of an exercise is heard in a session, and what found no room."""

    exercise: Exercise
    options: ResolvedOptions
    language: Language
    holds: Sequence[Event]
    cues: Container[str]
    dropped: Sequence[Dropped]

    def reason_unheard(self, written: str) -> str | None:
        """Return why a text of the routine is never heard; None where it is, or does not come up."""
        forms = _forms(written, self.language)
        if any(form in self.cues for form in forms):
            return None
        return next((drop.reason for drop in self.dropped if drop.text in forms), None)


def about_timeline(
    routine: Routine, options: ResolvedOptions, timeline: Timeline, language: Language
) -> Iterator[tuple[KeyPath, str]]:
    """Yield what is never heard at the defaults, and rests that words make longer."""
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
        for about in (_about_countdown, _about_reminders, _about_phases, _about_breaths, _about_rests):
            for path, problem in about(heard):
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


def _about_reminders(heard: _Heard) -> Iterator[tuple[KeyPath, str]]:
    reminders = heard.exercise.movement.reminders
    reasons = [heard.reason_unheard(text) for text in reminders]
    if reasons and all(reasons) and min(len(text.split()) for text in reminders) <= _SHORT_REMINDER_WORDS:
        seconds = heard.options.hold_seconds_of(heard.exercise)
        yield (
            ("movement", "reminders"),
            f"a hold of {seconds} s has no room for reminders; take them out, or make the hold longer.",
        )
        return
    for turn, reason in enumerate(reasons):
        if reason:
            yield (
                ("movement", "reminders", turn),
                f"this is never heard at the default hold: {reason}. Make it shorter.",
            )


def _about_phases(heard: _Heard) -> Iterator[tuple[KeyPath, str]]:
    movement = heard.exercise.movement
    for number, phase in enumerate(movement.phases if isinstance(movement, Flow) else ()):
        if reason := heard.reason_unheard(phase.cue):
            yield (
                ("movement", "phases", number, "cue"),
                f"this is never heard at the default hold: {reason}. Make the cues shorter, or 'phase_seconds' longer.",
            )


def _about_breaths(heard: _Heard) -> Iterator[tuple[KeyPath, str]]:
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
            f"{unheard[0]!r} is never heard: its part of the breath is too short. Make it longer.",
        )


def _about_rests(heard: _Heard) -> Iterator[tuple[KeyPath, str]]:
    """Rests of work are timed from bell to bell: words that lead into the next round find room in them, or not."""
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
        why = "so long does it take to say which round comes next"
        yield ("rest_seconds",), f"{lasts}: {why}. Make it longer."
        return
    # With the general words nothing is lost that the bell does not say.
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
            f"{unheard[0].reason}, from bell to bell, for {texts}. Make the rest longer, or the words shorter.",
        )


def _about_countdown(heard: _Heard) -> Iterator[tuple[KeyPath, str]]:
    countdown = " ".join(heard.language.variants("countdown"))
    if any(drop.text == countdown for drop in heard.dropped):
        seconds = heard.options.hold_seconds_of(heard.exercise)
        yield (
            ("hold_seconds",),
            f"a hold of {seconds} s has no room for its countdown; make it longer, or set 'quiet: true'.",
        )


def _timed_rest_ms(heard: _Heard, before: Event, after: Event) -> int | None:
    """Return how long the rest before a hold was set; None where it is no timed one."""
    varied = heard.exercise.movement.variation and after.rep == heard.options.reps_of(heard.exercise)
    if NOWHERE in {before.location, after.location} or before.side != after.side or varied:
        return None
    if before.set_number != after.set_number:
        return heard.exercise.set_rest_seconds * 1000
    return heard.options.rest_seconds_of(heard.exercise) * 1000


def _forms(written: str, language: Language) -> set[str]:
    """Return a text of the routine as it is said on either side."""
    sides = [language.side("left"), language.side("right")]
    return {written.format(side=a, other_side=b) for a, b in (sides, sides[::-1])}
