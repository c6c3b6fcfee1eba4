"""What a person names to make a session of: a built-in routine, a routine file, or a finished file."""

from dataclasses import dataclass, field
from pathlib import Path

from voiceguide.routine.model import Routine
from voiceguide.routine.reader import find_routine
from voiceguide.script.options import Wishes
from voiceguide.share.reading import read_contents
from voiceguide.speech.wishes import SpeechWishes
from voiceguide.stitch.formats import FAMILIES


@dataclass(frozen=True)
class Source:
    """A routine, and the wishes that came with it: those of a finished file; none of a routine alone."""

    routine: Routine
    wishes: Wishes = field(default_factory=Wishes)
    speech: SpeechWishes = field(default_factory=SpeechWishes)


def find_source(name: str) -> Source:
    """Return what a person means: a routine's id or file, or a file that voiceguide has made.

    Raises:
        VoiceguideError: there is none of that name, or it cannot be used.
    """
    path = Path(name)
    if path.suffix.lower() not in FAMILIES:
        return Source(find_routine(name))
    contents = read_contents(path)
    return Source(contents.routine, *contents.wishes())
