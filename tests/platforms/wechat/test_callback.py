"""What the official account's platform delivers: stored before it is answered, only when it surely comes from there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.chat.reception import Reception
from bot.chat.wechat.callback import CALLBACK_PATH, LARGEST, Door, Replies, callback_route
from bot.chat.wechat.hearing import hear
from bot.chat.wecom.hearing import Unreadable
from bot.chat.wecom.sealed import Seal
from bot.web.server import serving
from handlers.conversation import Incoming
from tests.platforms.wecom.bench import NOW, Knocking, Store
from tests.platforms.wecom_api import AES_KEY, TOKEN, Sealer, WecomApi
from tests.platforms.wecom_api.sealed import read_xml, xml_of

APP_ID: Final = "wx1234567890abcdef"
WHO: Final = "oFollower1"
VENDOR: Final = Sealer(TOKEN, AES_KEY, APP_ID)  # seals by the vendor's specification, not through the library
REPLIES: Final = Replies("已收到", "请留言", "收不到")
SEALED: Final = Door(TOKEN, Seal(TOKEN, AES_KEY, APP_ID))
PLAIN: Final = Door(TOKEN, None)
FIELDS: Final = {
    "ToUserName": "gh_1", "FromUserName": WHO, "CreateTime": 1764000000, "MsgType": "text", "Content": "停水三天",
    "MsgId": 7,
}  # fmt: skip


@pytest.fixture
def store() -> Store:
    """Give an empty store."""
    return Store()


@contextmanager
def listening(store: Store, door: Door = SEALED, reception: Reception | None = None) -> Iterator[str]:
    """Serve the callback; give its address."""
    route = callback_route(store.accept, door, REPLIES, partial(datetime.now, UTC), reception=reception)
    with serving(Starlette(routes=[route])) as url:
        yield f"{url}{CALLBACK_PATH}"


@pytest.fixture
def url(store: Store) -> Iterator[str]:
    """Give the callback's address, where only what is sealed is let in."""
    with listening(store) as url:
        yield url


@pytest.fixture
def account(vendor: WecomApi, url: str) -> WecomApi:
    """Give the account's platform, which calls there."""
    vendor.reset()
    vendor.add_account(APP_ID)
    vendor.add_follower(WHO)
    vendor.deliver_to("account", url)
    return vendor


def told(account: WecomApi) -> list[str]:
    """Return what the follower was told by the desk."""
    return [message.text for message in account.messages(WHO, own=True)]


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
@pytest.mark.parametrize("door", [SEALED, PLAIN], ids=["with a key", "without"])
def test_each_mode_is_heard_with_the_settings_that_fit(account: WecomApi, store: Store, mode: str, door: Door) -> None:
    """With a key nothing is taken that is not sealed, or whoever leaves the seal off would be let in."""
    account.world.own_account().mode = mode  # type: ignore[assignment] # one of its three
    fits = mode == "compatible" or (mode == "safe") == (door is SEALED)
    with listening(store, door) as url:
        account.deliver_to("account", url)
        assert account.verifies("account")
        pushed = account.says(WHO, "停水三天")
    if not fits:
        assert (pushed.statuses, store.kept) == ([400] * 4, {})
        return
    assert (pushed.statuses, [event["Content"] for event in store.kept.values()]) == ([200], ["停水三天"])
    if mode == "compatible" and door is PLAIN:  # the reply must be sealed there, for which a key is needed
        return
    assert (pushed.trouble, told(account)) == ("", ["已收到"])


def test_the_receipt_is_the_same_for_every_kind_of_message(account: WecomApi, store: Store) -> None:
    """Whatever was written; what cannot be read is said so and not kept."""
    account.says(WHO, "停水三天")
    account.sends_image(WHO)
    account.sends_voice(WHO)
    account.sends_video(WHO)
    account.sends_location(WHO, "江南路")
    account.sends_link(WHO, "网传停水", "https://mp.weixin.qq.com/s/x")
    assert told(account) == ["已收到"] * 6
    account.sends_file(WHO)
    assert told(account)[6:] == ["收不到"]
    assert len(store.kept) == 6


def test_a_repeat_is_one_message_and_gets_the_same_receipt(account: WecomApi, store: Store) -> None:
    """By its MsgId."""
    account.says(WHO, "停水三天")
    account.repeat_last(2)
    assert len(store.kept) == 1
    assert account.pushes[-1].statuses == [200]


def test_what_ends_a_publication_is_kept_by_all_it_says(account: WecomApi, store: Store) -> None:
    """Two that end in the same second are two; a repeat is one; nobody is answered."""
    account.clock = NOW.timestamp
    for job in ("1", "1", "2"):
        fields = {"MsgType": "event", "Event": "PUBLISHJOBFINISH"}
        info = {"publish_id": job, "publish_status": 0, "article_id": "a"}
        pushed = account.tell_account("oHelper", {**fields, "PublishEventInfo": info})
        assert (pushed.statuses, pushed.answer) == ([200], "")
    heard = [hear(event, "x") for event in store.kept.values()]
    assert [(each.notice, each.message_id) for each in heard if each] == [("finished", "1"), ("finished", "2")]


