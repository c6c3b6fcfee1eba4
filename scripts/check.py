"""Check the code: style, types, imports, and that the locks are in step. Every check runs, whatever fails.

python3 scripts/check.py          --fix mends what ruff can mend
"""

import subprocess
import sys

from environment import DEV_LOCK, ROOT, ready_python


def main(arguments: list[str]) -> int:
    """Run every check and return 0 where all are well."""
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
        "made from the model": ["scripts/generate.py", "--check"],
        "locks in step": [
            "-c",
            "import sys; sys.path.insert(0, 'scripts'); import lock; sys.exit(not lock.in_step())",
        ],
    }
    failed = [name for name, command in checks.items() if not _passes(name, [python, *command])]
    print("All checks pass." if not failed else f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def _passes(name: str, command: list[str]) -> bool:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'}  {name}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
