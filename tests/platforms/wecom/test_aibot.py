"""What WeCom delivers for its AI bot: stored before it is answered, and answered with what the desk says in time."""

import json
import threading
import time
from collections.abc import Iterator
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
from bot.chat.wecom.aibot import AIBOT_PATH, Answering, aibot_route, stream
from bot.chat.wecom.callback import LARGEST
from bot.chat.wecom.hearing import KEY
from bot.chat.wecom.sealed import Seal
from bot.web.server import serving
from config.language import Voice
from storage import occasion as occasions
from storage.database import Database
from storage.occasion import Occasion
from tests.platforms.wecom.bench import APP, LI, NOW, Knocking, Store
from tests.platforms.wecom_api import AES_KEY, TOKEN, Sealer, WecomApi

VENDOR: Final = Sealer(TOKEN, AES_KEY, "")  # seals by the vendor's specification, not through the library
GROUP: Final = "wrGroup1"
SHORT: Final = timedelta(seconds=0.3)
SAID: Final = {
    "msgid": "CAIQ7", "aibotid": "aib1", "chattype": "single", "from": {"userid": LI},
    "msgtype": "text", "text": {"content": "同意 12"},
}  # fmt: skip


@pytest.fixture
def store() -> Store:
    """Give an empty store."""
    return Store()


@contextmanager
def listening(
    store: Store, database: Database, *, patience: timedelta = SHORT, reception: Reception | None = None
) -> Iterator[str]:
    """Serve the callback; give its address."""
    answering = Answering(Seal(TOKEN, AES_KEY, ""), partial(datetime.now, UTC), database, Voice(), patience)
    with serving(Starlette(routes=[aibot_route(store.accept, answering, reception=reception)])) as url:
        yield f"{url}{AIBOT_PATH}"


@pytest.fixture
def robot(corp: WecomApi, store: Store, sqlite_database: Database) -> Iterator[WecomApi]:
    """Give a corp with an AI bot in a group, which calls the desk."""
    corp.add_bot("aib1", "回应")
    corp.add_group(GROUP, "舆情工作群", [LI])
    with listening(store, sqlite_database) as url:
        corp.deliver_to("bot", url)
        yield corp


def test_the_console_verifies_the_address(robot: WecomApi) -> None:
    """GET with an echo, sealed for an empty receiver."""
    assert robot.verifies("bot")
    robot.add_bot("aib1", aes_key="0" * 43)
    assert not robot.verifies("bot")


def test_a_message_that_is_handed_in_as_an_echo_is_not_read_out(robot: WecomApi) -> None:
    """Whoever caught one, sealed as it is, does not learn what it says: the same signature is good for both."""
    query, body = sealed()
    answer = httpx.get(
        robot.delivery.addresses["bot"], params={**query, "echostr": json.loads(body)["encrypt"]}, trust_env=False
    )
    assert (answer.status_code, answer.text) == (403, "")


def test_what_is_said_in_a_group_is_stored_once_without_its_address(
    robot: WecomApi, store: Store, sqlite_database: Database
) -> None:
    """The address is kept where it is used, and nowhere else; nobody answers here, so neither does the bot."""
    pushed = robot.tells_bot(LI, "查 12", GROUP)
    robot.repeat_last(2)
    assert (pushed.statuses, pushed.answer) == ([200], "")
    (key, event), *more = store.kept.items()
    assert (more, event[KEY]) == ([], key)
    assert event["#aibot"]["text"] == {"content": "@回应 查 12"}
    assert "response_url" not in json.dumps(event)
    with sqlite_database.reading() as session:
        kept = session.get_one(Occasion, key)
    assert (kept.chat, kept.by, kept.address) == (f"aibot:{GROUP}", LI, pushed.fields["response_url"])


