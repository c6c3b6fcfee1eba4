"""Lines for people on standard error, and data on standard output."""

import json
import os
import sys
from pathlib import Path

from voiceguide.text.printable import visible


def print_line(text: object) -> None:
    """Print one line or more to standard output; on a terminal, nothing in it is obeyed as a control."""
    print(visible(str(text)) if sys.stdout.isatty() else text)


def print_error(sentence: str) -> None:
    """Write a line to standard error; where it cannot be written, nobody reads, and the work goes on."""
    try:
        print(visible(sentence), file=sys.stderr, flush=True)
    except OSError:
        # What is left of it would be tried again when the program ends, and change its exit code.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (as long as the program)


def print_note(sentences: tuple[str, ...]) -> None:
    """Print notes for the listener to standard error."""
    for sentence in sentences:
        print_error(f"Note: {sentence}")


def print_json(data: object) -> None:
    """Print values for other programs; letters that the output cannot hold are written as JSON's escapes."""
    holds_all = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")
    print(json.dumps(data, ensure_ascii=not holds_all, indent=2))
