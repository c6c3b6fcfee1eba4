"""The parameters that commands share, each written once."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

import typer

from voiceguide.errors import UsageError
from voiceguide.routine.limits import (
    CHIME_LEVEL_DB,
    DEFAULT_PACE_WPM,
    HOLD_SECONDS,
    JOBS,
    PACE_WPM,
    REPS,
)
from voiceguide.text.parsing import parse_duration_seconds, parse_whole_number, quote_shortened


def parse_duration(text: str) -> int:
    """Return whole seconds; see ``amounts.duration_seconds``.

    Raises:
        typer.BadParameter: the text is no duration; names the option.
    """
    try:
        return parse_duration_seconds(text)
    except UsageError as error:
        raise typer.BadParameter(str(error)) from error


def parse_count(text: str | int) -> int:
    """Return a whole number; the default comes here, too, and is one.

    Raises:
        typer.BadParameter: the text is none; names the option.
    """
    try:
        return parse_whole_number(str(text))
    except UsageError as error:
        raise typer.BadParameter(str(error)) from error


class Several(tuple[int, ...]):
    """Whole numbers that an option takes with commas; at least one."""

    __slots__ = ()


def parse_durations(text: str) -> Several:
    """Return the whole seconds of ``20,25,30``; each as ``parse_duration`` reads it."""
    return Several(dict.fromkeys(parse_duration(part) for part in text.split(",")))


def parse_counts(text: str) -> Several:
    """Return the whole numbers of ``2,3``."""
    return Several(dict.fromkeys(parse_count(part) for part in text.split(",")))


def parse_total(text: str) -> int:
    """Return the milliseconds of a total length: minutes where there is only a number, else a duration.

    Minutes may have a tenth, ``12.5``, or seconds, ``12:30``.

    Raises:
        typer.BadParameter: the text is no length; names the option.
    """
    minutes = re.fullmatch(r"(\d{1,6})(?:[.,](\d)|:([0-5]\d))?", text.strip(), re.ASCII)
    if minutes:
        return 60_000 * int(minutes[1]) + 6000 * int(minutes[2] or 0) + 1000 * int(minutes[3] or 0)
    try:
        return 1000 * parse_duration_seconds(text)
    except UsageError as error:
        raise typer.BadParameter(
            f"{quote_shortened(text)} is not a length. Write it in minutes, as 12, 12:30 or 12m30s."
        ) from error


def place(text: str | None) -> tuple[Path | None, Path | None]:
    """Return the file and the folder that ``-o`` names; a slash at the end makes a folder of what is not there yet."""
    if text is None:
        return None, None
    ends = tuple(filter(None, (os.sep, os.altsep)))
    return (None, Path(text)) if text.endswith(ends) else (Path(text), None)


def parse_jobs(text: str) -> int:
    """Return how many may work at once, within the limits."""
    jobs = parse_count(text)
    JOBS.check(jobs)
    return jobs


def names(values: list[str] | None) -> tuple[str, ...]:
    """Return the names of an option that may be given several times, or once with commas."""
    return tuple(name.strip() for value in values or () for name in value.split(",") if name.strip())


RoutineName = Annotated[
    str,
    typer.Argument(
        metavar="ROUTINE",
        help="A built-in routine (see: voiceguide routines), a routine file, or a file that voiceguide has made.",
    ),
]
Hold = Annotated[
    int | None,
    typer.Option(
        "--hold",
        parser=parse_duration,
        metavar="DURATION",
        help=f"How long each hold lasts, such as 25, 25s or 1m30s; {HOLD_SECONDS.minimum} s to {HOLD_SECONDS.maximum // 60} min.",
        show_default="the routine's own",
    ),
]
Holds = Annotated[
    Several | None,
    typer.Option(
        "--hold",
        parser=parse_durations,
        metavar="DURATION",
        help=f"How long each hold lasts, such as 25, 25s or 1m30s; {HOLD_SECONDS.minimum} s to "
        f"{HOLD_SECONDS.maximum // 60} min. Several with commas make several files.",
        show_default="the routine's own",
    ),
]
Reps = Annotated[
    int | None,
    typer.Option(
        "--reps",
        parser=parse_count,
        metavar="N",
        help=f"Repetitions of each exercise; {REPS.minimum} to {REPS.maximum}.",
        show_default="the routine's own",
    ),
]
SeveralReps = Annotated[
    Several | None,
    typer.Option(
        "--reps",
        parser=parse_counts,
        metavar="N",
        help=f"Repetitions of each exercise; {REPS.minimum} to {REPS.maximum}. Several with commas make several files.",
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
Total = Annotated[
    int | None,
    typer.Option(
        "--minutes",
        "--total",
        parser=parse_total,
        metavar="LENGTH",
        help="Find hold, repetitions and rest, as the routine advises them, for a session of this length, such as "
        "12 or 12m30s.",
        show_default=False,
    ),
]
GuidanceLevel = Annotated[
    Literal["full", "brief", "cues", "chimes"] | None,
    typer.Option(
        "--guidance",
        help="How much is said: everything, the short forms, only names, sides and counts, or nothing but chimes.",
        show_default="full",
    ),
]
Countdown = Annotated[
    bool | None,
    typer.Option(
        "--countdown/--no-countdown",
        help="Count the last three seconds of each hold.",
        show_default="counted",
    ),
]
FirstSide = Annotated[
    Literal["left", "right"] | None,
    typer.Option("--first-side", help="The side that goes first.", show_default="left"),
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
        "--engine", metavar="ENGINE", help="neural, system or piper.", show_default="the best that works here"
    ),
]
VoiceId = Annotated[
    str | None,
    typer.Option(
        "--voice",
        metavar="VOICE",
        help="A voice by id (see: voiceguide voices); for Piper also a file or folder.",
        show_default="the engine's own",
    ),
]
Pace = Annotated[
    int | None,
    typer.Option(
        "--pace",
        parser=parse_count,
        metavar="WPM",
        help=f"Words a minute as spoken, pauses between sentences included; {PACE_WPM.minimum} to {PACE_WPM.maximum}.",
        show_default=str(DEFAULT_PACE_WPM),
    ),
]
ChimeLevel = Annotated[
    float | None,
    typer.Option(
        "--chime-level",
        metavar="DB",
        help=f"Chimes against the voice; 0 is as loud, {CHIME_LEVEL_DB.minimum} to {CHIME_LEVEL_DB.maximum}.",
        show_default="0",
    ),
]
Cover = Annotated[
    str | None,
    typer.Option(
        "--cover",
        metavar="FILE",
        help="A picture to take as the cover; none for none.",
        show_default="drawn for the session",
    ),
]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="KINDS",
        help="Write beside the file: vtt and srt captions, lrc lyrics, txt transcript, html cue sheet to print, "
        "json plan; several with commas.",
    ),
]
BitRate = Annotated[
    int | None,
    typer.Option(
        "--bitrate",
        parser=parse_count,
        metavar="KBPS",
        help="Kilobits a second.",
        show_default="the format's own",
    ),
]
SampleRate = Annotated[
    int | None,
    typer.Option(
        "--sample-rate",
        parser=parse_count,
        metavar="HZ",
        help="Samples a second.",
        show_default="24000; Opus 48000",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        parser=parse_jobs,
        metavar="N",
        help=f"How many phrases may be spoken at once; {JOBS.minimum} to {JOBS.maximum}.",
        show_default="the machine's cores, at most 8",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]
