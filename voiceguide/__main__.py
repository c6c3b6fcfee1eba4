"""The command's first and last step: nothing may end in a traceback, whenever it happens.

The command line itself is imported inside the guard, so that a signal during the import is met too.
"""

import atexit
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

_REARM_SECONDS = 0.3
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interrupted(BaseException):
    """A signal asked the program to end; no ``except Exception`` on the way holds it up.

    Its notes, if any, tell what was done by then.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    # Closed by whoever called us; errors that are printed to nothing would go to standard output.
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    _accept_any_letter()
    try:
        for number in _SIGNALS:
            signal.signal(number, _stop)
        if hasattr(signal, "pthread_sigmask"):  # scripts/run.py holds them back until here
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        code = _run()
        _rearm_alarm(0)  # the work is done; Python gives the alarm back to the system when it ends
        _ignore_signals()
    except Interrupted as stop:
        _rearm_alarm(0)
        notes = " ".join(getattr(stop, "__notes__", ())) or "nothing was written."
        _exit_now(_say(f"Stopped; {notes}", stop.exit_code))
    sys.exit(code)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _accept_any_letter() -> None:
    """Have letters that the console cannot show replaced; an error would come when the work is done."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _run() -> int:
    from voiceguide.errors import VoiceguideError

    try:
        from voiceguide.cli.app import run

        code = run()
        if _asked:  # a library has made something else of it, and what was done is told
            _asked[0].add_note("some of it may be done.")
            raise _asked[0]
        sys.stdout.flush()
    except VoiceguideError as error:
        _go_on_stopping(error)
        return _say(f"Error: {error}", error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; the interpreter must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 (the last stop: nothing may end in a traceback)
        return _unexpected(error)
    return code


def _unexpected(error: Exception) -> int:
    _go_on_stopping(error)
    if os.environ.get("VOICEGUIDE_DEBUG"):
        raise error
    if isinstance(error, OSError) and error.filename is None:
        return _say(f"Error: what was to be told cannot be written: {error.strerror or error}.", 1)
    return _say(
        f"Error: something unexpected happened ({type(error).__name__}: {error}). "
        "Set VOICEGUIDE_DEBUG=1 and run it again to see where; please report it.",
        1,
    )


def _say(sentence: str, code: int) -> int:
    with suppress(OSError):  # nobody listens any more
        print(sentence, file=sys.stderr, flush=True)
    return code


def _exit_now(code: int) -> NoReturn:
    """End at once, after what is to be cleared away: libraries' threads that still work would end in an abort."""
    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


# What a signal asked for, once it has.
_asked: list[Interrupted] = []


def _stop(number: int, _: FrameType | None) -> None:
    if _asked:  # asked again, where no alarm insists
        if not _is_met():
            raise _asked[0]
        return
    _rearm_alarm(0)
    if hasattr(signal, "setitimer"):
        _ignore_signals()  # one is enough; a second must not interrupt the clearing away
    stop = Interrupted(number)
    _asked.append(stop)
    _say_no_more()

    def again(*_: object) -> None:
        if not _is_met():
            raise stop

    # Python drops what is raised while it clears something away, so it is raised again until it is met.
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, again)
    _rearm_alarm(_REARM_SECONDS)
    raise stop


def _say_no_more() -> None:
    """Keep quiet what complains of being interrupted: threads, and what Python drops."""
    sys.unraisablehook = lambda _: None
    threading.excepthook = lambda _: None
    if "logging" in sys.modules:
        sys.modules["logging"].disable()


def _ignore_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _go_on_stopping(error: Exception) -> None:
    """Raise again what a signal asked for, with the notes of an error that comes after it: it came of it.

    A lock that was left half-way complains; a library may make an error of its own of whatever comes.
    """
    if _asked:
        for note in getattr(error, "__notes__", ()):
            _asked[0].add_note(note)
        raise _asked[0] from None


def _is_met() -> bool:
    """Tell whether what was raised is on its way: something is being cleared away because of it."""
    error = sys.exception()
    while error is not None and not isinstance(error, Interrupted):
        error = error.__context__
    return error is not None


def _rearm_alarm(seconds: float) -> None:
    """Have the alarm rung every so many seconds; 0 stops it. Windows has none."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds)


if __name__ == "__main__":
    main()
