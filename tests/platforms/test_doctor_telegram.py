"""`python -m bot doctor` on Telegram: each finding says what is to be done, and what is broken ends with 1."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from pydantic import SecretStr

from bot.chat.findings import Finding, right_now
from bot.chat.telegram.checkup import Checkup
from bot.chat.telegram.platform import TelegramPlatform
from bot.chat.telegram.polling import Polling
from bot.chat.telegram.waiting import WAITS
from bot.engine.embedded import DeskLock
from config.language import Voice
from config.roster import DRILL
from config.settings import Settings
from storage.chat import Chat
from storage.person import save
from tests.platforms.bot_api import BotApi, bot_api
from tests.plugins.databases import empty_at

ROOT = Path(__file__).parents[2]
TOKEN = "7012345678:AAdoctorDoctor_doctor-Doctor0doctor0"
SECRET = "only-telegram"
STAFF, MEETING, CHANNEL, LI = -1001, -1002, -1003, 7


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API where everything is as it should be."""
    with bot_api() as api:
        me = api.add_bot(TOKEN, "huiying_bot", privacy=False).user.id
        api.add_user(LI, "李敏")
        api.add_chat(STAFF, "supergroup", "值班群", members=[LI, me])
        api.add_chat(MEETING, "group", "联席会议", members=[LI, me])
        api.add_chat(CHANNEL, "channel", "港北发布", members=[me], owner=LI)
        api.promote(me, STAFF)
        api.promote(me, CHANNEL, can_post_messages=True, can_edit_messages=True, can_delete_messages=True)
        api.world.bot().pending.clear()
        yield api


CHATS = (
    Chat(platform="telegram", account=str(STAFF), use="staff", title="值班群"),
    Chat(platform="telegram", account=str(MEETING), use="joint_meeting", title="联席会议"),
    Chat(platform="telegram", account=str(CHANNEL), use="release_channel", title="港北发布"),
)


def found(
    api: BotApi,
    settings: Mapping[str, object] = MappingProxyType({}),
    *,
    running: bool = True,
    ahead: float = 0.0,
    chats: tuple[Chat, ...] = CHATS,
) -> list[Finding]:
    """Check up; ahead: by how many seconds this machine's clock is."""
    given = {"telegram_token": TOKEN, "telegram_api_url": api.url, **settings}
    configured = Settings(_env_file=None, **given)  # type: ignore[arg-type]
    platform = TelegramPlatform(str(given["telegram_token"]), api_url=str(given["telegram_api_url"]))
    try:
        clock = lambda: right_now() + timedelta(seconds=ahead)  # noqa: E731 - a clock is its own name
        return list(Checkup(configured, platform.line, chats, running, clock, look=1.0).findings())
    finally:
        platform.close()


def said(findings: list[Finding], mark: str) -> list[str]:
    """Return the lines with one mark."""
    return [finding.said.say(Voice()) for finding in findings if finding.mark == mark]


def test_when_all_is_well_every_line_says_so(api: BotApi) -> None:
    """Token, clock, nobody else, each chat."""
    findings = found(api, running=False)
    assert [finding.shown().say(Voice()) for finding in findings] == [
        "✅ Telegram 机器人 @huiying_bot",
        "✅ 时钟与 Telegram 一致",
        "✅ 没有别的程序在用这个令牌收消息",
        "✅ 「值班群」听得到消息,权限齐全",
        "✅ 「联席会议」听得到消息,权限齐全",
        "✅ 发布频道「港北发布」权限齐全",
    ]


def test_looking_for_a_second_desk_takes_no_update_away(api: BotApi) -> None:
    """What was said before is still there for the desk that starts next."""
    api.says(LI, LI, "停水三天")
    before = api.pending()
    findings = found(api, running=False, chats=())
    assert api.pending() == before
    assert "有 1 条消息等着送来" in said(findings, "well")
    assert "有 1 条消息等着送来" in said(found(api, running=True, chats=()), "warning")


def test_a_second_desk_is_found(api: BotApi) -> None:
    """Another program that asks for updates with the same token puts an end to our asking."""
    other = TelegramPlatform(TOKEN, api_url=api.url)
    asking = Polling(other, len, lambda _: None, waits=dict.fromkeys(WAITS, (0.2, 0.2)))
    asking.start()
    findings = found(api, running=False, chats=())
    asking.stop()
    other.close()
    assert said(findings, "broken") == [
        "另有程序在用同一个令牌收消息:请停掉它;找不到时,在 BotFather 用 /revoke 换新令牌"
    ]


