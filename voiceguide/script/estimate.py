"""Estimates how long words take before they are spoken: close enough to choose options and to warn."""

from collections.abc import Iterator, Mapping

from voiceguide.language.base import Language
from voiceguide.options.session import ResolvedOptions
from voiceguide.routine.model import Routine
from voiceguide.script.builder import build_script
from voiceguide.script.context import SENTENCE_PAUSE_MS
from voiceguide.script.grid import Lengths
from voiceguide.script.segments import CHIME_MS, Utterance
from voiceguide.script.timeline import Timeline, lay_out

# What a phrase takes in addition to its letters. The neural voice at 120 words a minute takes 190 ms, and 72 ms a character, over
# the 169 phrases of lower-back and hips (standard deviation 330 ms); on the long side, so that a warning comes in time.
_MIN_MS = 260
# Of the words of a countdown, at a voice's natural rate: the neural voice takes 385 to 450 ms for four to six letters.
_NATURAL_MS_PER_CHARACTER = 50.0


class EstimatedSpeech(Mapping[Utterance, int]):
    """The length of any utterance at a pace, from its letters."""

    def __init__(self, pace_wpm: int, characters_per_word: float) -> None:
        """Estimate for a pace that counts the pauses between sentences."""
        # A sentence of the usual ten words has one pause; without it, the words are so much faster.
        spoken_ms = 10 * 60_000 / pace_wpm - SENTENCE_PAUSE_MS
        self._ms_per_character = spoken_ms / (10 * characters_per_word)
        self._natural_ms_per_character = min(self._ms_per_character, _NATURAL_MS_PER_CHARACTER)

    def __getitem__(self, utterance: Utterance) -> int:
        """Return how long an utterance takes, in ms."""
        each = self._natural_ms_per_character if utterance.natural_rate else self._ms_per_character
        return round(_MIN_MS * (0.5 if utterance.natural_rate else 1) + each * len(utterance.text))

    def __iter__(self) -> Iterator[Utterance]:
        """Hold nothing: every utterance is estimated when asked for."""
        return iter(())

    def __len__(self) -> int:
        """Hold nothing."""
        return 0


def estimated_timeline(
    routine: Routine,
    options: ResolvedOptions,
    language: Language,
    pace_wpm: int,
    speech_ms: Mapping[Utterance, int] | None = None,
) -> Timeline:
    """Return the approximate timeline of a session, without speaking a word.

    Args:
        routine, options, language: of the session.
        pace_wpm: of the voice.
        speech_ms: how long each utterance takes, where that is known better than from its letters.

    Raises:
        UsageError: the session is longer than the limit.
    """
    script = build_script(routine, options, language)
    estimated = EstimatedSpeech(pace_wpm, language.characters_per_word)
    return lay_out(script, Lengths(estimated if speech_ms is None else speech_ms, CHIME_MS))
