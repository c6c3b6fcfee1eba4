"""The process that pyttsx3 runs in: one request per line on standard input, one answer per line on standard output.

pyttsx3 prints on standard output, may hang, and may crash its process; none of that reaches the session.
The process ends when its input does, so it never outlives its parent.

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
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TextIO

# Longer than the session waits for an answer (PHRASE_SECONDS in system.py).
_MAX_SECONDS = 60
# How often to look whether eSpeak NG is ready. pyttsx3 2.99 looks every 10 ms, twice a phrase, and eSpeak NG has
# spoken most phrases in 4 ms.
_POLL_SECONDS = 0.001


def answer(line: str, answers: TextIO) -> None:
    """Answer one request."""
    try:
        reply: dict[str, object] = {"ok": _do(_engine(), json.loads(line))}
    except Exception as error:  # anything a driver raises becomes an answer, and never ends the process
        reply = {"error": f"{type(error).__name__}: {error}"}
    answers.write(json.dumps(reply) + "\n")
    answers.flush()


def main(answer: Callable[[str, TextIO], None] = answer, max_seconds: int = _MAX_SECONDS) -> None:
    """Answer requests until the input ends.

    Args:
        answer: answers one request; tests pass one that misbehaves.
        max_seconds: how long one answer may take on Linux.
    """
    answers = _own_standard_output()
    on_linux = sys.platform.startswith("linux")
    if on_linux:
        _load_espeak()
    for line in sys.stdin:
        if on_linux:
            _answer_in_fork(line, answers, answer, max_seconds)
        else:
            answer(line, answers)


def _answer_in_fork(
    line: str, answers: TextIO, answer: Callable[[str, TextIO], None], max_seconds: int
) -> None:
    """Answer in a fork of this process, which has not spoken any phrase yet.

    eSpeak NG 1.52 keeps state from phrase to phrase: the next one starts at another point of the
    voice's period and comes out up to 10 ms longer or shorter. A fresh start takes 25 ms and makes
    each phrase the same audio, no matter what was spoken before.
    """
    parent = os.getpid()
    child = os.fork()
    if not child:
        _end_with(parent)
        # If it hangs and the session was killed, nothing else ends it: its parent waits for it.
        signal.alarm(max_seconds)
        answer(line, answers)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        answers.write(json.dumps({"error": f"eSpeak NG ended with {status}"}) + "\n")
        answers.flush()


def _end_with(parent: int) -> None:
    """Make the kernel kill this process as soon as its parent ends (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:  # the parent ended before the line above
        os._exit(1)


def _own_standard_output() -> TextIO:
    """Keep the real standard output for answers, and discard what drivers print."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (lives as long as the process)
    return answers


def _load_espeak() -> None:
    """Load the eSpeak NG of the package espeakng-loader, so that pyttsx3 needs no system package.

    pyttsx3 asks the dynamic loader for ``libespeak-ng.so.1`` and gets a library of that name that is
    already loaded. If the package has none for this machine, the system may still have one.
    """
    with contextlib.suppress(ImportError, OSError, RuntimeError):
        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = str(Path(espeakng_loader.get_data_path()).parent)
        _list_voices(ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL))
    with contextlib.suppress(Exception):  # starting the engine meets the same error and reports it
        importlib.import_module("pyttsx3.drivers.espeak")


def _list_voices(espeak: ctypes.CDLL) -> None:
    """Let eSpeak NG read the files of its voices here, once; each fork would read all of them to set its voice."""
    with contextlib.suppress(AttributeError):
        espeak.espeak_ng_InitializePath.argtypes = (ctypes.c_char_p,)
        espeak.espeak_ng_InitializePath(None)  # that of the environment
        espeak.espeak_ListVoices.argtypes = (ctypes.c_void_p,)
        espeak.espeak_ListVoices.restype = ctypes.c_void_p
        espeak.espeak_ListVoices(None)


@functools.cache
def _engine() -> Any:
    import pyttsx3

    engine = pyttsx3.init()
    _synchronize(engine)
    if _is_espeak(engine):
        _poll_often(importlib.import_module("pyttsx3.drivers.espeak"))
        # The first run of pyttsx3 2.99 on eSpeak NG returns before its phrase is finished, so it gets none.
        engine.runAndWait()
    return engine


def _poll_often(driver: Any) -> None:
    driver.time = SimpleNamespace(sleep=lambda _: time.sleep(_POLL_SECONDS))


def _is_espeak(engine: Any) -> bool:
    return bool(engine.driver_name == "espeak")


def _synchronize(engine: Any) -> None:
    """Wait until eSpeak NG, where it is the driver, has processed every call so far.

    It processes calls in a thread of its own, and pyttsx3 2.99 cancels pending ones when a run begins.
    On a busy machine that lost a rate or a whole phrase.
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
    """Return the first language; some drivers give bytes, some use underscores."""
    first = (languages or [""])[0]
    text = first.decode("utf-8", "ignore") if isinstance(first, bytes) else str(first)
    return "".join(character for character in text if character.isprintable()).replace("_", "-")


def _speak(engine: Any, request: dict[str, Any]) -> str:
    """Save one phrase; after several saves and one run only the last file is left (pyttsx3 2.99 on eSpeak NG)."""
    for name in ("voice", "rate"):  # in this order: setting a voice resets eSpeak NG's rate
        engine.setProperty(name, request[name])
        _synchronize(engine)
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    return str(request["path"])


if __name__ == "__main__":
    main()
