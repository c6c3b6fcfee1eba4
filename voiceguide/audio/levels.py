"""The levels of every session, each with its reason. No other module defines one."""

from math import log10

# Digital full scale of 16-bit samples: -32768 stands for -1.0.
FULL_SCALE = 32_768

# Podcast platforms ask for -16 LUFS as heard (AES TD1004.1.15-10 recommends -16 to -20 for streams).
# A mono file is played by two loudspeakers, which is 3 LU louder than a mono meter shows ("dual mono",
# the `dualmono` option of FFmpeg's ebur128), so the voice itself is set to -19.
LOUDNESS_AS_HEARD_LUFS = -16.0
LOUDNESS_TOLERANCE_LU = 0.5
DUAL_MONO_LU = 3.01
SPEECH_LUFS = -19.0

# EBU R 128 allows a true peak of -1 dBTP at most. True-peak meters differ by up to 0.1 dB (the meter's
# oversampling, ITU-R BS.1770-4 annex 2), so the encoder stays that much below.
TRUE_PEAK_LIMIT_DBTP = -1.0
METER_MARGIN_DB = 0.1
ENCODED_PEAK_LIMIT_DBTP = TRUE_PEAK_LIMIT_DBTP - METER_MARGIN_DB

# Encoding moves peaks. At 64 kbit/s LAME raises a phrase's true peak by less than 1.6 dB, except for about one
# phrase in a hundred: clips therefore peak 2.2 dB below the limit, and a block that still exceeds it is
# encoded again (mp3.peak_limit). A chime's peak rises by less than 0.9 dB (measured at 24 and 48 kHz, 64 and
# 96 kbit/s); 0.73 of full scale is -2.7 dBFS.
CLIP_PEAK_LIMIT_DB = TRUE_PEAK_LIMIT_DBTP - 2.2
CHIME_PEAK_LIMIT = 0.73

# Anything louder in a decoded file is a sound: encoded digital silence decodes to zeros, and trimming keeps
# nothing of a phrase below -50 dB of its loudest part.
SILENCE_DBFS = -80.0


def to_amplitude(level_db: float) -> float:
    """Return the amplitude of a level, 1.0 being full scale (0 dBFS)."""
    return float(10 ** (level_db / 20))


def to_db(amplitude: float, floor_db: float = -120.0) -> float:
    """Return the level of an amplitude in dB against full scale, never below ``floor_db``."""
    return max(floor_db, 20 * log10(amplitude)) if amplitude > 0 else floor_db
