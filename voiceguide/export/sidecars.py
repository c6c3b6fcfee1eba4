"""Files next to the audio file, such as captions: one writer for each extension."""

import json
from collections.abc import Callable, Iterable

from voiceguide.errors import UnknownName
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


def sidecar_extensions(names: Iterable[str]) -> tuple[str, ...]:
    """Return the extensions of the sidecar files with these names, without dots, each once.

    Raises:
        UnknownName: there is no such kind of file.
    """
    extensions = tuple(dict.fromkeys(name.lower().removeprefix(".") for name in names))
    for extension in extensions:
        if extension not in SIDECAR_WRITERS:
            sentence = f"{extension!r} is not a kind of file that can be written next to the audio file."
            raise UnknownName("sidecar", extension, SIDECAR_WRITERS, sentence)
    return extensions
