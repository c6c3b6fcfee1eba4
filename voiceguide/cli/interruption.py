"""Ctrl-C, SIGTERM and SIGHUP: the first one ends the program, and no handler can swallow it."""

import signal
import sys
import threading
from types import FrameType

# Long enough for a running handler to finish, short enough not to be noticed.
_REARM_SECONDS = 0.3
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interrupted(BaseException):
    """A signal asked the program to end. It is not an ``Exception``, so that no handler swallows it.

    Its notes, if any, say what has been done so far.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


# The exception of the first signal, once there was one.
_pending: list[Interrupted] = []


def watch_signals() -> None:
    """Raise ``Interrupted`` in the main thread at the first signal; scripts/run.py blocks them until here."""
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def unwatch_signals() -> None:
    """Ignore signals from here on: the work is done, or is being cleaned up after."""
    _rearm_alarm(0)
    _ignore_signals()


def raise_pending(cause: Exception | None = None, note: str | None = None) -> None:
    """Raise the interruption again if there was one, with the notes of an error that it may have caused.

    A lock that was interrupted may raise, and a library may turn any exception into an error of its own.
    """
    for interruption in _pending:
        for line in (*getattr(cause, "__notes__", ()), *([note] if note else [])):
            interruption.add_note(line)
        raise interruption from None


def _interrupt(number: int, _: FrameType | None) -> None:
    """Raise the first signal's exception, and raise it again until it propagates.

    Python drops an exception that is raised in a destructor; the alarm, or where a system has none the
    next signal, makes up for that.
    """
    if not _pending:
        _pending.append(Interrupted(number))
        _silence_threads()
        if hasattr(signal, "setitimer"):
            _ignore_signals()  # a second signal must not interrupt the cleaning up
            signal.signal(signal.SIGALRM, _interrupt)
            _rearm_alarm(_REARM_SECONDS)
    if not _is_unwinding():
        raise _pending[0]


def _is_unwinding() -> bool:
    """Return whether the exception is propagating: a ``finally`` or ``with`` is cleaning up because of it."""
    error = sys.exception()
    while error is not None and not isinstance(error, Interrupted):
        error = error.__context__
    return error is not None


def _silence_threads() -> None:
    """Suppress what threads and destructors print about being interrupted."""
    sys.unraisablehook = lambda _: None
    threading.excepthook = lambda _: None
    if "logging" in sys.modules:
        sys.modules["logging"].disable()


def _ignore_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _rearm_alarm(seconds: float) -> None:
    """Set off the alarm at this interval in seconds; 0 stops it. Windows has no alarm."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
