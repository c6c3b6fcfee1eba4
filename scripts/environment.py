"""The environment that the scripts share: `.venv` in the checkout, filled from a hash-pinned lock.

Standard library only, and syntax that old Pythons read too, so that they get a sentence instead of a
syntax error. If a setup is interrupted, the next one repairs it: the stamp that calls an
environment whole is removed first and written last.
"""

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any, Dict, Iterator, List, NoReturn, Sequence  # noqa: UP035 (read by old Pythons)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUN_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"  # holds everything of the other, and what tests and checks need

OLDEST = (3, 11)
TOO_NEW = (3, 15)
_STAMP = VENV / "voiceguide-stamp.json"


class SetupError(Exception):
    """The environment cannot be made; the message says what to do."""


def run_module(
    lock: str, module: str, arguments: Sequence[str], options: Sequence[str] = ("-P",)
) -> NoReturn:
    """Run a module in the environment in place of this process; end with its exit code."""
    command = [str(ready_python(lock)), *options, "-m", module, *arguments]
    if os.name == "nt":  # exec there returns to the shell before the program has ended
        sys.exit(_call(command))
    if module == "voiceguide":  # which takes them again when it is ready for them
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    os.execv(command[0], command)


def _call(command: Sequence[str]) -> int:
    """Run a program to its end; Ctrl-C reaches it, too, and it says itself what there is to say."""
    with subprocess.Popen(command) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue


def ready_python(lock: str) -> Path:
    """Return the environment's Python, after creating or repairing the environment if needed.

    Ends the process with one sentence where that cannot be done.
    """
    try:
        _check_version(sys.version_info[:2])
        if not _is_whole(lock):
            with _alone():
                if not _is_whole(lock):  # whoever was first may have done it
                    _set_up(lock)
    except SetupError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped. The next run finishes setting up.")
    return _python()


def _check_version(version: Sequence[int]) -> None:
    if not OLDEST <= tuple(version) < TOO_NEW:
        raise SetupError(
            "this is Python {}.{}, and voiceguide needs Python {}.{} to {}.{}. Install one of those, and run "
            "this with it, for instance: python3.12 {}".format(
                *version[:2], *OLDEST, TOO_NEW[0], TOO_NEW[1] - 1, " ".join(sys.argv)
            )
        )


def _python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _wanted(lock: str) -> Dict[str, Any]:
    """Return what an environment for a lock is stamped with; a moved checkout or another Python differs."""
    locks = [RUN_LOCK] if lock == RUN_LOCK else [RUN_LOCK, DEV_LOCK]
    return {
        "root": str(ROOT),
        "python": sys.version,
        "locks": {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in locks},
    }


def _stamped() -> Dict[str, Any]:
    try:
        stamp = json.loads(_STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _is_whole(lock: str) -> bool:
    wanted, stamp = _wanted(lock), _stamped()
    if not _same_base(stamp, wanted) or not _python().exists():
        return False
    return all(stamp.get("locks", {}).get(name) == digest for name, digest in wanted["locks"].items())


def _same_base(stamp: Dict[str, Any], wanted: Dict[str, Any]) -> bool:
    return all(stamp.get(name) == wanted[name] for name in ("root", "python"))


def _set_up(lock: str) -> None:
    """Install a lock: into the environment that is there where it is whole, else into a new one."""
    _check_venv_is_possible()
    wanted = _wanted(lock)
    usable = _same_base(_stamped(), wanted) and _python().exists()
    with contextlib.suppress(FileNotFoundError):
        _STAMP.unlink()
    _tell(f"Setting up voiceguide in {VENV.name} (once; it takes a minute or two) …")
    if not usable:
        _make_venv()
    _install(lock)
    _write_pth()
    temporary = _STAMP.with_suffix(".part")
    temporary.write_text(json.dumps(wanted), encoding="utf-8")
    temporary.replace(_STAMP)
    _tell("Ready.")


def _check_venv_is_possible() -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise SetupError(
            "this Python lacks the module {0}. On Debian and Ubuntu install it with: "
            "sudo apt install python{1}.{2}-venv; elsewhere install Python from its own site. Then run this "
            "again.".format(missing[0], *sys.version_info[:2])
        )


def _make_venv() -> None:
    if VENV.is_symlink() or VENV.is_file():
        raise SetupError(f"{VENV.name} is in the way; move it, and run this again.")
    shutil.rmtree(VENV, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(VENV)], "The environment could not be made")


def _install(lock: str) -> None:
    pip = [str(_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # Every package is a wheel of a known hash: nothing is compiled, and nothing else can come.
    pinned = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", str(ROOT / lock)]
    _run(pip + pinned, "The packages could not be installed; is there a network")


def _run(command: List[str], failed: str) -> None:
    """Run a step; what it prints goes to standard error, since standard output may be data."""
    # With the lock's handle (see _alone): where only this process is ended, the step still holds the lock.
    code = subprocess.call(command, stdout=sys.stderr.fileno(), close_fds=False)
    if code:
        raise SetupError(f"{failed}? See above; then run this again.")


def _write_pth() -> None:
    """Let the environment find the package in the checkout, from any folder."""
    names = {"base": str(VENV), "platbase": str(VENV)}
    folder = Path(sysconfig.get_path("purelib", "nt" if os.name == "nt" else "posix_prefix", names))
    (folder / "voiceguide.pth").write_text(str(ROOT) + "\n", encoding="utf-8")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let one set-up run at a time; the system frees the lock of a process that ends."""
    with (ROOT / ".venv.lock").open("w") as file:
        if os.name == "nt":
            _lock_on_windows(file.fileno())
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
            os.set_inheritable(file.fileno(), True)
        yield


def _lock_on_windows(handle: int) -> None:
    """Wait for a lock; the system's own waiting gives up after ten seconds."""
    import msvcrt

    while True:
        try:
            msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
            return
        except OSError as error:
            if error.errno not in (errno.EDEADLK, errno.EACCES):
                raise


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
