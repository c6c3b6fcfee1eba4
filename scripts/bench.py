"""Measure speed and memory side by side in one run, as medians and ratios.

python3 scripts/bench.py [--rounds 5] [--json]

Machines are shared and noisy, so what is compared is run in turn, round by round, and what counts
are the ratios.
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
HELLO = """
import typer
app = typer.Typer()
@app.command()
def main(name: str = "world") -> None:
    print(f"Hello {name}")
app()
"""
# Prints the highest memory that the command used, in kB. Linux tells it of the program alone; what getrusage
# tells there begins with the parent's.
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
# About 10 minutes, 1 hour and 10 hours of the same density: one exercise, repetitions and sets.
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
LENGTHS = {"10 min": (9, 1), "1 h": (49, 1), "10 h": (49, 10)}
# What the project wants to reach; (figure, comparison, goal).
GOALS = (
    ("one-pass encode / assembly", ">=", 60.0),
    ("cached make, hold made before / hello --help", "<=", 3.0),
    ("cached make, hold never made / hello --help", "<=", 3.0),
    ("voiceguide --help / hello --help", "<=", 1.3),
    ("cold make (s)", "<=", 8.0),
    ("peak memory 10 h (MB)", "<=", 200.0),
    ("cost per minute, longer / shorter", "<=", 1.1),
)


def main() -> None:
    """Run in the project's environment, whichever Python was called."""
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
        figures = measured(Path(folder), python, chosen.rounds)
    if chosen.json:
        goals = {
            name: {"goal": f"{sign} {goal:g}", "reached": reached(figures, name)}
            for name, sign, goal in GOALS
        }
        print(json.dumps({"figures": figures, "goals": goals}, indent=2))
    else:
        show(figures)


def compile_sources(python: str) -> None:
    """Write the byte code that an installed package has, too."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([python, "-m", "compileall", "-q", str(ROOT / "voiceguide")], check=True, env=environment)


def measured(folder: Path, python: str, rounds: int) -> dict[str, float]:
    """Return every figure: seconds as medians, megabytes, and ratios."""
    figures = {
        **whole_processes(folder, python, rounds),
        **in_process(folder, rounds),
        **growth(folder, python),
    }
    hello = figures["hello --help (s)"]
    figures["voiceguide --help / hello --help"] = figures["voiceguide --help (s)"] / hello
    for name in ("same session", "hold made before", "hold never made"):
        figures[f"cached make, {name} / hello --help"] = figures[f"cached make, {name} (s)"] / hello
    figures["one-pass encode / assembly"] = figures["one-pass encode (s)"] / figures["assembly (s)"]
    figures["pydub loop and encode / assembly"] = (
        figures["pydub loop and encode (s)"] / figures["assembly (s)"]
    )
    costs = [figures[f"cost per minute {name} (ms)"] for name in LENGTHS]
    figures["cost per minute, longer / shorter"] = max(costs[1] / costs[0], costs[2] / costs[1])
    return figures


def reached(figures: dict[str, float], name: str) -> bool:
    """Tell whether a figure is what the project wants."""
    ((sign, goal),) = [(sign, goal) for wanted, sign, goal in GOALS if wanted == name]
    return figures[name] >= goal if sign == ">=" else figures[name] <= goal


# --- whole processes -----------------------------------------------------------------------------


def whole_processes(folder: Path, python: str, rounds: int) -> dict[str, float]:
    """Time commands in turn, round by round; each make writes to a new file."""
    hello = folder / "hello.py"
    hello.write_text(HELLO, encoding="utf-8")
    known, spoken = folder / "known", folder / "spoken"
    guide = [python, "-I", "-m", "voiceguide"]
    out = ["--force", "-o", str(folder / "x.mp3")]
    for hold in ("25", "30"):
        run([*guide, "make", ROUTINE, "--hold", hold, *out], known)
    run([*guide, "make", ROUTINE, "--hold", "25", *out], spoken)
    run([*guide, "plan", ROUTINE, "--hold", "30"], spoken)

    times: dict[str, list[float]] = {}
    for number in range(rounds):
        with fresh(spoken, folder) as half_known, fresh(None, folder) as empty:
            steps: dict[str, tuple[list[str], Path]] = {
                "hello --help (s)": ([python, "-I", str(hello), "--help"], known),
                "voiceguide --help (s)": ([*guide, "--help"], known),
                "cached make, same session (s)": ([*guide, "make", ROUTINE, *out], known),
                "cached make, hold made before (s)": (
                    [*guide, "make", ROUTINE, "--hold", "30", *out],
                    known,
                ),
                # All words are known, and no sound of a session with this hold has been encoded.
                "cached make, hold never made (s)": (
                    [*guide, "make", ROUTINE, "--hold", "30", *out],
                    half_known,
                ),
            }
            if number < 3:  # the slow one
                steps["cold make (s)"] = ([*guide, "make", ROUTINE, *out], empty)
            for name, (command, cache) in steps.items():
                times.setdefault(name, []).append(seconds(lambda: run(command, cache)))  # noqa: B023
    return {name: statistics.median(values) for name, values in times.items()}


@contextmanager
def fresh(cache: Path | None, folder: Path) -> Iterator[Path]:
    """Give a copy of a cache, or an empty one, that only one command uses."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        copy = Path(place) / "cache"
        if cache:
            shutil.copytree(cache, copy)
        yield copy


