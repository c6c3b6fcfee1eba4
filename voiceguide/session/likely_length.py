"""How long a session is likely to be, for lists: before a word is spoken."""

from voiceguide.language.base import Language
from voiceguide.options.session import SessionOptions
from voiceguide.routine.limits import DEFAULT_PACE_WPM
from voiceguide.routine.model import Routine
from voiceguide.script.estimate import EstimatedSpeech, estimated_timeline
from voiceguide.script.segments import Utterance
from voiceguide.script.timeline import Timeline

# The estimate is on the long side, so that warnings come in time. Of seven built-in routines, spoken by the neural voice, it
# makes 8 to 16 minutes 19 to 22 s longer than they are; with this share of it, they are met within 7 s.
_LIKELY_SHARE = 0.93


class _LikelySpeech(EstimatedSpeech):
    def __getitem__(self, utterance: Utterance) -> int:
        return round(_LIKELY_SHARE * super().__getitem__(utterance))


def likely_timeline(routine: Routine, language: Language) -> Timeline:
    """Return the timeline of a session at the routine's defaults, about as long as it will be.

    Raises:
        UsageError: the session is longer than the limit.
    """
    options = SessionOptions().resolve(routine)
    speech = _LikelySpeech(DEFAULT_PACE_WPM, language.characters_per_word)
    return estimated_timeline(routine, options, language, DEFAULT_PACE_WPM, speech)