def test_a_second_desk_is_found_while_people_write(api: BotApi) -> None:
    """What waits is answered with at once, so nobody is cut off; but somebody else takes it away."""

    def slowly(updates: Sequence[object]) -> int:
        time.sleep(0.5)
        return len(updates)

    for text in "一二三四五六七八":
        api.says(LI, LI, text)
    other = TelegramPlatform(TOKEN, api_url=api.url)
    asking = Polling(other, slowly, lambda _: None)
    threading.Timer(0.3, asking.start).start()
    findings = found(api, running=False, chats=())
    asking.stop()
    other.close()
    assert said(findings, "broken") == [
        "另有程序在用同一个令牌收消息:请停掉它;找不到时,在 BotFather 用 /revoke 换新令牌"
    ]


def test_while_the_desk_runs_nobody_else_asks_for_updates(api: BotApi) -> None:
    """The check-up would be the second one itself."""
    findings = found(api, running=True, chats=())
    assert api.calls("getUpdates") == []
    assert "值班台正在运行,正在收消息;是否另有程序抢收,由它自己报告" in said(findings, "well")


def test_a_wrong_token_ends_the_check_up_with_what_to_do(api: BotApi) -> None:
    """Nothing else can be asked; the token is not shown."""
    wrong = TOKEN[:-1] + "X"
    (finding,) = found(api, {"telegram_token": wrong})
    assert finding.mark == "broken"
    assert finding.said.say(Voice()) == "Telegram 不认令牌:请在 BotFather 用 /token 查看,改对 HUIYING_TELEGRAM_TOKEN"


def test_no_way_to_telegram_speaks_of_the_proxy(api: BotApi) -> None:
    """Without one it is proposed, with one it is suspected; the token is not shown."""
    api.down(502)
    (without,) = said(found(api), "broken")
    (through,) = said(found(api, {"telegram_proxy": "http://127.0.0.1:1"}), "broken")
    assert without.startswith("连不上 Telegram(")
    assert without.endswith("请设置 HUIYING_TELEGRAM_PROXY")
    assert through.endswith("请检查 HUIYING_TELEGRAM_PROXY 指的代理是否在运行")
    assert TOKEN.partition(":")[2] not in without + through


@pytest.mark.parametrize(("ahead", "mark"), [(-3.0, "well"), (30.0, "warning"), (-30.0, "warning"), (90.0, "broken")])
def test_the_clock_is_compared(api: BotApi, ahead: float, mark: str) -> None:
    """A few seconds are well, more are a warning, more than a minute makes every limit wrong."""
    (line,) = [line for line in said(found(api, ahead=ahead, chats=()), mark) if "时" in line and "Telegram" in line]
    assert ("校时" in line) == (mark != "well")


def test_privacy_mode_is_found_where_it_hurts(api: BotApi) -> None:
    """In a group where the bot is no administrator; the way out names both BotFather and adding it again."""
    api.set_privacy(True)
    (broken,) = said(found(api), "broken")
    assert broken == (
        "机器人的隐私模式开着,在「联席会议」里看不到转发:请在 BotFather 用 /setprivacy 选 Disable,"
        "再把机器人移出群、重新加进去;或把它设为管理员"
    )


def test_missing_rights_are_named(api: BotApi) -> None:
    """In the staff group they are a wish, in the release channel there is no release without them."""
    me = api.world.bot().user.id
    api.promote(me, STAFF, can_delete_messages=True)
    api.promote(me, CHANNEL, can_post_messages=True)
    findings = found(api)
    assert said(findings, "warning")[-1] == "「值班群」里最好给机器人这些权限:置顶消息"
    assert said(findings, "broken") == [
        "发布频道「港北发布」里缺少权限:编辑消息、删除消息。请在频道的管理员设置里给机器人"
    ]


def test_a_chat_the_bot_is_not_in_and_one_where_it_may_not_speak(api: BotApi) -> None:
    """Put out, unknown, or silenced: each is named with what to do."""
    me = api.world.bot().user.id
    api.remove_member(STAFF, me, by=LI)
    api.restrict(me, MEETING)
    unknown = Chat(platform="telegram", account="-1009", use="staff")
    assert said(found(api, chats=(*CHATS[:2], unknown)), "broken") == [
        "机器人不在「值班群」里:请重新加进去",
        "机器人在「联席会议」里被禁言:请解除",
        "机器人不在「-1009」里:请重新加进去",
    ]


WEBHOOK = {
    "telegram_mode": "webhook",
    "telegram_webhook_secret": SECRET,
    "public_url": "https://desk.example",
}


