"""`python -m bot run` with WeCom: it says so, hears, answers, and shows how it goes; no secret is anywhere."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.opening import opened
from config.plan_file import load_plan
from config.roster import drill_roster
from config.settings import Settings
from storage import chat as chats
from storage import person as people
from tests.platforms.test_telegram_runs import ROOT, health, running, until
from tests.platforms.wecom.bench import APP, LI
from tests.platforms.wecom_api import AES_KEY, TOKEN, WecomApi

CALLBACK_TOKEN = TOKEN.replace(" ", "")
CODE = re.compile(r"/bind (\w+)")


def roster() -> str:
    """Return the drill's cast with accounts on WeCom, and no chats: those are bound otherwise."""
    cast = drill_roster(load_plan("gangbei-2017").plan).replace("accounts: {drill: ", "accounts: {wecom: ")
    return re.sub(r"^chats:\n(?:[ -].*\n|\n)*", "", cast, flags=re.MULTILINE)


@pytest.fixture
def environment(corp: WecomApi, tmp_path: Path) -> dict[str, str]:
    """Give the settings of a desk on WeCom alone, and its people."""
    corp.add_app(APP.corp_id, APP.agent_id, APP.secret, token=CALLBACK_TOKEN)
    for userid in re.findall(r"accounts: \{wecom: (\w+)\}", roster()):
        corp.add_member(userid, userid)
    (tmp_path / "roster.yaml").write_text(roster(), encoding="utf-8")
    return {
        "WECOM_CORP_ID": APP.corp_id, "WECOM_AGENT_ID": str(APP.agent_id), "WECOM_SECRET": APP.secret,
        "WECOM_TOKEN": CALLBACK_TOKEN, "WECOM_AES_KEY": AES_KEY, "WECOM_API_URL": corp.corp_url,
        "TELEGRAM_TOKEN": "", "ROSTER": str(tmp_path / "roster.yaml"),
    }  # fmt: skip


def codes(corp: WecomApi) -> list[str]:
    """Return the codes for groups that the administrator was given."""
    return CODE.findall("\n".join(each.text for each in corp.messages("hezhuren", own=True)))


def settings(environment: dict[str, str], folder: Path) -> Settings:
    """Return the same for a desk within this process."""
    given = {name.lower(): value for name, value in environment.items() if value}
    return Settings(_env_file=None, data_dir=folder / "data", **given)  # type: ignore[arg-type] # as .env gives them


def test_a_desk_that_is_called(corp: WecomApi, tmp_path: Path, environment: dict[str, str]) -> None:
    """The console verifies it, a member says something and is answered, though they never wrote before."""
    with running(tmp_path, **environment) as (address, process):
        until(tmp_path, lambda: health(address))
        corp.deliver_to("app", f"{address}/wecom/callback")
        assert corp.verifies("app")
        assert corp.says(LI, "我是谁").statuses == [200]
        until(tmp_path, lambda: any("李敏" in message.text for message in corp.messages(LI, own=True)))
        (menu,) = corp.calls("menu/create")
        assert corp.clicks(LI, menu.parameters["button"][0]["key"]).statuses == [200]
        until(tmp_path, lambda: len(corp.messages(LI, own=True)) > 1)
        shown = health(address)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    printed = (tmp_path / "out").read_text()
    assert "Traceback" not in printed
    assert f"企业微信:接收消息的地址是 {address}/wecom/callback" in printed
    assert "Telegram 未启用" in printed
    assert (shown["wecom"]["mode"], shown["wecom"]["trouble"]) == ("webhook", None)
    token = str(corp.calls("gettoken")[0].result["access_token"])
    for secret in (APP.secret, CALLBACK_TOKEN, AES_KEY, token):
        assert secret not in printed


