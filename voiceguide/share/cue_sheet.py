"""The cue sheet: the session on one printed page, for the wall or for whoever teaches it."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from voiceguide.routine.model import Exercise, Flow, Routine
from voiceguide.share.plan import Plan

if TYPE_CHECKING:
    from jinja2 import Template


@dataclass(frozen=True, slots=True)
class Entry:
    """One exercise on the sheet.

    Attributes:
        dose: how often and how long, such as ``2 × 25 s on each side``.
        steps: how to get there, what to do, how to get out, in order.
        change: how the last round differs, if it does.
    """

    name: str
    dose: str
    steps: tuple[str, ...]
    reminders: tuple[str, ...]
    change: str


def cue_sheet(plan: Plan, routine: Routine) -> str:
    """Return an HTML page that prints on one sheet and needs nothing from elsewhere."""
    done = [event.exercise for event in plan.of_kind("hold")]
    entries = [_entry(exercise, plan) for exercise in routine.exercises if exercise.id in done]
    things = [
        *routine.equipment,
        *(thing for e in routine.exercises if e.id in done for thing in e.equipment),
    ]
    return _template().render(
        routine=routine,
        title=plan.title,
        minutes=max(1, round(plan.duration_ms / 60_000)),
        equipment=list(dict.fromkeys(things)),
        entries=entries,
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("voiceguide.share")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("cue-sheet.html")


def _entry(exercise: Exercise, plan: Plan) -> Entry:
    movement = exercise.movement
    instructions = (
        [phase.instruction for phase in movement.phases]
        if isinstance(movement, Flow)
        else [movement.instruction]
    )
    first = "right" if plan.options.get("first_side") == "right" else "left"
    other = "left" if first == "right" else "right"
    steps = [_filled(text, first) for text in (exercise.position, *instructions)]
    if exercise.changeover:
        steps.append(f"Then the other side: {_filled(exercise.changeover, other)}")
    rounds = max(event.rep or 1 for event in plan.of_kind("hold") if event.exercise == exercise.id)
    change = movement.variation.instruction if movement.variation and rounds > 1 else ""
    return Entry(
        name=exercise.name,
        dose=_dose(exercise, plan),
        steps=tuple(steps),
        reminders=tuple(_filled(text, first) for text in movement.reminders[:3]),
        change=_filled(change, first),
    )


def _dose(exercise: Exercise, plan: Plan) -> str:
    """Say how often and how long, as the plan has it."""
    holds = [event for event in plan.of_kind("hold") if event.exercise == exercise.id]
    ((length_ms, _),) = Counter(event.end_ms - event.start_ms for event in holds).most_common(1)
    rounds = max(event.rep or 1 for event in holds)
    breath = exercise.breath
    breaths = f"{length_ms // 1000 // breath.seconds} breaths" if breath else ""
    sets = f"{exercise.sets} sets of " if exercise.sets > 1 else ""
    sides = " on each side" if exercise.sides == "each" else ""
    return f"{sets}{rounds} × {breaths or f'{length_ms // 1000} s'}{sides}"


def _filled(text: str, side: str) -> str:
    return text.format(side=side, other_side="left" if side == "right" else "right") if "{" in text else text
