"""Measures a finished file where its plan says that something should be heard. Times are in ms of the session."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from voiceguide.audio.chimes import CHIME_SETS, Chimes
from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_array, as_clip
from voiceguide.audio.level_envelope import clip_id, level_envelope_of_samples, sounds_differ
from voiceguide.audio.levels import DUAL_MONO_LU, FULL_SCALE, SILENCE_DBFS, to_amplitude
from voiceguide.audio.loudness import measure_pieces, true_peak_dbtp
from voiceguide.audio.matched_filter import find_onset
from voiceguide.mp3.file import Mp3File
from voiceguide.routine.limits import DEFAULT_BELLS
from voiceguide.script.plan import Plan
from voiceguide.script.segments import ChimeKind
from voiceguide.script.timeline import Event
from voiceguide.text.formatting import format_milliseconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A chime is searched for this far before and after the expected time; with the beginning of its sound, which
# differs most from the other chimes.
_SEARCH_MS = 150
_TEMPLATE_MS = 400
_OWN_LEAD_MS = 100
# A chime made of an own sound is struck again after 160 ms at the earliest.
_OWN_TEMPLATE_MS = 160
# An encoder spreads a sound a little before its start and after its end: at most two frames of 24 ms, and the
# rest of the frame it ends in.
_SPREAD_MS = 60
# Clips are trimmed to where sound begins and ends, so a phrase that is silent for this long at one end was cut.
_EDGE_MS = 120
_PEAK_WINDOW_MS = 10
# The file is decoded one minute at a time, so that memory does not grow with its length.
_PIECE_MS = 60_000
_HALF_DB = 6.0206  # 20 log10(2)


class _Sounding(NamedTuple):
    """A phrase or chime, and when it should be heard, given how late the chimes around it are."""

    start_ms: int
    end_ms: int
    event: Event

    @property
    def label(self) -> str:
        what = f"“{self.event.text}”" if self.event.kind == "say" else f"{self.event.chime} chime"
        return f"{what} at {format_milliseconds(self.start_ms)}"


class Measurement:
    """The audio of one file, compared with its plan; each figure is measured when it is first read."""

    def __init__(
        self, file: Mp3File, plan: Plan, chime_level_db: float, level_envelopes: Mapping[str, str]
    ) -> None:
        """Measure a file.

        Args:
            file: the file.
            plan: what it should contain.
            chime_level_db: the level of its chimes, relative to the voice.
            level_envelopes: of each clip by its id; a clip without one is not checked for alterations.
        """
        self._file, self._plan = file, plan
        self._chime_level_db, self._level_envelopes = chime_level_db, level_envelopes
        self._rate_hz = file.format.sample_rate_hz
        self._templates: dict[ChimeKind, NDArray[np.float64]] = {}

    @property
    def duration_ms(self) -> int:
        """The length according to the Info frame."""
        return self._file.sample_count * 1000 // self._rate_hz

    @property
    def has_chimes(self) -> bool:
        """Whether any chime is planned."""
        return bool(self._plan.of_kind("chime"))

    # --- chimes --------------------------------------------------------------------------------

    @cached_property
    def _chimes(self) -> list[tuple[Event, float | None]]:
        """Each planned chime and its onset; searched for relative to the one before, None if not found."""
        found: list[tuple[Event, float | None]] = []
        delay_ms = 0.0
        for event in self._plan.of_kind("chime"):
            if not event.duration_ms:  # the begin chime sounds in its place
                continue
            onset = self._chime_onset_ms(event.chime or "begin", round(event.start_ms + delay_ms))
            found.append((event, onset))
            if onset is not None:
                delay_ms = onset - event.start_ms
        return found

    def _chime_onset_ms(self, kind: ChimeKind, expected_ms: int) -> float | None:
        import numpy as np

        template = self._template(kind)
        start = self._samples(expected_ms - self._lead_ms - _SEARCH_MS)
        sound = self._file.decode(start, self._samples(2 * _SEARCH_MS) + len(template))
        onset = find_onset(sound.astype(np.float64), template)
        return None if onset is None else (start + onset) * 1000 / self._rate_hz + self._lead_ms

    def _template(self, kind: ChimeKind) -> "NDArray[np.float64]":
        import numpy as np

        if kind not in self._templates:
            chimes = self._chimes_of_the_program
            clip = chimes.strike(kind, self._chime_level_db, self._rate_hz) if chimes else None
            sound = (
                self._first_own_strike() if clip is None else as_array(clip)[: self._samples(_TEMPLATE_MS)]
            )
            self._templates[kind] = sound.astype(np.float64)
        return self._templates[kind]

    def _first_own_strike(self) -> "NDArray[np.generic]":
        """Return the first begin chime in the file: a file does not carry the sound of its maker's own bells.

        Chimes of all kinds begin with the same strike, so that holds are measured from one to another.
        """
        first = next(event for event in self._plan.of_kind("chime") if event.chime == "begin")
        start_ms = max(first.start_ms - self._lead_ms, 0)
        return self._file.decode(self._samples(start_ms), self._samples(_OWN_TEMPLATE_MS + self._lead_ms))

    @property
    def _chimes_of_the_program(self) -> Chimes | None:
        """The built-in set that is planned; None where the maker's own sound is."""
        return CHIME_SETS.get(str(self._plan.options.get("bells") or DEFAULT_BELLS))

    @property
    def _lead_ms(self) -> int:
        """How much silence before a chime is compared, too: a sound of one tone has no other edge to find it by."""
        return 0 if self._chimes_of_the_program else _OWN_LEAD_MS

    def missing_chimes(self) -> Iterator[str]:
        """Yield every chime that was not found."""
        for event, onset in self._chimes:
            if onset is None:
                yield f"{event.chime} chime at {format_milliseconds(event.start_ms)}"

    def holds(self) -> Iterator[tuple[Event, float | None, float | None]]:
        """Yield every hold with the onsets of its begin and release chimes, None if not found."""
        onsets = {(event.chime, event.start_ms): onset for event, onset in self._chimes}
        for event in self._plan.of_kind("hold"):
            released = onsets.get(("release", event.end_ms), onsets.get(("begin", event.end_ms)))
            yield event, onsets.get(("begin", event.start_ms)), released

    @cached_property
    def _delays_ms(self) -> list[tuple[int, float]]:
        """When each chime that was found should begin, and how much later it does."""
        return [
            (event.start_ms, onset - event.start_ms) for event, onset in self._chimes if onset is not None
        ]

    @property
    def first_delay_ms(self) -> float:
        """How much later than planned the first chime begins; negative if earlier."""
        return self._delays_ms[0][1] if self._delays_ms else 0.0

    def _delay_ms(self, at_ms: int) -> int:
        """Return the delay of the last chime found before a time, or of the first one."""
        before = bisect_right(self._delays_ms, at_ms, key=itemgetter(0))
        return round(self._delays_ms[max(before - 1, 0)][1]) if self._delays_ms else 0

    # --- phrases and silence -------------------------------------------------------------------

    @cached_property
    def _soundings(self) -> list[_Sounding]:
        return [
            _Sounding(event.start_ms + delay, event.end_ms + delay, event)
            for event in self._plan.events
            if event.kind in ("say", "chime") and event.duration_ms
            for delay in (self._delay_ms(event.start_ms),)
        ]

    def missing_words(self) -> Iterator[str]:
        """Yield every phrase that is silent, or whose beginning or end is."""
        for sounding in self._soundings:
            start, end, event = sounding
            edge = min(_EDGE_MS, (end - start) // 2)
            edges = {"beginning": (start, start + edge), "end": (end - edge, end)}
            silent = [name for name, window in edges.items() if self._is_silent(*window)]
            if event.kind == "say" and silent:
                yield f"{sounding.label} {'is missing' if len(silent) == 2 else f'lacks its {silent[0]}'}"

    def altered_sounds(self) -> Iterator[str]:
        """Yield every phrase and chime that sounds different: other words, a gap, another level."""
        for sounding, following in zip_longest(self._soundings, self._soundings[1:]):
            start, end, event = sounding
            if following:  # from there on, a chime is damped
                end = min(end, following.start_ms)
            expected = self._level_envelopes.get(clip_id(event.text, event.chime))
            if expected is None or self._is_silent(start, end):
                continue
            sound = self._file.decode(self._samples(start), self._samples(end - start))
            if sounds_differ(expected, level_envelope_of_samples(sound, self._rate_hz)):
                yield sounding.label

    def stray_sounds_ms(self) -> Iterator[tuple[int, int]]:
        """Yield the start and end of every sound where silence is planned."""
        import numpy as np

        stray = self._peaks > to_amplitude(SILENCE_DBFS)
        for start, end, _ in self._soundings:
            first = max(0, start - _SPREAD_MS) // _PEAK_WINDOW_MS
            stray[first : -(-max(0, end + _SPREAD_MS) // _PEAK_WINDOW_MS)] = False
        edges = np.flatnonzero(np.diff(np.concatenate(([0], stray.astype(np.int8), [0]))))
        for first, last in edges.reshape(-1, 2):
            yield int(first) * _PEAK_WINDOW_MS, int(last) * _PEAK_WINDOW_MS

    def _is_silent(self, start_ms: int, end_ms: int) -> bool:
        peaks = self._peaks[max(0, start_ms) // _PEAK_WINDOW_MS : max(0, end_ms) // _PEAK_WINDOW_MS]
        return not (peaks > to_amplitude(SILENCE_DBFS)).any()

    # --- levels --------------------------------------------------------------------------------

    @property
    def clipped_samples(self) -> int:
        """The number of decoded samples at or above full scale."""
        return self._scan[1]

    @property
    def _peaks(self) -> "NDArray[np.float32]":
        """The sample peak of every 10 ms, 1.0 being full scale; shape (windows,)."""
        return self._scan[0]

    @cached_property
    def _scan(self) -> "tuple[NDArray[np.float32], int]":
        import numpy as np

        step = self._samples(_PEAK_WINDOW_MS)
        peaks, clipped = [np.zeros(0, np.float32)], 0
        for _, sound in self._pieces():
            amplitudes = np.abs(np.pad(sound, (0, -len(sound) % step)))
            peaks.append(amplitudes.reshape(-1, step).max(axis=1))
            clipped += int((amplitudes >= 1.0).sum())
        return np.concatenate(peaks), clipped

    def true_peak_dbtp(self) -> float:
        """Return the true peak of the whole file."""
        return true_peak_dbtp(self._halved(sound) for _, sound in self._pieces()) + _HALF_DB

    def voice_loudness_lufs(self) -> float | None:
        """Return the integrated loudness of the voice, as heard from two loudspeakers; None without words.

        Chimes do not count: listeners choose their level.
        """
        if not self._words:
            return None
        voice = (self._halved(sound * self._voice_mask(start, len(sound))) for start, sound in self._pieces())
        return measure_pieces(voice).integrated_lufs + _HALF_DB + DUAL_MONO_LU

    def _halved(self, sound: "NDArray[np.float32]") -> Clip:
        """Return the audio at half its amplitude, so that peaks above full scale are not clipped."""
        return as_clip(sound * (FULL_SCALE / 2), self._rate_hz)

    @cached_property
    def _words(self) -> list[tuple[int, int]]:
        """When each phrase begins and ends, in order."""
        return sorted((start, end) for start, end, event in self._soundings if event.kind == "say")

    @cached_property
    def _longest_phrase_ms(self) -> int:
        return max((end - start for start, end in self._words), default=0)

    def _voice_mask(self, start_ms: int, sample_count: int) -> "NDArray[np.float32]":
        """Return 1 where a phrase is planned and 0 elsewhere; shape (samples,)."""
        import numpy as np

        mask = np.zeros(sample_count, np.float32)
        first = bisect_left(self._words, start_ms - self._longest_phrase_ms, key=itemgetter(0))
        stop_ms = start_ms + sample_count * 1000 // self._rate_hz + 1
        for start, end in self._words[first : bisect_right(self._words, stop_ms, key=itemgetter(0))]:
            mask[max(0, self._samples(start - start_ms)) : max(0, self._samples(end - start_ms))] = 1
        return mask

    def _pieces(self) -> "Iterator[tuple[int, NDArray[np.float32]]]":
        """Yield the decoded audio in pieces, each with its start in ms."""
        total_ms = self._file.available_sample_count * 1000 // self._rate_hz
        for start_ms in range(0, total_ms, _PIECE_MS):
            length_ms = min(_PIECE_MS, total_ms - start_ms)
            yield start_ms, self._file.decode(self._samples(start_ms), self._samples(length_ms))

    def _samples(self, milliseconds: int) -> int:
        return milliseconds * self._rate_hz // 1000
