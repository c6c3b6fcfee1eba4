"""The set-up: one command does everything, as often as needed, no matter what interrupted it."""

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Self

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
ECHO = """
import os, sys
if __name__ == "__main__":
    print(os.getcwd(), *sys.argv[1:], sep="|")
    sys.exit(3 if "fail" in sys.argv else 0)
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout whose locks are empty, so that nothing is fetched, and whose program echoes."""
    root = tmp_path_factory.mktemp("a checkout")
    shutil.copytree(SCRIPTS, root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "voiceguide").mkdir()
    (root / "voiceguide" / "__main__.py").write_text(ECHO, encoding="utf-8")
    for name in ("requirements.lock", "requirements-dev.lock"):
        (root / name).write_text("# nothing\n", encoding="utf-8")
    yield root
    shutil.rmtree(root, ignore_errors=True)


def run(root: Path, *arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(root / "scripts" / "run.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd or root,
    )


@pytest.mark.slow
def test_the_first_run_sets_up_and_the_second_does_not(checkout: Path, own_folders: Path) -> None:
    """Arguments, folder and exit code are passed on; what is said of the set-up is not on standard output."""
    first = run(checkout, "make", "a b", cwd=own_folders)
    assert first.returncode == 0, first.stderr
    assert first.stdout.strip() == f"{own_folders}|make|a b"
    second = run(checkout, "fail", cwd=own_folders)
    assert (second.returncode, second.stderr) == (3, "")


@pytest.mark.slow
def test_a_changed_lock_is_installed(checkout: Path) -> None:
    """Once."""
    run(checkout)
    (checkout / "requirements.lock").write_text("# nothing, differently\n", encoding="utf-8")
    assert "Setting up" in run(checkout).stderr
    assert run(checkout).stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["stamp", "half"])
def test_an_interrupted_set_up_is_put_right(checkout: Path, damage: str) -> None:
    """Without stamp, or with a half-made folder."""
    run(checkout)
    stamp = checkout / ".venv" / "voiceguide-stamp.json"
    if damage == "half":
        shutil.rmtree(checkout / ".venv")
        (checkout / ".venv" / "bin").mkdir(parents=True)
    else:
        stamp.unlink()
    repaired = run(checkout, "x")
    assert repaired.returncode == 0, repaired.stderr
    assert "Setting up" in repaired.stderr
    assert run(checkout, "x").stderr == ""


def test_an_environment_is_whole_only_with_stamp_and_python(module: ModuleType, own_folders: Path) -> None:
    """Nonsense in the stamp, another Python or a missing one: it is created again."""
    (own_folders / "requirements.lock").write_text("# nothing", encoding="utf-8")
    stamp = own_folders / "stamp.json"
    for name, path in (("ROOT", own_folders), ("VENV", own_folders / ".venv"), ("_STAMP", stamp)):
        setattr(module, name, path)
    whole = module.json.dumps(module._wanted("requirements.lock"))
    for content in ("", "[]", "{}", whole.replace(sys.version[:4], "3.99")):
        stamp.write_text(content, encoding="utf-8")
        assert not module._is_whole("requirements.lock")
    stamp.write_text(whole, encoding="utf-8")
    assert not module._is_whole("requirements.lock")
    module._python().parent.mkdir(parents=True)
    module._python().touch()
    assert module._is_whole("requirements.lock")


@pytest.mark.slow
def test_a_moved_checkout_is_set_up_anew(checkout: Path) -> None:
    """An environment holds the place where it was made."""
    run(checkout)
    moved = checkout.with_name("moved checkout")
    shutil.copytree(checkout, moved, symlinks=True)
    done = run(moved, "x")
    assert "Setting up" in done.stderr
    assert done.stdout.strip() == f"{moved}|x"
    shutil.rmtree(moved)


