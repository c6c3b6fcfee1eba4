"""The process that pyttsx3 runs in: one request a line on standard input, one answer a line back.

pyttsx3 prints on standard output, may hang, and may take the process down with it; none of that
reaches the session from here. The process ends when its input does, so it never outlives its parent.

Requests: {"do": "voices"} and {"do": "speak", "text", "voice", "rate", "path"}.
Answers: {"ok": …} or {"error": "…"}.
"""

import contextlib
import ctypes
import functools
import importlib
import json
import os
import signal
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, TextIO

# Longer than whoever asks waits for an answer.
_MAX_SECONDS = 60


def main() -> None:
    """Answer requests until the input ends."""
    answers = _own_standard_output()
    on_linux = sys.platform.startswith("linux")
    if on_linux:
        _load_espeak()
    answer = _answer_apart if on_linux else _answer
    for line in sys.stdin:
        answer(line, answers)


def _answer(line: str, answers: TextIO) -> None:
    try:
        answer: dict[str, object] = {"ok": _do(_engine(), json.loads(line))}
    except Exception as error:  # whatever a driver raises is an answer, never the end of the process
        answer = {"error": f"{type(error).__name__}: {error}"}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _answer_apart(line: str, answers: TextIO) -> None:
    """Answer in a copy of this process, where no phrase was spoken yet.

    eSpeak NG 1.52 keeps something of every phrase: the next one begins at another point of the
    voice's period and comes out up to 10 ms longer or shorter. A fresh start, 25 ms, makes each
    phrase the same sound whatever was spoken before.
    """
    parent = os.getpid()
    child = os.fork()
    if not child:
        _end_with(parent)
        # Where it hangs, and whoever asked was killed, nobody else ends it: its parent waits for it.
        signal.alarm(_MAX_SECONDS)
        _answer(line, answers)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        answers.write(json.dumps({"error": f"eSpeak NG ended with {status}"}) + "\n")
        answers.flush()


def _end_with(parent: int) -> None:
    """Have the system end this process as soon as its parent ends (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def _own_standard_output() -> TextIO:
    """Keep the real standard output for answers, and send what drivers print nowhere."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (lives as long as the process)
    return answers


def _load_espeak() -> None:
    """Load the eSpeak NG that comes as a package, so that pyttsx3 finds it without a system package.

    pyttsx3 asks the loader for ``libespeak-ng.so.1``; a library of that name that is loaded already
    is taken. Where the package has none for this machine, a system library still may.
    """
    with contextlib.suppress(ImportError, OSError, RuntimeError):
        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = str(Path(espeakng_loader.get_data_path()).parent)
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    with contextlib.suppress(Exception):  # whoever starts the engine meets the same error and tells it
        importlib.import_module("pyttsx3.drivers.espeak")


@functools.cache
def _engine() -> Any:
    import pyttsx3

    engine = pyttsx3.init()
    _settle(engine)
    if _is_espeak(engine):
        # The first run of pyttsx3 2.99 on eSpeak NG ends without waiting for its phrase, so it gets none.
        engine.runAndWait()
    return engine


def _is_espeak(engine: Any) -> bool:
    return bool(engine.driver_name == "espeak")


def _settle(engine: Any) -> None:
    """Wait until eSpeak NG, where it is the driver, has done all it was told so far.

    It works its orders off in a thread of its own, and pyttsx3 2.99 cancels what is still at work
    when a run begins. On a busy machine that took a rate or a whole phrase with it.
    """
    if _is_espeak(engine):
        from pyttsx3.drivers import _espeak

        _espeak.Synchronize()


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


def _speak(engine: Any, request: dict[str, Any]) -> str:
    """Save one phrase; several saves before one run would leave only the last (pyttsx3 2.99 on eSpeak NG)."""
    for name in ("voice", "rate"):  # in this order: eSpeak NG forgets the rate when a voice is named
        engine.setProperty(name, request[name])
        _settle(engine)
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    return str(request["path"])


if __name__ == "__main__":
    main()
