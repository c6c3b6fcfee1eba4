"""Lint rules about wording: safety sentences, and texts that name a side."""

import re
from collections.abc import Iterator

from voiceguide.language.base import LintPatterns
from voiceguide.routine.cross_field_rules import texts_in
from voiceguide.routine.model import Exercise, Routine
from voiceguide.routine.yaml_tree import KeyPath

_NOT_SPOKEN = ("id", "name", "spoken_name", "side_name", "sides", "side_order", "kind", "equipment")


def missing_or_careless_safety(routine: Routine, patterns: LintPatterns) -> Iterator[tuple[KeyPath, str]]:
    """Find missing safety sentences, and texts that ask a listener to go on in pain."""
    if not any(patterns.stopping.search(text) for text in routine.safety.before):
        yield (
            ("safety", "before"),
            f"no sentence says when to stop; add one, such as {patterns.stop_example!r}",
        )
    safety = routine.safety
    if not any(patterns.professional.search(text) for text in (*safety.red_flags, *safety.after)):
        advice = f"add one under 'red_flags', such as {patterns.professional_example!r}"
        yield ("safety",), f"no sentence says when to see a doctor or another professional; {advice}"
    for number, text in enumerate(safety.after):
        if patterns.professional.search(text):
            why = "the end is calm; put this under 'red_flags', which are said before the first exercise."
            yield ("safety", "after", number), why
    for path, text in texts_in(routine.model_dump(exclude={"say"})):
        found = patterns.careless.search(text)
        if found and not patterns.refused.search(re.split(r"[.!?;]", text[: found.start()])[-1]):
            yield path, f"{found[0]!r} asks the listener to go on in pain; ask them to ease off or stop."


def wrong_sides(exercise: Exercise, patterns: LintPatterns) -> Iterator[tuple[KeyPath, str]]:
    """Find the first text that names a side although the exercise has none, or one side although it has both."""
    for path, text in texts_in(exercise.model_dump()):
        if path[0] in _NOT_SPOKEN or path[-1] in _NOT_SPOKEN:
            continue
        problem = _fixed_side(text, patterns) if exercise.sides == "each" else _forgotten_side(text, patterns)
        if problem:
            yield path, problem
            return


def _names_both(text: str, patterns: LintPatterns) -> bool:
    return bool(patterns.left.search(text) and patterns.right.search(text))


def _forgotten_side(text: str, patterns: LintPatterns) -> str | None:
    found = patterns.sided.search(text)
    if not found or _names_both(text, patterns) or patterns.of_two.search(text[: found.start()]):
        return None
    return f"{found[0]!r} names a side, but the exercise has none; did you forget 'sides: each'?"


def _fixed_side(text: str, patterns: LintPatterns) -> str | None:
    found = patterns.named_side.search(text)
    if not found or _names_both(text, patterns) or "{" in text[: found.start()]:
        return None
    return f"{found[0]!r} is also said for the other side; write '{{side}} {found[1]}' or '{{other_side}} {found[1]}'."


# Lists of whole sentences.
_SENTENCE_LISTS = (
    "short",
    "transition",
    "reminders",
    "set_texts",
    "round_texts",
    "before",
    "red_flags",
    "after",
    "cues",
)
_SENTENCE_ENDS = (".", "!", "?", "…", ":", "”", '"', ")", "]")


def items_split_by_a_comma(routine: Routine) -> Iterator[tuple[KeyPath, str]]:
    """Find items of lists that look like half a sentence: inside brackets, a comma begins a new item."""
    for path, text in texts_in(routine.model_dump(exclude_defaults=True)):
        if len(path) < 2 or path[-2] not in _SENTENCE_LISTS or not isinstance(path[-1], int):
            continue
        begins_small, has_end = text[0].islower(), text.endswith(_SENTENCE_ENDS)
        if begins_small or not has_end:
            what = "begins in lower case" if begins_small else "has no full stop at its end"
            why = "if a comma split a sentence, put the whole sentence in quotes"
            yield path, f"{text[:40]!r} {what}; {why}."
