"""The command's first and last step: nothing may end in a traceback, whenever it happens.

The command line itself is imported inside the guard, so that a signal during the import is met too.
"""

import os
import signal
import sys
from types import FrameType
from typing import NoReturn


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
        # A second signal must not interrupt the goodbye.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
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
    raise Stopped(number)


if __name__ == "__main__":
    main()
