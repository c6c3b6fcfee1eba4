"""The cue sheet: the session on one printed page, for the wall or for the teacher."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from voiceguide.language.base import Language
from voiceguide.language.registry import language_for_readers
from voiceguide.routine.model import Exercise, Routine
from voiceguide.routine.movements import Steps
from voiceguide.routine.texts import without_pauses
from voiceguide.routine.values import Side
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Event
from voiceguide.text.formatting import whole_minutes

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
        on_each_side: whether both sides have that dose.
        boxes: how many to tick, on each side where there are two.
        steps: how to get there and what to do, in order; what differs by side is in ``halves``.
        halves: the two sides in the order in which they are done; empty where there are none.
        change: how the last repetition differs, if it does.
    """

    name: str
    dose: str
    on_each_side: bool
    boxes: int
    steps: tuple[str, ...]
    halves: tuple[Half, ...]
    reminders: tuple[str, ...]
    change: str


def cue_sheet(plan: Plan, routine: Routine) -> str:
    """Return an HTML page that prints on one sheet and needs no other files."""
    language = language_for_readers(routine.language)
    done = [event.exercise for event in plan.of_kind("hold")]
    entries = [_entry(exercise, plan, language) for exercise in routine.all_exercises if exercise.id in done]
    return _template().render(
        routine=routine,
        read=without_pauses,
        title=plan.title,
        dose=plan.title.removeprefix(routine.title).lstrip(" ·") or plan.title,
        language=language,
        is_other_language=language.code != routine.language.partition("-")[0].lower(),
        minutes=whole_minutes(plan.duration_ms),
        equipment=routine.equipment_for(done),
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
    holds = [event for event in plan.of_kind("hold") if event.exercise == exercise.id]
    sides = tuple(dict.fromkeys(hold.side for hold in holds if hold.side))
    instructions = (*movement.instructions, *_steps(exercise))
    first: Side = sides[0] if sides else "left"
    on_both = len(sides) == 2
    # What names a side is done on that side; what does not is done once.
    before = (exercise.position,) if not on_both or "{" not in exercise.position else ()
    sided = (*(() if before else (exercise.position,)), *instructions)
    steps = before if on_both else (*before, *instructions)
    reps = max(hold.rep or 1 for hold in holds)
    change = movement.variation.instruction if movement.variation and reps > 1 else ""
    in_a_round = [hold for hold in holds if (hold.round_number or 1) == 1]
    times = max(Counter(hold.side for hold in in_a_round).values())
    doses = _doses(exercise, plan, in_a_round, language)
    return Entry(
        name=exercise.name,
        dose=_dose(doses, max(hold.round_number or 1 for hold in holds), language),
        on_each_side=on_both and len(set(doses.values())) == 1,
        boxes=_boxes(times),
        steps=tuple(_filled(text, first, language) for text in steps),
        halves=_halves(sided, exercise.changeover, first, language) if on_both else (),
        reminders=tuple(_filled(text, first, language) for text in movement.reminders[:3]),
        change=_filled(change, first, language),
    )


def _steps(exercise: Exercise) -> tuple[str, ...]:
    """Return the words of a sequence, in order."""
    movement = exercise.movement
    return tuple(step.say for step in movement.steps if step.say) if isinstance(movement, Steps) else ()


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


def _boxes(count: int) -> int:
    return count if count <= _MAX_BOXES else 0


def _doses(
    exercise: Exercise, plan: Plan, holds: Sequence[Event], language: Language
) -> dict[Side | None, str]:
    """Say how often and how long each side is done, as the plan has it."""
    by_side: dict[Side | None, list[Event]] = {}
    for hold in holds:
        by_side.setdefault(hold.side, []).append(hold)
    return {side: _dose_of_side(exercise, plan, done, language) for side, done in by_side.items()}


def _dose(doses: Mapping[Side | None, str], rounds: int, language: Language) -> str:
    """Say how often and how long, by side where sides differ or there is only one."""
    are_alike = len(doses) > 1 and len(set(doses.values())) == 1
    if are_alike or None in doses:
        dose = next(iter(doses.values()))
    else:
        dose = ", ".join(
            language.text("sheet_side", side=language.side(side or "left"), dose=of_side)
            for side, of_side in doses.items()
        )
    return language.text("sheet_rounds", n=rounds, dose=dose) if rounds > 1 else dose


def _dose_of_side(exercise: Exercise, plan: Plan, holds: Sequence[Event], language: Language) -> str:
    lengths = [hold.duration_ms for hold in holds]
    sets = max(hold.set_number or 1 for hold in holds)
    if exercise.is_counted:
        numbers = dict.fromkeys(len(_numbers_in(hold, plan)) for hold in holds)
        dose = language.text("sheet_counted", numbers=", ".join(map(str, numbers)))
    elif len(set(lengths)) > 1:
        return language.text("sheet_ladder", lengths=", ".join(f"{length / 1000:g}" for length in lengths))
    else:
        reps = max(hold.rep or 1 for hold in holds)
        dose = language.text("sheet_dose", rounds=reps, length=_length(exercise, lengths[0], language))
    return language.text("sheet_sets", n=sets, dose=dose) if sets > 1 else dose


def _length(exercise: Exercise, length_ms: int, language: Language) -> str:
    if exercise.breath:
        return language.text("sheet_breaths", n=exercise.breath.breaths_for(length_ms / 1000))
    return language.text("sheet_seconds", n=f"{length_ms / 1000:g}")


def _numbers_in(hold: Event, plan: Plan) -> list[Event]:
    """Return the numbers that are counted in a hold."""
    return [
        event
        for event in plan.of_kind("say")
        if event.role == "number" and hold.start_ms <= event.start_ms < hold.end_ms
    ]


def _filled(text: str, side: Side, language: Language) -> str:
    """Return a text as it is read: for one side, and without marks for silence."""
    text = without_pauses(text)
    if "{" not in text:
        return text
    other: Side = "left" if side == "right" else "right"
    return text.format(side=language.side(side), other_side=language.side(other))
