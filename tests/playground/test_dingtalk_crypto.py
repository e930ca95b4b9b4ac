"""The reference's vectors, byte for byte (2.1, 2.4, 4.7, 5.8)."""

from __future__ import annotations

import pytest

from playground.dingtalk.crypto import CryptoError, EventCrypto, card_sign, robot_sign

A_PLAIN = '{"EventType":"check_create_suite_url","Random":"LPIdSnlF","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}'
A = ("123456", "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij", "suite4xxxxxxxxxxxxxxx")

OPENED = {
    "A": (
        A,
        "5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0",
        "1445827045067",
        "nEXhMP4r",
        (
            "1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9V"
            "rYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ=="
        ),
        A_PLAIN,
    ),
    "B": (
        ("mryue", "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7", "ding6ccabc44d2c8d38b"),
        "03044561471240d4a14bb09372dfcfd4fd0e40cb",
        "1608001896814",
        "WL4PK6yA",
        (
            "0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxOK+HZeKju4yhELOFc"
            "hzNukR+t8SB/qk4ROMu3"
        ),
        '{"EventType":"check_url"}',
    ),
    "C": (
        ("tokenxxxx", "o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus", "dingxxxxxx"),
        "f36f4ba5337d426c7d4bca0dbcb06b3ddc1388fc",
        "1605695694141",
        "WelUQl6bCqcBa2fM",
        "X1VSe9cTJUMZu60d3kyLYTrBq5578ZRJtteU94wG0Q4Uk6E/wQYeJRIC0/UFW5Wkya1Ihz9oXAdLlyC9TRaqsQ==",
        "success",
    ),
    "D": (
        ("123456", "1234567890123456789012345678901234567890123", "dingsnotzck6pm5veliw"),
        "9a95a004dd16f5c307e849b994173f76aa26e5eb",
        "1614767836",
        "A7Co0cJLMzIDtMMI",
        "YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==",
        "success",
    ),
}

SEALED = {
    "E": (
        A_PLAIN,
        "bcf6dcefa4ce2dbaf7b0666c7264d46fd9aad4bd",
        (
            "5DJFWzjRNOQk+5GSZxW+VrFMDWCIidPjEjg3//gm5x556BedVi62rDj1F9uXU97a4jw1R4FACUv9RCpoDobNqxhxRB2YtW901k4KHbP1/wpF"
            "J3xdLG0n0A8U1VhENg80zKJd+YROR0YMGum4WYuoXJ6J98vt0ihYeIFoapNddLML5MyNAGM9saSpkouDMSvD+iU14i7V8ix1ia1Tb9ogog=="
        ),
    ),
    "F": (
        "success",
        "73813ea128535f7945c17f81069c6b8045361375",
        "5DJFWzjRNOQk+5GSZxW+VpU/+Yf0KeplvXZ8LNdyQj5iN6tX2KSwwhy5oymzMpsFAiG4RS3L0/vY7TX4ZwLTFA==",
    ),
}


@pytest.mark.parametrize("name", OPENED)
def test_official_ciphertexts_open(name):
    credentials, signature, timestamp, nonce, encrypted, plain = OPENED[name]
    crypto = EventCrypto(*credentials)

    assert crypto.signature(timestamp, nonce, encrypted) == signature
    assert crypto.decrypt(encrypted) == plain


@pytest.mark.parametrize("name", SEALED)
def test_sealing_with_fixed_random_bytes_gives_the_known_ciphertext(name):
    plain, signature, encrypted = SEALED[name]

    assert EventCrypto(*A).seal(plain, "1445827045067", "nEXhMP4r", prefix=b"1234567890123456") == {
        "msg_signature": signature,
        "timeStamp": "1445827045067",
        "nonce": "nEXhMP4r",
        "encrypt": encrypted,
    }


def test_another_owner_a_wrong_signature_and_damage_are_refused():
    sealed = EventCrypto(*A).seal("success", "1", "n")

    with pytest.raises(CryptoError, match="another owner"):
        EventCrypto(A[0], A[1], "dingother").unseal(sealed)
    with pytest.raises(CryptoError, match="signature"):
        EventCrypto(*A).unseal({**sealed, "nonce": "m"})
    with pytest.raises(CryptoError, match="ciphertext"):
        EventCrypto(*A).decrypt("not base64!")


def test_signatures_of_robot_webhook_and_card():
    at = "1577262236757"

    assert robot_sign(at, "this is a secret") == "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="
    assert robot_sign(at, "this is secret") == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
    assert card_sign(at, "example-secret") == "9EQUhx+gSqHfgSF/OnOV2ifDC9m1VzjPj00L/WOZeew="
