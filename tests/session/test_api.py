"""The public interface: what docs/api.md promises to other programs."""

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import voiceguide
from voiceguide import errors
from voiceguide.options.keywords import MakeKeywords
from voiceguide.options.voice import VoiceOptions
from voiceguide.settings import settings_path

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
SHORT: dict[str, Any] = {"engine": "fake", "only": "cat-cow", "reps": 1}


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_of_the_page_runs(number: int, own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it stands, in an empty folder; the fake engine speaks."""
    merge = VoiceOptions.merge
    fake = VoiceOptions(engine="fake")
    monkeypatch.setattr(VoiceOptions, "merge", lambda one, other: merge(merge(one, other), fake))
    exec(compile(EXAMPLES[number], f"docs/api.md, example {number + 1}", "exec"), {})  # noqa: S102


def test_the_page_names_every_keyword_and_every_public_name() -> None:
    """So that nothing has to be looked up in the source."""
    page = PAGE.read_text(encoding="utf-8")
    keywords = set(MakeKeywords.__annotations__)
    rows = page.partition("## Options")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*)\|", rows, re.MULTILINE)))) == keywords
    unnamed = {name for name in voiceguide.__all__ if not re.search(rf"\b{name}\b", page)}
    assert unnamed <= {"__version__", "Chapter", "Diagnostic", "DurationFit", "Event", "Plan", "Suggestion"}


def test_every_public_name_is_there_and_every_error_is_public() -> None:
    """Loaded when it is first used."""
    for name in voiceguide.__all__:
        assert getattr(voiceguide, name) is not None
    known = {
        name
        for name, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, errors.VoiceguideError)
    }
    assert known <= set(voiceguide.__all__)
    with pytest.raises(AttributeError, match="no attribute 'makes'"):
        voiceguide.makes  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_package_loads_nothing_of_it() -> None:
    """Not even the errors."""
    probe = "import sys; before = {*sys.modules}; import voiceguide; print(*sorted({*sys.modules} - before))"
    done = subprocess.run([sys.executable, "-P", "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["voiceguide"]


def test_a_result_says_what_was_made(own_folders: Path) -> None:
    """In fields, and in print."""
    result = voiceguide.make("lower-back", "x.mp3", hold=45, sidecars="vtt", **SHORT)
    assert result.path == Path("x.mp3")
    assert result.size_bytes == Path("x.mp3").stat().st_size
    assert result.sidecars == (Path("x.vtt"),)
    assert result.chapters[0].title
    assert result.duration_ms == result.plan.duration_ms
    assert (
        result.warnings[0]
        == "The source of this routine advises holds of 20 to 30 seconds; this session has holds of 45 seconds."
    )
    assert str(result).startswith("x.mp3: Lower back (1 of 5) · 45 s × 1, ")
    assert result.warnings[0] in str(result)
    assert repr(result).startswith("<MakeResult x.mp3: Lower back")


def test_bytes_are_those_of_the_file(own_folders: Path) -> None:
    """Undated, since a day may end between the two."""
    result = voiceguide.make("lower-back", "x.mp3", dated=False, **SHORT)
    assert voiceguide.make_bytes("lower-back", dated=False, **SHORT) == result.path.read_bytes()


def test_a_routine_is_named_in_four_ways(own_folders: Path) -> None:
    """By its id, by its object, by its file, and by a finished file."""
    routine = voiceguide.load_routine("lower-back")
    plan = voiceguide.plan("lower-back", **SHORT).plan
    assert voiceguide.plan(routine, **SHORT).plan == plan
    voiceguide.make("lower-back", "x.mp3", **SHORT)
    assert voiceguide.load_routine(Path("x.mp3")) == routine
    assert voiceguide.plan("x.mp3", engine="fake").plan == plan


def test_settings_are_not_read(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither from their file nor from the environment."""
    plan = voiceguide.plan("lower-back", **SHORT).plan
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text("hold = 40\n", encoding="utf-8")
    monkeypatch.setenv("VOICEGUIDE_REST", "50")
    assert voiceguide.plan("lower-back", **SHORT).plan == plan


def test_durations_and_names_are_read_as_on_the_command_line(own_folders: Path) -> None:
    """Seconds or text; a list, or a text with commas."""
    one = voiceguide.plan("lower-back", hold="1m5s", only="cat-cow, flat-back", engine="fake", reps=1)
    other = voiceguide.plan("lower-back", hold=65, only=["cat-cow", "flat-back"], engine="fake", reps=1)
    assert one.plan == other.plan


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"hold": 2}, voiceguide.ValueOutOfRange, "A hold of 2 seconds"),
        ({"reps": "x"}, voiceguide.InvalidValue, "^reps: 'x' is not a whole number"),
        ({"jobs": 0}, voiceguide.ValueOutOfRange, "A number of jobs of 0"),
        ({"cover": "x.jpg"}, TypeError, "no option 'cover'"),
        ({"guidance": "silent"}, voiceguide.UnknownName, "There is no guidance called 'silent'"),
        ({"only": "cow-cat"}, voiceguide.UsageError, "cow-cat"),
        ({"holds": 30}, TypeError, "no option 'holds'. Did you mean 'hold'"),
    ],
)
def test_an_option_that_cannot_be_met_is_an_error(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    """Before anything is spoken."""
    with pytest.raises(error, match=message):
        voiceguide.plan("lower-back", **options)


def test_a_file_that_exists_is_kept(own_folders: Path) -> None:
    """The error carries its path, and no word of the command line."""
    Path("x.mp3").write_bytes(b"mine")
    with pytest.raises(voiceguide.OutputExists) as caught:
        voiceguide.make("lower-back", "x.mp3", **SHORT)
    assert caught.value.path == Path("x.mp3")
    assert "--" not in str(caught.value)
    assert voiceguide.make("lower-back", "x.mp3", overwrite=True, **SHORT).size_bytes > 1000


@pytest.mark.slow
def test_a_type_checker_knows_the_interface(own_folders: Path) -> None:
    """Keywords and results; a wrong keyword and a wrong attribute are errors, and nothing else is."""
    example = (
        "import voiceguide\n"
        "result: voiceguide.MakeResult = voiceguide.make('hips', 'x.mp3', hold=20, guidance='brief')\n"
        "first: voiceguide.Chapter = result.chapters[0]\n"
        "data: bytes = voiceguide.make_bytes(voiceguide.load_routine('hips'), minutes=12)\n"
        "problems: tuple[str, ...] = voiceguide.verify(result.path).problems\n"
        "ids: list[str] = [entry.id for entry in voiceguide.list_routines()]\n"
        "voiceguide.plan('hips', holds=20)\n"
        "voiceguide.makes('hips')\n"
    )
    file = own_folders / "example.py"
    file.write_text(example, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", str(file)],
        cwd=PAGE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"example\.py:(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE)
    assert found == [("7", "call-arg"), ("8", "attr-defined")], done.stdout
    assert (Path(voiceguide.__file__).parent / "py.typed").is_file()
