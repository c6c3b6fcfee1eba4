"""The parameters that commands share, each written once."""

import re
from typing import Annotated, Literal

import typer

from voiceguide.limits import CHIME_LEVEL_DB, HOLD_SECONDS, JOBS, PACE_WPM, REPS

_DURATION = re.compile(
    r"(?:(\d{1,12})\s*h(?:ours?|rs?)?)?\s*"
    r"(?:(\d{1,12})\s*m(?:inutes?|ins?)?)?\s*"
    r"(?:(\d{1,12})\s*(?:s(?:econds?|ecs?)?)?)?",
    re.IGNORECASE,
)


def parse_duration(text: str) -> int:
    """Return whole seconds for ``25``, ``25s``, ``1m30s``, ``10 minutes``.

    Raises:
        typer.BadParameter: the text is none of these.
    """
    sign, bare = (-1, text.strip()[1:]) if text.strip().startswith("-") else (1, text.strip())
    found = _DURATION.fullmatch(bare)
    if not bare or found is None:
        raise typer.BadParameter(
            f"{_short(text)} is not a duration in whole seconds. Write it as 25, 25s or 1m30s."
        )
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return sign * (3600 * hours + 60 * minutes + seconds)


def parse_count(text: str | int) -> int:
    """Return a whole number; the default comes here, too, and is one.

    Raises:
        typer.BadParameter: the text is none.
    """
    if not re.fullmatch(r"[+-]?\d{1,12}", str(text).strip(), re.ASCII):
        raise typer.BadParameter(f"{_short(str(text))} is not a whole number.")
    return int(text)


def parse_jobs(text: str) -> int:
    """Return how many may work at once, within the limits."""
    jobs = parse_count(text)
    JOBS.check(jobs)
    return jobs


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def names(values: list[str] | None) -> tuple[str, ...]:
    """Return the names of an option that may be given several times, or once with commas."""
    return tuple(name.strip() for value in values or () for name in value.split(",") if name.strip())


RoutineName = Annotated[
    str,
    typer.Argument(
        metavar="ROUTINE", help="A built-in routine (see: voiceguide routines) or a routine file."
    ),
]
Hold = Annotated[
    int | None,
    typer.Option(
        "--hold",
        parser=parse_duration,
        metavar="DURATION",
        help=f"How long each hold lasts, such as 25, 25s or 1m30s; {HOLD_SECONDS.least} s to {HOLD_SECONDS.most // 60} min.",
        show_default="the routine's own",
    ),
]
Reps = Annotated[
    int | None,
    typer.Option(
        "--reps",
        parser=parse_count,
        metavar="N",
        help=f"Repetitions of each exercise; {REPS.least} to {REPS.most}.",
        show_default="the routine's own",
    ),
]
Rest = Annotated[
    int | None,
    typer.Option(
        "--rest",
        parser=parse_duration,
        metavar="DURATION",
        help="Rest between repetitions; up to 10 min.",
        show_default="the routine's own",
    ),
]
GuidanceLevel = Annotated[
    Literal["full", "brief", "cues"],
    typer.Option(
        "--guidance", help="How much is said: everything, the short forms, or only names, sides and counts."
    ),
]
Countdown = Annotated[
    bool, typer.Option("--countdown/--no-countdown", help="Count the last three seconds of each hold.")
]
FirstSide = Annotated[
    Literal["left", "right"], typer.Option("--first-side", help="The side that goes first.")
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="EXERCISE", help="Only these exercises, by id; several with commas."),
]
Skip = Annotated[
    list[str] | None,
    typer.Option("--skip", metavar="EXERCISE", help="All but these exercises, by id; several with commas."),
]
EngineName = Annotated[
    str | None,
    typer.Option(
        "--engine", metavar="ENGINE", help="neural or system.", show_default="the best that works here"
    ),
]
VoiceId = Annotated[
    str | None,
    typer.Option(
        "--voice",
        metavar="VOICE",
        help="A voice by id (see: voiceguide voices).",
        show_default="the engine's own",
    ),
]
Pace = Annotated[
    int,
    typer.Option(
        "--pace",
        parser=parse_count,
        metavar="WPM",
        help=f"Words a minute as spoken, pauses between sentences included; {PACE_WPM.least} to {PACE_WPM.most}.",
    ),
]
ChimeLevel = Annotated[
    float,
    typer.Option(
        "--chime-level",
        metavar="DB",
        help=f"Chimes against the voice; 0 is as loud, {CHIME_LEVEL_DB.least} to {CHIME_LEVEL_DB.most}.",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        parser=parse_jobs,
        metavar="N",
        help=f"How many phrases may be spoken at once; {JOBS.least} to {JOBS.most}.",
        show_default="the machine's cores",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]