def test_what_the_desk_says_in_time_is_the_answer(robot: WecomApi, sqlite_database: Database) -> None:
    """Whoever is called hands it over; delivered again, the same is answered again."""

    def answers() -> None:
        for _ in range(100):
            with sqlite_database.writing() as session:
                if occasions.offer(session, f"aibot:{GROUP}", stream("收到"), datetime.now(UTC)) is not None:
                    return
            time.sleep(0.02)

    thread = threading.Thread(target=answers)
    thread.start()
    pushed = robot.tells_bot(LI, "查 12", GROUP)
    thread.join()
    assert pushed.trouble == ""
    assert [each.text for each in robot.messages(GROUP, own=True)] == ["收到"]
    robot.repeat_last()
    assert VENDOR.open_json(robot.pushes[-1].answer)["stream"]["content"] == "收到"


def test_1_1_it_is_told_where_the_answer_comes(robot: WecomApi, store: Store) -> None:
    """At once: the app answers there. Once a day it is greeted."""
    robot.enters_bot(LI)
    robot.tells_bot(LI, "同意 12")
    robot.sends_bot_file(LI, b"%PDF")
    robot.speaks_to_bot(LI, "停水三天")
    said = [each.text for each in robot.messages(f"bot:{LI}", own=True)]
    assert said[0].startswith("您好。")
    assert said[1:] == ["已收到,答复在应用的会话里"] * 3
    assert len(store.kept) == 4


def test_feedback_and_streams_are_answered_with_nothing(robot: WecomApi, store: Store) -> None:
    """Nothing of ours is ever unfinished."""
    assert (robot.likes_bot(LI, "f1", GROUP).statuses, robot.pushes[-1].answer) == ([200], "")
    assert (
        post(robot.delivery.addresses["bot"], *sealed({"msgtype": "stream", "stream": {"id": "s"}})).status_code == 200
    )
    assert len(store.kept) == 1


def test_a_locked_database_is_no_answer(corp: WecomApi, store: Store, sqlite_database: Database) -> None:
    """503, and WeCom delivers again."""
    corp.add_bot("aib1", "回应")
    reception = Reception("webhook")
    with listening(store, sqlite_database, reception=reception) as url:
        corp.deliver_to("bot", url)
        store.locked = True
        assert corp.tells_bot(LI, "停水三天").statuses == [503] * 4
        assert reception.shown()["trouble"] == "storage"
        store.locked = False
        assert corp.tells_bot(LI, "停水三天").statuses == [200]


def wrapped(encrypted: str) -> str:
    """Return the body that holds a sealed text."""
    return json.dumps({"encrypt": encrypted})


def sealed(
    event: Any = SAID,  # noqa: ANN401 - whatever JSON holds
    *,
    by: Sealer = VENDOR,
    at: datetime | None = None,
) -> tuple[dict[str, str], str]:
    """Return query and body as WeCom sends them; now, unless it was sealed at another moment."""
    stamp = str(int((at or datetime.now(UTC)).timestamp()))
    encrypted = by.encrypt(event if isinstance(event, str) else json.dumps(event, ensure_ascii=False))
    return by.query(encrypted, stamp, "n"), wrapped(encrypted)


def post(url: str, query: dict[str, str], body: str) -> httpx.Response:
    """Deliver."""
    return httpx.post(url, params=query, content=body.encode(), trust_env=False)


def ago(seconds: float) -> datetime:
    """Return a moment so many seconds ago."""
    return datetime.now(UTC) - timedelta(seconds=seconds)


REFUSED: Final[dict[str, tuple[Any, int]]] = {
    "a forged signature": (lambda: ({**sealed()[0], "msg_signature": "0" * 40}, sealed()[1]), 403),
    "no signature": (lambda: ({}, sealed()[1]), 403),
    "another token": (lambda: sealed(by=Sealer("other", AES_KEY, "")), 403),
    "another key": (lambda: sealed(by=Sealer(TOKEN, "0" * 43, "")), 403),
    "sealed for the app": (lambda: sealed(by=Sealer(TOKEN, AES_KEY, APP.corp_id)), 403),
    "too old": (lambda: sealed(at=ago(660)), 403),
    "from the future": (lambda: sealed(at=ago(-660)), 403),
    "truncated": (lambda: (sealed()[0], sealed()[1][:-30]), 400),
    "cut within": (lambda: (sealed()[0], wrapped(VENDOR.encrypt(json.dumps(SAID))[:-8])), 403),
    "no JSON within": (lambda: sealed("同意 12"), 400),
    "a list within": (lambda: sealed([SAID]), 400),
    "XML": (lambda: (sealed()[0], "<xml/>"), 400),
    "nothing": (lambda: (sealed()[0], ""), 400),
    "nothing sealed in it": (lambda: (sealed()[0], json.dumps(SAID)), 400),
    "no text sealed in it": (lambda: (sealed()[0], '{"encrypt": 7}'), 400),
    "too deep": (lambda: sealed("[" * 60_000), 400),
    "too deep around it": (lambda: (sealed()[0], "[" * 60_000), 400),
    "too large": (lambda: (sealed()[0], wrapped("A" * LARGEST)), 413),
}