def run(command: list[str], cache: Path) -> str:
    """Run a command with a cache of its own, and return what it says on standard error."""
    done = subprocess.run(
        command,
        env={**os.environ, "VOICEGUIDE_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# --- in process ----------------------------------------------------------------------------------


def in_process(folder: Path, rounds: int) -> dict[str, float]:
    """Time making the frames of one session from kept blocks, and from its samples in two other ways."""
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
    form, sounds = session.splicer.format, session.recording.sounds
    list(session.stream())
    pcm = mix(sounds, session.samples, form.sample_rate_hz)
    clip = Clip(pcm, form.sample_rate_hz)

    def assembly() -> None:
        again = plan_session(find_routine(ROUTINE), SessionOptions(), VoiceOptions(), store=store())
        frames = again.splicer.frames(again.recording.sounds, again.samples)
        times["assembly (s)"].append(seconds(lambda: b"".join(frames)))

    times: dict[str, list[float]] = {
        "assembly (s)": [],
        "one-pass encode (s)": [],
        "pydub loop and encode (s)": [],
    }
    for _ in range(rounds):
        assembly()
        one_pass = seconds(lambda: encode(pcm, form))
        times["one-pass encode (s)"].append(one_pass)
        times["pydub loop and encode (s)"].append(
            one_pass + seconds(lambda: pydub_loop(sounds, clip, folder))
        )
    minutes = session.timeline.duration_ms / 60_000
    return {name: statistics.median(values) for name, values in times.items()} | {"session (min)": minutes}


def pydub_loop(sounds: tuple, whole, folder: Path) -> None:  # type: ignore[no-untyped-def,type-arg]
    """Join a session the plain way: one segment after the other, then export (without MP3, which needs ffmpeg)."""
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
    """Return peak memory and cost per minute for sessions of one density and three lengths, all cached."""
    cache = folder / "growth"
    figures = {}
    out = ["--force", "-o", str(folder / "x.mp3")]
    for name, (reps, sets) in LENGTHS.items():
        file = folder / f"{reps}-{sets}.yaml"
        file.write_text(LONG.replace("SETS", str(sets)), encoding="utf-8")
        wished = ["make", str(file), "--hold", "60", "--reps", str(reps), *out]
        run([python, "-I", "-m", "voiceguide", *wished], cache)
        peak = int(run([python, "-I", "-c", PEAK, *wished], cache).splitlines()[-1])
        figures[f"peak memory {name} (MB)"] = peak * 1024 / 1e6
        minutes, cost = cost_of(cache, file, reps)
        figures[f"length {name} (min)"] = minutes
        figures[f"cost per minute {name} (ms)"] = cost * 1000 / minutes
    return figures


def cost_of(cache: Path, file: Path, reps: int) -> tuple[float, float]:
    """Return a cached session's minutes, and the seconds it takes to plan it and make all its bytes."""
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
    times = [seconds(make) for _ in range(5)]
    return minutes[-1], statistics.median(times)


# --- showing -------------------------------------------------------------------------------------


def show(figures: dict[str, float]) -> None:
    """Print every figure, then what was to be reached."""
    for name, value in figures.items():
        print(f"{name:58} {value:10.3f}")
    print()
    for name, comparison, goal in GOALS:
        found = "reached" if reached(figures, name) else "MISSED"
        print(f"{found:8} {name:46} {figures[name]:8.2f}  (goal {comparison} {goal:g})")


if __name__ == "__main__":
    main()
