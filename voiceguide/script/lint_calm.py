"""Lint rules for a calm session: few words, one thing at a time, and nobody waits in a stretch."""

from collections.abc import Iterator

from voiceguide.language.base import Language, LintPatterns
from voiceguide.routine.model import Exercise, Routine
from voiceguide.routine.texts import without_pauses
from voiceguide.routine.yaml_tree import KeyPath
from voiceguide.script.calm import approaches, shares_of
from voiceguide.script.timeline import Timeline
from voiceguide.text.formatting import format_seconds

# By the estimate that the check uses, the built-in routines lie at 38 to 46 %: their words, and time to move.
_MAX_SPEECH = 0.46
# Words: what can be kept in mind with eyes shut. The longest in the built-in routines are 38, 13 and 8.
_MAX_INSTRUCTION = 45
_MAX_BRIEF = 16
_MAX_REMINDER = 10


def too_many_words(
    exercise: Exercise, language: Language, patterns: LintPatterns | None
) -> Iterator[tuple[KeyPath, str]]:
    """Find texts that are too long for their place, and reminders of two things."""
    movement = exercise.movement
    said = sum(map(_words, movement.instructions))
    if said > _MAX_INSTRUCTION:
        where = "phases" if movement.kind == "flow" else "instruction"
        advice = f"put the set-up into 'position', and end with the move, in at most {_MAX_INSTRUCTION}"
        yield ("movement", where), f"{said} words come before the first hold; {advice}."
    brief = exercise.brief
    if brief and (len(language.sentences(brief)) > 1 or _words(brief) > _MAX_BRIEF):
        yield ("brief",), f"this is for every day; make it one sentence of at most {_MAX_BRIEF} words."
    for number, reminder in enumerate(movement.reminders):
        path: KeyPath = ("movement", "reminders", number)
        if _words(reminder) > _MAX_REMINDER:
            yield path, f"{_words(reminder)} words are long for a reminder; use at most {_MAX_REMINDER}."
        elif patterns and patterns.two_things.search(without_pauses(reminder)):
            yield path, "this asks for two things at once; make it two reminders."


def waits_in_a_stretch(routine: Routine, timeline: Timeline) -> Iterator[tuple[KeyPath, str]]:
    """Find exercises in which a body waits for the begin chime."""
    longest: dict[str | None, int] = {}
    for approach in approaches(timeline):
        if not approach.is_calm:
            waited_ms = max(approach.wait_ms, approach.loaded_ms)
            longest[approach.exercise] = max(waited_ms, longest.get(approach.exercise, 0))
    for path, exercise in routine.exercises_by_path():
        if exercise.id in longest:
            waited = format_seconds(round(longest[exercise.id], -2))
            advice = "let pauses and set-up come first, and the move last, such as 'At the bell, …'"
            yield path, f"the listener waits {waited} in the stretch before its bell; {advice}."


def mostly_talk(timeline: Timeline) -> Iterator[tuple[KeyPath, str]]:
    """Find a session in which there is little quiet to move in."""
    speech, most = round(100 * shares_of(timeline).speech), round(100 * _MAX_SPEECH)
    if speech > most:
        yield (
            (),
            f"{speech} % of a session is talk; make texts shorter, or holds longer, for at most {most} %.",
        )


def _words(text: str) -> int:
    return len(without_pauses(text).split())
