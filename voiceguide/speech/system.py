"""The system voice: pyttsx3 (SAPI5, NSSS or eSpeak NG) in a process of its own.

pyttsx3 can hang, lose a phrase or crash at any time. So every phrase has its own file, which is checked, and its
own time limit, and the process is replaced when it misbehaves.
"""

import json
import queue
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from voiceguide.audio.clip import Clip
from voiceguide.audio.decoding import decode_file
from voiceguide.errors import EngineUnavailable, PhraseFailed, VoiceguideError
from voiceguide.speech.engine import Engine, Voice, best_voice, voice_by_id

# The default rate of eSpeak NG, in its nominal words a minute; pyttsx3 converts it for the other drivers.
NATURAL_RATE_WPM = 175
# Starting takes about a second, and a phrase a tenth of one; both may take much longer on a busy machine.
START_SECONDS = 30.0
PHRASE_SECONDS = 30.0

# By its path, and without its folder on the module path: it needs nothing of this package. If this interpreter
# ignores the user's own packages, so does that one.
_COMMAND = (
    sys.executable,
    "-I" if sys.flags.isolated else "-P",
    str(Path(__file__).with_name("system_worker.py")),
)
_REMEDY = (
    "On Linux, install espeak-ng with your package manager; on Windows and macOS, add a voice in the system's "
    "speech settings."
)


class SystemEngine(Engine):
    """pyttsx3 behind the engine protocol."""

    name = "system"

    def __init__(self, command: tuple[str, ...] = _COMMAND, phrase_seconds: float = PHRASE_SECONDS) -> None:
        """Start nothing yet.

        Args:
            command: starts the worker; tests pass one that misbehaves.
            phrase_seconds: how long one phrase may take.
        """
        self._command = command
        self._phrase_seconds = phrase_seconds
        self._running: _Worker | None = None
        # A signal interrupts only the main thread, there even between the start of a process and its assignment,
        # and nobody would end that process. So another thread starts it, and ends what it has started at closing.
        self._starter = ThreadPoolExecutor(max_workers=1)
        self._closed = False
        self._voices: tuple[Voice, ...] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="voiceguide-", ignore_cleanup_errors=True)

    def voices(self) -> tuple[Voice, ...]:
        """Return every voice of the computer; the system's own default first."""
        if self._voices is None:
            try:
                self._voices = _parse_voices(self._ask({"do": "voices"}, START_SECONDS))
            except PhraseFailed as error:
                raise _unavailable(f"The system voice cannot be used: {error}") from error
            except (KeyError, TypeError, AttributeError) as error:
                raise _unavailable("The system voice lists its voices in an unknown format.") from error
            if not self._voices:
                raise _unavailable("The system voice has no voices on this computer.")
        return self._voices

    def default_voice(self, language: str) -> Voice | None:
        """Return the system's voice for a language."""
        return best_voice(self.voices(), language)

    def find_voice(self, name: str) -> Voice | None:
        """Return the voice with an id."""
        return voice_by_id(self.voices(), name)

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        """Return one phrase at the sample rate of the driver."""
        path = Path(self._folder.name) / ("phrase.aiff" if sys.platform == "darwin" else "phrase.wav")
        rate_wpm = round(NATURAL_RATE_WPM * rate)
        request = {"do": "speak", "text": text, "voice": voice.id, "rate": rate_wpm, "path": str(path)}
        try:
            self._ask(request, self._phrase_seconds)
            return decode_file(path)
        except PhraseFailed as error:
            raise PhraseFailed(f"The system voice failed on {text!r}: {error}") from error
        except EngineUnavailable:
            raise
        except VoiceguideError as error:
            # A process that has lost one phrase may lose the next one, too, so a new one tries again.
            self._stop()
            raise PhraseFailed(f"The system voice produced no audio for {text!r}.") from error
        finally:
            with suppress(OSError):
                path.unlink()

    def close(self) -> None:
        """End the worker and remove its folder; a phrase that is being spoken fails."""
        self._closed = True
        self._starter.submit(self._stop).result()
        self._folder.cleanup()

    def _ask(self, request: dict[str, object], seconds: float) -> Any:
        """Send one request; a worker that dies or takes too long is ended, and replaced at the next request."""
        try:
            answer = self._worker().ask(request, seconds)
        except PhraseFailed:
            self._stop()
            raise
        if "error" in answer:
            raise PhraseFailed(f"it said {answer['error']}.")
        return answer["ok"]

    def _worker(self) -> "_Worker":
        self._check_open()
        worker = self._running or self._starter.submit(self._start).result()
        self._check_open()  # another thread may have closed it while the process started, and ends that
        return worker

    def _start(self) -> "_Worker":
        self._check_open()
        self._running = _Worker(self._command)
        return self._running

    def _check_open(self) -> None:
        if self._closed:
            raise EngineUnavailable("The system voice was stopped.", self.name)

    def _stop(self) -> None:
        worker, self._running = self._running, None
        if worker is not None:
            worker.stop()


def _unavailable(message: str) -> EngineUnavailable:
    return EngineUnavailable(message, SystemEngine.name, _REMEDY)


def _parse_voices(answer: dict[str, Any]) -> tuple[Voice, ...]:
    voices = [
        Voice(
            id=entry["id"],
            name=entry["name"],
            language=entry["language"],
            engine=SystemEngine.name,
            version=answer["version"],
        )
        for entry in answer["voices"]
    ]
    return tuple(sorted(voices, key=lambda voice: voice.id != answer["default"]))


class _Worker:
    """One worker process and the thread that listens to it."""

    def __init__(self, command: tuple[str, ...]) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 (our own command)
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
        except OSError as error:
            raise _unavailable(f"The system voice's process cannot be started: {error}") from error
        self._requests, self._answers = _open_pipes(self._process)
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, request: dict[str, object], seconds: float) -> dict[str, Any]:
        """Return the answer to one request.

        Raises:
            PhraseFailed: no answer in time, or the process is gone.
        """
        try:
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise PhraseFailed(f"it did not answer within {seconds:g} seconds.") from None
        except (OSError, ValueError) as error:
            raise PhraseFailed("its process ended.") from error
        if not line:
            raise PhraseFailed("its process ended.")
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not answer.keys() & {"ok", "error"}:
            raise PhraseFailed("its process gave an invalid answer.")
        return answer

    def stop(self) -> None:
        """End the process, hanging or not."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._answers):
            with suppress(OSError):
                pipe.close()

    def _listen(self) -> None:
        """Pass lines on; an empty one means that the process is gone."""
        with suppress(OSError, ValueError):
            for line in self._answers:
                self._lines.put(line)
        self._lines.put("")


def _open_pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise _unavailable("The system voice's process has no pipes.")
    return process.stdin, process.stdout
