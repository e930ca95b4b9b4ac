"""The signatures and the event encryption: official vectors, the official-looking library, and forgeries."""

from __future__ import annotations

import base64
import random
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from dingtalk.crypto import DingTalkCrypto

from bot.dingtalk.crypto import CallbackRefused, EventCrypto, OneBody, card_sign, check_fresh, robot_sign

VECTOR_A = {
    "token": "123456",
    "aes_key": "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij",
    "owner_key": "suite4xxxxxxxxxxxxxxx",
    "signature": "5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0",
    "timestamp": "1445827045067",
    "nonce": "nEXhMP4r",
    "encrypt": (
        "1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9VrYeJ5"
        "as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ=="
    ),
    "plain": '{"EventType":"check_create_suite_url","Random":"LPIdSnlF","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}',
}
VECTOR_B = {
    "token": "mryue",
    "aes_key": "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7",
    "owner_key": "ding6ccabc44d2c8d38b",
    "signature": "03044561471240d4a14bb09372dfcfd4fd0e40cb",
    "timestamp": "1608001896814",
    "nonce": "WL4PK6yA",
    "encrypt": (
        "0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxOK+HZeKju4yhELOFchzNu"
        "kR+t8SB/qk4ROMu3"
    ),
    "plain": '{"EventType":"check_url"}',
}
VECTOR_C = {
    "token": "tokenxxxx",
    "aes_key": "o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus",
    "owner_key": "dingxxxxxx",
    "signature": "f36f4ba5337d426c7d4bca0dbcb06b3ddc1388fc",
    "timestamp": "1605695694141",
    "nonce": "WelUQl6bCqcBa2fM",
    "encrypt": "X1VSe9cTJUMZu60d3kyLYTrBq5578ZRJtteU94wG0Q4Uk6E/wQYeJRIC0/UFW5Wkya1Ihz9oXAdLlyC9TRaqsQ==",
    "plain": "success",
}
VECTOR_D = {
    "token": "123456",
    "aes_key": "1234567890123456789012345678901234567890123",
    "owner_key": "dingsnotzck6pm5veliw",
    "signature": "9a95a004dd16f5c307e849b994173f76aa26e5eb",
    "timestamp": "1614767836",
    "nonce": "A7Co0cJLMzIDtMMI",
    "encrypt": "YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==",
    "plain": "success",
}
VECTORS = [VECTOR_A, VECTOR_B, VECTOR_C, VECTOR_D]


def crypto_of(vector):
    return EventCrypto(token=vector["token"], aes_key=vector["aes_key"], owner_key=vector["owner_key"])


