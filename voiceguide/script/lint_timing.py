"""Lint rules about times, most of them read from a session at the defaults of the routine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from voiceguide.language.base import Language
from voiceguide.options.session import ResolvedOptions, seconds
from voiceguide.routine.cross_field_rules import texts_in
from voiceguide.routine.limits import HOLD_SECONDS
from voiceguide.routine.model import Exercise, Group, HoldRange, Routine
from voiceguide.routine.movements import Count, Flow, Steps
from voiceguide.routine.texts import split_at_pauses, without_pauses
from voiceguide.routine.yaml_tree import KeyPath
from voiceguide.script.cues import CUES_FROM_MS
from voiceguide.script.notes import is_held
from voiceguide.script.timeline import NO_ROOM_IN_A_REST, Dropped, Timeline

# A rule of thumb: a move with eyes shut takes about a second for every five words that describe it. Every move of the
# built-in routines leaves at least this much time (they pass the strict check).
_WORDS_PER_SECOND = 5
# A reminder as short as this fits wherever any reminder does.
_SHORT_REMINDER_WORDS = 6


def short_moving_times(exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    """Find a time to get into position that is too short for what is to be done in it."""
    words, allowed = len(without_pauses(exercise.position).split()), exercise.settle_seconds
    if words > _WORDS_PER_SECOND * max(allowed, 1):
        needed = -(-words // _WORDS_PER_SECOND)
        what = f"the {words} words of 'position'"
        yield ("settle_seconds",), f"{allowed:g} s is too short to follow {what}; allow at least {needed}."


def numbers_outside_advice(
    routine: Routine, exercise: Exercise, options: ResolvedOptions
) -> Iterator[tuple[KeyPath, str]]:
    """Find numbers of a single exercise outside the range that the source advises, for it or for all.

    An exercise timed by the breath lasts as long as its breaths, so hold and repetitions are not checked there.
    """
    hold = "hold_scale" if exercise.hold_seconds is None else "hold_seconds"
    has_own_hold = exercise.hold_seconds is not None or exercise.hold_scale != 1
    rest = options.rest_seconds_of(exercise)
    checks = (
        (
            hold,
            is_held(exercise) and (has_own_hold or exercise.advised_hold_seconds is not None),
            exercise.advised_hold_seconds or routine.advised_hold_seconds,
            "a hold of {} seconds",
            [seconds(length) for length in options.hold_lengths_ms(exercise)],
        ),
        (
            "reps",
            _has_own_reps(exercise),
            exercise.advised_reps or (None if exercise.is_counted else routine.advised_reps),
            "{}",
            [options.reps_of(exercise)],
        ),
        (
            "rest_seconds",
            exercise.rest_seconds is not None,
            exercise.advised_rest_seconds or routine.advised_rest_seconds,
            "a rest of {} seconds",
            [] if rest is None else [rest],
        ),
    )
    for name, own, advised, what, values in checks:
        for value in dict.fromkeys(values):
            if own and advised and not advised.minimum <= value <= advised.maximum:
                shown = what.format(f"{value:g}")
                yield (
                    (name,),
                    f"{shown} is outside the advised range, {advised.minimum:g} to {advised.maximum:g}.",
                )


def _has_own_reps(exercise: Exercise) -> bool:
    return exercise.breath is None and (exercise.reps is not None or exercise.advised_reps is not None)


def ineffective_hold_scale(exercise: Exercise, options: ResolvedOptions) -> Iterator[tuple[KeyPath, str]]:
    """Find a hold scale that has no effect, or is cut at the limits of a hold."""
    scaled, lasts = options.scaled_hold_seconds(exercise), options.hold_seconds_of(exercise)
    if exercise.hold_scale == 1 or scaled == lasts:
        return
    if exercise.breath:
        yield ("hold_scale",), "this has no effect: 'breath' sets how long the hold lasts; remove it."
    elif options.scales(exercise):
        limits = f"holds are {HOLD_SECONDS.minimum} to {HOLD_SECONDS.maximum} s: it lasts {lasts:g} s."
        yield ("hold_scale",), f"a hold of {options.hold_seconds:g} s becomes {scaled:g} s, and {limits}"
    else:
        why = (
            f"this applies only when the listener chooses a hold: {options.hold_seconds:g} s becomes {scaled:g} s, but "
            f"'hold_seconds' is {lasts:g} s. Make the two agree, or remove one."
        )
        yield ("hold_scale",), why


def unheard_variation(exercise: Exercise, options: ResolvedOptions) -> Iterator[tuple[KeyPath, str]]:
    """Find a variation of the last repetition where there is only one."""
    if exercise.movement.variation and options.reps_of(exercise) == 1:
        why = "it comes on the last of several repetitions, but there is only one"
        yield ("movement", "variation"), f"never heard at the defaults: {why}."


_ROLES_IN_HOLDS = frozenset({"phase", "step", "reminder", "breath"})


@dataclass(frozen=True)
class _Heard:
    """What is heard in a session, and what did not fit."""

    options: ResolvedOptions
    timeline: Timeline
    language: Language
    advised_hold_seconds: HoldRange | None

    @cached_property
    def said(self) -> frozenset[str]:
        """Every sentence that is said."""
        return frozenset(event.text for event in self.timeline.of_kind("say"))

    @cached_property
    def called(self) -> frozenset[str]:
        """Every sentence that is said inside a hold."""
        return frozenset(
            event.text for event in self.timeline.of_kind("say") if event.role in _ROLES_IN_HOLDS
        )

    @cached_property
    def dropped(self) -> Mapping[str, Dropped]:
        """What is left out, by its text."""
        return {drop.text: drop for drop in reversed(self.timeline.dropped)}

    def unheard(self, written: str, *, in_holds: bool = False) -> Dropped | None:
        """Return what is never heard of a text, anywhere or in holds; None where all of it is, or is not due."""
        said = self.called if in_holds else self.said
        both_sides = [self._sentences(form) for form in _forms(written, self.language)]
        for of_one_side in zip(*both_sides, strict=False):
            if not any(sentence in said for sentence in of_one_side):
                whole = map(" ".join, both_sides)  # the sentences of a cue stay or go together
                found = next(
                    (self.dropped[one] for one in (*of_one_side, *whole) if one in self.dropped), None
                )
                if found:
                    return found
        return None

    def _sentences(self, text: str) -> tuple[str, ...]:
        return tuple(one for words, _ in split_at_pauses(text) for one in self.language.sentences(words))


def unheard_texts(
    routine: Routine, options: ResolvedOptions, timeline: Timeline, language: Language
) -> Iterator[tuple[KeyPath, str]]:
    """Find what is never heard at the defaults, though its author wrote it."""
    heard = _Heard(options, timeline, language, routine.advised_hold_seconds)
    for path, exercise in routine.exercises_by_path():
        for rule in (
            _unheard_countdown,
            _unheard_reminders,
            _unheard_calls,
            _unheard_breath_calls,
            _unheard_in_rests,
        ):
            for inside, problem in rule(heard, exercise):
                yield (*path, *inside), problem
    for number, entry in enumerate(routine.exercises):
        for name, text in _texts_of_group(entry) if isinstance(entry, Group) else ():
            if drop := heard.unheard(text):
                yield ("exercises", number, *name), f"{drop.text!r} is never heard: {drop.reason}."


def _texts_of_group(group: Group) -> Iterator[tuple[KeyPath, str]]:
    yield from (
        ((name, *path), text)
        for name in ("introduction", "round_texts")
        for path, text in texts_in(getattr(group, name))
    )


def _unheard_reminders(heard: _Heard, exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    reminders = exercise.movement.reminders
    unheard = [heard.unheard(text, in_holds=True) for text in reminders]
    length = heard.options.hold_seconds_of(exercise)
    is_too_short = is_held(exercise) and 1000 * length < CUES_FROM_MS
    advised = exercise.advised_hold_seconds or heard.advised_hold_seconds
    if is_too_short and advised and 1000 * advised.maximum >= CUES_FROM_MS:
        return  # they are for whoever chooses the longer holds that the source advises
    has_short_ones = min((len(text.split()) for text in reminders), default=99) <= _SHORT_REMINDER_WORDS
    if reminders and (is_too_short or (all(unheard) and has_short_ones)):
        yield (
            ("movement", "reminders"),
            f"a hold of {length:g} s is too short for reminders; remove them, or make the hold longer.",
        )
        return
    for turn, drop in enumerate(unheard):
        if drop:
            yield (
                ("movement", "reminders", turn),
                f"never heard at the default hold: {drop.reason}. Make it shorter.",
            )


def _unheard_calls(heard: _Heard, exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    """Find calls of phases and of parts of a repetition, and words of steps, that are never heard."""
    movement = exercise.movement
    calls: list[tuple[KeyPath, str | None, str]] = []
    if isinstance(movement, Flow):
        advice = "Make the cues shorter, or 'phase_seconds' longer."
        calls = [
            (("phases", number, "cue"), phase.cue, advice) for number, phase in enumerate(movement.phases)
        ]
    elif isinstance(movement, Count):
        advice = "Make it shorter, or 'rep_seconds' longer."
        calls = [(("cues", number), cue, advice) for number, cue in enumerate(movement.cues)]
    elif isinstance(movement, Steps):
        advice = "Make the words shorter, or the step longer."
        calls = [(("steps", number, "say"), step.say, advice) for number, step in enumerate(movement.steps)]
    for path, text, advice in calls:
        if text and (drop := heard.unheard(text, in_holds=True)):
            what = "" if isinstance(movement, Flow | Count) else f"{drop.text!r} is "
            when = "never heard at the default hold" if isinstance(movement, Flow) else "never heard"
            yield ("movement", *path), f"{what}{when}: {drop.reason}. {advice}"


def _unheard_breath_calls(heard: _Heard, exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    if exercise.breath is None:
        return
    calls = {
        text for name in ("in", "hold", "out", "rest") for text in heard.language.variants(f"breath_{name}")
    }
    unheard = sorted(
        drop.text
        for drop in heard.timeline.dropped
        if drop.exercise == exercise.id and drop.text in calls and drop.text not in heard.said
    )
    if unheard:
        yield (
            ("breath",),
            f"{unheard[0]!r} is never heard: that part of the breath is too short. Make it longer.",
        )


# What is said in a rest, and the keys that may say how long that rest is.
_SAID_IN_RESTS: dict[str, tuple[str, ...]] = {
    "transition": ("rest_seconds", "set_rest_seconds"),
    "short": ("rest_seconds", "changeover_seconds", "set_rest_seconds"),
    "variation": ("rest_seconds", "changeover_seconds"),
    "changeover": ("changeover_seconds", "set_rest_seconds"),
    "set_texts": ("set_rest_seconds",),
    "position": (),
    "instruction": (),
    "phases": (),
    "release": (),
}


def _unheard_in_rests(heard: _Heard, exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    """Find texts for which rests of given length never have room."""
    found: dict[tuple[KeyPath, str], list[str]] = {}
    for name, keys in _SAID_IN_RESTS.items():
        part: object = exercise if hasattr(exercise, name) else exercise.movement
        start: KeyPath = () if part is exercise else ("movement",)
        for inside, text in texts_in(_plain(getattr(part, name, None))):
            drop = heard.unheard(text)
            if drop and drop.reason.startswith(NO_ROOM_IN_A_REST):
                given = next((key for key in keys if _is_given(heard.options, exercise, key)), None)
                where: KeyPath = (given,) if given else (*start, name, *inside)
                found.setdefault((where, drop.reason), []).append(drop.text)
    for (path, reason), texts in found.items():
        unheard = " and ".join(repr(text) for text in dict.fromkeys(texts))
        yield (
            path,
            f"{reason}, from chime to chime, for {unheard}. Make the rest longer, or the words shorter.",
        )


def _is_given(options: ResolvedOptions, exercise: Exercise, key: str) -> bool:
    """Return whether somebody says how long a rest is: the exercise, or for repetitions the routine."""
    if key == "rest_seconds":
        return options.rest_seconds_of(exercise) is not None
    return getattr(exercise, key) is not None


def _plain(part: object) -> object:
    """Return a part of the model as plain values."""
    if isinstance(part, tuple):
        return [_plain(one) for one in part]
    dump = getattr(part, "model_dump", None)
    return dump() if dump else part


def _unheard_countdown(heard: _Heard, exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    countdown = " ".join(
        heard.language.phrase("number", n=heard.language.number(number))
        for number in range(heard.options.countdown, 0, -1)
    )
    drops = [
        drop for drop in heard.timeline.dropped if drop.exercise == exercise.id and drop.text == countdown
    ]
    if countdown and drops:
        length = heard.options.hold_seconds_of(exercise)
        yield (
            ("hold_seconds",),
            f"a hold of {length:g} s is too short for its countdown; make it longer, or set 'quiet: true'.",
        )


def _forms(written: str, language: Language) -> tuple[str, ...]:
    """Return a text of the routine as it is spoken for either side; once where that is the same."""
    sides = [language.side("left"), language.side("right")]
    return tuple(dict.fromkeys(written.format(side=a, other_side=b) for a, b in (sides, sides[::-1])))
