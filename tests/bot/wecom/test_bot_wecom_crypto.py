"""Callback crypto against the platform's own vectors, wechatpy, and people who mean no good."""

from __future__ import annotations

import base64
import random
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.wecom.crypto import CallbackCrypto, CallbackKey, CallbackRefused

KEY_A = CallbackKey(token="QDG6eK", aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
KEY_B = CallbackKey(token="hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo", aes_key="6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt")
ID_A, ID_B = "wx5823bf96d3bd56c7", "ww1436e0e65a779aee"

# The platform's published vectors: key, receive id, timestamp, nonce, signature, ciphertext, message.
OFFICIAL = {
    "A1": (
        KEY_A,
        ID_A,
        "1409659589",
        "263014780",
        "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
        ("P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="),
        "1616140317555161061",
    ),
    "A2": (
        KEY_A,
        ID_A,
        "1409659813",
        "1372623149",
        "477715d11cdb4164915debcba66cb864d751f3e6",
        (
            "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg"
            "3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+k"
            "DZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6ti"
            "WSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p"
            "8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
        ),
        (
            "<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName>\n"
            "<FromUserName><![CDATA[mycreate]]></FromUserName>\n"
            "<CreateTime>1409659813</CreateTime>\n"
            "<MsgType><![CDATA[text]]></MsgType>\n"
            "<Content><![CDATA[hello]]></Content>\n"
            "<MsgId>4561255354251345929</MsgId>\n"
            "<AgentID>218</AgentID>\n"
            "</xml>"
        ),
    ),
    "B1": (
        KEY_B,
        ID_B,
        "1476416373",
        "47744683",
        "012bc692d0a58dd4b10f8dfe5c4ac00ae211ebeb",
        ("fsi1xnbH4yQh0+PJxcOdhhK6TDXkjMyhEPA7xB2TGz6b+g7xyAbEkRxN/3cNXW9qdqjnoVzEtpbhnFyq6SVHyA=="),
        "1288432023552776189",
    ),
    "B2": (
        KEY_B,
        ID_B,
        "1476422779",
        "1597212914",
        "0c3914025cb4b4d68103f6bfc8db550f79dcf48e",
        (
            "Kl7kjoSf6DMD1zh7rtrHjFaDapSCkaOnwu3bqLc5tAybhhMl9pFeK8NslNPVdMwmBQTNoW4mY7AIjeLvEl3NyeTkAgGzBhzTtRLN"
            "shw2AEew+kkYcD+Fq72Kt00fT0WnN87hGrW8SqGc+NcT3mu87Ha3dz1pSDi6GaUA6A0sqfde0VJPQbZ9U+3JWcoD4Z5jaU0y9GSh"
            "010wsHF8KZD24YhmZH4ch4Ka7ilEbjbfvhKkNL65HHL0J6EYJIZUC2pFrdkJ7MhmEbU2qARR4iQHE7wy24qy0cRX3Mfp6iELcDNf"
            "SsPGjUQVDGxQDCWjayJOpcwocugux082f49HKYg84EpHSGXAyh+/oxwaWbvL6aSDPOYuPDGOCI8jmnKiypE+"
        ),
        (
            "<xml><ToUserName>ww1436e0e65a779aee</ToUserName><FromUserName>ChenJiaShun</FromUserName>"
            "<CreateTime>1476422779</CreateTime><MsgType>text</MsgType><Content>你好</Content>"
            "<MsgId>1456453720</MsgId><AgentID>1000002</AgentID></xml>"
        ),
    ),
    "C": (
        KEY_B,
        ID_B,
        "1409659813",
        "1372623149",
        "e3647471e395139e2308c1fa963f2d648a00b90e",
        (
            "cjhLUX7UU4yCSelv1vz7T0zT8huF51bAMVWriNvO1FMegHrQZNrtvRxbwf0fUPsFvwqR0U0fgiJNEA5Y30F2MoI2S7vv3EjVQ68C"
            "0cjw9frBoUE2Hj0BvFp9h3u6Vbsg4lc1C8AtHdaN8orKuNKkLRLuYEL52R1J3v8olJGZRLnRdVKIivixmX/eQpzgeExtp20jI1Hx"
            "RP1AAZ6xZoILdqDPO549LO4WeG+685JRUTdiwcY5fjZlqeMxuT4PpMn1X9OWsS7NRj06Wa5E3Tvg4twjWp39KPfOdRte6P1T4JU="
        ),
        (
            '{ "ToUserName": "wx5823bf96d3bd56c7", "FromUserName": :mycreate", "CreateTime": 1409659813, '
            '"MsgType": "text", "Content": "hello", "MsgId": 4561255354251345929, "AgentID": 218}'
        ),
    ),
}

# Derived for the other direction with key set A and the random bytes ``0123456789abcdef``: receive id, message,
# ciphertext, signature.
DERIVED = {
    "E1": (
        ID_A,
        (
            "<xml><ToUserName><![CDATA[mycreate]]></ToUserName><FromUserName><![CDATA[wx5823bf96d3bd56c7]]></FromUserName>"
            "<CreateTime>1348831860</CreateTime><MsgType><![CDATA[update_button]]></MsgType>"
            "<Button><ReplaceName><![CDATA[已确认]]></ReplaceName></Button></xml>"
        ),
        (
            "sKqRbbiSUnDhFHOvPjtUMT0yBS8VBhKI9nya/MUtGBwDKARQxFv6GcW0OawLjbTsHDEYi++gzNdDKddk2noR2ZXU4jUVBqc1EWiv"
            "LWwwe4rSmBQNlRdzaC48zl54c0T2+5C1sPpnBDX8R8LkeqRjFsb34wmBCwW/K0bk6wa2onccgDvBoQN5nWOWpZ+8ovcJDtIAJlTF"
            "XQpXNigBbh1UE7YPlc5ME+flmeNI5mnbND0H/AwcFRg+c5ERrFkNy6RWVE3r0UX5qHddpluMa9+zosMeaPXQAduUrzLRjjTvTW1g"
            "YlSyDdVurrBb1a2F7+M3kl5a8MlsSxYd1bgxHkPfM5Fk3lka9gT/YLWLWqtraGxIglJkLw1XJLlI7QvSg6F5bWY2pTFIhZr3Un+H"
            "xP3+wL4q69d+LWYSfCvr0gLJYi4="
        ),
        "9bb61415b8cf9fd3089f781e0940417bdb652b6b",
    ),
    "E2": (
        "",
        '{"msgtype":"text","text":{"content":"hi"}}',
        "sKqRbbiSUnDhFHOvPjtUMeJBV1LIPhBLiS/+bDapFbYVhHdUs/DnbaknhbqfAh2BTpK5aJX7/p7a/MUQd1b1sA==",
        "42cf74edaccba14c0661d71ba89be87065be290a",
    ),
    "E3": (
        ID_A,
        "x" * 26,
        (
            "sKqRbbiSUnDhFHOvPjtUMSs1k8K1CdhVATTBQNj5RGfr2SSogQPwiaREvDG6j+anDDTQGRPc5XVafaRf07vjdJWo03DV9aa/cArn"
            "/HDtV476heTTKpJSMh7JMO1cnA3V"
        ),
        "704c72221c37caa50e80abdf53d4b21e0f6294e2",
    ),
}


@pytest.mark.parametrize("name", OFFICIAL)
def test_official_vectors_are_checked_and_decrypted(name):
    key, receive_id, timestamp, nonce, signature, encrypted, message = OFFICIAL[name]
    crypto = CallbackCrypto([key], receive_id)
    crypto.check(signature=signature, timestamp=timestamp, nonce=nonce, encrypted=encrypted)
    assert crypto.decrypt(encrypted).decode() == message


@pytest.mark.parametrize("name", DERIVED)
def test_derived_vectors_are_sealed_byte_for_byte(name):
    receive_id, message, encrypted, signature = DERIVED[name]
    crypto = CallbackCrypto([KEY_A], receive_id)
    sealed = crypto.seal(message.encode(), timestamp="1409659813", nonce="1372623149", random=b"0123456789abcdef")
    assert (sealed.encrypted, sealed.signature) == (encrypted, signature)
    assert crypto.decrypt(encrypted).decode() == message


def test_wechatpy_reads_ours_and_we_read_wechatpys():
    ours = CallbackCrypto([KEY_B], ID_B)
    theirs = WeChatCrypto(KEY_B.token, KEY_B.aes_key, ID_B)
    for size in (0, 1, 11, 12, 26, 500):
        message = "跟" * size
        sealed = ours.seal(message.encode(), timestamp="1476422779", nonce="n1")
        read = theirs.decrypt_message({"Encrypt": sealed.encrypted}, sealed.signature, "1476422779", "n1")
        assert (read if isinstance(read, str) else read.decode()) == message
        reply = theirs.encrypt_message(message, "n2", "1476422780")
        encrypted = reply.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
        signature = reply.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
        ours.check(signature=signature, timestamp="1476422780", nonce="n2", encrypted=encrypted)
        assert ours.decrypt(encrypted).decode() == message


def test_no_mutant_of_a_genuine_callback_passes():
    """R-01: signature, timestamp, nonce and ciphertext with one bit changed, and each of them missing."""
    key, receive_id, timestamp, nonce, signature, encrypted, _ = OFFICIAL["A2"]
    crypto = CallbackCrypto([key], receive_id)
    genuine = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "encrypted": encrypted}
    chance = random.Random(1)
    accepted = []
    for _ in range(1500):
        name = chance.choice(list(genuine))
        raw = bytearray(genuine[name].encode())
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        mutant = genuine | {name: raw.decode("latin-1")}
        try:
            crypto.check(**mutant)
        except CallbackRefused:
            continue
        accepted.append(mutant)
    for name in genuine:
        with pytest.raises(CallbackRefused):
            crypto.check(**genuine | {name: ""})
    assert accepted == []


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        pytest.param(b"r" * 16 + struct.pack(">I", 2) + b"hi" + ID_A.encode() + b"\0" * 24, "padding", id="padding 0"),
        pytest.param(
            b"r" * 16 + struct.pack(">I", 2) + b"hi" + ID_A.encode() + b"\x21" * 40, "padding", id="padding 33"
        ),
        pytest.param(
            b"r" * 16 + struct.pack(">I", 2) + b"hi" + ID_A.encode() + b"\x07" * 23 + b"\x18",
            "padding",
            id="unequal padding",
        ),
        pytest.param(
            b"r" * 16 + struct.pack(">I", 2**31) + b"hi" + b"\x0a" * 10, "length", id="length beyond the buffer"
        ),
        pytest.param(b"r" * 4 + b"\x1c" * 28, "length", id="no room for a length"),
        pytest.param(
            b"r" * 16 + struct.pack(">I", 2) + b"hi" + b"wwOTHER" + b"\x03" * 3, "receive id", id="other company"
        ),
        pytest.param(b"r" * 16 + struct.pack(">I", 2) + b"hi" + b"\x0a" * 10, "receive id", id="no company"),
    ],
)
def test_what_decrypts_but_is_not_well_made_is_refused(plain, reason):
    """R-03, R-05."""
    aes_key = base64.b64decode(KEY_A.aes_key + "=")
    encryptor = Cipher(AES256(aes_key), CBC(aes_key[:16])).encryptor()
    encrypted = base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
    with pytest.raises(CallbackRefused) as refused:
        CallbackCrypto([KEY_A], ID_A).decrypt(encrypted)
    assert refused.value.reason == reason


