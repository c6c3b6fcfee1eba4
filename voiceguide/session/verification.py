"""A finished file is measured against the plan that it carries."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.audio.chimes import strike_chime
from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_array, as_clip
from voiceguide.audio.level_envelope import clip_id, level_envelope_of_samples, levels_db
from voiceguide.audio.levels import DUAL_MONO_LU
from voiceguide.audio.loudness import measure_pieces, true_peak_dbtp
from voiceguide.errors import VoiceguideError
from voiceguide.export.embedded_metadata import SessionMetadata
from voiceguide.export.finished_file import read_metadata
from voiceguide.mp3.file import Mp3File, read_mp3
from voiceguide.script.plan import Plan
from voiceguide.script.segments import ChimeKind
from voiceguide.script.timeline import Event
from voiceguide.text.formatting import format_milliseconds
from voiceguide.text.printable import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What the sound contract promises.
HOLD_TOLERANCE_MS = 1.0
LOUDNESS_LUFS = -16.0
LOUDNESS_TOLERANCE_LU = 0.5
TRUE_PEAK_DBTP = -1.0
SILENCE_DB = -80.0

# Chimes are looked for this far around where they should be, by this much of their sound.
_SEARCH_MS = 150
_TEMPLATE_MS = 400
# Noise gives hardly 0.1, a chime behind a 64 kbit/s encoder more than 0.95.
_MIN_LIKENESS = 0.6
# An encoder's frames spread a sound a little before its beginning and after its end.
_SPREAD_MS = 60
# What has no sound for so long at its beginning or end, where clips are trimmed to sound, was cut.
_EDGE_MS = 120
_STRETCH_MS = 10
# Chimes are further apart on average, in any session.
_MIN_CHIME_MS = 500
_PIECE_MS = 60_000
# Where a profile is compared, and from which difference on one tenth of a second, or several, count.
_AUDIBLE_DB = -50
_MAX_OFF_DB = 8
_OFF_DB = 3
_FULL_SCALE = 32768


@dataclass(frozen=True, slots=True)
class MeasuredHold:
    """One hold: where its begin chime was found, how long it should last, and how long it lasts."""

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
        loudness_lufs: of the voice, integrated, as heard from two loudspeakers; None without a word.
        altered_sounds: words and chimes that are there, and do not sound as they were made.
        late_ms: by how much the first chime comes later than planned, or earlier where negative.
        problems: what breaks the contract, a sentence each; none where the file is sound.
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


def verify(path: Path) -> Verification:
    """Decode a finished file and measure it.

    Raises:
        UsageError: there is no such file.
        VoiceguideError: the file cannot be read, is no session, or carries no plan.
    """
    file, contents = read_mp3(path), read_metadata(path)
    chimes = len(contents.plan.of_kind("chime"))
    if chimes > file.samples // (file.format.sample_rate_hz * _MIN_CHIME_MS // 1000) + 10:
        raise VoiceguideError(
            f"{path} is no session of voiceguide: its plan has {chimes} chimes, more than it holds."
        )
    return _Examination(contents, file).result()


class _Examination:
    """Measures one file; times are in ms from the start of the session."""

    def __init__(self, contents: SessionMetadata, file: Mp3File) -> None:
        self._plan, self._file, self._level_envelopes = contents.plan, file, contents.level_envelopes
        self._chime_level_db = contents.wishes()[1].chime_level
        self._rate_hz = file.format.sample_rate_hz
        self._templates: dict[ChimeKind, NDArray[np.float64]] = {}

    def result(self) -> Verification:
        """Measure everything, and say what breaks the contract."""
        whole, voice = self._loudness
        holds = tuple(self._holds())
        missing_chimes = tuple(
            f"{event.chime} chime at {format_milliseconds(event.start_ms)}"
            for event, found in zip(self._chimes, self._onsets_ms, strict=True)
            if found is None
        )
        measured = Verification(
            title=self._plan.title,
            duration_ms=self._file.samples * 1000 // self._rate_hz,
            holds=holds,
            loudness_lufs=voice,
            true_peak_dbtp=round(whole, 2),
            clipped_samples=self._scanned[1],
            stray_sounds_ms=tuple(self._stray_sounds()),
            missing_words=tuple(self._missing_words()),
            missing_chimes=missing_chimes,
            altered_sounds=tuple(self._altered_sounds()),
            late_ms=round(self._found_chimes[0][1], 2) if self._found_chimes else 0.0,
            frame_errors=len(self._file.damaged_frames),
            missing_frames=max(0, self._file.planned_frames - self._file.frames),
            extra_frames=max(0, self._file.frames - self._file.planned_frames),
            has_whole_header=self._file.has_intact_header,
            problems=(),
        )
        return _with_problems(measured, self._plan)

    # --- chimes and holds ----------------------------------------------------------------------

    @cached_property
    def _chimes(self) -> list[Event]:
        return [event for event in self._plan.events if event.kind == "chime" and event.chime]

    @cached_property
    def _onsets_ms(self) -> list[float | None]:
        """Where each chime begins, looked for around where the one before says it should be."""
        found: list[float | None] = []
        drift_ms = 0.0
        for event in self._chimes:
            onset = self._onset_ms(event, round(event.start_ms + drift_ms))
            found.append(onset)
            if onset is not None:
                drift_ms = onset - event.start_ms
        return found

    def _onset_ms(self, event: Event, near_ms: int) -> float | None:
        """Return where a chime begins, by the best match with its sound (a matched filter)."""
        import numpy as np

        template = self._template(event.chime or "begin")
        start = self._samples(near_ms - _SEARCH_MS)
        heard = self._file.decode(start, self._samples(2 * _SEARCH_MS) + len(template)).astype(np.float64)
        match = _correlated(heard, template)
        sums = np.concatenate(([0.0], np.cumsum(heard**2)))
        energy = sums[len(template) :] - sums[: -len(template)]
        likeness = match / np.sqrt(np.maximum(energy, 1e-9))
        best = int(likeness.argmax())
        if likeness[best] < _MIN_LIKENESS:
            return None
        return (start + best) * 1000 / self._rate_hz

    def _template(self, kind: ChimeKind) -> "NDArray[np.float64]":
        """Return the beginning of a chime, of energy 1."""
        import numpy as np

        if kind not in self._templates:
            clip = strike_chime(kind, self._chime_level_db, self._rate_hz)
            sound = as_array(clip)[: self._samples(_TEMPLATE_MS)].astype(np.float64)
            self._templates[kind] = sound / np.sqrt((sound**2).sum())
        return self._templates[kind]

    def _holds(self) -> Iterator[MeasuredHold]:
        onsets = {
            (event.chime, event.start_ms): onset
            for event, onset in zip(self._chimes, self._onsets_ms, strict=True)
        }
        for event in self._plan.events:
            if event.kind == "hold":
                begin, release = onsets.get(("begin", event.start_ms)), onsets.get(("release", event.end_ms))
                measured = None if begin is None or release is None else round(release - begin, 2)
                at_ms = event.start_ms if begin is None else round(begin, 2)
                yield MeasuredHold(at_ms, event.exercise or "", event.end_ms - event.start_ms, measured)

    @cached_property
    def _found_chimes(self) -> list[tuple[int, float]]:
        """When each chime that was found should begin, and how late it does; in order."""
        return [
            (event.start_ms, onset - event.start_ms)
            for event, onset in zip(self._chimes, self._onsets_ms, strict=True)
            if onset is not None
        ]

    def _drift_ms(self, at_ms: int) -> int:
        """Return how late the sound is at a time, by the last chime found before it, or the first."""
        before = bisect_right(self._found_chimes, at_ms, key=itemgetter(0))
        return round(self._found_chimes[max(before - 1, 0)][1]) if self._found_chimes else 0

    # --- levels --------------------------------------------------------------------------------

    @cached_property
    def _sounding(self) -> list[tuple[int, int, Event]]:
        """Where sound is planned, in order, late by as much as the chimes are."""
        return [
            (event.start_ms + drift, event.end_ms + drift, event)
            for event in self._plan.events
            if event.kind in ("say", "chime")
            for drift in (self._drift_ms(event.start_ms),)
        ]

    def _pieces(self) -> "Iterator[tuple[int, NDArray[np.float32]]]":
        """Yield the file's sound as decoded, with the time at which each piece begins."""
        total_ms = self._file.available_samples * 1000 // self._rate_hz
        for start_ms in range(0, total_ms, _PIECE_MS):
            length_ms = min(_PIECE_MS, total_ms - start_ms)
            yield start_ms, self._file.decode(self._samples(start_ms), self._samples(length_ms))

    @cached_property
    def _levels(self) -> "NDArray[np.float32]":
        """The peak of every 10 ms, 1.0 being full scale; shape (stretches,)."""
        return self._scanned[0]

    @cached_property
    def _scanned(self) -> "tuple[NDArray[np.float32], int]":
        """The peak of every 10 ms, and how many samples are clipped in all."""
        import numpy as np

        step = self._samples(_STRETCH_MS)
        levels, clipped = [], 0
        for _, sound in self._pieces():
            heights = np.abs(np.pad(sound, (0, -len(sound) % step)))
            levels.append(heights.reshape(-1, step).max(axis=1))
            clipped += int((heights >= 1.0).sum())
        return np.concatenate(levels) if levels else np.zeros(1, np.float32), clipped

    @cached_property
    def _loudness(self) -> tuple[float, float | None]:
        """Return the true peak of all, and the integrated loudness of the voice as heard.

        Chimes are as loud as the listener chose; only the voice's loudness is promised.
        """
        import numpy as np

        def clips(*, voice_only: bool) -> Iterator[Clip]:
            for start_ms, sound in self._pieces():
                kept = sound * self._voice_mask(start_ms, len(sound)) if voice_only else sound
                yield as_clip(kept.astype(np.float64) * _FULL_SCALE / 2, self._rate_hz)

        half_db = 20 * float(np.log10(2))
        peak = true_peak_dbtp(clips(voice_only=False)) + half_db
        voice = measure_pieces(clips(voice_only=True)).integrated_lufs + half_db
        heard = (
            round(voice + DUAL_MONO_LU, 2)
            if any(event.kind == "say" for event in self._plan.events)
            else None
        )
        return peak, heard

    @cached_property
    def _words(self) -> list[tuple[int, int]]:
        """When each of the words begins and ends, in order."""
        return sorted((start, end) for start, end, event in self._sounding if event.kind == "say")

    def _voice_mask(self, start_ms: int, samples: int) -> "NDArray[np.float32]":
        import numpy as np

        mask = np.zeros(samples, np.float32)
        longest_ms = max((end - start for start, end in self._words), default=0)
        first = bisect_left(self._words, start_ms - longest_ms, key=itemgetter(0))
        stop_ms = start_ms + samples * 1000 // self._rate_hz + 1
        for start, end in self._words[first : bisect_right(self._words, stop_ms, key=itemgetter(0))]:
            if end > start_ms and self._samples(start - start_ms) < samples:
                mask[max(0, self._samples(start - start_ms)) : max(0, self._samples(end - start_ms))] = 1
        return mask

    def _stray_sounds(self) -> Iterator[tuple[int, int]]:
        """Yield where something sounds and nothing is planned."""
        import numpy as np

        stray = self._levels > 10 ** (SILENCE_DB / 20)
        for start, end, _ in self._sounding:
            stray[max(0, start - _SPREAD_MS) // _STRETCH_MS : -(-max(0, end + _SPREAD_MS) // _STRETCH_MS)] = (
                False
            )
        edges = np.flatnonzero(np.diff(np.concatenate(([0], stray.astype(np.int8), [0]))))
        for first, last in edges.reshape(-1, 2):
            yield int(first) * _STRETCH_MS, int(last) * _STRETCH_MS

    def _missing_words(self) -> Iterator[str]:
        """Yield the words that are not there, or whose beginning or end is not."""
        for start, end, event in self._sounding:
            edge = min(_EDGE_MS, (end - start) // 2)
            places = {"beginning": (start, start + edge), "end": (end - edge, end)}
            silent = [name for name, place in places.items() if self._is_silent(*place)]
            if event.kind == "say" and silent:
                what = "is missing" if len(silent) == 2 else f"lacks its {silent[0]}"
                yield f"“{event.text}” at {format_milliseconds(start)} {what}"

    def _altered_sounds(self) -> Iterator[str]:
        """Yield what is as long as planned and does not sound as it was made: other words, a hole, a softer bell."""
        for start, end, event in self._sounding:
            made = self._level_envelopes.get(clip_id(event.text, event.chime))
            if made is None or self._is_silent(start, end):
                continue
            heard = self._file.decode(self._samples(start), self._samples(end - start))
            if _sounds_otherwise(made, level_envelope_of_samples(heard, self._rate_hz)):
                what = f"“{event.text}”" if event.kind == "say" else f"{event.chime} chime"
                yield f"{what} at {format_milliseconds(start)}"

    def _is_silent(self, start_ms: int, end_ms: int) -> bool:
        levels = self._levels[max(0, start_ms) // _STRETCH_MS : max(0, end_ms) // _STRETCH_MS]
        return not (levels > 10 ** (SILENCE_DB / 20)).any()

    def _samples(self, milliseconds: int) -> int:
        return milliseconds * self._rate_hz // 1000


def _sounds_otherwise(made: str, heard: str) -> bool:
    """Tell whether two profiles are of different sounds.

    An encoder moves the level of a tenth of a second by a decibel or two, more where it is soft; the last one,
    which may be short, does not count.
    """
    pairs = zip(levels_db(made[:-1]), levels_db(heard[:-1]), strict=False)
    off = [abs(one - other) for one, other in pairs if max(one, other) > _AUDIBLE_DB]
    return max(off, default=0) > _MAX_OFF_DB or sum(db > _OFF_DB for db in off) > 1


def _correlated(heard: "NDArray[np.float64]", template: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return ``numpy.correlate(heard, template, "valid")``, by way of the spectrum: fifty times as fast."""
    import numpy as np

    size = 1 << (len(heard) - 1).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.fft.rfft(template, size).conj()
    found: NDArray[np.float64] = np.fft.irfft(spectrum, size)[: len(heard) - len(template) + 1]
    return found


def _with_problems(measured: Verification, plan: Plan) -> Verification:
    problems = chain(_file_problems(measured, plan), _timing_problems(measured), _sound_problems(measured))
    return replace(measured, problems=tuple(problems))


def _file_problems(measured: Verification, plan: Plan) -> Iterator[str]:
    if measured.missing_frames:
        missing = counted(measured.missing_frames, "frame is", "frames are")
        yield f"The file is cut short: {missing} missing."
    if measured.frame_errors:
        yield f"{counted(measured.frame_errors, 'frame is', 'frames are')} damaged."
    if measured.extra_frames:
        yield f"{counted(measured.extra_frames, 'frame follows', 'frames follow')} after the end."
    if not measured.has_whole_header:
        yield "The Info frame is damaged: players may show a wrong length, or seek to a wrong place."
    if measured.duration_ms != plan.duration_ms:
        yield f"The file lasts {measured.duration_ms} ms, and {plan.duration_ms} ms were planned."


def _timing_problems(measured: Verification) -> Iterator[str]:
    for hold in measured.holds:
        if hold.measured_ms is not None and not hold.is_exact:
            yield (
                f"The hold of {hold.exercise} at {format_milliseconds(round(hold.at_ms))} lasts {hold.measured_ms:.1f} ms "
                f"instead of {hold.planned_ms} ms."
            )
    if abs(measured.late_ms) > HOLD_TOLERANCE_MS:
        yield f"Everything comes {abs(measured.late_ms):.1f} ms {'late' if measured.late_ms > 0 else 'early'}."
    yield from (f"The {chime} is missing." for chime in measured.missing_chimes)
    yield from (f"{words}." for words in measured.missing_words)
    yield from (f"{_large(sound)} does not sound as it was made." for sound in measured.altered_sounds)


def _sound_problems(measured: Verification) -> Iterator[str]:
    stray, loudness = measured.stray_sounds_ms, measured.loudness_lufs
    if stray:
        first = format_milliseconds(stray[0][0])
        yield f"Something sounds where nothing is planned, {counted(len(stray), 'time')}, first at {first}."
    if loudness is not None and abs(loudness - LOUDNESS_LUFS) > LOUDNESS_TOLERANCE_LU:
        yield f"The voice has {loudness:.1f} LUFS as heard instead of {LOUDNESS_LUFS:.0f} ±{LOUDNESS_TOLERANCE_LU}."
    if measured.true_peak_dbtp > TRUE_PEAK_DBTP:
        yield f"The true peak is {measured.true_peak_dbtp:.1f} dBTP; at most {TRUE_PEAK_DBTP:.0f} is allowed."
    if measured.clipped_samples:
        yield f"{counted(measured.clipped_samples, 'sample is', 'samples are')} clipped."


def _large(sound: str) -> str:
    return sound if sound.startswith("“") else f"The {sound}"
