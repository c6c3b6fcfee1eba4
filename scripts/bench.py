"""Measure speed and memory, and compare them with the project's goals.

python3 scripts/bench.py [--rounds 5] [--json]

Machines are shared and noisy: everything is measured in turn, round by round, and the medians are compared as
ratios. Where other programs disturb the wall clock most, the processor time is given as well, in "(s CPU)".
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from environment import ROOT, RUN_LOCK, ready_python

ROUTINE = "lower-back"
_COLD_ROUNDS = 3  # of the slowest command
HELLO = """
import typer
app = typer.Typer()
@app.command()
def main(name: str = "world") -> None:
    print(f"Hello {name}")
app()
"""
# Prints the peak memory of the command in kB. On Linux, getrusage includes the parent's, so /proc is read.
PEAK = """
import resource, sys
from pathlib import Path
from voiceguide.__main__ import main
try:
    main()
finally:
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(peak, file=sys.stderr)
"""
# One exercise: sessions of the same density that differ only in length.
LONG = """
id: long
title: Long
introduction: One stretch, over and over.
safety: {before: ["If anything hurts, stop."], short: Stop if anything hurts.}
exercises:
  - id: fold
    name: Fold
    position: Stand up.
    sets: SETS
    set_rest_seconds: 6
    movement: {kind: hold, instruction: Bend forward., short: [Fold again.], reminders: [Breathe., Soften your knees.]}
"""
# Repetitions and sets of each length.
LENGTHS = {"10 min": (9, 1), "1 h": (49, 1), "10 h": (49, 10)}
# What the project aims for: figure, comparison and goal.
GOALS = (
    ("import voiceguide - python -c pass (ms)", "<=", 30.0),
    ("one-pass encode / assembly", ">=", 200.0),
    ("cached make, hold made before / hello --help", "<=", 3.0),
    ("cached make, hold never made / hello --help", "<=", 3.0),
    ("voiceguide --help / hello --help", "<=", 1.3),
    ("one-pass encode / cached make, hold never made", ">=", 8.0),
    ("plan of 300 steps (ms)", "<=", 50.0),
    ("plan of 60 exercises in groups (ms)", "<=", 50.0),
    ("cold make (s)", "<=", 8.0),
    ("processor time of a choice, all known (ms)", "<=", 60.0),
    ("site of 82 choices (MB)", "<=", 15.0),
    ("peak memory 10 h (MB)", "<=", 200.0),
    ("cost per minute, longer / shorter", "<=", 1.1),
)


def main() -> None:
    """Measure in the project's environment, whichever Python this script was started with."""
    python = str(ready_python(RUN_LOCK))
    if sys.prefix == sys.base_prefix:
        os.chdir(ROOT)
        sys.exit(subprocess.call([python, __file__, *sys.argv[1:]]))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    compile_sources(python)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure_all(Path(folder), python, chosen.rounds)
    if chosen.json:
        goals = {
            name: {"goal": f"{sign} {goal:g}", "reached": is_reached(figures[name], sign, goal)}
            for name, sign, goal in GOALS
        }
        print(json.dumps({"figures": figures, "goals": goals}, indent=2))
    else:
        print_figures(figures)


