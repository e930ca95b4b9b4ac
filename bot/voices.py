"""Voices from outside, made harmless: a WAV is read sample by sample and written anew (R-74).

The report page records on the phone and sends plain PCM, so that nothing has to be decoded here and
nothing of the upload survives but its samples.
"""

from __future__ import annotations

import io
import wave

VOICE_SECONDS = 60
_RATES = range(8_000, 16_001)
VOICE_BYTES = VOICE_SECONDS * 16_000 * 2 + 4096


class VoiceRefused(Exception):
    """The voice cannot be taken; the message is the sentence for the person who sent it."""


def clean_voice(data: bytes) -> bytes:
    """Return the voice as a fresh WAV: mono, 16 bits, 8 to 16 kHz, at most a minute; raise VoiceRefused."""
    if len(data) > VOICE_BYTES:
        raise VoiceRefused(f"语音太长了，请控制在 {VOICE_SECONDS} 秒以内")
    try:
        with wave.open(io.BytesIO(data)) as voice:
            shape = (voice.getnchannels(), voice.getsampwidth(), voice.getcomptype())
            rate, frames = voice.getframerate(), voice.getnframes()
            samples = voice.readframes(frames)
    except (wave.Error, EOFError, RuntimeError):  # RuntimeError: the reader's own word for a chunk out of place
        raise VoiceRefused("语音打不开，请重新录一次，或者直接写字") from None
    if shape != (1, 2, "NONE") or rate not in _RATES or not samples or len(samples) != frames * 2:
        raise VoiceRefused("语音打不开，请重新录一次，或者直接写字")
    if len(samples) > VOICE_SECONDS * rate * 2:
        raise VoiceRefused(f"语音太长了，请控制在 {VOICE_SECONDS} 秒以内")
    out = io.BytesIO()
    with wave.open(out, "wb") as fresh:
        fresh.setnchannels(1)
        fresh.setsampwidth(2)
        fresh.setframerate(rate)
        fresh.writeframes(samples)
    return out.getvalue()