@pytest.mark.parametrize(("made", "code"), REFUSED.values(), ids=REFUSED)
def test_what_wecom_would_not_send_is_refused(robot: WecomApi, store: Store, made: Any, code: int) -> None:  # noqa: ANN401 - a maker of query and body
    """At once, without effect, and never as a trouble of the desk's."""
    assert post(robot.delivery.addresses["bot"], *made()).status_code == code
    assert store.kept == {}


@pytest.fixture(scope="module")
def knocking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Knocking]:
    """Give somebody who knocks, and whom nobody lets wait."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('knocking') / 'huiying.db'}")
    database.migrate()
    store = Store()
    answering = Answering(Seal(TOKEN, AES_KEY, ""), lambda: NOW, database, Voice(), timedelta())
    found = Knocking(aibot_route(store.accept, answering), store)
    yield found
    found.close()
    database.close()


QUERY, BODY = sealed(at=NOW)
WHOLE: Final = BODY.encode()
CHANGED = st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)).map(
    lambda at: WHOLE[: at[0]] + bytes([at[1]]) + WHOLE[at[0] + 1 :]
)
CUT = st.integers(0, len(WHOLE) - 1).map(lambda at: WHOLE[:at])
WITHIN = st.text(max_size=100).map(
    lambda text: wrapped(VENDOR.encrypt(text.encode("utf-8", "replace").decode())).encode()
)
QUERIES = st.one_of(
    st.just(QUERY),
    st.fixed_dictionaries(
        {}, optional={name: st.text("0a密\x00", max_size=45) for name in ("msg_signature", "timestamp", "nonce")}
    ),
)


@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["POST", "GET"]), QUERIES, st.one_of(st.binary(max_size=300), CHANGED, CUT, WITHIN))
def test_no_body_does_anything_but_the_genuine_one(
    knocking: Knocking, method: str, query: dict[str, str], body: bytes
) -> None:
    """Whatever comes is refused, with no effect and no 5xx."""
    genuine = method == "POST" and query == QUERY and _same_seal(body)
    status = knocking.knock(method, urlencode(query), body)
    assert status == 200 if genuine else status in (400, 403, 413)
    assert not knocking.store.kept or genuine
    knocking.store.kept.clear()


def _same_seal(body: bytes) -> bool:
    """Say whether a change left what is sealed as it was."""
    try:
        return bool(json.loads(body)["encrypt"] == json.loads(WHOLE)["encrypt"])
    except (ValueError, KeyError, TypeError):
        return False


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=5,
)
FIELDS: Final = ("msgid", "chatid", "from", "response_url", "text", "event", "quote", "mixed", "create_time")
EVENTS = st.fixed_dictionaries(
    {
        "msgtype": st.sampled_from(["text", "mixed", "image", "event", "stream", "voice", "other"]),
        "chattype": st.sampled_from(["group", "single"]),
    },
    optional={
        **dict.fromkeys(FIELDS, ANYTHING),
        "from": st.one_of(ANYTHING, st.just({"userid": LI})),
        "chatid": st.one_of(ANYTHING, st.just(GROUP)),
    },
)


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(EVENTS)
def test_whatever_is_truly_sealed_is_taken_or_refused(knocking: Knocking, event: dict[str, Any]) -> None:
    """Even what WeCom would never seal is no trouble of the desk's."""
    query, body = sealed(event, at=NOW)
    assert knocking.knock("POST", urlencode(query), body.encode()) in (200, 400)
    knocking.store.kept.clear()
