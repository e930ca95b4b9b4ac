"""The official vectors of the WeCom reference, section 1.6."""

import pytest

from playground.wecom.crypto import Crypto, CryptoError

A = Crypto("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
B = Crypto("hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo", "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt", "ww1436e0e65a779aee")

A1 = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
A2 = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)
B1 = "fsi1xnbH4yQh0+PJxcOdhhK6TDXkjMyhEPA7xB2TGz6b+g7xyAbEkRxN/3cNXW9qdqjnoVzEtpbhnFyq6SVHyA=="
B2 = (
    "Kl7kjoSf6DMD1zh7rtrHjFaDapSCkaOnwu3bqLc5tAybhhMl9pFeK8NslNPVdMwmBQTNoW4mY7AIjeLvEl3NyeTkAgGzBhzTtRLNshw2AEew+kkY"
    "cD+Fq72Kt00fT0WnN87hGrW8SqGc+NcT3mu87Ha3dz1pSDi6GaUA6A0sqfde0VJPQbZ9U+3JWcoD4Z5jaU0y9GSh010wsHF8KZD24YhmZH4ch4Ka"
    "7ilEbjbfvhKkNL65HHL0J6EYJIZUC2pFrdkJ7MhmEbU2qARR4iQHE7wy24qy0cRX3Mfp6iELcDNfSsPGjUQVDGxQDCWjayJOpcwocugux082f49H"
    "KYg84EpHSGXAyh+/oxwaWbvL6aSDPOYuPDGOCI8jmnKiypE+"
)
E3 = (
    "sKqRbbiSUnDhFHOvPjtUMSs1k8K1CdhVATTBQNj5RGfr2SSogQPwiaREvDG6j+anDDTQGRPc5XVafaRf07vjdJWo03DV9aa/cArn/HDtV476heTT"
    "KpJSMh7JMO1cnA3V"
)


@pytest.mark.parametrize(
    ("crypto", "timestamp", "nonce", "encrypted", "signature"),
    [
        (A, "1409659589", "263014780", A1, "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"),
        (A, "1409659813", "1372623149", A2, "477715d11cdb4164915debcba66cb864d751f3e6"),
        (B, "1476416373", "47744683", B1, "012bc692d0a58dd4b10f8dfe5c4ac00ae211ebeb"),
        (B, "1476422779", "1597212914", B2, "0c3914025cb4b4d68103f6bfc8db550f79dcf48e"),
        (A, "1409659813", "1372623149", E3, "704c72221c37caa50e80abdf53d4b21e0f6294e2"),
    ],
)
def test_signs_as_the_vectors_say(crypto, timestamp, nonce, encrypted, signature):
    assert crypto.sign(timestamp, nonce, encrypted) == signature


def test_decrypts_the_vectors():
    assert A.decrypt(A1) == b"1616140317555161061"
    assert b"<Content><![CDATA[hello]]></Content>\n<MsgId>4561255354251345929</MsgId>" in A.decrypt(A2)
    assert B.decrypt(B1) == b"1288432023552776189"
    assert "<Content>你好</Content>".encode() in B.decrypt(B2)


def test_encrypts_with_blocks_of_32_a_whole_one_when_nothing_is_missing():
    assert A.encrypt(b"x" * 26, random=b"0123456789abcdef") == E3


def test_same_message_twice_is_never_the_same_ciphertext():
    assert A.encrypt(b"x") != A.encrypt(b"x")


@pytest.mark.parametrize(
    "encrypted",
    [
        A.encrypt(b"hello", receiveid="another"),
        A.encrypt(b"hello", padding=0),
        A.encrypt(b"hello", padding=33),
        A.encrypt(b"hello", length=4_000_000_000),
        A2[:-4],
        "not base64!",
        "",
    ],
    ids=["another receiver", "no padding", "too much padding", "longer than it is", "cut off", "not base64", "empty"],
)
def test_refuses_what_is_not_whole(encrypted):
    with pytest.raises(CryptoError):
        A.decrypt(encrypted)


def test_refuses_a_short_key():
    with pytest.raises(CryptoError, match="43 characters"):
        Crypto("t", "c2hvcnQ", "corp")
