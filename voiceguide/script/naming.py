"""Names a session after what is in it: the title that players show, and the default name of its file.

Two sessions that differ in what is done or heard have different names; the same session always has the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from voiceguide.language.base import Language
from voiceguide.options.session import DEFAULT_COUNTDOWN, ResolvedOptions, is_timed_by_itself, seconds
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.limits import DEFAULT_BELLS, DEFAULT_PACE_WPM
from voiceguide.routine.model import Defaults, Exercise, Routine
from voiceguide.text.printable import slug

_MAX_RUNGS_SHOWN = 5


@dataclass(frozen=True)
class Dose:
    """How long and how often: what titles, covers and file names show of a session.

    Attributes:
        hold: seconds of a hold, such as ``25``, ``5–10`` or ``10, 20, 30``; empty without holds.
        reps: repetitions of holds, such as ``2`` or ``2–3``; empty without holds.
        counted: numbers that are counted, such as ``10`` or ``3 × 8``; empty without any.
    """

    hold: str = ""
    reps: str = ""
    counted: str = ""

    def shown(self, language: Language) -> str:
        """Return the dose as titles show it; empty where there is nothing to tell."""
        held = language.text("dose", hold=self.hold, reps=self.reps) if self.hold else ""
        counted = language.text("dose_counted", reps=self.counted) if self.counted else ""
        repeated = language.text("dose_repeated", reps=self.reps) if self.reps and not self.hold else ""
        return " + ".join(filter(None, (held, counted, repeated)))

    @property
    def in_file_names(self) -> str:
        """The dose as file names show it."""
        held = f"{_plain(self.hold)}s-{_plain(self.reps)}x" if self.hold else ""
        counted = f"{_plain(self.counted)}x" if self.counted else ""
        repeated = f"{_plain(self.reps)}x" if self.reps and not self.hold else ""
        return "-".join(filter(None, (held, counted, repeated)))


def _plain(label: str) -> str:
    return label.replace("–", "-").replace(" × ", "x").replace(", ", "-").replace(".", "-")


def dose_of(routine: Routine, options: ResolvedOptions) -> Dose:
    """Return the dose of a session."""
    chosen = options.selected(routine)
    held = [exercise for exercise in chosen if not is_timed_by_itself(exercise)]
    stepped = [exercise for exercise in chosen if exercise.movement.kind == "steps"]
    counted = [exercise for exercise in chosen if exercise.is_counted]
    return Dose(
        hold=_hold_label(held, options),
        reps=_range(options.reps_of(exercise) for exercise in held or stepped),
        counted=_count_label(counted, options),
    )


def _hold_label(exercises: list[Exercise], options: ResolvedOptions) -> str:
    lengths = [options.hold_lengths_ms(exercise) for exercise in exercises]
    if len(set(lengths)) == 1 and 1 < len(lengths[0]) <= _MAX_RUNGS_SHOWN:
        return ", ".join(f"{seconds(length):g}" for length in lengths[0])
    return _range(seconds(length) for of_one in lengths for length in of_one)


def _count_label(exercises: list[Exercise], options: ResolvedOptions) -> str:
    numbers = _range(number for exercise in exercises for number in options.numbers_of(exercise))
    sets = _range(exercise.sets for exercise in exercises)
    return numbers if sets in ("", "1") else f"{sets} × {numbers}"


def _range(values: Iterable[float]) -> str:
    found = sorted({*values})
    if not found:
        return ""
    return f"{found[0]:g}" if len(found) == 1 else f"{found[0]:g}–{found[-1]:g}"


def session_title(routine: Routine, options: ResolvedOptions, language: Language) -> str:
    """Return what players show, such as ``Lower back (2 of 5) · every day · left · 25 s × 2``."""
    total, done = len(routine.all_exercises), len(options.exercises)
    title = (
        routine.title
        if done == total
        else language.text("some_of", title=routine.title, done=done, total=total)
    )
    side = options.side if _is_on_one_side(routine, options) else None
    on_one_side = language.text("one_side", side=language.side(side)) if side else ""
    parts = (language.guidance_name(options.guidance), on_one_side, dose_of(routine, options).shown(language))
    for part in filter(None, parts):
        title = language.text("session_title", title=title, dose=part)
    return title


def _is_on_one_side(routine: Routine, options: ResolvedOptions) -> bool:
    """Return whether the listener's side leaves something out."""
    has_sides = any(exercise.sides not in ("none", options.side) for exercise in options.selected(routine))
    return options.side is not None and has_sides


