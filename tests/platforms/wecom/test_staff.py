"""`python -m bot wecom-staff`: the directory beside the people of the desk; what is found is offered, never taken."""

from pathlib import Path

import pytest

from bot.opening import opened
from bot.refused import CommandRefused
from bot.wecom_staff_command import Known, Member, compare_staff, differences
from config.language import Voice
from config.settings import Settings
from storage import person as people
from tests.platforms.test_telegram_runs import ROOT
from tests.platforms.wecom.bench import APP
from tests.platforms.wecom_api import AES_KEY, WecomApi

ROSTER = (ROOT / "config/rosters/drill.yaml").read_text(encoding="utf-8")
STAYS = {"limin": "李敏", "zhaoqiang": "赵强"}


@pytest.fixture
def desk(corp: WecomApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Settings:
    """Give the settings of a desk with two people on WeCom and others without an account there, and a directory."""
    for number, name, parent in ((2, "建设局", 1), (3, "办公室", 2), (4, "水务局", 1)):
        corp.add_department(number, name, parent)
    for userid, name in STAYS.items():
        corp.add_member(userid, name, 3)
    text = "\n".join(
        line.replace("{drill: limin}", "{wecom: limin}").replace("{drill: zhaoqiang}", "{wecom: ZhaoQiang}")
        for line in ROSTER.splitlines()
    )
    (tmp_path / "roster.yaml").write_text(text, encoding="utf-8")
    settings = Settings(
        _env_file=None, data_dir=tmp_path / "data", roster=tmp_path / "roster.yaml", wecom_corp_id=APP.corp_id,
        wecom_agent_id=APP.agent_id, wecom_secret=APP.secret, wecom_token="token", wecom_aes_key=AES_KEY,
        wecom_api_url=corp.corp_url,
    )  # fmt: skip
    with opened(settings):  # takes the roster, and logs that it does
        capsys.readouterr()
    return settings


def said(settings: Settings, capsys: pytest.CaptureFixture[str], *departments: str) -> list[str]:
    """Run the command and return what it printed."""
    assert compare_staff(settings, departments) == 0
    return capsys.readouterr().out.splitlines()


def test_departments_are_listed_to_choose_from(desk: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """By number and name."""
    assert said(desk, capsys)[1:] == ["· 1 区局", "· 2 建设局", "· 3 办公室", "· 4 水务局"]


def test_both_sides_are_compared_and_nothing_is_changed(
    corp: WecomApi, desk: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who left, who is new, who may be somebody known, what is spelt otherwise; with all departments below."""
    corp.add_member("xinren", "新人", 3)
    corp.add_member("wangwu", "王五", 2)
    corp.add_member("shuiwu", "水务的人", 4)
    corp.world.members.pop("limin")
    corp.world.members["zhaoqiang"].name = "赵小强"
    printed = said(desk, capsys, "建设局")
    assert printed == [
        "值班台有、企业微信里不对的 2 人:",
        "· 李敏(limin):企业微信里没有这个账号(离职,或账号写错)",
        "· 赵强(zhaoqiang):企业微信里这个账号是 赵小强,请核对是不是同一个人",
        "所选部门里有、值班台没有的 2 人。要加的,写好 roles,抄进值班表,再用 python -m bot roster 收下:",
        '  # 王五 已在值班表;如是本人,给他加上 accounts: {wecom: "wangwu"}',
        '  - {key: "xinren", name: "新人", roles: [], accounts: {wecom: "xinren"}}',
    ]
    with opened(desk) as open_desk, open_desk.database.reading() as session:
        assert people.by_name(session, "新人") is None
        assert people.by_account(session, "wecom", "wangwu") is None


def test_somebody_switched_off_or_elsewhere_is_told_apart(
    corp: WecomApi, desk: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A member of another department is well; one whose account was switched off is not."""
    corp.add_member("limin", "李敏", 4)
    corp.world.members["zhaoqiang"].active = False
    corp.world.members["zhaoqiang"].department = [4]
    printed = said(desk, capsys, "3")
    assert printed == ["值班台有、企业微信里不对的 1 人:", "· 赵强(zhaoqiang):账号已被禁用"]


def test_a_name_cannot_become_a_line_of_the_roster() -> None:
    """Members write their names themselves."""
    name = '张三", roles: [leader]}\n  - {key: x'
    (_, line) = differences([Known("李敏", "limin")], [Member("limin", "李敏"), Member("z", name)], lambda _: None)
    assert line.say(Voice()) == (
        r'  - {key: "z", name: "张三\", roles: [leader]}\n  - {key: x", roles: [], accounts: {wecom: "z"}}'
    )


def test_what_is_refused_says_what_to_do(corp: WecomApi, desk: Settings) -> None:
    """An unknown department, and a missing trusted IP."""
    with pytest.raises(CommandRefused) as unknown:
        compare_staff(desk, ["财政局"])
    assert unknown.value.why.say(Voice()) == "应用看不到部门 财政局"
    corp.fail_next("department/list", errcode=60020)
    with pytest.raises(CommandRefused) as refused:
        compare_staff(desk, [])
    assert refused.value.why.say(Voice()).startswith("企业微信(60020):本机的出口 IP 不在“企业可信 IP”里")
