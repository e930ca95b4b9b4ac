"""Voices from outside: only their samples are kept (R-74)."""

from __future__ import annotations

import io
import random
import struct
import wave

import pytest

from bot.voices import VOICE_BYTES, VoiceRefused, clean_voice


def spoken(seconds: float = 1.0, rate: int = 16_000, channels: int = 1, width: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as voice:
        voice.setnchannels(channels)
        voice.setsampwidth(width)
        voice.setframerate(rate)
        voice.writeframes(random.Random(1).randbytes(int(seconds * rate) * channels * width))
    return out.getvalue()


def with_chunk(name: bytes, body: bytes) -> bytes:
    """Return a voice with one more chunk before its samples, as recorders write notes."""
    voice = spoken()
    at = voice.index(b"data")
    made = voice[:at] + name + struct.pack("<I", len(body)) + body + voice[at:]
    return made[:4] + struct.pack("<I", len(made) - 8) + made[8:]


def test_only_the_samples_survive():
    dirty = with_chunk(b"LIST", b"INFOcAnArY-31.2304N ") + b"PK\x03\x04cAnArY"
    assert clean_voice(dirty) == spoken()


def test_a_minute_is_taken_and_more_is_not():
    assert clean_voice(spoken(60)) == spoken(60)
    for long in (spoken(60.1), spoken(61, rate=8_000), spoken() + bytes(VOICE_BYTES)):
        with pytest.raises(VoiceRefused, match="60 秒以内"):
            clean_voice(long)


HOSTILE = {
    "empty": b"",
    "no voice": b"#!AMR\n" + bytes(100),
    "a picture": b"\xff\xd8\xff" + bytes(500),
    "header only": spoken()[:44],
    "cut in half": spoken()[:8_000],
    "stereo": spoken(channels=2),
    "eight bits": spoken(width=1),
    "claims a gigabyte": spoken().replace(struct.pack("<I", 32_000), struct.pack("<I", 2**30)),
    "claims no rate": spoken().replace(struct.pack("<I", 16_000), bytes(4), 1),
    "odd rate": spoken(0.1, rate=96_000),
    "big endian": b"RIFX" + spoken()[4:],
    "no samples": spoken(0),
    "chunk out of place": with_chunk(b"fmt ", b""),
    "noise": random.Random(2).randbytes(4_000),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_voice_is_refused_in_words(data):
    with pytest.raises(VoiceRefused, match="重新录一次"):
        clean_voice(data)