@pytest.mark.parametrize("vector", VECTORS, ids="ABCD")
def test_official_vectors_decrypt(vector):
    plain = crypto_of(vector).decrypt(vector["signature"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    assert plain.decode() == vector["plain"]


@pytest.mark.parametrize(
    ("text", "signature", "encrypted"),
    [
        (
            VECTOR_A["plain"],
            "bcf6dcefa4ce2dbaf7b0666c7264d46fd9aad4bd",
            (
                "5DJFWzjRNOQk+5GSZxW+VrFMDWCIidPjEjg3//gm5x556BedVi62rDj1F9uXU97a4jw1R4FACUv9RCpoDobNqxhxRB2YtW901k4KHbP1"
                "/wpFJ3xdLG0n0A8U1VhENg80zKJd+YROR0YMGum4WYuoXJ6J98vt0ihYeIFoapNddLML5MyNAGM9saSpkouDMSvD+iU14i7V8ix1ia1T"
                "b9ogog=="
            ),
        ),
        (
            "success",
            "73813ea128535f7945c17f81069c6b8045361375",
            "5DJFWzjRNOQk+5GSZxW+VpU/+Yf0KeplvXZ8LNdyQj5iN6tX2KSwwhy5oymzMpsFAiG4RS3L0/vY7TX4ZwLTFA==",
        ),
    ],
    ids="EF",
)
def test_encryption_vectors(text, signature, encrypted):
    sealed = crypto_of(VECTOR_A).encrypt(
        text, timestamp=VECTOR_A["timestamp"], nonce=VECTOR_A["nonce"], salt=b"1234567890123456"
    )
    assert sealed == {
        "msg_signature": signature,
        "timeStamp": VECTOR_A["timestamp"],
        "nonce": VECTOR_A["nonce"],
        "encrypt": encrypted,
    }


@pytest.mark.parametrize("text", ["", "success", "中文" * 40, "x" * 31, "x" * 32, "x" * 5000])
def test_we_and_the_library_read_each_other(text):
    ours = crypto_of(VECTOR_D)
    theirs = DingTalkCrypto(VECTOR_D["token"], VECTOR_D["aes_key"], VECTOR_D["owner_key"])
    sealed = ours.encrypt(text, timestamp="1700000000000", nonce="abc")
    opened = theirs.decrypt_encrypt_str(sealed["msg_signature"], "1700000000000", "abc", sealed["encrypt"])
    assert opened == text
    back = theirs.encrypt_message(text, nonce="def", timestamp=1700000000001)
    assert ours.decrypt(back["msg_signature"], "1700000000001", "def", back["encrypt"]).decode() == text


def test_mutants_are_refused_each_in_the_same_way():
    """R-01: bits, characters and whole parts changed; 1,500 forgeries, none accepted."""
    chance = random.Random(1)
    crypto = crypto_of(VECTOR_A)
    genuine = [VECTOR_A[name] for name in ("signature", "timestamp", "nonce", "encrypt")]
    for number in range(1500):
        parts = list(genuine)
        which = number % 4
        raw = bytearray(parts[which].encode())
        how = chance.randrange(4)
        if how == 0:
            raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(7)
        elif how == 1:
            del raw[chance.randrange(len(raw))]
        elif how == 2:
            raw += raw[:1]
        else:
            raw = bytearray()
        parts[which] = raw.decode(errors="surrogateescape")
        if parts == genuine:
            continue
        with pytest.raises(CallbackRefused):
            crypto.decrypt(*parts)


def seal(vector, plain: bytes):
    """Encrypt prepared plain bytes and sign them rightly: what only a holder of the token and key could send."""
    crypto = crypto_of(vector)
    key = base64.b64decode(vector["aes_key"] + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    encrypt = base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
    return crypto, crypto.signature("1", "n", encrypt), encrypt


@pytest.mark.parametrize(
    "plain",
    [
        b"x" * 32,
        b"r" * 16 + struct.pack(">I", 7) + b"success" + b"dingxxxxxx" + b"\x00" * 27,
        b"r" * 16 + struct.pack(">I", 2**32 - 1) + b"success" + b"dingxxxxxx" + b"\x1b" * 27,
        b"r" * 16 + struct.pack(">I", 7) + b"success" + b"dingxxxxxy" + b"\x1b" * 27,
        b"r" * 16 + struct.pack(">I", 7) + b"success" + b"dingxxxxxx" + b"\x1a" + b"\x1b" * 26,
        b"\x20" * 32,
    ],
    ids=["no padding", "zero padding", "length too long", "foreign owner", "uneven padding", "only padding"],
)
def test_rightly_signed_nonsense_is_refused(plain):
    """R-03, R-05: the key of another app, broken padding and broken lengths are the same refusal."""
    crypto, signature, encrypt = seal(VECTOR_C, plain)
    with pytest.raises(CallbackRefused):
        crypto.decrypt(signature, "1", "n", encrypt)


@pytest.mark.parametrize("encrypt", ["", "####", "YWJj", "YWJj\n", "é"])
def test_signed_but_not_cipher_text(encrypt):
    crypto = crypto_of(VECTOR_C)
    with pytest.raises(CallbackRefused):
        crypto.decrypt(crypto.signature("1", "n", encrypt), "1", "n", encrypt)


@pytest.mark.parametrize("aes_key", ["", "short", "x" * 44, "!" * 43])
def test_a_wrong_key_is_named_at_the_start(aes_key):
    with pytest.raises(ValueError, match="aes_key"):
        EventCrypto(token="t", aes_key=aes_key, owner_key="k")


def test_sign_vectors():
    assert robot_sign("1577262236757", "this is a secret") == "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="
    assert robot_sign("1577262236757", "this is secret") == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
    assert card_sign("1577262236757", "example-secret") == "9EQUhx+gSqHfgSF/OnOV2ifDC9m1VzjPj00L/WOZeew="


def test_one_header_carries_one_body(clock):
    """R-04: a captured header with 100 other bodies; the genuine body may come again."""
    door = OneBody(robot_sign, "secret", clock=clock)
    stamp, sign = clock.ms, robot_sign(clock.ms, "secret")
    door.check(stamp, sign, b"genuine")
    for number in range(100):
        with pytest.raises(CallbackRefused):
            door.check(stamp, sign, b"forged %d" % number)
    door.check(stamp, sign, b"genuine")


@pytest.mark.parametrize(
    ("minutes", "accepted"), [(0, True), (4, True), (-4, True), (6, False), (-6, False), (1440, False)]
)
def test_the_window_is_five_minutes(clock, minutes, accepted):
    """R-02: a clock 4 minutes wrong is fine, a header 6 minutes old is not."""
    door = OneBody(card_sign, "secret", clock=clock)
    stamp = str(int(clock.ms) + minutes * 60_000)
    if accepted:
        door.check(stamp, card_sign(stamp, "secret"), b"body")
    else:
        with pytest.raises(CallbackRefused):
            door.check(stamp, card_sign(stamp, "secret"), b"body")


def test_a_header_is_remembered_as_long_as_it_is_fresh(clock):
    door = OneBody(robot_sign, "secret", clock=clock)
    stamp = str(int(clock.ms) + 290_000)  # from a clock that is ahead
    door.check(stamp, robot_sign(stamp, "secret"), b"genuine")
    clock.pass_by(580)
    other = clock.ms
    door.check(other, robot_sign(other, "secret"), b"another")
    with pytest.raises(CallbackRefused):
        door.check(stamp, robot_sign(stamp, "secret"), b"forged")


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1e3", "١٢٣", "9" * 40])
def test_nonsense_timestamps(clock, stamp):
    with pytest.raises(CallbackRefused):
        check_fresh(stamp, clock())


def test_seconds_are_a_timestamp_too(clock):
    check_fresh(clock.ms[:-3], clock())
