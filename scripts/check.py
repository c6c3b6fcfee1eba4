"""Check the code and the package. Every check runs, even if another fails, and its time is shown.

python3 scripts/check.py          --fix repairs what ruff can repair
"""

import subprocess
import sys
import time

from environment import DEV_LOCK, ROOT, ready_python


def main(arguments: list[str]) -> int:
    """Run every check and return 0 if all pass."""
    python = str(ready_python(DEV_LOCK))
    fix = "--fix" in arguments
    checks = {
        "ruff check": ["-m", "ruff", "check", "--quiet", *(["--fix"] if fix else []), "."],
        "ruff format": ["-m", "ruff", "format", "--quiet", *([] if fix else ["--diff"]), "."],
        "mypy": ["-m", "mypy"],
        "import-linter": [
            "-c",
            "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())",
        ],
        "generated files": ["scripts/generate.py", "--check"],
        "locks": [
            "-c",
            "import sys; sys.path.insert(0, 'scripts'); import lock; sys.exit(not lock.in_step())",
        ],
        "package": ["scripts/package.py"],
    }
    failed = [name for name, command in checks.items() if not _passes(name, [python, *command])]
    print("All checks pass." if not failed else f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def _passes(name: str, command: list[str]) -> bool:
    start = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    verdict = "ok    " if done.returncode == 0 else "FAILED"
    print(f"{verdict}  {time.monotonic() - start:5.1f} s  {name}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    elif name == "package":
        print(f"                 {done.stdout.strip()}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
