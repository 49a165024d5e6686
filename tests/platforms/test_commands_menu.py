"""The menu beside the text field: what can be said where it is shown, in the reader's language."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.building import build_house
from bot.chat.telegram.commands import MOST_COMMANDS, NAME, Menu, Places, menus, places, set_menus
from bot.chat.telegram.platform import TelegramPlatform
from handlers.house import House
from handlers.registry import VERBS
from storage import person as people
from storage.chat import Chat
from storage.person import Person
from tests.platforms.bot_api import BotApi, bot_api
from tests.plugins.databases import empty_at

TOKEN = "7012345678:AAmenusMenus_menus-Menus0menus0menus"
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
STAFF, MEETING, CHIEF = -1001, -1002, 9
WHERE = Places(groups=((str(STAFF), "staff"), (str(MEETING), "joint_meeting")), administrators=(str(CHIEF),))


@pytest.fixture(scope="module")
def house() -> House:
    """Give a house with every verb."""
    return build_house("gangbei-2017", public_url="http://127.0.0.1:9")


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API with the bot in the staff group alone."""
    with bot_api() as api:
        me = api.add_bot(TOKEN, "huiying_bot").user.id
        api.add_user(CHIEF, "赵主任")
        api.add_chat(STAFF, "supergroup", "值班群", members=[CHIEF, me])
        yield api


@pytest.fixture
def platform(api: BotApi) -> Iterator[TelegramPlatform]:
    """Give the platform that talks to it."""
    platform = TelegramPlatform(TOKEN, api_url=api.url)
    yield platform
    platform.close()


def of(found: list[Menu], scope: str, language: str = "") -> dict[str, str]:
    """Return one menu: name to description."""
    (menu,) = [menu for menu in found if (menu.scope, menu.language_code) == (scope, language)]
    return dict(menu.commands)


def test_every_menu_is_there_in_both_languages(house: House) -> None:
    """1:1 chats, the administrators' own, each group: for everybody in the desk's language, and in the other one."""
    scopes = ("", str(CHIEF), str(STAFF), str(MEETING))
    found = [(menu.scope, menu.language_code) for menu in menus(house, WHERE)]
    assert found == [(scope, language) for scope in scopes for language in ("", "en")]


def test_an_english_desk_shows_english_to_whoever_has_no_list_of_their_own() -> None:
    """And Chinese to those whose Telegram is Chinese."""
    english = build_house("gangbei-2017", public_url="http://127.0.0.1:9", language="en")
    found = menus(english, Places())
    assert of(found, "")["ack"] == "Take a case"
    assert of(found, "", "zh")["ack"] == "认领案件"


def test_a_menu_holds_what_may_be_said_there(house: House) -> None:
    """As the table of rights has it: every verb that is typed and heard there, and no other."""
    for scope, use in {"": "direct", str(STAFF): "staff", str(MEETING): "joint_meeting"}.items():
        heard = {verb.key for verb in VERBS.values() if verb.typed and use in house.rights.where(verb.key)}
        hidden = {key for key in heard if set(house.rights.who(key)) == {"administrator"}}
        assert set(of(menus(house, WHERE), scope)) == heard - hidden
    assert set(of(menus(house, WHERE), str(CHIEF))) == {
        verb.key for verb in VERBS.values() if verb.typed and "direct" in house.rights.where(verb.key)
    }


@pytest.mark.parametrize("language", ["", "en"])
def test_every_command_is_one_that_telegram_takes(house: House, language: str) -> None:
    """A name of a to z, digits and _; a description of one line without the example; at most a hundred."""
    for scope in ("", str(CHIEF), str(STAFF), str(MEETING)):
        found = of(menus(house, WHERE), scope, language)
        assert 0 < len(found) <= MOST_COMMANDS
        for name, description in found.items():
            assert NAME.fullmatch(name)
            assert re.fullmatch("[^\n:\uff1a]{1,256}", description)
            assert description == description.strip()


def test_what_is_said_most_often_stands_first(house: House) -> None:
    """Open cases, a case, a report; then the rest, each once."""
    names = list(of(menus(house, WHERE), ""))
    assert names[:4] == ["list", "case", "report", "ack"]
    assert len(set(names)) == len(names)
    assert of(menus(house, WHERE), "")["ack"] == "认领案件"


def test_menus_are_set_once_and_changed_when_they_differ(api: BotApi, platform: TelegramPlatform, house: House) -> None:
    """The second time nothing is set; what somebody else changed is set again."""
    wanted = menus(house, Places(groups=((str(STAFF), "staff"),)))
    assert platform.loop.run(set_menus(platform.bot, wanted), 30) == []
    shown = api.commands({"type": "all_private_chats"}, "en")
    assert {"command": "ack", "description": "Take a case"} in shown
    assert {"command": "ack", "description": "认领案件"} in api.commands({"type": "chat", "chat_id": STAFF})
    assert len(api.calls("setMyCommands")) == 4
    api.world.bot().commands["all_private_chats", "en"] = []
    assert platform.loop.run(set_menus(platform.bot, wanted), 30) == []
    assert len(api.calls("setMyCommands")) == 5


def test_a_menu_that_cannot_be_set_is_given_back_and_keeps_no_other_from_being_set(
    api: BotApi, platform: TelegramPlatform, house: House
) -> None:
    """It is tried again later; nothing breaks."""
    wanted = menus(house, Places(groups=((str(STAFF), "staff"),)))
    api.fail_next("setMyCommands", code=400)
    api.fail_next("getMyCommands", code=502)
    left = platform.loop.run(set_menus(platform.bot, wanted), 30)
    assert left == wanted[:2]
    assert api.commands({"type": "all_private_chats"}) == []
    assert len(api.commands({"type": "chat", "chat_id": STAFF}, "en")) > 1
    assert platform.loop.run(set_menus(platform.bot, left), 30) == []
    assert len(api.commands({"type": "all_private_chats"})) > 1


def test_groups_and_administrators_are_those_on_telegram(tmp_path: Path) -> None:
    """A release channel and a chat elsewhere have none, nor has who left, blocked the desk or lacks the role."""
    database = empty_at(tmp_path / "huiying.db")
    chief, blocked = _person("chief"), _person("blocked")
    others = [_person("left", active=False), _person("duty", role="duty_officer")]
    with database.writing() as session:
        people.save(session, chief, blocked, *others)
        people.save(
            session,
            Chat(platform="telegram", account="-1", use="staff"),
            Chat(platform="telegram", account="-2", use="release_channel"),
            Chat(platform="telegram", account="-3", use="unbound"),
            Chat(platform="drill", account="-4", use="staff"),
            Chat(platform="telegram", account="7", use="direct", person_id=chief.id),
            Chat(platform="drill", account="chief", use="direct", person_id=chief.id),
            Chat(platform="telegram", account="8", use="direct", person_id=blocked.id, unreachable_since=NOON),
            *(Chat(platform="telegram", account=one.key, use="direct", person_id=one.id) for one in others),
        )
    with database.reading() as session:
        assert places(session) == Places((("-1", "staff"),), ("7",))
    database.close()


def _person(key: str, *, role: str = "administrator", active: bool = True) -> Person:
    return Person(key=key, name=key, roles=[role], active=active)
