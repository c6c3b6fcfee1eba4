"""What is legal in a routine, but unwise: an author is told of it, and may know better."""

from collections.abc import Iterator
from dataclasses import dataclass

from voiceguide.language.base import Language
from voiceguide.options.session import SessionOptions
from voiceguide.routine.model import Routine
from voiceguide.routine.yaml_tree import KeyPath
from voiceguide.script.lint_timing import (
    about_own_numbers,
    about_quiet_times,
    about_scale,
    about_timeline,
    about_variation,
)
from voiceguide.script.lint_wording import about_care, about_sides
from voiceguide.script.timeline import Timeline


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing that is unwise: where in the routine, and why."""

    path: KeyPath
    problem: str


def lint_routine(routine: Routine, language: Language, timeline: Timeline | None) -> tuple[LintFinding, ...]:
    """Return everything unwise about a routine, in its order.

    Args:
        routine: what its author means.
        language: of its texts.
        timeline: of a session at the defaults; None where it would be too long.
    """
    options = SessionOptions().resolve(routine)
    patterns = language.lint_patterns
    care = about_care(routine, patterns) if patterns else ()
    found = [*care, *_about_source(routine), *_about_defaults(routine)]
    for number, exercise in enumerate(routine.exercises):
        own = (
            *about_quiet_times(exercise),
            *(about_sides(exercise, patterns) if patterns else ()),
            *about_own_numbers(routine, exercise, options),
            *about_scale(exercise, options),
            *about_variation(exercise, options),
        )
        found += [(("exercises", number, *path), problem) for path, problem in own]
    if timeline:
        found += about_timeline(routine, options, timeline, language)
    return tuple(LintFinding(path, problem) for path, problem in found)


def _about_source(routine: Routine) -> Iterator[tuple[KeyPath, str]]:
    if routine.source is None:
        yield (), "'source' is missing: name where the movements come from, so that others can trust them."


def _about_defaults(routine: Routine) -> Iterator[tuple[KeyPath, str]]:
    checks = (
        ("hold_seconds", routine.advised_hold_seconds),
        ("reps", routine.advised_reps),
        ("rest_seconds", routine.advised_rest_seconds),
    )
    for name, advised in checks:
        value = getattr(routine.defaults, name)
        if advised and not advised.minimum <= value <= advised.maximum:
            yield (
                ("defaults", name),
                f"{value} is outside of what is advised, {advised.minimum} to {advised.maximum}.",
            )