def test_the_webhook_is_compared_with_the_mode(api: BotApi) -> None:
    """One that is left over while polling, none, another one, and ours."""
    webhook = api.world.bot().webhook
    assert any("webhook 还没有设" in line for line in said(found(api, WEBHOOK, chats=()), "broken"))
    webhook["url"] = "https://elsewhere.example/"
    assert any("https://elsewhere.example/" in line for line in said(found(api, chats=()), "broken"))
    assert any("设在别处" in line for line in said(found(api, WEBHOOK, chats=()), "broken"))
    webhook["url"] = "https://desk.example/telegram/webhook"
    assert "webhook 已设到 https://desk.example/telegram/webhook" in said(found(api, WEBHOOK, chats=()), "well")


def test_the_last_error_of_the_webhook_is_told_while_it_is_fresh(api: BotApi) -> None:
    """What Telegram says of the last hour; an older error is over."""
    now = int(datetime.now(UTC).timestamp())
    webhook = api.world.bot().webhook
    webhook.update(url="https://desk.example/telegram/webhook", last_error_message="Connection refused")
    webhook["last_error_date"] = now - 60
    (fresh,) = said(found(api, WEBHOOK, chats=()), "warning")
    assert "Connection refused。请检查证书、反向代理和防火墙" in fresh
    webhook["last_error_date"] = now - 7200
    assert said(found(api, WEBHOOK, chats=()), "warning") == []


def test_what_telegrams_own_server_does_not_do_is_said_before_it_is_asked() -> None:
    """Larger files and other ports need a server of one's own: its own address alone decides."""
    configured = Settings(
        _env_file=None,
        telegram_token=SecretStr(TOKEN),
        telegram_file_limit=50_000_000,
        **{**WEBHOOK, "public_url": "https://desk.example:9443"},  # type: ignore[arg-type]
    )
    platform = TelegramPlatform(TOKEN)
    checkup = Checkup(configured, platform.line, (), running=True, now=right_now).findings()
    findings = [next(checkup), next(checkup)]
    platform.close()
    assert [finding.mark for finding in findings] == ["warning", "broken"]
    assert "端口 9443" in findings[1].said.say(Voice())


# ---------------------------------------------------------------------------------------------- the command


def doctor(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot doctor` on a folder."""
    return command_line(folder, "doctor", **settings)


def command_line(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` with these words on a folder."""
    named = {f"HUIYING_{name}": value for name, value in {"DATA_DIR": str(folder / "data"), **settings}.items()}
    environment = {**os.environ, **named, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def bind(folder: Path, chats: tuple[Chat, ...]) -> None:
    """Bind chats in the database of a folder; it is made where there is none."""
    database = empty_at(folder / "data" / "huiying.db")
    with database.writing() as session:
        save(session, *[Chat(platform=each.platform, account=each.account, use=each.use) for each in chats])
    database.close()


def test_without_a_token_doctor_says_that_telegram_is_off(tmp_path: Path) -> None:
    """And where to read on; nothing is broken by it."""
    done = doctor(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Telegram 未启用:设置 HUIYING_TELEGRAM_TOKEN,见 docs/connecting-telegram.md" in done.stdout


def test_doctor_names_who_has_no_account_on_telegram(api: BotApi, tmp_path: Path) -> None:
    """A roster whose people have only the drill's accounts reaches nobody; without Telegram there is nothing to say."""
    command_line(tmp_path, "roster", str(DRILL), "--apply")
    said = doctor(tmp_path, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=api.url).stdout
    assert "没有账号 21 名:李敏、赵强、" in said
    assert "没有账号" not in doctor(tmp_path).stdout


def test_doctor_works_while_the_desk_runs_and_ends_with_one_when_something_is_broken(
    api: BotApi, tmp_path: Path
) -> None:
    """In the language of the settings, at debug level without the token."""
    settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "LANGUAGE": "en", "LOG_LEVEL": "debug"}
    with DeskLock(tmp_path / "data"):
        well = doctor(tmp_path, **settings)
        bind(tmp_path, CHATS[:1])
        api.remove_member(STAFF, api.world.bot().user.id, by=LI)
        broken = doctor(tmp_path, **settings)
    assert (well.returncode, broken.returncode) == (0, 1), well.stderr
    assert "✅ Telegram bot @huiying_bot" in well.stdout
    assert "❌ The bot is not in “-1001”: add it again" in broken.stdout
    assert "DEBUG httpcore" in well.stderr
    assert TOKEN.partition(":")[2] not in well.stdout + well.stderr + broken.stdout + broken.stderr
