"""Texts, commands and addresses in the one form in which equal things are equal; near copies by fingerprint."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.text.canonical import canonical_text, command_text, half_width, text_key
from handlers.text.similarity import band_keys, fingerprint, near_identical, same_words

POST = "港北区江南路昨晚九点起停水,三个小区上千户居民用不上水,物业说是主管爆裂,至今没人来修,老人孩子只能下楼提水。"


def test_canonical_text_drops_what_cannot_be_seen() -> None:
    """Invisible signs, full-width letters and runs of space do not make a text another one."""
    assert canonical_text("停\u200b水　　三天\r\n\u202e！Ａ") == "停水 三天 !A"


def test_near_identical_copies_share_their_key() -> None:
    """Punctuation, emoji, Weibo faces, spaces and case do not change a text's key; words do."""
    assert text_key("停水三天！！[抓狂]😡 OMG") == text_key("停水三天。omg")
    assert text_key("停水三天") != text_key("停水四天")


def test_posts_of_signs_alone_keep_apart() -> None:
    """Two different posts without a word are never taken for one."""
    assert text_key("😡😡") != text_key("👍")
    assert text_key("http://t.cn/a") != text_key("http://t.cn/b")


def test_command_text() -> None:
    """A command typed on a Chinese keyboard reads like one typed on any other."""
    assert command_text("\u2066／同意　＃１２\u2069 ") == "/同意 #12"


def test_half_width_keeps_positions() -> None:
    """Half-width text has the length of the original, so positions in it hold for both."""
    assert half_width("（３人）　a。") == "(3人) a。"


@given(st.text())
def test_canonical_text_is_settled(text: str) -> None:
    """The canonical form of a canonical text is always itself, and half-width text always keeps its length."""
    once = canonical_text(text)

    assert canonical_text(once) == once
    assert len(half_width(text)) == len(text)


@given(st.text("！～０９Ａｚ\u3000　，。!0a水", max_size=20) | st.text(max_size=20))
def test_half_width_is_sign_for_sign(text: str) -> None:
    """Each full-width sign has its plain twin and the wide space is a space; all else stays, whatever stands beside."""
    twins = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "}
    assert half_width(text) == "".join(twins.get(sign, sign) for sign in text)


def test_same_words() -> None:
    """Copies share nearly all their words, another text hardly any; without words only equal texts are alike."""
    copy = f"转发:{POST}速转"

    assert near_identical(POST, copy, 0.8)
    assert not near_identical(POST, "江北大道一工地夜间施工扰民,居民多次投诉。", 0.2)
    assert same_words(POST, POST) == 1.0
    assert (same_words("😡", "😡"), same_words("😡", "👍")) == (1.0, 0.0)


def test_near_copies_share_a_band() -> None:
    """A near copy shares a band key, so it is found without comparing all; the key tells the bands apart."""
    copy, other = f"{POST}速转！", "区建设局今天公布老旧小区加装电梯的补贴办法,每台补助十万元,先到先得。"

    assert set(band_keys(fingerprint(POST))) & set(band_keys(fingerprint(copy)))
    assert not set(band_keys(fingerprint(POST))) & set(band_keys(fingerprint(other)))
    assert len(set(band_keys(fingerprint(POST)))) == 4
    assert fingerprint("😡") == 0


@given(st.text())
def test_fingerprints_fit_128_bits(text: str) -> None:
    """A fingerprint always fits 128 bits and never depends on signs that are not words."""
    assert 0 <= fingerprint(text) < 2**128
    assert fingerprint(text) == fingerprint(f"  {text}！")
