"""Verifies a finished file against the plan that it carries."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from voiceguide.audio.levels import LOUDNESS_AS_HEARD_LUFS, LOUDNESS_TOLERANCE_LU, TRUE_PEAK_LIMIT_DBTP
from voiceguide.errors import InvalidFile
from voiceguide.export.finished_file import read_metadata
from voiceguide.mp3.file import Mp3File, read_mp3
from voiceguide.script.plan import Plan
from voiceguide.session.measurement import Measurement
from voiceguide.text.formatting import format_milliseconds
from voiceguide.text.printable import counted

# Holds are exact to the millisecond (the timing contract).
HOLD_TOLERANCE_MS = 1.0
# No session has more chimes than one in 500 ms, on average, and a few. A plan with more is forged.
_MIN_CHIME_MS = 500
_EXTRA_CHIMES = 10


@dataclass(frozen=True, slots=True)
class MeasuredHold:
    """One hold.

    Attributes:
        at_ms: onset of its begin chime; where it was planned if the chime was not found.
        exercise: its id.
        planned_ms: the planned length.
        measured_ms: from the onset of the begin chime to that of the release chime; None if one is missing.
    """

    at_ms: float
    exercise: str
    planned_ms: int
    measured_ms: float | None

    @property
    def is_exact(self) -> bool:
        """Whether both chimes are there, as far apart as planned."""
        return self.measured_ms is not None and abs(self.measured_ms - self.planned_ms) <= HOLD_TOLERANCE_MS


@dataclass(frozen=True, slots=True)
class Verification:
    """What was measured.

    Attributes:
        title: of the session.
        duration_ms: according to the file's Info frame.
        holds: every hold, in order.
        loudness_lufs: integrated loudness of the voice, as heard from two loudspeakers; None without words.
        true_peak_dbtp: of the whole file.
        clipped_samples: how many decoded samples reach full scale.
        stray_sounds_ms: start and end of each sound where silence is planned.
        missing_words: phrases that are silent or cut, with their time.
        missing_chimes: chimes that were not found, with their time.
        altered_sounds: phrases and chimes that sound different, with their time.
        frame_errors: how many frames are damaged.
        missing_frames: how many frames the file lacks.
        extra_frames: how many frames follow the end of the session.
        has_whole_header: whether the Info frame is intact.
        late_ms: how much later than planned the first chime begins; negative if earlier.
        problems: what is wrong, one sentence each; empty if the file is as planned.
    """

    title: str
    duration_ms: int
    holds: tuple[MeasuredHold, ...]
    loudness_lufs: float | None
    true_peak_dbtp: float
    clipped_samples: int
    stray_sounds_ms: tuple[tuple[int, int], ...]
    missing_words: tuple[str, ...]
    missing_chimes: tuple[str, ...]
    altered_sounds: tuple[str, ...]
    frame_errors: int
    missing_frames: int
    extra_frames: int
    has_whole_header: bool
    late_ms: float
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the file is as planned."""
        return not self.problems


def verify(path: Path) -> Verification:
    """Decode a finished MP3 and measure it.

    Raises:
        InputNotFound: the file does not exist.
        InvalidFile: the file cannot be read, is not a session or carries no plan.
    """
    file, metadata = read_mp3(path), read_metadata(path)
    chimes = len(metadata.plan.of_kind("chime"))
    if chimes > file.sample_count * 1000 // (file.format.sample_rate_hz * _MIN_CHIME_MS) + _EXTRA_CHIMES:
        raise InvalidFile(path, f"carries a plan with {chimes} chimes, more than fit into its length")
    chime_level_db = metadata.options()[1].resolve().chime_level_db
    measurement = Measurement(file, metadata.plan, chime_level_db, metadata.level_envelopes)
    measured = _measured(measurement, file, metadata.plan.title)
    problems = chain(
        _file_problems(measured, metadata.plan), _timing_problems(measured), _sound_problems(measured)
    )
    return replace(measured, problems=tuple(problems))


