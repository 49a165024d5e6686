"""What WeCom delivers: stored before it is answered, and only when it surely comes from WeCom, lately, to this corp."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from xml.etree.ElementTree import ParseError

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat import receiving
from bot.chat.reception import Reception
from bot.chat.wecom.callback import LARGEST, callback_route
from bot.chat.wecom.hearing import hear
from bot.chat.wecom.platform import WecomPlatform
from bot.chat.wecom.sealed import NotSealed, Seal, Stamp
from handlers.conversation import Content
from tests.platforms.wecom.bench import APP, LI, NOW, SEAL, Knocking, Store, listening
from tests.platforms.wecom_api import AES_KEY, TOKEN, Sealer, WecomApi

VENDOR: Final = Sealer(TOKEN, AES_KEY, APP.corp_id)  # seals by the vendor's specification, not through the library
SAID: Final = (
    "<xml><FromUserName>limin</FromUserName><MsgType>text</MsgType><Content>同意 12</Content><MsgId>7</MsgId></xml>"
)


@pytest.fixture
def store() -> Store:
    """Give an empty store."""
    return Store()


@pytest.fixture
def url(store: Store) -> Iterator[str]:
    """Give the callback's address."""
    with listening(store) as url:
        yield url


def wrapped(encrypted: str) -> str:
    """Return the body that holds a sealed text."""
    return f"<xml><ToUserName>ww</ToUserName><AgentID>2</AgentID><Encrypt>{encrypted}</Encrypt></xml>"


def sealed(
    text: str = SAID, *, by: Sealer = VENDOR, at: datetime | None = None, nonce: str = "n"
) -> tuple[dict[str, str], str]:
    """Return query and body as WeCom sends them; now, unless it was sealed at another moment."""
    stamp = str(int((at or datetime.now().astimezone()).timestamp()))
    encrypted = by.encrypt(text)
    return by.query(encrypted, stamp, nonce), wrapped(encrypted)


def post(url: str, query: dict[str, str], body: str | bytes) -> httpx.Response:
    """Deliver."""
    content = body.encode() if isinstance(body, str) else body
    return httpx.post(url, params=query, content=content, trust_env=False)


def test_the_console_verifies_the_address(corp: WecomApi, url: str) -> None:
    """GET with an echo, answered with what was sealed; a second console's is refused."""
    corp.deliver_to("app", url)
    assert corp.verifies("app")
    forged = {"msg_signature": "0" * 40, "timestamp": "1", "nonce": "n", "echostr": "x"}
    assert httpx.get(url, params=forged, trust_env=False).status_code == 403


def test_a_message_that_is_handed_in_as_an_echo_is_not_read_out(url: str) -> None:
    """Whoever caught one, sealed as it is, does not learn what it says: the same signature is good for both."""
    query, _ = sealed()
    encrypted = VENDOR.encrypt(SAID)
    query = {**VENDOR.query(encrypted, query["timestamp"], "n"), "echostr": encrypted}
    answer = httpx.get(url, params=query, trust_env=False)
    assert (answer.status_code, answer.text) == (403, "")


def test_what_is_chosen_on_one_card_are_as_many_taps(
    corp: WecomApi, store: Store, url: str, platform: WecomPlatform
) -> None:
    """Each with its own name, the same at a second delivery; nothing chosen is nothing."""
    corp.deliver_to("app", url)
    rows = tuple(
        tuple({"label": f"{what} {n}号", "press": ""} for what in ("同意", "退回", "全文")) for n in (3, 7, 12)
    )
    platform.send(LI, Content("待您审的:", rows, serial=57), NOW)
    task = corp.messages(LI)[-1].task_id
    corp.taps(LI, task, "提交", {"q1": ["57.0.0"], "q2": ["none"], "q3": ["57.2.1"]})
    corp.repeat_last()
    taps = [hear(event) for event in store.kept.values()]
    assert [tap.tap for tap in taps if tap is not None] == ["57.0.0", "57.2.1"]
    assert [tap.key for tap in taps if tap is not None] == list(store.kept)
    assert corp.taps(LI, task, "提交", {"q1": ["none"]}).statuses == [200]
    assert len(store.kept) == 2


