"""Build the source distribution and the wheel, and try both where nothing else of this checkout is.

python3 scripts/package.py
"""

import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from environment import DEV_LOCK, ROOT, RUN_LOCK, ready_python

# What a bare install may take on the disk: 377 MB were measured on Linux when SciPy went.
MAX_INSTALLED_MB = 400
# Tests that need more than the package: CONTRIBUTING, the docs and the scripts.
SMOKE_TESTS = ("tests/test_architecture.py", "tests/routine", "tests/options", "tests/scripts", "tests/text")
_RELATIVE_LINK = re.compile(r"\]\((?!https?:|#)([^)\s#]+)")
_COMMANDS = (
    ("{python}", "-I", "-c", "import voiceguide; print(voiceguide.__version__)"),
    ("{voiceguide}", "doctor"),
    ("{voiceguide}", "make", "lower-back", "--engine", "fake", "--only", "cat-cow", "--hold", "5", "-o", "fake.mp3"),
    ("{voiceguide}", "verify", "fake.mp3"),
    ("{python}", "-I", "-c", "import voiceguide; print(voiceguide.make('lower-back', 'x.mp3', hold=20, only=['cat-cow']))"),
)  # fmt: skip


class PackageError(Exception):
    """A distribution lacks something or does not work; the text says what."""


def main(folder: Path) -> None:
    """Build and try both distributions below a folder, and print what was found.

    Raises:
        PackageError: one is not as it should be.
    """
    _run([sys.executable, "-m", "uv", "build", "--quiet", "--out-dir", str(folder / "dist"), str(ROOT)])
    (source,) = (folder / "dist").glob("*.tar.gz")
    (wheel,) = (folder / "dist").glob("*.whl")  # uv builds it from the source distribution
    _check_long_description(wheel)
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
    unpacked = folder / source.name.removesuffix(".tar.gz")
    _check_links(unpacked)
    _test_source(unpacked)
    installed_mb = _try_wheel(wheel, folder)
    print(f"installed: {installed_mb:.0f} MB; at most {MAX_INSTALLED_MB} are allowed")
    if installed_mb > MAX_INSTALLED_MB:
        raise PackageError("The installed package and what it needs are too large.")


def _check_long_description(wheel: Path) -> None:
    """A page of a package index cannot resolve a relative link."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        links = _RELATIVE_LINK.findall(archive.read(name).decode("utf-8"))
    if links:
        raise PackageError(f"The long description has relative links: {', '.join(links)}.")


def _check_links(folder: Path) -> None:
    """Every file that a page links to is in the source distribution."""
    for page in (*folder.glob("*.md"), *folder.glob("docs/*.md")):
        for link in _RELATIVE_LINK.findall(page.read_text(encoding="utf-8")):
            if not (page.parent / link).exists():
                raise PackageError(f"{page.relative_to(folder)} links to {link}, which is not packed.")


def _test_source(folder: Path) -> None:
    """Every test can be collected in the unpacked source, and those that read its files pass."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    _run([*pytest, "--collect-only"], cwd=folder, env=environment)
    _run([*pytest, "--fast", *SMOKE_TESTS], cwd=folder, env=environment)


def _try_wheel(wheel: Path, folder: Path) -> float:
    """Install the wheel with the locked packages alone, run it from an empty folder; return the size in MB."""
    venv, work = folder / "bare", folder / "work"
    uv = [sys.executable, "-m", "uv"]
    _run([*uv, "venv", "--quiet", "--python", sys.executable, str(venv)])
    scripts = venv / ("Scripts" if os.name == "nt" else "bin")
    places = {"python": str(scripts / "python"), "voiceguide": str(scripts / "voiceguide")}
    install = [
        *uv,
        "pip",
        "install",
        "--quiet",
        "--compile-bytecode",
        "--no-deps",
        "--python",
        places["python"],
    ]
    _run([*install, "--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / RUN_LOCK)])
    _run([*install, str(wheel)])
    work.mkdir()
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("VOICEGUIDE_", "PYTHON"))
        },
        "VOICEGUIDE_CACHE_DIR": str(folder / "cache"),
        "VOICEGUIDE_CONFIG_DIR": str(folder / "config"),
    }
    for command in _COMMANDS:
        _run([part.format(**places) for part in command], cwd=work, env=environment)
    return sum(path.stat().st_size for path in venv.rglob("*") if path.is_file()) / 1e6


def _run(command: "list[str]", cwd: Path = ROOT, env: "dict[str, str] | None" = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    if sys.prefix == sys.base_prefix:
        sys.exit(subprocess.call([str(ready_python(DEV_LOCK)), *sys.argv]))
    with tempfile.TemporaryDirectory(prefix="voiceguide-package-") as made:
        try:
            main(Path(made))
        except PackageError as error:
            sys.exit(f"Error: {error}")