def test_a_locked_database_is_no_answer(vendor: WecomApi, store: Store) -> None:
    """503, and the platform delivers again; who wrote is told nothing that is not true."""
    vendor.reset()
    vendor.add_account(APP_ID)
    vendor.add_follower(WHO)
    reception = Reception("webhook")
    with listening(store, reception=reception) as url:
        vendor.deliver_to("account", url)
        store.locked = True
        assert vendor.says(WHO, "停水三天").statuses == [503] * 4
        assert told(vendor) == []
        assert reception.shown()["trouble"] == "storage"
        store.locked = False
        assert vendor.says(WHO, "停水三天").statuses == [200]
        assert reception.shown()["trouble"] is None


def test_nobody_is_known_by_what_is_stored(account: WecomApi, store: Store) -> None:
    """The same follower has the same name, which only the token makes."""
    account.add_follower("oOther")
    for who in (WHO, "oOther", WHO):
        account.says(who, "停水三天")
    names = [event["FromUserName"] for event in store.kept.values()]
    assert names[0] == names[2] != names[1]
    assert WHO not in str(store.kept)
    assert Door("another", None).name_of(WHO) != names[0]


# what the platform would not send


def stamped(door: str = TOKEN, at: datetime | None = None) -> dict[str, str]:
    """Return a query signed for a call in plain; now, unless at another moment."""
    stamp = str(int((at or datetime.now(UTC)).timestamp()))
    return {
        "signature": Sealer(door, AES_KEY, APP_ID).signature(stamp, "n"),
        "timestamp": stamp, "nonce": "n", "openid": WHO,
    }  # fmt: skip


def sealed(text: str | None = None, *, by: Sealer = VENDOR, at: datetime | None = None) -> tuple[dict[str, str], str]:
    """Return query and body as the platform sends them in safe mode."""
    query = stamped(by.token, at)
    encrypted = by.encrypt(text if text is not None else xml_of(FIELDS))
    query |= {"encrypt_type": "aes", "msg_signature": by.signature(query["timestamp"], "n", encrypted)}
    return query, xml_of({"ToUserName": "gh_1", "Encrypt": encrypted})


def ago(seconds: float) -> datetime:
    """Return a moment so many seconds ago."""
    return datetime.now(UTC) - timedelta(seconds=seconds)


REFUSED: Final[dict[str, tuple[Any, int]]] = {
    "a forged signature": (lambda: ({**sealed()[0], "msg_signature": "0" * 40}, sealed()[1]), 403),
    "no signature": (lambda: ({}, sealed()[1]), 403),
    "another token": (lambda: sealed(by=Sealer("other", AES_KEY, APP_ID)), 403),
    "another key": (lambda: sealed(by=Sealer(TOKEN, "0" * 43, APP_ID)), 403),
    "another account": (lambda: sealed(by=Sealer(TOKEN, AES_KEY, "wx-another")), 403),
    "a corp's": (lambda: sealed(by=Sealer(TOKEN, AES_KEY, "")), 403),
    "too old": (lambda: sealed(at=ago(660)), 403),
    "from the future": (lambda: sealed(at=ago(-660)), 403),
    "in plain": (lambda: (stamped(), xml_of(FIELDS)), 400),
    "truncated": (lambda: (sealed()[0], sealed()[1][:-30]), 400),
    "no XML within": (lambda: sealed("停水"), 400),
    "entities within": (lambda: sealed('<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgId>&a;</MsgId></xml>'), 400),
    "too large": (lambda: (sealed()[0], xml_of({"Encrypt": "A" * LARGEST})), 413),
}


@pytest.mark.parametrize(("made", "code"), REFUSED.values(), ids=REFUSED)
def test_what_the_platform_would_not_send_is_refused(store: Store, url: str, made: Any, code: int) -> None:  # noqa: ANN401 - a maker of query and body
    """At once, without effect, and never as a trouble of the desk's."""
    query, body = made()
    assert httpx.post(url, params=query, content=body.encode(), trust_env=False).status_code == code
    assert store.kept == {}


@pytest.mark.parametrize("query", [{}, stamped("other"), stamped(at=ago(660)), {**stamped(), "nonce": "x"}])
def test_in_plain_the_address_must_be_signed_lately(store: Store, query: dict[str, str]) -> None:
    """The body is not signed there: that is what a key is for."""
    with listening(store, PLAIN) as url:
        answer = httpx.post(url, params=query, content=xml_of(FIELDS).encode(), trust_env=False)
        asked = httpx.get(url, params={**query, "echostr": "1"}, trust_env=False)
    assert (answer.status_code, asked.status_code, store.kept) == (403, 403, {})


