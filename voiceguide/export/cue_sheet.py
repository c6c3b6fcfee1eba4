"""The cue sheet: the session on one printed page, for the wall or for the teacher."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from voiceguide.language.base import Language
from voiceguide.language.registry import language_for_readers
from voiceguide.routine.model import Exercise, Flow, Routine, Side
from voiceguide.script.plan import Plan

if TYPE_CHECKING:
    from jinja2 import Template


# More boxes than this are not worth ticking.
_MAX_BOXES = 12
# From this many exercises on, two columns are easier to read.
_MANY = 10


@dataclass(frozen=True, slots=True)
class Half:
    """What is done on one side: its name, and how."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One exercise on the sheet.

    Attributes:
        dose: how often and how long, such as ``2 × 25 s``.
        boxes: how many to tick, on each side where there are two.
        steps: how to get there and what to do, in order; what differs by side is in ``halves``.
        halves: the two sides in the order in which they are done; empty where there are none.
        change: how the last repetition differs, if it does.
    """

    name: str
    dose: str
    boxes: int
    steps: tuple[str, ...]
    halves: tuple[Half, ...]
    reminders: tuple[str, ...]
    change: str


def cue_sheet(plan: Plan, routine: Routine) -> str:
    """Return an HTML page that prints on one sheet and needs no other files."""
    language = language_for_readers(routine.language)
    done = [event.exercise for event in plan.of_kind("hold")]
    entries = [_entry(exercise, plan, language) for exercise in routine.exercises if exercise.id in done]
    things = [
        *routine.equipment,
        *(thing for e in routine.exercises if e.id in done for thing in e.equipment),
    ]
    return _template().render(
        routine=routine,
        title=plan.title,
        dose=plan.title.removeprefix(routine.title).lstrip(" ·") or plan.title,
        language=language,
        is_other_language=language.code != routine.language.partition("-")[0].lower(),
        minutes=max(1, round(plan.duration_ms / 60_000)),
        equipment=list(dict.fromkeys(things)),
        entries=entries,
        many=len(entries) > _MANY,
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("voiceguide.export")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("cue-sheet.html")


def _entry(exercise: Exercise, plan: Plan, language: Language) -> Entry:
    movement = exercise.movement
    instructions = (
        tuple(phase.instruction for phase in movement.phases)
        if isinstance(movement, Flow)
        else (movement.instruction,)
    )
    first: Side = "right" if plan.options.get("first_side") == "right" else "left"
    has_sides = exercise.sides == "each"
    # What names a side is done on that side; what does not is done once.
    before = (exercise.position,) if not has_sides or "{" not in exercise.position else ()
    sided = (*(() if before else (exercise.position,)), *instructions)
    reps = _reps(exercise, plan)
    change = movement.variation.instruction if movement.variation and reps > 1 else ""
    return Entry(
        name=exercise.name,
        dose=_dose(exercise, plan, language),
        boxes=_boxes(reps * exercise.sets),
        steps=before if has_sides else (*before, *instructions),
        halves=_halves(sided, exercise.changeover, first, language) if has_sides else (),
        reminders=tuple(_filled(text, first, language) for text in movement.reminders[:3]),
        change=_filled(change, first, language),
    )


def _halves(
    texts: Sequence[str], changeover: str | None, first: Side, language: Language
) -> tuple[Half, Half]:
    other: Side = "left" if first == "right" else "right"
    on_the_first = " ".join(_filled(text, first, language) for text in texts)
    on_the_other = (
        _filled(changeover, other, language)
        if changeover
        else " ".join(_filled(text, other, language) for text in texts)
    )
    return (
        Half(language.capitalize(language.side(first)), on_the_first),
        Half(language.capitalize(language.side(other)), on_the_other),
    )


def _reps(exercise: Exercise, plan: Plan) -> int:
    return max(event.rep or 1 for event in plan.of_kind("hold") if event.exercise == exercise.id)


def _boxes(count: int) -> int:
    return count if count <= _MAX_BOXES else 0


def _dose(exercise: Exercise, plan: Plan, language: Language) -> str:
    """Say how often and how long, as the plan has it."""
    holds = [event for event in plan.of_kind("hold") if event.exercise == exercise.id]
    ((length_ms, _),) = Counter(event.end_ms - event.start_ms for event in holds).most_common(1)
    breath = exercise.breath
    seconds = length_ms // 1000
    length = (
        language.text("sheet_breaths", n=seconds // breath.seconds)
        if breath
        else language.text("sheet_seconds", n=seconds)
    )
    dose = language.text("sheet_dose", rounds=_reps(exercise, plan), length=length)
    return language.text("sheet_sets", n=exercise.sets, dose=dose) if exercise.sets > 1 else dose


def _filled(text: str, side: Side, language: Language) -> str:
    if "{" not in text:
        return text
    other: Side = "left" if side == "right" else "right"
    return text.format(side=language.side(side), other_side=language.side(other))