def test_what_a_member_says_is_stored_and_answered_with_nothing(corp: WecomApi, store: Store, url: str) -> None:
    """Once, however often it is delivered."""
    corp.deliver_to("app", url)
    pushed = corp.says(LI, "同意 12")
    corp.repeat_last(2)
    assert (pushed.statuses, pushed.answer) == ([200], "")
    assert corp.pushes[-1].statuses == [200]
    (event,) = store.kept.values()
    assert (event["FromUserName"], event["Content"]) == (LI, "同意 12")


def test_a_body_that_never_ends_is_hung_up_on(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends one needs no key, and each would keep a connection."""
    monkeypatch.setattr(receiving, "WITHIN", 0.2)
    port = httpx.URL(url).port
    with socket.create_connection(("127.0.0.1", port or 80), 5) as caller:
        caller.sendall(b"POST /wecom/callback HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n\r\n<xml>")
        answer = b"".join(iter(lambda: caller.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_locked_database_is_no_answer(corp: WecomApi, store: Store) -> None:
    """503, and WeCom delivers again."""
    reception = Reception("webhook")
    with listening(store, reception) as url:
        corp.deliver_to("app", url)
        store.locked = True
        assert corp.says(LI, "停水三天").statuses == [503] * 4
        assert reception.shown()["trouble"] == "storage"
        store.locked = False
        assert corp.says(LI, "停水三天").statuses == [200]
        assert reception.shown()["trouble"] is None


def test_what_can_never_be_stored_does_not_come_again(store: Store, url: str) -> None:
    """It is passed over and logged."""
    store.broken = "7"
    assert post(url, *sealed()).status_code == 200
    assert store.kept == {}


def old(seconds: float) -> datetime:
    """Return a moment so many seconds ago."""
    return datetime.now().astimezone() - timedelta(seconds=seconds)


REFUSED: Final[dict[str, tuple[Any, int]]] = {
    "a forged signature": (lambda: ({**sealed()[0], "msg_signature": "0" * 40}, sealed()[1]), 403),
    "no signature": (lambda: ({}, sealed()[1]), 403),
    "a signature that no header can hold": (lambda: ({**sealed()[0], "msg_signature": "密"}, sealed()[1]), 403),
    "another token": (lambda: sealed(by=Sealer("other", AES_KEY, APP.corp_id)), 403),
    "another key": (lambda: sealed(by=Sealer(TOKEN, "0" * 43, APP.corp_id)), 403),
    "another corp": (lambda: sealed(by=Sealer(TOKEN, AES_KEY, "ww-another")), 403),
    "nobody's corp": (lambda: sealed(by=Sealer(TOKEN, AES_KEY, "")), 403),
    "too old": (lambda: sealed(at=old(660)), 403),
    "from the future": (lambda: sealed(at=old(-660)), 403),
    "truncated": (lambda: (sealed()[0], sealed()[1][:-30]), 400),
    "cut within": (lambda: (sealed()[0], wrapped(VENDOR.encrypt(SAID)[:-8])), 403),
    "no XML within": (lambda: sealed("同意 12"), 400),
    "no XML": (lambda: (sealed()[0], "{}"), 400),
    "nothing": (lambda: (sealed()[0], ""), 400),
    "nothing sealed in it": (lambda: (sealed()[0], "<xml><Content>同意 12</Content></xml>"), 400),
    "entities": (lambda: (sealed()[0], '<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'), 400),
    "entities within": (lambda: sealed('<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgId>&a;</MsgId></xml>'), 400),
    "too deep": (lambda: sealed(f"<xml>{'<a>' * 50}x{'</a>' * 50}</xml>"), 400),
    "too large": (lambda: (sealed()[0], wrapped("A" * LARGEST)), 413),
}


@pytest.mark.parametrize(("made", "code"), REFUSED.values(), ids=REFUSED)
def test_what_wecom_would_not_send_is_refused(store: Store, url: str, made: Any, code: int) -> None:  # noqa: ANN401 - a maker of query and body
    """At once, without effect, and never as a trouble of the desk's."""
    assert post(url, *made()).status_code == code
    assert store.kept == {}


def test_a_replay_changes_nothing(store: Store, url: str) -> None:
    """Within the window it is taken for a repeat; after it, it is refused."""
    query, body = sealed()
    assert [post(url, query, body).status_code for _ in range(3)] == [200, 200, 200]
    assert len(store.kept) == 1


def test_a_hundred_taps_in_one_second_are_a_hundred_events(corp: WecomApi, store: Store, url: str) -> None:
    """A leader who signs a batch: no two are taken for one."""
    corp.deliver_to("app", url)
    corp.clock = NOW.timestamp
    for n in range(100):
        fields = {"EventKey": "57.0.0", "TaskId": f"57-{n}", "CardType": "button_interaction", "ResponseCode": f"c{n}"}
        assert corp.event(LI, "template_card_event", fields).statuses == [200]
    assert len(store.kept) == 100


@pytest.fixture(scope="module")
def knocking() -> Iterator[Knocking]:
    """Give somebody who knocks."""
    store = Store()
    found = Knocking(callback_route(store.accept, SEAL, lambda: NOW), store)
    yield found
    found.close()


def _genuine() -> tuple[dict[str, str], bytes]:
    query, body = sealed(at=NOW)
    return query, body.encode()


def _sealed_bytes(text: bytes) -> bytes:
    return wrapped(VENDOR.encrypt(text.decode("utf-8", "replace"))).encode()


GENUINE: Final = _genuine()
BYTES = st.binary(max_size=300)
CHANGED = st.tuples(st.integers(0, len(GENUINE[1]) - 1), st.integers(0, 255)).map(
    lambda at: GENUINE[1][: at[0]] + bytes([at[1]]) + GENUINE[1][at[0] + 1 :]
)
CUT = st.integers(0, len(GENUINE[1]) - 1).map(lambda at: GENUINE[1][:at])
WITHIN = st.binary(max_size=200).map(_sealed_bytes)
QUERIES = st.one_of(
    st.just(GENUINE[0]),
    st.fixed_dictionaries(
        {}, optional={name: st.text("0a密\x00", max_size=45) for name in ("msg_signature", "timestamp", "nonce")}
    ),
)


@settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["POST", "GET"]), QUERIES, st.one_of(BYTES, CHANGED, CUT, WITHIN))
def test_no_body_does_anything_but_the_genuine_one(
    knocking: Knocking, method: str, query: dict[str, str], body: bytes
) -> None:
    """Whatever comes is refused, with no effect and no 5xx."""
    genuine = method == "POST" and query == GENUINE[0] and _same_seal(body)
    status = knocking.knock(method, urlencode(query), body)
    assert status == 200 if genuine else status in (400, 403, 413)
    assert not knocking.store.kept or genuine
    knocking.store.kept.clear()


