"""Lint rules: what is valid in a routine, but probably not what its author wants."""

from collections.abc import Iterator
from dataclasses import dataclass

from voiceguide.language.base import Language
from voiceguide.options.session import SessionOptions
from voiceguide.routine.model import Routine
from voiceguide.routine.yaml_tree import KeyPath
from voiceguide.script.lint_calm import mostly_talk, too_many_words, waits_in_a_stretch
from voiceguide.script.lint_timing import (
    ineffective_hold_scale,
    numbers_outside_advice,
    short_moving_times,
    unheard_texts,
    unheard_variation,
)
from voiceguide.script.lint_wording import (
    items_split_by_a_comma,
    missing_or_careless_safety,
    wrong_sides,
)
from voiceguide.script.timeline import Timeline


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One warning: where in the routine, and why."""

    path: KeyPath
    problem: str


def lint_routine(routine: Routine, language: Language, timeline: Timeline | None) -> tuple[LintFinding, ...]:
    """Return all warnings about a routine, in its order.

    Args:
        language: of its texts.
        timeline: of a session at the defaults; None where it would be too long.
    """
    options = SessionOptions().resolve(routine)
    patterns = language.lint_patterns
    care = missing_or_careless_safety(routine, patterns) if patterns else ()
    found = [
        *care,
        *_missing_source(routine),
        *_defaults_outside_advice(routine),
        *items_split_by_a_comma(routine),
    ]
    for place, exercise in routine.exercises_by_path():
        own = (
            *short_moving_times(exercise),
            *(wrong_sides(exercise, patterns) if patterns else ()),
            *numbers_outside_advice(routine, exercise, options),
            *ineffective_hold_scale(exercise, options),
            *unheard_variation(exercise, options),
            *too_many_words(exercise, language, patterns),
        )
        found += [((*place, *path), problem) for path, problem in own]
    if timeline:
        found += unheard_texts(routine, options, timeline, language)
        found += (*waits_in_a_stretch(routine, timeline), *mostly_talk(timeline))
    return tuple(LintFinding(path, problem) for path, problem in found)


def _missing_source(routine: Routine) -> Iterator[tuple[KeyPath, str]]:
    if routine.source is None:
        yield (), "'source' is missing; name the book or page that the exercises come from."


def _defaults_outside_advice(routine: Routine) -> Iterator[tuple[KeyPath, str]]:
    checks = (
        ("hold_seconds", routine.advised_hold_seconds),
        ("reps", routine.advised_reps),
        ("rest_seconds", routine.advised_rest_seconds),
    )
    for name, advised in checks:
        value = getattr(routine.defaults, name)
        if value is not None and advised and not advised.minimum <= value <= advised.maximum:
            yield (
                ("defaults", name),
                f"{value:g} is outside the advised range, {advised.minimum:g} to {advised.maximum:g}.",
            )