def compile_sources(python: str) -> None:
    """Write the byte code that an installed package has as well."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([python, "-m", "compileall", "-q", str(ROOT / "voiceguide")], check=True, env=environment)


def measure_all(folder: Path, python: str, rounds: int) -> dict[str, float]:
    """Return every figure by its name: medians of seconds, megabytes, and ratios."""
    figures = {
        **whole_processes(folder, python, rounds),
        **in_process(folder, rounds),
        **plans(rounds),
        **growth(folder, python),
        **choices_of_a_page(folder),
    }
    hello = figures["hello --help (s)"]
    started = figures["import voiceguide (s)"] - figures["python -c pass (s)"]
    figures["import voiceguide - python -c pass (ms)"] = 1000 * started
    figures["voiceguide --help / hello --help"] = figures["voiceguide --help (s)"] / hello
    for name in ("same session", "hold made before", "hold never made"):
        figures[f"cached make, {name} / hello --help"] = figures[f"cached make, {name} (s)"] / hello
    one_pass = figures["one-pass encode (s)"]
    figures["one-pass encode / assembly"] = one_pass / figures["assembly (s)"]
    figures["one-pass encode / cached make, hold never made"] = (
        one_pass / figures["cached make, hold never made (s)"]
    )
    figures["pydub loop and encode / assembly"] = (
        figures["pydub loop and encode (s)"] / figures["assembly (s)"]
    )
    costs = [figures[f"cost per minute {name} (ms)"] for name in LENGTHS]
    figures["cost per minute, longer / shorter"] = max(costs[1] / costs[0], costs[2] / costs[1])
    return figures


def is_reached(figure: float, sign: str, goal: float) -> bool:
    """Return whether a figure meets its goal."""
    return figure >= goal if sign == ">=" else figure <= goal


# --- whole processes -----------------------------------------------------------------------------


def whole_processes(folder: Path, python: str, rounds: int) -> dict[str, float]:
    """Return the times of commands, each run once a round, as medians."""
    hello = folder / "hello.py"
    hello.write_text(HELLO, encoding="utf-8")
    known, spoken = folder / "known", folder / "spoken"
    voiceguide = [python, "-I", "-m", "voiceguide"]
    out = ["--force", "-o", str(folder / "x.mp3")]
    for hold in ("25", "30"):
        run([*voiceguide, "make", ROUTINE, "--hold", hold, *out], known)
    run([*voiceguide, "make", ROUTINE, "--hold", "25", *out], spoken)
    run([*voiceguide, "plan", ROUTINE, "--hold", "30"], spoken)

    times: dict[str, list[float]] = {}
    for number in range(rounds):
        with copy_of(spoken, folder) as words_only, copy_of(None, folder) as empty:
            steps: dict[str, tuple[list[str], Path]] = {
                "python -c pass (s)": ([python, "-I", "-c", "pass"], known),
                "import voiceguide (s)": ([python, "-I", "-c", "import voiceguide"], known),
                "hello --help (s)": ([python, "-I", str(hello), "--help"], known),
                "voiceguide --help (s)": ([*voiceguide, "--help"], known),
                "cached make, same session (s)": ([*voiceguide, "make", ROUTINE, *out], known),
                "cached make, hold made before (s)": (
                    [*voiceguide, "make", ROUTINE, "--hold", "30", *out],
                    known,
                ),
                # Every phrase is cached, but nothing of a session with this hold has been encoded.
                "cached make, hold never made (s)": (
                    [*voiceguide, "make", ROUTINE, "--hold", "30", *out],
                    words_only,
                ),
            }
            if number < _COLD_ROUNDS:
                steps["cold make (s)"] = ([*voiceguide, "make", ROUTINE, *out], empty)
            for name, (command, cache) in steps.items():
                wall, cpu = child_seconds(command, cache)
                times.setdefault(name, []).append(wall)
                times.setdefault(name.replace("(s)", "(s CPU)"), []).append(cpu)
    return medians(times)


@contextmanager
def copy_of(cache: Path | None, folder: Path) -> Iterator[Path]:
    """Yield a copy of a cache, or an empty one, that is used once."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        copy = Path(place) / "cache"
        if cache:
            shutil.copytree(cache, copy)
        yield copy