def _same_seal(body: bytes) -> bool:
    """Say whether a change left what is sealed as it was."""
    try:
        return bool(fromstring(body).findtext("Encrypt") == fromstring(GENUINE[1]).findtext("Encrypt"))
    except (ParseError, LookupError, ValueError):
        return False


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.text("<xml>/ MsgId7&;[]!密", max_size=60), st.text("07a", max_size=5).map(lambda n: SAID.replace("7", n))
    )
)
def test_whatever_is_truly_sealed_is_read_or_refused(knocking: Knocking, text: str) -> None:
    """Even what WeCom would never seal is no trouble of the desk's."""
    query, body = sealed(text, at=NOW)
    assert knocking.knock("POST", urlencode(query), body.encode()) in (200, 400)
    knocking.store.kept.clear()


def test_what_is_sealed_by_the_library_is_opened_by_the_specification() -> None:
    """And the other way round."""
    encrypted, stamp = SEAL.seal("停水", "n", NOW)
    assert VENDOR.decrypt(encrypted) == "停水"
    assert VENDOR.signature(stamp.timestamp, stamp.nonce, encrypted) == stamp.signature
    theirs = VENDOR.encrypt("停水")
    stamp = Stamp(VENDOR.signature(stamp.timestamp, "n", theirs), stamp.timestamp, "n")
    assert SEAL.open(theirs, stamp, NOW) == "停水"


def test_the_robots_and_the_accounts_seals_differ_by_their_receiver() -> None:
    """What one was sealed for, another does not open."""
    robot = Seal(TOKEN, AES_KEY, "")
    encrypted, stamp = robot.seal("{}", "n", NOW)
    assert robot.open(encrypted, stamp, NOW) == "{}"
    with pytest.raises(NotSealed):
        SEAL.open(encrypted, stamp, NOW)
