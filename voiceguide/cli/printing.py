"""The plainest ways to tell something."""

import json
import sys


def remark(sentences: tuple[str, ...]) -> None:
    """Tell on standard error what the listener should know."""
    for sentence in sentences:
        print(f"Note: {sentence}", file=sys.stderr)


def print_json(data: object) -> None:
    """Print values for other programs."""
    print(json.dumps(data, ensure_ascii=False, indent=2))
