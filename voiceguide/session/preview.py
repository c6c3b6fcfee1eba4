"""Previews a line: it is spoken to a file, exactly as in a session."""

from dataclasses import dataclass
from pathlib import Path

from voiceguide.audio.clip import Clip
from voiceguide.errors import UsageError
from voiceguide.export.formats import audio_format
from voiceguide.files.writing import check_output, write_together
from voiceguide.language.registry import find_language
from voiceguide.options.voice import VoiceOptions
from voiceguide.script.context import SENTENCE_PAUSE_MS
from voiceguide.script.segments import Utterance
from voiceguide.speech.engine import Voice
from voiceguide.speech.registry import VoiceChoice, with_working_voice
from voiceguide.speech.renderer import open_renderer
from voiceguide.store.user_cache import user_cache

_MAX_CHARACTERS = 2000
# A quarter of a minute: long enough to know whether one wants to listen for longer.
_SAMPLE_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """A text that was spoken to a file.

    Attributes:
        voice: which spoke.
        spoken_as: what the voice read, as a person reads it.
        notes: what the listener should know, one sentence each.
    """

    voice: Voice
    spoken_as: str
    notes: tuple[str, ...]


def sample_text(language: str = "en") -> str:
    """Return a few sentences of a session, to try a voice with."""
    return " ".join(find_language(language).calibration_passage.sentences[:_SAMPLE_SENTENCES])


def preview(text: str, path: Path, options: VoiceOptions, language: str = "en", *, force: bool) -> Preview:
    """Speak a text to a file.

    Args:
        text: one sentence or several.
        path: of the file to write; the extension chooses the format.
        options: engine, voice, pace, and words with their pronunciation.
        language: of the text.
        force: whether an existing file may be replaced.

    Raises:
        VoiceguideError: with the reason; no file was written.
    """
    file_format = audio_format(path.suffix)
    check_output(path, force=force)
    spoken_language = find_language(language)
    utterances = tuple(map(Utterance, spoken_language.sentences(_checked(text))))

    def render(choice: VoiceChoice) -> tuple[VoiceChoice, dict[Utterance, Clip], tuple[str, ...]]:
        rate_hz = file_format.sample_rate_hz
        with (
            user_cache() as cache,
            open_renderer(
                choice, options, spoken_language, cache, say=options.say, sample_rate_hz=rate_hz
            ) as renderer,
        ):
            clips = renderer.stored_clips(utterances)
            missing = [utterance for utterance in dict.fromkeys(utterances) if utterance not in clips]
            clips |= dict(renderer.speak(missing))
            return choice, clips, (*choice.notes, *cache.notes)

    choice, clips, notes = with_working_voice(language, options.engine, options.voice, render)
    pause = bytes(2 * SENTENCE_PAUSE_MS * file_format.sample_rate_hz // 1000)
    pieces = [piece for utterance in utterances for piece in (clips[utterance].pcm, pause)][:-1]
    write_together({path: lambda temporary: file_format.write_pcm(temporary, pieces)}, force=force)
    spoken_as = " ".join(spoken_language.shown_form(one.text, options.say) for one in utterances)
    return Preview(choice.voice, spoken_as, notes)


def _checked(text: str) -> str:
    """Return the text on one line.

    Raises:
        UsageError: it has no words, or too many.
    """
    written = " ".join(text.split())
    if not any(character.isalnum() for character in written):
        raise UsageError("There is nothing to say; give a text with words.")
    if len(written) > _MAX_CHARACTERS:
        raise UsageError(
            f"This text has {len(written)} characters; at most {_MAX_CHARACTERS} are spoken at once. Shorten it."
        )
    return written
