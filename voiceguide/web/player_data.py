"""What the player of a page knows of a session."""

from voiceguide.language.base import Language
from voiceguide.routine.model import Routine
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Event
from voiceguide.text.formatting import whole_minutes

# Texts of the language that the player shows as they are.
_TEXTS = (
    "play",
    "pause",
    "left_of_hold",
    "until_hold",
    "until_end",
    "press_play",
    "press_play_again",
    "loading_whole",
    "no_sound",
    "link_copied",
    "not_loaded",
    "damaged",
    "press_again",
    "keep",
    "forget",
)
# Texts with a place for what only the player knows.
_FILLED_IN = {
    "resume": ("time",),
    "position_of": ("now", "end"),
    "loading_share": ("percent",),
    "nearest_choice": ("title",),
    "streak": ("n",),
}


def session_data(plan: Plan, routine: Routine, language: Language) -> dict[str, object]:
    """Return a session as values JSON can hold; times in ms.

    Args:
        plan: of the session.
        routine: that it is made from.
        language: of the readers.
    """
    return {
        "title": plan.title,
        "duration": plan.duration_ms,
        "in_all": language.text("in_all", n=whole_minutes(plan.duration_ms)),
        "chapters": [{"start": part.start_ms, "title": part.title} for part in plan.chapters],
        "cues": [_cue(event) for event in plan.of_kind("say")],
        "holds": _holds(plan, routine, language),
    }


def _cue(event: Event) -> dict[str, object]:
    cue: dict[str, object] = {"start": event.start_ms, "end": event.end_ms, "text": event.text}
    return cue | {"counts": True} if event.role in ("countdown", "halfway") else cue


def _positions(plan: Plan, language: Language) -> list[str]:
    """Return for each hold where the listener is in it: what led into it, without the bell; empty where nothing did."""
    positions, led = [], ""
    for event in plan.events:
        if event.kind == "say" and event.role == "instruction":
            led = event.text or ""
        elif event.kind == "hold":
            positions.append(language.without_bell(led))
            led = ""
    return positions


def player_strings(language: Language) -> dict[str, str]:
    """Return all texts of the player; it fills in what only it knows."""
    strings = {name: language.text(name) for name in _TEXTS}
    for name, places in _FILLED_IN.items():
        strings[name] = language.text(name, **{place: f"{{{place}}}" for place in places})
    return {"language": language.code, **strings}


def _holds(plan: Plan, routine: Routine, language: Language) -> list[dict[str, object]]:
    """Return each hold with its side and repetition, and those of the next hold if it is the same exercise."""
    holds = plan.of_kind("hold")
    reps: dict[str | None, int] = {}
    for hold in holds:
        reps[hold.exercise] = max(reps.get(hold.exercise, 1), hold.rep or 1)
    nouns = {exercise.id: exercise.side_name for exercise in routine.all_exercises}
    places = [
        _place(hold, reps[hold.exercise], nouns.get(hold.exercise or "") or language.side_name, language)
        for hold in holds
    ]
    return [
        {
            "start": hold.start_ms,
            "end": hold.end_ms,
            "where": place,
            "next": next_place if after and after.exercise == hold.exercise else "",
            "position": position,
        }
        for hold, place, after, next_place, position in zip(
            holds,
            places,
            [*holds[1:], None],
            [*places[1:], ""],
            _positions(plan, language),
            strict=False,
        )
    ]


def _place(hold: Event, reps: int, side_name: str, language: Language) -> str:
    """Say where a hold belongs, such as ``Left side · 1 of 2``."""
    parts = [
        language.text("hold_side", side=language.side(hold.side), side_name=side_name) if hold.side else "",
        language.text("hold_round", n=hold.rep, total=reps) if reps > 1 and hold.rep else "",
        language.text("hold_set", n=hold.set_number) if hold.set_number else "",
        language.text("hold_group_round", n=hold.round_number) if hold.round_number else "",
    ]
    return " · ".join(language.capitalize(part) for part in parts if part)
