"""What can stand beside a finished file: one writer an ending."""

import json
from collections.abc import Callable, Iterable

from voiceguide.errors import UsageError, did_you_mean
from voiceguide.export.captions import (
    lrc,
    srt,
    transcript,
    webvtt,
)
from voiceguide.export.cue_sheet import cue_sheet
from voiceguide.language.registry import language_for_readers
from voiceguide.routine.model import Routine
from voiceguide.script.plan import Plan

Writer = Callable[[Plan, Routine], bytes]


def _as_json(plan: Plan, _: Routine) -> bytes:
    return (json.dumps(plan.to_dict(), ensure_ascii=False, indent=2) + "\n").encode()


SIDECAR_WRITERS: dict[str, Writer] = {
    "vtt": lambda plan, routine: webvtt(plan, language_for_readers(routine.language)).encode(),
    "srt": lambda plan, routine: srt(plan, language_for_readers(routine.language)).encode(),
    "lrc": lambda plan, _: lrc(plan).encode(),
    "txt": lambda plan, _: transcript(plan).encode(),
    "html": lambda plan, routine: cue_sheet(plan, routine).encode(),
    "json": _as_json,
}


def beside(names: Iterable[str]) -> tuple[str, ...]:
    """Return the endings of what is wanted, each once.

    Raises:
        UsageError: one is unknown; offers the nearest.
    """
    endings = tuple(dict.fromkeys(name.lower().removeprefix(".") for name in names))
    for ending in endings:
        if ending not in SIDECAR_WRITERS:
            raise UsageError(
                f"--with {ending!r} is not possible. {did_you_mean(ending, tuple(SIDECAR_WRITERS))}"
            )
    return endings
