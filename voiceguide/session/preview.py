"""One line is spoken to a file, exactly as a session would speak it."""

from contextlib import closing
from pathlib import Path

from voiceguide.audio.clip import Clip
from voiceguide.errors import UsageError
from voiceguide.export.containers import write_sound
from voiceguide.export.formats import audio_format
from voiceguide.files.writing import check_output, write_together
from voiceguide.language.registry import find_language
from voiceguide.options.voice import VoiceOptions
from voiceguide.script.context import SENTENCE_PAUSE_MS
from voiceguide.script.segments import Utterance
from voiceguide.speech.engine import Engine, Voice
from voiceguide.speech.pool import EnginePool
from voiceguide.speech.registry import open_engine, with_a_working_voice
from voiceguide.speech.renderer import SpeechRenderer
from voiceguide.store.user_cache import user_cache

_MAX_CHARACTERS = 2000


def preview(text: str, path: Path, speech: VoiceOptions, language: str = "en", *, force: bool) -> str:
    """Speak a text to a file, and return what was handed to the voice.

    Args:
        text: one sentence or several.
        path: where to; the ending chooses the format.
        speech: engine, voice, pace, and the list of how words are spoken.
        language: of the text.
        force: whether an existing file may be replaced.

    Raises:
        VoiceguideError: with the reason; no file was written.
    """
    written = " ".join(text.split())
    if not any(character.isalnum() for character in written):
        raise UsageError("There is nothing to say; give a text with words.")
    if len(written) > _MAX_CHARACTERS:
        raise UsageError(
            f"This text has {len(written)} characters; at most {_MAX_CHARACTERS} are spoken at once. Give a part of it."
        )
    form = audio_format(path.suffix)
    check_output(path, force=force)
    spoken_language = find_language(language)
    utterances = tuple(map(Utterance, spoken_language.sentences(written)))

    def pronounce(sentence: str) -> str:
        return spoken_language.spoken_form(sentence, speech.say)

    def spoken(engine: Engine, voice: Voice) -> dict[Utterance, Clip]:
        with user_cache() as cache, closing(EnginePool(engine, lambda: open_engine(voice.engine))) as crew:
            studio = SpeechRenderer(
                crew,
                voice,
                cache,
                pace_wpm=speech.pace,
                sample_rate_hz=form.sample_rate_hz,
                pronounce=pronounce,
                passage=spoken_language.calibration_passage,
            )
            clips = studio.kept(utterances)
            missing = [utterance for utterance in dict.fromkeys(utterances) if utterance not in clips]
            return clips | dict(studio.speak(missing))

    clips = with_a_working_voice(language, speech.engine, speech.voice, spoken)
    pause = bytes(2 * SENTENCE_PAUSE_MS * form.sample_rate_hz // 1000)
    pieces = [piece for utterance in utterances for piece in (clips[utterance].pcm, pause)][:-1]
    write_together({path: lambda temporary: write_sound(temporary, pieces, form)}, force=force)
    return " ".join(pronounce(utterance.text) for utterance in utterances)
