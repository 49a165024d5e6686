"""The double's seal is the vendor's: the answers that its sample programs and its pages publish come out of it."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.platforms.wecom_api.sealed import NotOpened, Sealer, read_xml, xml_of

# Sample.py of the vendor's Python library, https://developer.work.weixin.qq.com/document/path/90307.
SAMPLE = Sealer("hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo", "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt", "ww1436e0e65a779aee")
ECHO = "fsi1xnbH4yQh0+PJxcOdhhK6TDXkjMyhEPA7xB2TGz6b+g7xyAbEkRxN/3cNXW9qdqjnoVzEtpbhnFyq6SVHyA=="
SAID = (
    "Kl7kjoSf6DMD1zh7rtrHjFaDapSCkaOnwu3bqLc5tAybhhMl9pFeK8NslNPVdMwmBQTNoW4mY7AIjeLvEl3NyeTkAgGzBhzTtRLNshw2AEew+kkYcD+Fq72K"
    "t00fT0WnN87hGrW8SqGc+NcT3mu87Ha3dz1pSDi6GaUA6A0sqfde0VJPQbZ9U+3JWcoD4Z5jaU0y9GSh010wsHF8KZD24YhmZH4ch4Ka7ilEbjbfvhKkNL65"
    "HHL0J6EYJIZUC2pFrdkJ7MhmEbU2qARR4iQHE7wy24qy0cRX3Mfp6iELcDNfSsPGjUQVDGxQDCWjayJOpcwocugux082f49HKYg84EpHSGXAyh+/oxwaWbvL"
    "6aSDPOYuPDGOCI8jmnKiypE+"
)
# The worked example (举例说明) of https://developer.work.weixin.qq.com/document/path/91144, and the echo of Sample.php.
PAGE = Sealer("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
ON_PAGE = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXx"
    "accAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP"
    "7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XX"
    "ZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
ECHO_ON_PAGE = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="


def test_the_sample_programs_address_is_verified() -> None:
    """Signature and echo of its first example."""
    assert SAMPLE.signature("1476416373", "47744683", ECHO) == "012bc692d0a58dd4b10f8dfe5c4ac00ae211ebeb"
    assert SAMPLE.decrypt(ECHO) == "1288432023552776189"


def test_the_sample_programs_message_is_opened() -> None:
    """Signature and message of its second example."""
    assert SAMPLE.signature("1476422779", "1597212914", SAID) == "0c3914025cb4b4d68103f6bfc8db550f79dcf48e"
    assert read_xml(SAMPLE.decrypt(SAID)) == {
        "ToUserName": "ww1436e0e65a779aee",
        "FromUserName": "ChenJiaShun",
        "CreateTime": "1476422779",
        "MsgType": "text",
        "Content": "你好",
        "MsgId": "1456453720",
        "AgentID": "1000002",
    }


def test_the_pages_worked_example_is_opened() -> None:
    """Both requests of the page."""
    assert PAGE.signature("1409659813", "1372623149", ON_PAGE) == "477715d11cdb4164915debcba66cb864d751f3e6"
    assert read_xml(PAGE.decrypt(ON_PAGE))["Content"] == "hello"
    assert PAGE.signature("1409659589", "263014780", ECHO_ON_PAGE) == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert PAGE.decrypt(ECHO_ON_PAGE) == "1616140317555161061"


@pytest.mark.parametrize("sealer", [SAMPLE, PAGE])
def test_what_the_vendor_encrypted_is_encrypted_the_same_way(sealer: Sealer) -> None:
    """Byte for byte, once the random part is the vendor's."""
    encrypted = SAID if sealer is SAMPLE else ON_PAGE
    random = sealer.decrypt_bytes(base64.b64decode(encrypted))[:16]
    assert sealer.encrypt(sealer.decrypt(encrypted), random) == encrypted


@given(st.text(), st.binary(min_size=16, max_size=16))
@settings(max_examples=50, deadline=None)
def test_every_text_comes_back(text: str, random: bytes) -> None:
    """Whatever its length modulo 32."""
    assert SAMPLE.decrypt(SAMPLE.encrypt(text, random)) == text


@pytest.mark.parametrize("wrong", ["", "===", "aGVsbG8=", SAID[:-4], ON_PAGE])
def test_what_is_not_sealed_for_one_is_not_opened(wrong: str) -> None:
    """Truncated, malformed, or under another key."""
    with pytest.raises(NotOpened):
        SAMPLE.decrypt(wrong)


def test_another_corps_message_is_not_opened() -> None:
    """The receiveid tells, under the same key."""
    with pytest.raises(NotOpened, match="ww2"):
        SAMPLE.decrypt(Sealer(SAMPLE.token, SAMPLE.aes_key, "ww2").encrypt("你好"))


def test_xml_holds_any_text() -> None:
    """CDATA that ends early, numbers, nests and repetitions come back."""
    fields = {"Content": "<b>]]> &amp; 停水", "CreateTime": 1, "Items": {"Item": [{"A": "1"}, {"A": "2"}]}}
    assert read_xml(xml_of(fields)) == {**fields, "CreateTime": "1"}


def test_passive_replies_are_opened_only_when_signed() -> None:
    """XML and JSON envelopes, https://developer.work.weixin.qq.com/document/path/90241 and .../101033."""
    encrypted = SAMPLE.encrypt(xml_of({"Content": "收到"}))
    outer = {"Encrypt": encrypted, "MsgSignature": SAMPLE.signature("1", "n", encrypted), "TimeStamp": 1, "Nonce": "n"}
    assert SAMPLE.open_xml(xml_of(outer)) == {"Content": "收到"}
    with pytest.raises(NotOpened):
        SAMPLE.open_xml(xml_of({**outer, "Nonce": "m"}))
    robot = Sealer(SAMPLE.token, SAMPLE.aes_key, "")
    sealed = robot.encrypt(json.dumps({"msgtype": "stream"}))
    reply = {"encrypt": sealed, "msgsignature": robot.signature("1", "n", sealed), "timestamp": 1, "nonce": "n"}
    assert robot.open_json(json.dumps(reply)) == {"msgtype": "stream"}
    for broken in ("", "[]", "{}", json.dumps({**reply, "nonce": "m"})):
        with pytest.raises(NotOpened):
            robot.open_json(broken)