def run(command: list[str], cache: Path) -> str:
    """Run a command with a certain cache, and return its standard error."""
    done = subprocess.run(
        command,
        env={**os.environ, "VOICEGUIDE_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


def child_seconds(command: list[str], cache: Path) -> tuple[float, float]:
    """Return the wall-clock and processor time of a command, its own children included."""
    before = os.times()
    wall = seconds(lambda: run(command, cache))
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how long something takes."""
    start = clock()
    work()
    return clock() - start


def medians(times: dict[str, list[float]]) -> dict[str, float]:
    """Return the median of each list."""
    return {name: statistics.median(values) for name, values in times.items()}


# --- in process ----------------------------------------------------------------------------------


def in_process(folder: Path, rounds: int) -> dict[str, float]:
    """Time the assembly of a session from stored blocks, and two ways of encoding its samples instead."""
    from voiceguide.audio.clip import Clip
    from voiceguide.audio.mixing import mix
    from voiceguide.mp3.encoder import encode
    from voiceguide.options.session import SessionOptions
    from voiceguide.options.voice import VoiceOptions
    from voiceguide.routine.reader import find_routine
    from voiceguide.session.planning import plan_session
    from voiceguide.store.folder import FolderStore
    from voiceguide.store.memory import LayeredStore, MemoryStore

    def store() -> LayeredStore:
        return LayeredStore(MemoryStore(), FolderStore(folder / "known"))

    session = plan_session(find_routine(ROUTINE), SessionOptions(), VoiceOptions(), store=store())
    mp3_format, sounds = session.splicer.format, session.recording.sounds
    list(session.stream())
    pcm = mix(sounds, session.sample_count, mp3_format.sample_rate_hz)
    clip = Clip(pcm, mp3_format.sample_rate_hz)

    def assembly() -> None:
        again = plan_session(find_routine(ROUTINE), SessionOptions(), VoiceOptions(), store=store())
        frames = again.splicer.frames(again.recording.sounds, again.sample_count)
        times["assembly (s)"].append(seconds(lambda: b"".join(frames)))

    times: dict[str, list[float]] = {
        "assembly (s)": [],
        "one-pass encode (s)": [],
        "pydub loop and encode (s)": [],
    }
    for _ in range(rounds):
        assembly()
        one_pass = seconds(lambda: encode(pcm, mp3_format))
        times["one-pass encode (s)"].append(one_pass)
        times["pydub loop and encode (s)"].append(
            one_pass + seconds(lambda: pydub_loop(sounds, clip, folder))
        )
    minutes = session.timeline.duration_ms / 60_000
    return {**medians(times), "session (min)": minutes}


def plans(rounds: int) -> dict[str, float]:
    """Time how long a large routine takes from its model to its timeline, once the lengths of its words are known."""
    from voiceguide.language.registry import find_language
    from voiceguide.options.session import SessionOptions
    from voiceguide.routine.limits import DEFAULT_PACE_WPM
    from voiceguide.routine.model import Exercise, Group, Routine, Step, Steps
    from voiceguide.routine.reader import find_routine
    from voiceguide.script.estimate import estimated_timeline

    routine = find_routine(ROUTINE)
    first = routine.all_exercises[0]
    sequence = tuple(Step(say="Let part {} grow heavy.".format(number), seconds=8) for number in range(300))
    steps = Exercise(id="s", name="S", position="Lie down.", movement=Steps(kind="steps", steps=sequence))
    groups = tuple(
        Group(
            group="Group {}".format(number),
            rounds=2,
            rest_seconds=20,
            exercises=tuple(first.model_copy(update={"id": "e{}-{}".format(number, n)}) for n in range(6)),
        )
        for number in range(10)
    )

    def plan(large: Routine) -> None:
        options = SessionOptions().resolve(large)
        estimated_timeline(large, options, find_language("en"), DEFAULT_PACE_WPM)

    times: dict[str, list[float]] = {}
    for _ in range(max(rounds, 5)):
        for name, entries in (("300 steps", (steps,)), ("60 exercises in groups", groups)):
            large = routine.model_copy(update={"exercises": entries})
            took = seconds(lambda: plan(large))  # noqa: B023 (called at once)
            times.setdefault("plan of {} (ms)".format(name), []).append(1000 * took)
    return medians(times)


def pydub_loop(sounds: tuple, whole, folder: Path) -> None:  # type: ignore[no-untyped-def,type-arg]
    """Join a session segment by segment and export it, as most scripts do (as WAV: MP3 would need ffmpeg)."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    rate = whole.sample_rate_hz
    session = AudioSegment.silent(0, rate)
    for sound in sounds:
        gap_ms = sound.start_sample * 1000 / rate - len(session)
        session += AudioSegment.silent(max(0, round(gap_ms)), rate)
        session += AudioSegment(sound.clip.pcm, sample_width=2, frame_rate=rate, channels=1)
    session.export(str(folder / "x.wav"), format="wav")


# --- growth --------------------------------------------------------------------------------------


def growth(folder: Path, python: str) -> dict[str, float]:
    """Return peak memory and cost per minute of sessions of three lengths and equal density, all cached."""
    cache = folder / "growth"
    figures = {}
    out = ["--force", "-o", str(folder / "x.mp3")]
    for name, (reps, sets) in LENGTHS.items():
        file = folder / f"{reps}-{sets}.yaml"
        file.write_text(LONG.replace("SETS", str(sets)), encoding="utf-8")
        arguments = ["make", str(file), "--hold", "60", "--reps", str(reps), *out]
        run([python, "-I", "-m", "voiceguide", *arguments], cache)
        peak = int(run([python, "-I", "-c", PEAK, *arguments], cache).splitlines()[-1])
        figures[f"peak memory {name} (MB)"] = peak * 1024 / 1e6
        minutes, cost = cost_of(cache, file, reps)
        figures[f"length {name} (min)"] = minutes
        figures[f"cost per minute {name} (ms)"] = cost * 1000 / minutes
    return figures


def cost_of(cache: Path, file: Path, reps: int) -> tuple[float, float]:
    """Return the length of a cached session in minutes, and the processor time to plan and stream it in seconds."""
    from voiceguide.options.session import SessionOptions
    from voiceguide.options.voice import VoiceOptions
    from voiceguide.routine.reader import find_routine
    from voiceguide.session.planning import plan_session
    from voiceguide.store.folder import FolderStore
    from voiceguide.store.memory import LayeredStore, MemoryStore

    def make() -> None:
        store = LayeredStore(MemoryStore(), FolderStore(cache))
        session = plan_session(find_routine(str(file)), SessionOptions(60, reps), VoiceOptions(), store=store)
        for _ in session.stream():
            pass
        minutes.append(session.timeline.duration_ms / 60_000)

    minutes: list[float] = []
    times = [seconds(make, time.process_time) for _ in range(5)]
    return minutes[-1], statistics.median(times)


# --- the page that makes the file ------------------------------------------------------------------


def choices_of_a_page(folder: Path) -> dict[str, float]:
    """Return what all choices of a routine cost where words, blocks and covers are known, and how large they are."""
    from voiceguide.options.request import Request
    from voiceguide.routine.reader import find_routine
    from voiceguide.session.source import source_of
    from voiceguide.web.choices import RoutineChoices, make_choices

    def made() -> RoutineChoices:
        return make_choices(
            source_of(find_routine(ROUTINE)), [Request()], folder / "files", base_url="https://example.org/"
        )[0]

    with environment_variable("VOICEGUIDE_CACHE_DIR", str(folder / "choices")):
        first = made()
        shutil.rmtree(folder / "files")
        cost = seconds(made, time.process_time)
    size = sum(map(len, first.contents.values()))
    count = len(first.choices)
    return {
        "processor time of a choice, all known (ms)": 1000 * cost / count,
        f"site of {count} choices (MB)": size / 1e6,
    }


@contextmanager
def environment_variable(name: str, value: str) -> Iterator[None]:
    """Set a variable for a while."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before


# --- printing -------------------------------------------------------------------------------------


def print_figures(figures: dict[str, float]) -> None:
    """Print every figure, then every goal."""
    for name, value in figures.items():
        print(f"{name:58} {value:10.3f}")
    print()
    for name, comparison, goal in GOALS:
        verdict = "reached" if is_reached(figures[name], comparison, goal) else "MISSED"
        print(f"{verdict:8} {name:46} {figures[name]:8.2f}  (goal {comparison} {goal:g})")


if __name__ == "__main__":
    main()