def _measured(measurement: Measurement, file: Mp3File, title: str) -> Verification:
    loudness = measurement.voice_loudness_lufs()
    return Verification(
        title=title,
        duration_ms=measurement.duration_ms,
        holds=tuple(_holds(measurement)),
        loudness_lufs=None if loudness is None else round(loudness, 2),
        true_peak_dbtp=round(measurement.true_peak_dbtp(), 2),
        clipped_samples=measurement.clipped_samples,
        stray_sounds_ms=tuple(measurement.stray_sounds_ms()),
        missing_words=tuple(measurement.missing_words()),
        missing_chimes=tuple(measurement.missing_chimes()),
        altered_sounds=tuple(measurement.altered_sounds()),
        frame_errors=len(file.damaged_frames),
        missing_frames=max(0, file.planned_frame_count - file.frame_count),
        extra_frames=max(0, file.frame_count - file.planned_frame_count),
        has_whole_header=file.has_intact_header,
        late_ms=round(measurement.first_delay_ms, 2),
        problems=(),
    )


def _holds(measurement: Measurement) -> Iterator[MeasuredHold]:
    if not measurement.has_chimes:  # a hold without chimes has no edges that could be measured
        return
    for event, begin, release in measurement.holds():
        measured = None if begin is None or release is None else round(release - begin, 2)
        at_ms = event.start_ms if begin is None else round(begin, 2)
        yield MeasuredHold(at_ms, event.exercise or "", event.end_ms - event.start_ms, measured)


def _file_problems(measured: Verification, plan: Plan) -> Iterator[str]:
    if measured.missing_frames:
        missing = counted(measured.missing_frames, "frame is", "frames are")
        yield f"The file is cut short: {missing} missing."
    if measured.frame_errors:
        yield f"{counted(measured.frame_errors, 'frame is', 'frames are')} damaged."
    if measured.extra_frames:
        yield f"{counted(measured.extra_frames, 'frame follows', 'frames follow')} after the end."
    if not measured.has_whole_header:
        yield "The Info frame is damaged: players may show a wrong length, or seek to a wrong position."
    if measured.duration_ms != plan.duration_ms:
        yield f"The file lasts {measured.duration_ms} ms instead of {plan.duration_ms} ms."


def _timing_problems(measured: Verification) -> Iterator[str]:
    for hold in measured.holds:
        if hold.measured_ms is not None and not hold.is_exact:
            yield (
                f"The hold of {hold.exercise} at {format_milliseconds(round(hold.at_ms))} lasts "
                f"{hold.measured_ms:.1f} ms instead of {hold.planned_ms} ms."
            )
    if abs(measured.late_ms) > HOLD_TOLERANCE_MS:
        yield f"Everything is {abs(measured.late_ms):.1f} ms {'late' if measured.late_ms > 0 else 'early'}."
    yield from (f"The {chime} is missing." for chime in measured.missing_chimes)
    yield from (f"{words}." for words in measured.missing_words)
    yield from (f"{_capitalised(sound)} has been altered." for sound in measured.altered_sounds)


def _sound_problems(measured: Verification) -> Iterator[str]:
    stray, loudness = measured.stray_sounds_ms, measured.loudness_lufs
    if stray:
        first = format_milliseconds(stray[0][0])
        sounds = counted(len(stray), "unexpected sound interrupts", "unexpected sounds interrupt")
        yield f"{sounds} the silence, first at {first}."
    if loudness is not None and abs(loudness - LOUDNESS_AS_HEARD_LUFS) > LOUDNESS_TOLERANCE_LU:
        yield (
            f"The loudness of the voice is {loudness:.1f} LUFS as heard instead of "
            f"{LOUDNESS_AS_HEARD_LUFS:.0f} ±{LOUDNESS_TOLERANCE_LU}."
        )
    if measured.true_peak_dbtp > TRUE_PEAK_LIMIT_DBTP:
        yield (
            f"The true peak is {measured.true_peak_dbtp:.1f} dBTP; the limit is "
            f"{TRUE_PEAK_LIMIT_DBTP:.0f} dBTP."
        )
    if measured.clipped_samples:
        yield f"{counted(measured.clipped_samples, 'sample is', 'samples are')} clipped."


def _capitalised(sound: str) -> str:
    return sound if sound.startswith("“") else f"The {sound}"