def file_stem(routine: Routine, options: ResolvedOptions, voice: VoiceOptions = VoiceOptions()) -> str:  # noqa: B008
    """Return the default file name without extension, such as ``lower-back-25s-2x``.

    Whatever the listener chose otherwise adds a part.
    """
    parts = (
        routine.id,
        dose_of(routine, options).in_file_names,
        *_parts(routine, options),
        *_voice_parts(voice, routine.defaults),
    )
    return "-".join(filter(None, parts))


def _parts(routine: Routine, options: ResolvedOptions) -> Iterator[str]:
    defaults = routine.defaults
    yield _which(routine, options)
    yield options.side if _is_on_one_side(routine, options) and options.side else ""
    yield from _hidden_numbers(routine, options)
    if options.rest_seconds != defaults.rest_seconds or "rest_seconds" in options.explicit:
        rest = options.rest_seconds
        yield "rest-free" if rest is None else f"rest-{_plain(f'{rest:g}')}s"
    if options.first_side != (defaults.first_side or "left"):
        yield f"{options.first_side}-first"
    if options.guidance != (defaults.guidance or "full"):
        yield options.guidance
    countdown = DEFAULT_COUNTDOWN if defaults.countdown is None else defaults.countdown
    if options.countdown != countdown:
        yield f"countdown-{options.countdown}" if options.countdown else "no-countdown"
    if options.lead_in != (defaults.lead_in or 0):
        yield f"lead-in-{options.lead_in}"
    if options.bells not in (None, defaults.bells or DEFAULT_BELLS):
        yield f"bells-{slug(options.bells)}"
    if options.call_every_seconds != defaults.call_every_seconds:
        yield f"call-{options.call_every_seconds:g}s".replace(".", "-")


def _which(routine: Routine, options: ResolvedOptions) -> str:
    """Return which exercises are done, by their places, such as ``1-3to5-of-6``; empty for all."""
    ids = routine.exercise_ids
    if len(options.exercises) == len(ids):
        return ""
    places = [number for number, name in enumerate(ids, 1) if name in options.exercises]
    # Numbers that follow each other have the same distance from their position in the list.
    runs = groupby(enumerate(places), key=lambda pair: pair[1] - pair[0])
    shown = []
    for _, run in runs:
        numbers = list(map(itemgetter(1), run))
        shown.append(f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}to{numbers[-1]}")
    return f"{'-'.join(shown)}-of-{len(ids)}"


def _hidden_numbers(routine: Routine, options: ResolvedOptions) -> Iterator[str]:
    """Yield the session's own hold and repetitions where a range does not tell them."""
    dose, defaults = dose_of(routine, options), routine.defaults
    checks = (
        ("hold", "hold_seconds", "s", dose.hold, options.hold_seconds, defaults.hold_seconds),
        ("reps", "reps", "x", f"{dose.reps}{dose.counted}", options.reps, defaults.reps),
    )
    for name, field, unit, label, value, default in checks:
        is_told = label == f"{value:g}"
        if is_told or (field not in options.explicit and value == default):
            continue
        yield f"{name if field in options.explicit else f'base-{name}'}-{_plain(f'{value:g}')}{unit}"


def _voice_parts(voice: VoiceOptions, defaults: Defaults) -> Iterator[str]:
    """Yield what is heard differently than the routine says; a voice that a file names is no choice."""
    if voice.engine and not voice.from_file:
        yield slug(voice.engine)
    if voice.voice and not voice.from_file:
        yield f"voice-{slug(voice.voice)}"
    usual_pace = defaults.pace_wpm or DEFAULT_PACE_WPM
    if (voice.pace_wpm or DEFAULT_PACE_WPM) != usual_pace:
        yield f"pace-{voice.pace_wpm}"
    level_db = voice.chime_level_db or 0
    if level_db != (defaults.chime_level_db or 0):
        yield f"chimes-{'minus-' if level_db < 0 else ''}{_plain(f'{abs(level_db):g}')}db"