@pytest.mark.parametrize("encrypted", ["", "AAAA", "!!!!", "四个汉字", "A" * 63, base64.b64encode(b"x" * 31).decode()])
def test_what_is_no_ciphertext_is_refused(encrypted):
    with pytest.raises(CallbackRefused):
        CallbackCrypto([KEY_A], ID_A).decrypt(encrypted)


def test_both_keys_open_while_one_replaces_the_other():
    """R-08."""
    before, after = CallbackCrypto([KEY_A], ID_A), CallbackCrypto([KEY_B, KEY_A], ID_A)
    old = before.seal(b"old", timestamp="1", nonce="2")
    new = after.seal(b"new", timestamp="1", nonce="2")
    for sealed, message in ((old, b"old"), (new, b"new")):
        after.check(signature=sealed.signature, timestamp="1", nonce="2", encrypted=sealed.encrypted)
        assert after.decrypt(sealed.encrypted) == message
    with pytest.raises(CallbackRefused):
        before.check(signature=new.signature, timestamp="1", nonce="2", encrypted=new.encrypted)


def test_a_new_aes_key_under_the_same_token_opens_too():
    """R-08."""
    same_token = CallbackKey(token=KEY_A.token, aes_key=KEY_B.aes_key)
    old = CallbackCrypto([KEY_A], ID_A).seal(b"old", timestamp="1", nonce="2")
    both = CallbackCrypto([same_token, KEY_A], ID_A)
    both.check(signature=old.signature, timestamp="1", nonce="2", encrypted=old.encrypted)
    assert both.decrypt(old.encrypted) == b"old"


@pytest.mark.parametrize("aes_key", ["", "short", "A" * 42, "A" * 44, "键" * 43, "!" * 43])
def test_a_key_that_cannot_be_one_is_named_at_start(aes_key):
    with pytest.raises(ValueError, match="43 letters and digits"):
        CallbackCrypto([CallbackKey(token="t", aes_key=aes_key)], ID_A)


def test_keys_are_not_printed():
    """R-88."""
    assert KEY_A.token not in repr(KEY_A)
    assert KEY_A.aes_key not in repr(KEY_A)