def test_a_reply_cannot_be_broken_out_of(store: Store) -> None:
    """Whatever the names are: the answer holds them as words."""
    with listening(store, PLAIN) as url:
        fields = {**FIELDS, "FromUserName": "]]></a><b>&", "ToUserName": "<x>"}
        answer = httpx.post(url, params=stamped(), content=xml_of(fields).encode(), trust_env=False)
    read = read_xml(answer.text)
    assert (read["ToUserName"], read["FromUserName"], read["Content"]) == ("]]></a><b>&", "<x>", "已收到")


# fuzzed


def knocking_at(door: Door) -> Knocking:
    """Give somebody who knocks at the account's callback."""
    store = Store()
    return Knocking(callback_route(store.accept, door, REPLIES, lambda: NOW), store)


@pytest.fixture(scope="module")
def knockers() -> Iterator[Sequence[Knocking]]:
    """Give somebody who knocks where a seal is wanted, and where none is."""
    found = (knocking_at(SEALED), knocking_at(PLAIN))
    yield found
    for each in found:
        each.close()


GENUINE: Final = sealed(at=NOW)
BODY: Final = GENUINE[1].encode()
BODIES = st.one_of(
    st.binary(max_size=300),
    st.tuples(st.integers(0, len(BODY) - 1), st.integers(0, 255)).map(
        lambda at: BODY[: at[0]] + bytes([at[1]]) + BODY[at[0] + 1 :]
    ),
    st.integers(0, len(BODY) - 1).map(lambda at: BODY[:at]),
    st.binary(max_size=200).map(
        lambda text: xml_of({"Encrypt": VENDOR.encrypt(text.decode("utf-8", "replace"))}).encode()
    ),
)
NAMES = ("signature", "msg_signature", "timestamp", "nonce", "echostr")
QUERIES = st.one_of(
    st.just(GENUINE[0]), st.fixed_dictionaries({}, optional={name: st.text("0a密\x00", max_size=45) for name in NAMES})
)


@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["POST", "GET"]), QUERIES, BODIES)
def test_no_body_does_anything_but_the_genuine_one(
    knockers: Sequence[Knocking], method: str, query: dict[str, str], body: bytes
) -> None:
    """Whatever comes is refused, with no effect and no 5xx; a signed question for an echo alone is answered."""
    signed = query == GENUINE[0]
    genuine = method == "POST" and signed and _same_seal(body)
    status = knockers[0].knock(method, urlencode(query), body)
    assert status == 200 if genuine or (method == "GET" and signed) else status in (400, 403, 413)
    assert not knockers[0].store.kept or genuine
    knockers[0].store.kept.clear()


def _same_seal(body: bytes) -> bool:
    """Say whether a change left what is sealed as it was."""
    try:
        return bool(read_xml(body.decode())["Encrypt"] == read_xml(BODY.decode())["Encrypt"])
    except Exception:  # noqa: BLE001 - whatever it is, it is not the genuine body
        return False


KINDS = ("text", "image", "voice", "video", "shortvideo", "location", "link", "event", "file", "")
WORDS = st.text("停水 <>&]1.-7", max_size=12)
FURTHER = (
    *("FromUserName", "ToUserName", "CreateTime", "MsgId", "Content", "MediaId", "Location_X", "Location_Y", "Label"),
    *("Url", "Title", "Description", "Recognition", "EventKey", "MsgID"),
)
EVENTS = st.fixed_dictionaries(
    {"MsgType": st.sampled_from(KINDS)},
    optional={
        **dict.fromkeys(FURTHER, WORDS),
        "Event": st.sampled_from(["subscribe", "CLICK", "PUBLISHJOBFINISH", "MASSSENDJOBFINISH", "x"]),
    },
)


@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(EVENTS.map(xml_of), st.text("<xml>/ MsgId7&;[]!密", max_size=60)))
def test_whatever_is_truly_signed_is_read_or_refused(knockers: Sequence[Knocking], text: str) -> None:
    """Even what the platform would never send is no trouble; what is kept is heard, or named unreadable."""
    query, body = sealed(text, at=NOW)
    for knocking, sent in ((knockers[0], body), (knockers[1], text)):
        assert knocking.knock("POST", urlencode(query), sent.encode()) in (200, 400)
        for event in knocking.store.kept.values():
            assert isinstance(_heard(event), Incoming | Unreadable)
        knocking.store.kept.clear()


def _heard(event: Any) -> Incoming | Unreadable | None:  # noqa: ANN401 - as it was stored
    try:
        return hear(event, "x")
    except Unreadable as unreadable:
        return unreadable
