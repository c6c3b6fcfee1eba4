"""Re-create the two locks from pyproject.toml, for every system and Python at once.

python3 scripts/lock.py             after a change of pyproject.toml
python3 scripts/lock.py --upgrade   to take newer versions
"""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

from environment import DEV_LOCK, ROOT, RUN_LOCK, ready_python

_HEADER = "# Made by scripts/lock.py from pyproject.toml; sha256 of its dependency tables:\n# {}\n"


def dependency_digest() -> str:
    """Return the digest of everything in pyproject.toml that a lock depends on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tables = [project[name] for name in ("requires-python", "dependencies", "optional-dependencies")]
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def in_step() -> bool:
    """Return whether both locks were made from pyproject.toml as it is now."""
    header = _HEADER.format(dependency_digest())
    return all((ROOT / name).read_text(encoding="utf-8").startswith(header) for name in (RUN_LOCK, DEV_LOCK))


def main(python: Path, arguments: list[str]) -> None:
    """Compile both locks; the second holds the first's versions."""
    _compile(python, RUN_LOCK, arguments)
    _compile(python, DEV_LOCK, [*arguments, "--extra", "test", "--extra", "check", "-c", RUN_LOCK])


def _compile(python: Path, name: str, arguments: list[str]) -> None:
    command = [
        str(python),
        "-m",
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        "--universal",
        "--generate-hashes",
    ]
    quiet = ["--no-header", "--no-annotate", "--quiet", "--python-version", "3.11", "-o", name]
    subprocess.run([*command, *quiet, *arguments], cwd=ROOT, check=True)
    lock = ROOT / name
    lines = lock.read_text(encoding="utf-8").splitlines(keepends=True)
    bare = "".join(line for line in lines if not line.startswith("#"))
    lock.write_text(_HEADER.format(dependency_digest()) + bare, encoding="utf-8")


if __name__ == "__main__":
    main(ready_python(DEV_LOCK), sys.argv[1:])
