"""What a person names to make a session of: a built-in routine, a routine file, or a finished file."""

from dataclasses import dataclass, field
from pathlib import Path

from voiceguide.routine.model import Routine
from voiceguide.routine.reader import find_routine
from voiceguide.script.options import Wishes
from voiceguide.settings import Settings
from voiceguide.share.reading import read_contents
from voiceguide.speech.wishes import SpeechWishes
from voiceguide.stitch.formats import FAMILIES


@dataclass(frozen=True)
class Source:
    """A routine, and the wishes that came with it: those of a finished file, and what is set."""

    routine: Routine
    wishes: Wishes = field(default_factory=Wishes)
    speech: SpeechWishes = field(default_factory=SpeechWishes)


def find_source(name: str, settings: Settings | None = None) -> Source:
    """Return what a person means: a routine's id or file, or a file that voiceguide has made.

    Args:
        name: of the routine or the file.
        settings: hold where neither the listener nor the file makes a choice.

    Raises:
        VoiceguideError: there is none of that name, or it cannot be used.
    """
    settings = settings or Settings()
    path = Path(name)
    if path.suffix.lower() not in FAMILIES:
        return Source(find_routine(name), settings.wishes, settings.speech)
    contents = read_contents(path)
    wishes, speech = contents.wishes()
    return Source(contents.routine, wishes.over(settings.wishes), speech.over(settings.speech))