@pytest.mark.slow
def test_other_softwares_python_path_does_not_reach_in(checkout: Path, own_folders: Path) -> None:
    """A module of the same name elsewhere is not taken."""
    (own_folders / "voiceguide").mkdir()
    (own_folders / "voiceguide" / "__main__.py").write_text("raise SystemExit(9)", encoding="utf-8")
    run(checkout)
    done = subprocess.run(
        [sys.executable, str(checkout / "scripts" / "run.py")],
        env={**os.environ, "PYTHONPATH": str(own_folders)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module itself, to ask it things."""
    spec = importlib.util.spec_from_file_location("environment_under_test", SCRIPTS / "environment.py")
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    monkeypatch.setattr(sys, "argv", ["scripts/run.py", "make", "lower-back"])
    return loaded


@pytest.mark.parametrize("version", [(3, 10), (2, 7), (3, 15)])
def test_another_python_is_told_which_ones_will_do(module: ModuleType, version: tuple[int, int]) -> None:
    """With the command to try."""
    with pytest.raises(module.SetupError) as caught:
        module._check_version(version)
    assert str(caught.value) == (
        f"this is Python {version[0]}.{version[1]}, and voiceguide needs Python 3.11 to 3.14. Install one of "
        "those, and run this with it, for instance: python3.12 scripts/run.py make lower-back"
    )
    module._check_version((3, 11))
    module._check_version((3, 14))


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_the_package(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """As Debian names it."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else find(name))
    with pytest.raises(module.SetupError) as caught:
        module._check_venv_is_possible()
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"this Python lacks the module {missing}." in str(caught.value)
    assert f"sudo apt install python{version}-venv;" in str(caught.value)


def test_old_pythons_know_every_type_that_is_named() -> None:
    """A sentence instead of a TypeError: annotations are evaluated, and `dict[str, int]` is of Python 3.9."""
    import ast

    tree = ast.parse((SCRIPTS / "environment.py").read_text(encoding="utf-8"))
    places = [node.annotation for node in ast.walk(tree) if isinstance(node, ast.arg | ast.AnnAssign)]
    places += [node.returns for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    names = [
        part.value.id
        for place in places
        if place
        for part in ast.walk(place)
        if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name)
    ]
    assert names
    assert not {"dict", "list", "tuple", "set", "type"} & set(names)
    assert not [part for place in places if place for part in ast.walk(place) if isinstance(part, ast.BinOp)]


def test_ctrl_c_waits_for_the_program(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it runs next to this one: it got the signal, too, and ends in its own way."""
    waits: list[KeyboardInterrupt | int] = [KeyboardInterrupt(), KeyboardInterrupt(), 130]

    class Child:
        def __init__(self, command: object) -> None: ...

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def wait(self) -> int:
            found = waits.pop(0)
            if isinstance(found, int):
                return found
            raise found

    monkeypatch.setattr(module.subprocess, "Popen", Child)
    assert module._call(["x"]) == 130
    assert waits == []


def test_a_lock_is_waited_for_as_long_as_it_takes(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows gives up after ten seconds, and a set-up takes minutes."""
    calls = [OSError(errno.EDEADLK, "deadlock"), OSError(errno.EACCES, "denied"), None]

    def locking(*_: int) -> None:
        found = calls.pop(0)
        if found:
            raise found

    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_LOCK=1))
    module._lock_on_windows(3)
    assert calls == []
    calls.append(OSError(errno.EIO, "broken"))
    with pytest.raises(OSError, match="broken"):
        module._lock_on_windows(3)


def test_old_pythons_can_read_the_set_up(module: ModuleType) -> None:
    """A sentence instead of a syntax error: nothing newer than Python 3.6 in it."""
    import ast

    for name in ("environment.py", "run.py", "test.py"):
        ast.parse((SCRIPTS / name).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_a_changed_project_file_is_noticed_in_the_locks(own_folders: Path) -> None:
    """The locks carry the digest of what they were made from."""
    project = SCRIPTS.parent
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(project / name, own_folders / name)
    shutil.copytree(SCRIPTS, own_folders / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    command = [
        sys.executable,
        "-c",
        "import sys; sys.path.insert(0, 'scripts'); import lock; print(lock.in_step())",
    ]

    def in_step() -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert in_step() == "True"
    text = (own_folders / "pyproject.toml").read_text(encoding="utf-8")
    (own_folders / "pyproject.toml").write_text(text.replace('"typer>=', '"typer>0,>='), encoding="utf-8")
    assert in_step() == "False"


def test_the_locks_hold_hashes_for_every_package_and_name_no_host() -> None:
    """And the second has every version of the first."""
    locks = [
        (SCRIPTS.parent / name).read_text(encoding="utf-8")
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    for text in locks:
        entries = [
            entry for entry in text.replace("\\\n", " ").splitlines() if entry and not entry.startswith("#")
        ]
        assert all("--hash=sha256:" in entry for entry in entries)
        assert "://" not in text
        # pip of 2024 cannot read such markers where the kernel's version has a word in it.
        assert "platform_release" not in text
    pinned = [{line.split()[0] for line in text.splitlines() if "==" in line} for text in locks]
    assert pinned[0] <= pinned[1]
