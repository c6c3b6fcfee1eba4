"""The plainest ways to tell something."""

import json
import sys


def remark(sentences: tuple[str, ...]) -> None:
    """Tell on standard error what the listener should know."""
    for sentence in sentences:
        print(f"Note: {sentence}", file=sys.stderr)


def print_json(data: object) -> None:
    """Print values for other programs; letters that the output cannot hold are written as JSON's escapes."""
    holds_all = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")
    print(json.dumps(data, ensure_ascii=not holds_all, indent=2))
