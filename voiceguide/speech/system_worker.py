"""The process that pyttsx3 runs in: one request a line on standard input, one answer a line back.

pyttsx3 prints on standard output, may hang, and may take the process down with it; none of that
reaches the session from here. The process ends when its input does, so it never outlives its parent.

Requests: {"do": "voices"} and {"do": "speak", "text", "voice", "rate", "path"}.
Answers: {"ok": …} or {"error": "…"}.
"""

import contextlib
import ctypes
import json
import os
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, TextIO


def main() -> None:
    """Answer requests until the input ends."""
    answers = _own_standard_output()
    engine: Any = None
    for line in sys.stdin:
        try:
            engine = engine or _start_engine()
            answer: dict[str, object] = {"ok": _do(engine, json.loads(line))}
        except Exception as error:  # whatever a driver raises is an answer, never the end of the process
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _own_standard_output() -> TextIO:
    """Keep the real standard output for answers, and send what drivers print nowhere."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (lives as long as the process)
    return answers


def _start_engine() -> Any:
    if sys.platform.startswith("linux"):
        _preload_espeak()
    import pyttsx3

    return pyttsx3.init()


def _preload_espeak() -> None:
    """Load the eSpeak NG that comes as a package, so that pyttsx3 finds it without a system package.

    pyttsx3 asks the loader for ``libespeak-ng.so.1``; a library of that name that is loaded already
    is taken. Where the package has none for this machine, a system library still may.
    """
    with contextlib.suppress(ImportError, OSError, RuntimeError):
        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = str(Path(espeakng_loader.get_data_path()).parent)
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)


def _do(engine: Any, request: dict[str, Any]) -> object:
    if request["do"] == "voices":
        return _voices(engine)
    return _speak(engine, request)


def _voices(engine: Any) -> dict[str, object]:
    found = [
        {"id": str(voice.id), "name": str(voice.name), "language": _language(voice.languages)}
        for voice in engine.getProperty("voices")
    ]
    driver = f"{engine.driver_name} pyttsx3 {metadata.version('pyttsx3')}"
    return {"voices": found, "version": driver, "default": str(engine.getProperty("voice") or "")}


def _language(languages: list[Any] | None) -> str:
    """Return the first language; some drivers give bytes, some put underscores."""
    first = (languages or [""])[0]
    text = first.decode("utf-8", "ignore") if isinstance(first, bytes) else str(first)
    return "".join(character for character in text if character.isprintable()).replace("_", "-")


# The voice and rate this process speaks with. eSpeak NG 1.52 keeps the old rate for a phrase or
# more after a change, and forgets it when the voice is named again: so they are told once, and
# whoever wants another voice or rate starts another process.
_told: dict[str, Any] = {}


def _speak(engine: Any, request: dict[str, Any]) -> str:
    """Save one phrase; several saves before one run would leave only the last (pyttsx3 2.99 on eSpeak NG)."""
    wanted = {name: request[name] for name in ("voice", "rate")}
    if not _told:
        for name, value in wanted.items():
            engine.setProperty(name, value)
        _told.update(wanted)
    if _told != wanted:
        raise ValueError(f"this process speaks with {_told}, not {wanted}")
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    return str(request["path"])


if __name__ == "__main__":
    main()
