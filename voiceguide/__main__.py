"""The command's first and last step: nothing may end in a traceback, whenever it happens.

The command line itself is imported inside the guard, so that a signal during the import is met too.
"""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

_AGAIN_SECONDS = 0.3


class Stopped(BaseException):
    """A signal asked the program to end; no ``except Exception`` on the way holds it up."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, _stop)
    try:
        code = _run()
    except Stopped as stop:
        # Another signal must not interrupt the goodbye.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _insist(0)
        code = _say("Stopped; nothing was written.", stop.exit_code)
    sys.exit(code)


def _run() -> int:
    from voiceguide.errors import VoiceguideError

    try:
        from voiceguide.cli.app import run

        code = run()
        sys.stdout.flush()
    except VoiceguideError as error:
        return _say(f"Error: {error}", error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; the interpreter must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if os.environ.get("VOICEGUIDE_DEBUG"):
            raise
        return _say(
            f"Error: something unexpected happened ({type(error).__name__}: {error}). "
            "Set VOICEGUIDE_DEBUG=1 and run it again to see where; please report it.",
            1,
        )
    return code


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _stop(number: int, _: FrameType | None) -> NoReturn:
    def again(*_: object) -> NoReturn:
        raise Stopped(number)

    # Python drops what is raised while it clears something away, so it is raised again until it is met.
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, again)
    _insist(_AGAIN_SECONDS)
    raise Stopped(number)


def _insist(seconds: float) -> None:
    """Have the alarm rung every so many seconds; 0 stops it. Windows has none."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds)


if __name__ == "__main__":
    main()
