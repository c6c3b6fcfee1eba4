"""What is legal in a routine, but unwise: an author is told of it, and may know better."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voiceguide.routine.model import Exercise, Flow, Routine
from voiceguide.routine.yaml_tree import Place
from voiceguide.script.options import Options, Wishes
from voiceguide.script.phrases import Wording
from voiceguide.script.timeline import Timeline

# Who gets into a position with eyes shut needs about a second for each four words of it, after hearing them.
_WORDS_A_SECOND = 5
_SIDE_WORDS = re.compile(
    r"\b(?:the other (?:side|leg|arm|foot|hand|hip|knee)|(?:switch|change) sides|"
    r"(?:left|right) (?:side|leg|arm|foot|hand|hip|knee|shoulder|elbow|ear|thigh|calf|ankle|wrist|heel))\b",
    re.IGNORECASE,
)
_CARE_WORDS = re.compile(r"\b(?:stop|hurts?|pain|painful|ease off|doctor|dizzy)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that is unwise: where in the routine, and why."""

    path: Place
    problem: str


def advise(routine: Routine, wording: Wording, timeline: Timeline | None) -> tuple[Advice, ...]:
    """Return everything unwise about a routine, in its order.

    Args:
        routine: what its author means.
        wording: of its language.
        timeline: of a session at the defaults; None where it would be too long.
    """
    options = Wishes().settled(routine)
    found = [*_about_safety(routine), *_about_defaults(routine)]
    for number, exercise in enumerate(routine.exercises):
        place = ("exercises", number)
        found += _about_position(exercise, place)
        found += _about_sides(exercise, place)
        found += _about_hold(routine, exercise, options, place)
    if timeline:
        found += _about_cues(routine, timeline, wording)
    return tuple(found)


def outside_advice(routine: Routine, options: Options) -> Iterator[str]:
    """Yield a sentence for each choice that is outside of what the routine's source advises.

    What an exercise sets for itself is its author's choice; holds of the breath are as long as the breaths.
    """
    checks = (
        (
            "hold_seconds",
            routine.advised_hold_seconds,
            options.hold_seconds_of,
            "holds of {} seconds",
            "holds {}",
        ),
        ("reps", routine.advised_reps, options.reps_of, "{} repetitions", "has {}"),
        (
            "rest_seconds",
            routine.advised_rest_seconds,
            options.rest_seconds_of,
            "rests of {} seconds",
            "rests {}",
        ),
    )
    for name, advised, value_of, what, instead in checks:
        values = {
            value_of(exercise)
            for exercise in routine.exercises
            if exercise.id in options.exercises
            and (getattr(exercise, name) is None or name in options.asked)
            and not (exercise.breath and name == "hold_seconds")
        }
        outside = sorted(value for value in values if advised and not advised.least <= value <= advised.most)
        if advised and outside:
            yield (
                f"The source of this routine advises {what.format(f'{advised.least} to {advised.most}')}; "
                f"this session {instead.format(' and '.join(map(str, outside)))}."
            )


def _about_safety(routine: Routine) -> Iterator[Advice]:
    if not any(_CARE_WORDS.search(text) for text in routine.safety.before):
        yield Advice(
            ("safety", "before"), "no sentence says when to stop; add one, such as 'If anything hurts, stop.'"
        )
    if not routine.safety.after:
        yield Advice(("safety",), "'after' is missing: say how often to do this, and when to see a doctor.")
    if routine.source is None:
        yield Advice(
            (), "'source' is missing: name where the movements come from, so that others can trust them."
        )


def _about_defaults(routine: Routine) -> Iterator[Advice]:
    checks = (
        ("hold_seconds", routine.advised_hold_seconds),
        ("reps", routine.advised_reps),
        ("rest_seconds", routine.advised_rest_seconds),
    )
    for name, advised in checks:
        value = getattr(routine.defaults, name)
        if advised and not advised.least <= value <= advised.most:
            yield Advice(
                ("defaults", name),
                f"{value} is outside of what is advised, {advised.least} to {advised.most}.",
            )


def _about_position(exercise: Exercise, place: Place) -> Iterator[Advice]:
    words = len(exercise.position.split())
    if words > _WORDS_A_SECOND * max(exercise.settle_seconds, 1):
        yield Advice(
            (*place, "settle_seconds"),
            f"{exercise.settle_seconds:g} seconds are short to do what the {words} words of 'position' say; "
            f"give at least {-(-words // _WORDS_A_SECOND)}.",
        )


def _about_sides(exercise: Exercise, place: Place) -> Iterator[Advice]:
    if exercise.sides == "each":
        return
    for path, text in _texts_of(exercise):
        if found := _SIDE_WORDS.search(text):
            yield Advice(
                (*place, *path), f"{found[0]!r} names a side, and the exercise has none; set 'sides: each'?"
            )
            return


def _texts_of(exercise: Exercise) -> Iterator[tuple[Place, str]]:
    movement = exercise.movement
    yield ("position",), exercise.position
    if isinstance(movement, Flow):
        for number, phase in enumerate(movement.phases):
            yield ("movement", "phases", number, "instruction"), phase.instruction
    else:
        yield ("movement", "instruction"), movement.instruction
    for name in ("short", "reminders"):
        for number, text in enumerate(getattr(movement, name)):
            yield ("movement", name, number), text


def _about_hold(routine: Routine, exercise: Exercise, options: Options, place: Place) -> Iterator[Advice]:
    """Holds of the breath are as long as the breaths; other holds of its own are held against the advice."""
    advised = routine.advised_hold_seconds
    seconds = options.hold_seconds_of(exercise)
    own = exercise.hold_seconds is not None or exercise.hold_scale != 1
    if advised and own and not exercise.breath and not advised.least <= seconds <= advised.most:
        name = "hold_scale" if exercise.hold_seconds is None else "hold_seconds"
        yield Advice(
            (*place, name),
            f"a hold of {seconds} seconds is outside of what is advised, {advised.least} to {advised.most}.",
        )


def _about_cues(routine: Routine, timeline: Timeline, wording: Wording) -> Iterator[Advice]:
    """Tell of reminders that find no room at the defaults, wherever they would come."""
    said = {event.utterance.text for event in timeline.events if event.utterance}
    dropped = {drop.text: drop.reason for drop in timeline.dropped if drop.at_ms}
    for number, exercise in enumerate(routine.exercises):
        for turn, text in enumerate(exercise.movement.reminders):
            spoken = {text.format(side=side, other_side=side) for side in wording.sides.values()} | {text}
            forms = {drop for drop in dropped if drop in spoken or _same_but_sides(drop, text, wording)}
            if forms and not forms & said:
                yield Advice(
                    ("exercises", number, "movement", "reminders", turn),
                    f"this is never heard at the default hold: {dropped[next(iter(forms))]}. Make it shorter.",
                )


def _same_but_sides(said: str, written: str, wording: Wording) -> bool:
    if "{" not in written:
        return said == written
    sides = list(wording.sides.values())
    return said in {written.format(side=a, other_side=b) for a, b in (sides, sides[::-1])}