def test_a_group_is_bound_and_answered(corp: WecomApi, tmp_path: Path, environment: dict[str, str]) -> None:
    """The bot's address is verified, a code binds its group, a report by @ is answered with buttons, and tapped."""
    corp.add_bot("aib1", "回应", token=CALLBACK_TOKEN)
    corp.add_group("wrStaff", "舆情工作群", ["limin", "zhaoqiang"])
    robot = {"WECOM_AIBOT_TOKEN": CALLBACK_TOKEN, "WECOM_AIBOT_AES_KEY": AES_KEY}
    with opened(settings(environment, tmp_path)) as desk, desk.database.writing() as session:
        head = people.by_name(session, "何主任")
        assert head is not None
        head.roles = [*head.roles, "administrator"]
        people.save(session, head)
    with running(tmp_path, **environment, **robot) as (address, _):
        until(tmp_path, lambda: health(address))
        corp.deliver_to("app", f"{address}/wecom/callback")
        corp.deliver_to("bot", f"{address}/wecom/aibot")
        assert corp.verifies("bot")
        corp.says("hezhuren", "绑定 工作群")
        until(tmp_path, lambda: codes(corp))
        assert "\n请先把我拉进群,再在群里 @我 说:/bind " in corp.messages("hezhuren", own=True)[0].text
        bound = corp.tells_bot("zhaoqiang", f"/bind {codes(corp)[0]}", "wrStaff")
        assert (bound.statuses, bound.trouble) == ([200], "")
        assert corp.messages("wrStaff", own=True)[0].text == "✅ 本群已绑定为工作群。"
        told = corp.tells_bot(LI, "", "wrStaff", quote="阳光花园小区全小区停水三天了,物业推诿,没水喝。")
        assert (told.statuses, told.trouble) == ([200], "")
        (card,) = [each for each in corp.messages("wrStaff", own=True) if each.task_id]
        assert card.labels == ["属实", "误报", "改判", "合并", "不属本局"]
        tapped = corp.taps_bot("zhaoqiang", card.task_id, "属实", "wrStaff")
        assert (tapped.statuses, tapped.trouble) == ([200], "")
        assert card.labels == ["认领", "改判", "合并", "催办", "更多"]
    printed = (tmp_path / "out").read_text()
    assert "Traceback" not in printed
    assert f"智能机器人的是 {address}/wecom/aibot" in printed
    for secret in (CALLBACK_TOKEN, AES_KEY, told.fields["response_url"]):
        assert secret not in printed


def test_without_its_settings_it_is_off_and_says_so(tmp_path: Path) -> None:
    """And its address is nobody's."""
    with running(tmp_path, TELEGRAM_TOKEN="") as (address, _):
        until(tmp_path, lambda: health(address))
    assert "企业微信未启用:设置 HUIYING_WECOM_CORP_ID" in (tmp_path / "out").read_text()


def test_a_group_is_made_and_bound_by_a_command(corp: WecomApi, tmp_path: Path, environment: dict[str, str]) -> None:
    """Of whoever the joint meeting concerns."""
    named = {f"HUIYING_{name}": value for name, value in environment.items()}
    command = [sys.executable, "-m", "bot", "meeting-group", "舆情联席会议"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**named, "PYTHONPATH": str(ROOT), "HUIYING_DATA_DIR": str(tmp_path / "data")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    (made,) = corp.calls("appchat/create")
    members = made.parameters["userlist"]
    said = f"已建群并绑定为联席会议群:舆情联席会议,{len(members)} 人。\n"
    assert (done.returncode, done.stdout) == (0, said), done.stderr
    assert {"zhengjuzhang", "hezhuren"} <= set(members)
    assert "limin" not in members
    with opened(settings(environment, tmp_path)) as desk, desk.database.reading() as session:
        (chat,) = chats.used_for(session, "joint_meeting")
    assert chat.account == f"group:{made.parameters['chatid']}"
    assert [message.text for message in corp.messages(made.parameters["chatid"])] == ["✅ 本群已绑定为联席会议群。"]


def test_webhooks_come_and_go_with_the_settings(corp: WecomApi, tmp_path: Path, environment: dict[str, str]) -> None:
    """Each is a group of the joint meeting; one that is named no longer is let go."""
    hook = corp.add_webhook("693a91f6-0001")
    for given, expected in ((hook, 1), ("", 0), (hook, 1)):
        with (
            opened(settings({**environment, "WECOM_GROUP_WEBHOOKS": given}, tmp_path)) as desk,
            desk.database.reading() as session,
        ):
            assert len(chats.used_for(session, "joint_meeting")) == expected
