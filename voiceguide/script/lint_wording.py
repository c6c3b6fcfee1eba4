"""What is unwise in the words of a routine: sides that are forgotten or meant, and care for the listener."""

import re
from collections.abc import Iterator

from voiceguide.routine.cross_field_rules import texts_in
from voiceguide.routine.model import Exercise, Routine
from voiceguide.routine.yaml_tree import KeyPath

_PARTS = (
    r"(?:side|leg|arm|foot|hand|hip|knee|shoulder|elbow|ear|thigh|calf|ankle|wrist|heel|cheek|palm|fist|fingers?"
    r"|thumb|toes?|buttock|forearm|shin|ribs|eye|nostril|lung)"
)
_NAMED_SIDE = re.compile(rf"\b(left|right) {_PARTS}\b", re.IGNORECASE)
# Words that only make sense where something is done on one side and then on the other.
_SIDED = re.compile(
    rf"\b(?:the (?:other|opposite) {_PARTS}|opposite {_PARTS}|(?:switch|change|swap) (?:sides|legs|arms)"
    r"|(?:repeat|again|same|now|then) (?:\w+ ){0,2}?(?:on|to|with) (?:the|your) (?:left|right|other)"
    rf"|(?:left|right) {_PARTS})\b",
    re.IGNORECASE,
)
_OF_TWO = re.compile(r"\b(?:one|each|both|either)\b", re.IGNORECASE)
_NO_WORDS = ("id", "name", "spoken_name", "side_name", "sides", "side_order", "kind", "equipment")

_STOPPING = re.compile(
    r"\b(?:stop|hurts?|hurting|pain|painful|painless|discomfort|uncomfortable|twinge|sharp|dizzy|doctor|strain"
    r"|(?:ease|come|back) (?:off|out|away)|back off|leave out|skip|never force|do not force)\b",
    re.IGNORECASE,
)
_PROFESSIONAL = re.compile(
    r"\b(?:doctors?|physicians?|GP|physiotherapists?|physios?|therapists?|professionals?|midwi(?:fe|ves)|nurses?"
    r"|medical|clinics?|hospital|emergency|specialists?|helpline)\b",
    re.IGNORECASE,
)
_CARELESS = re.compile(
    r"\b(?:(?:push|work|go|press|power|move|fight|train) (?:on )?through (?:the |any |your )?(?:pain|discomfort)"
    r"|no pain,? no gain|ignore (?:the |any |your )?(?:pain|discomfort)|(?:until|till) it hurts"
    r"|(?:even|also) (?:if|when) it hurts|pain is (?:good|normal|fine|weakness))\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:never|not|don't|no need to|instead of|rather than|without|nobody|avoid)\b", re.IGNORECASE
)


def about_care(routine: Routine) -> Iterator[tuple[KeyPath, str]]:
    """Yield what is missing of, or said against, the care for the listener."""
    if not any(_STOPPING.search(text) for text in routine.safety.before):
        yield (
            ("safety", "before"),
            "no sentence says when to stop; add one, such as 'If anything hurts, stop.'",
        )
    if not routine.safety.after:
        yield ("safety",), "'after' is missing: say how often to do this, and when to see a doctor."
    elif not any(_PROFESSIONAL.search(text) for text in routine.safety.after):
        example = "If the pain stays for more than a couple of weeks, see a doctor."
        yield (
            ("safety", "after"),
            f"no sentence says when to see a doctor or another professional; add one, such as {example!r}",
        )
    for path, text in texts_in(routine.model_dump(exclude={"say"})):
        found = _CARELESS.search(text)
        if found and not _REFUSED.search(re.split(r"[.!?;]", text[: found.start()])[-1]):
            yield path, f"{found[0]!r} asks to go on in pain; say to ease off or to stop instead."


def about_sides(exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    """Yield the first text that names a side where there is none, or one side where both hear it."""
    for path, text in texts_in(exercise.model_dump()):
        if path[0] in _NO_WORDS or path[-1] in _NO_WORDS:
            continue
        problem = _fixed_side(text) if exercise.sides == "each" else _forgotten_side(text)
        if problem:
            yield path, problem
            return


def _names_both(text: str) -> bool:
    return all(re.search(rf"\b{side}\b", text, re.IGNORECASE) for side in ("left", "right"))


def _forgotten_side(text: str) -> str | None:
    found = _SIDED.search(text)
    if not found or _names_both(text) or _OF_TWO.search(text[: found.start()]):
        return None
    return f"{found[0]!r} names a side, and the exercise has none; set 'sides: each'?"


def _fixed_side(text: str) -> str | None:
    found = _NAMED_SIDE.search(text)
    if not found or _names_both(text) or "{" in text[: found.start()]:
        return None
    part = found[0].partition(" ")[2]
    return f"{found[0]!r} is heard on both sides; write '{{side}} {part}' or '{{other_side}} {part}'."
