"""Release: the last question, the way out, what is proved, and what happens when it is not."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.channels import Channel
from bot.channels.chat_channel import ChatChannel
from bot.channels.website import WebsiteChannel
from bot.chat.platform import ChatPlatform
from bot.web.server import serving
from storage import case_event, history
from storage import clock as clocks
from storage import draft as drafts
from storage.database import Database
from tests.conversations.releasing import (
    TEXT,
    TITLE,
    Outside,
    Website,
    hear_nothing,
    issue,
    out,
    outside,
    row,
    sign,
    write,
)
from tests.conversations.talking import TalkingDesk

ASKED = """📢 确认发布 1号 v1?
标题:《关于停水的通报》
渠道:网站 → 发布频道
发布后向社会公开,读到的人无法收回。"""


@pytest.fixture
def desk(database: Database) -> Iterator[Outside]:
    """Give a desk whose text is signed and waits to go out."""
    with outside(database) as desk:
        yield desk


def test_it_is_asked_once_more_and_then_goes_out_with_its_proof(desk: Outside) -> None:
    """发布 names title, channels and effect; the tap brings it out, website first; everybody hears where."""
    talk = desk.direct("王五")
    talk.says("发布 1")
    assert talk.bot_says() == ASKED
    assert talk.buttons("确认发布 1号") == ["📢确认发布", "取消"]
    assert desk.case().stage == "issue"
    talk.taps("📢确认发布")
    assert talk.toast() == "📢 1号 v1 开始发布,先发网站;发出并核对后告知。"
    url = out(desk).manifest["url"]
    told = (
        f"📢 港建舆〔2026〕1号 已发布:《{TITLE}》\n{url}\n网站✅11-24 09:05 · 发布频道✅11-24 09:05 · 与签发的一字不差"
    )
    assert talk.bot_says() == told
    assert desk.staff.bot_says() == told
    assert desk.channel.bot_says() == f"【{TITLE}】\n\n{TEXT}\n\n{url}"
    assert f"网站✅ · 发布频道✅ {url}" in desk.staff.shows("来源")


def test_the_bytes_on_each_channel_hash_to_the_signed_manifest(desk: Outside) -> None:
    """What a reader gets over HTTP, and what the channel shows, is what was signed, byte for byte."""
    issue(desk)
    release = out(desk)
    page = httpx.get(release.manifest["url"], trust_env=False).content
    article = page[page.index(b"<article ") : page.index(b"</article>") + len(b"</article>")]
    for content, channel in ((article, "website"), (desk.channel.bot_says().encode(), "release_channel")):
        signed = release.manifest["channels"][channel]["sha256"]
        assert hashlib.sha256(content).hexdigest() == signed == row(desk, channel).proof["sha256"]


def test_the_clocks_stop_when_it_is_out_and_the_next_one_starts(desk: Outside) -> None:
    """The limit to respond is met at the moment the website proved it; keep-publishing starts."""
    desk.later(minutes=30)
    issue(desk)
    assert desk.case().stage == "follow_up"
    with desk.database.reading() as session:
        case = desk.case()
        event = next(one for one in case_event.of_case(session, case.id) if one.event == "release_out")
        found = {clock.rule: clock for clock in clocks.of_case(session, case.id)}
    assert event.at == row(desk, "website").proved_at == found["respond"].ended_at
    assert found["respond"].outcome == "met"
    assert found["keep_publishing"].outcome == "running"
    assert found["keep_publishing"].started_at == event.at


def test_a_second_tap_is_refused(desk: Outside) -> None:
    """A double tap publishes once."""
    talk = desk.direct("王五")
    talk.says("发布 1")
    talk.taps("📢确认发布", twice=True)
    assert talk.toast() == "1号 这一稿已经在发布,没有重复发布。"
    assert len(desk.channel.bot_says_all()) == 1


def test_cancel_changes_nothing(desk: Outside) -> None:
    """取消 leaves the text where it is."""
    talk = desk.direct("王五")
    talk.says("发布 1")
    talk.taps("取消")
    assert talk.toast() == "已取消,未做任何改动。"
    assert desk.case().stage == "issue"


def test_what_is_on_its_way_is_not_called_off(desk: Outside) -> None:
    """取消 after the confirmation says so instead of claiming that nothing was done."""
    talk = desk.direct("王五")
    talk.says("发布 1")
    cancel = talk.button("取消", on="确认发布 1号")
    issue(desk)
    talk.presses("王五", *cancel)
    assert talk.toast() == "1号 这一稿已经确认发布,取消不了。"
    assert desk.case().stage == "follow_up"


def test_the_button_of_an_older_text_is_stale(desk: Outside) -> None:
    """A question about an older text publishes nothing once a newer one is signed."""
    talk = desk.direct("王五")
    talk.says("发布 1")
    confirm = talk.button("📢确认发布")
    write(desk, TITLE, "泵房已经抢修,明早恢复供水。")
    talk.presses("王五", *confirm)
    assert talk.toast() == "签发的已是 v2,这个按钮是旧稿的,未发布。请发“发布 1”重新确认。"
    assert desk.case().stage == "issue"
    assert desk.channel.is_silent()


def test_everything_that_stops_it_is_named_at_once(desk: Outside) -> None:
    """An unconfirmed fact blocks the question, and a fact added after the question blocks the tap."""
    talk = desk.direct("王五")
    talk.says("发布 1")
    talk.says("事实 1 停水3天 来源:水务局")
    talk.says("事实 1 涉及1200户 来源:社区")
    talk.bot_says_all()
    talk.taps("📢确认发布")
    refused = "⛔ 1号 还不能发布:\n· 事实 1 未核实:停水3天\n· 事实 2 未核实:涉及1200户"
    assert talk.toast() == refused
    talk.says("发布 1")
    assert talk.bot_says() == refused
    desk.direct("赵强").says("核实 1 1、2")
    talk.bot_says_all()
    talk.says("发布 1")
    assert talk.bot_says() == ASKED


@pytest.mark.parametrize("name", ["李敏", "赵强", "刘洋"])
def test_only_those_with_the_right_may_issue(desk: Outside, name: str) -> None:
    """Reporters, duty officers and reviewers cannot publish, signed or not."""
    desk.direct(name).bot_says_all()
    desk.direct(name).says("发布 1")
    assert desk.direct(name).bot_says().startswith("您没有「发布」的权限")
    assert desk.case().stage == "issue"


def test_a_website_that_does_not_answer_leaves_it_owed_and_people_told_rarely(desk: Outside) -> None:
    """The failure is told at once, then ever more rarely; the channel waits; when the site is back it goes out."""
    desk.website.open = False
    issue(desk)
    assert desk.staff.bot_says().splitlines() == [
        "❗ 港建舆〔2026〕1号 在网站没有发出:网站地址回应 503,没有给出页面",
        f"《{TITLE}》 已试 1 次",
        "会继续重试,发出后告知。",
    ]
    assert desk.direct("王五").bot_says_all()[-1] == desk.staff.shows("没有发出:网站地址回应 503,没有给出页面\n")
    desk.later(hours=3)
    told = [said for said in desk.staff.bot_says_all() if "没有发出" in said]
    assert [said.splitlines()[1] for said in told] == [f"《{TITLE}》 已试 8 次", f"《{TITLE}》 已试 16 次"]
    assert desk.case().stage == "release"
    assert "网站❌" in desk.staff.shows("来源")
    assert desk.channel.is_silent()
    desk.website.open = True
    desk.later(minutes=12)
    assert "已发布" in desk.staff.shows("与签发的一字不差")
    assert desk.channel.bot_says().startswith(f"【{TITLE}】")
    assert desk.case().stage == "follow_up"


def test_a_page_that_shows_other_words_is_taken_off_again(desk: Outside) -> None:
    """When readers get other bytes than were signed, the page goes, the failure is told, and the record has both."""
    desk.website.swap = ("今晚".encode(), "明晚".encode())
    issue(desk)
    assert "网页上的内容与签发的不一致,已从网站撤下" in desk.staff.bot_says()
    assert out(desk).visible_at is None
    assert httpx.get(out(desk).manifest["url"], trust_env=False).status_code == 404
    kinds = [kind for kind in desk.kinds_on_record() if kind in ("shown", "hidden")]
    assert kinds == ["shown", "hidden"]
    assert desk.channel.is_silent()
    desk.website.swap = (b"", b"")
    desk.later(minutes=1)
    assert out(desk).visible_at is not None
    assert desk.case().stage == "follow_up"


def test_a_channel_that_fails_does_not_hold_the_case(desk: Outside) -> None:
    """The website counts: clocks stop, the case goes on to follow-up; the channel stays owed until it has the post."""
    desk.posts.refuses = "chat not found"
    issue(desk)
    assert desk.staff.bot_says().splitlines() == [
        "❗ 港建舆〔2026〕1号 在发布频道没有发出:平台没有收下:港北建设发布 chat not found",
        f"《{TITLE}》 已试 1 次",
        "会继续重试,发出后告知。",
    ]
    assert desk.case().stage == "follow_up"
    assert "发布频道❌" in desk.staff.shows("来源")
    desk.posts.refuses = ""
    desk.later(minutes=10)
    assert desk.channel.bot_says().startswith(f"【{TITLE}】")
    assert "网站✅11-24 09:05 · 发布频道✅11-24 09:05" in desk.staff.shows("与签发的一字不差")


def test_the_public_is_never_told_twice_on_a_guess(desk: Outside) -> None:
    """When nobody knows whether a post went out, a person looks: 已经发出 ends it without a second post."""
    desk.posts.loses = True
    issue(desk)
    desk.posts.loses = False
    desk.later(hours=1)
    assert len(desk.channel.bot_says_all()) == 1
    assert desk.staff.buttons("不知道是否已发出:港北建设发布") == ["已经发出", "没有,重发"]
    desk.staff.taps("王五", "已经发出")
    assert desk.staff.toast() == "✅ 1号 记为已经发出。"
    assert desk.channel.is_silent()
    assert row(desk, "release_channel").proof["id"] == "seen:王五"
    assert "发布频道✅" in desk.staff.shows("与签发的一字不差")


def test_a_person_who_does_not_see_the_post_has_it_made_again(desk: Outside) -> None:
    """没有,重发 posts once more; a second tap finds nothing left to decide."""
    desk.posts.loses = True
    issue(desk)
    desk.posts.loses = False
    desk.channel.bot_says_all()
    desk.staff.taps("王五", "没有,重发", twice=True)
    assert desk.channel.bot_says().startswith(f"【{TITLE}】")
    assert desk.staff.toast() == "1号 没有待确认的发布,未做任何改动。"
    assert row(desk, "release_channel").stage == "proved"


def test_the_next_text_has_its_own_address_and_proof(desk: Outside) -> None:
    """A second release of the case is asked, signed and proved like the first."""
    issue(desk)
    hear_nothing(desk)
    write(desk, "停水通报续", "全部恢复供水。")
    hear_nothing(desk)
    issue(desk)
    first, second = out(desk, 0), out(desk, 1)
    assert first.public_id != second.public_id
    assert second.manifest["url"] in desk.staff.bot_says()
    assert desk.channel.bot_says().startswith("【停水通报续】")
    assert desk.case().stage == "follow_up"


def test_a_text_that_changed_after_signing_does_not_go_out(desk: Outside) -> None:
    """Were the stored text altered behind the desk's back, neither the question nor the page would let it pass."""
    with desk.database.writing() as session:
        newest = drafts.newest(session, desk.case().id)
        assert newest is not None
        newest.text = "没有停水。"
    desk.direct("王五").says("发布 1")
    assert desk.direct("王五").bot_says() == "⛔ 1号 还不能发布:\n· 稿件与签发的清单不一致,请重新送审"


def test_what_was_done_stands_in_the_record(desk: Outside) -> None:
    """The tap, the page shown and each proof are history rows of the case, and its chain holds them."""
    issue(desk)
    kinds = desk.kinds_on_record()
    assert [kind for kind in kinds if kind in ("issue_now", "shown", "release_proved")] == [
        "issue_now", "shown", "release_proved", "release_proved",
    ]  # fmt: skip
    with desk.database.reading() as session:
        assert history.rows(session, desk.case().id)[-1].payload is not None


@pytest.mark.parametrize("channel", ["", "  - {use: release_channel, platform: telegram, id: '-1001', title: 发布}"])
def test_a_desk_without_a_channel_does_not_hang(database: Database, tmp_path: Path, channel: str) -> None:
    """Where no chat is bound as release channel, or one on a platform that is off, the website alone is enough."""
    text = Path("config/rosters/drill.yaml").read_text(encoding="utf-8")
    roster = "\n".join(channel if "use: release_channel" in line else line for line in text.splitlines())
    website = Website(database)
    with serving(website) as address, httpx.Client(trust_env=False) as client:

        def channels(database: Database, platform: ChatPlatform) -> dict[str, Channel]:
            return {
                "website": WebsiteChannel(database, client, address),
                "release_channel": ChatChannel(database, {"drill": platform}),
            }

        desk = TalkingDesk(database, channels, public_url=address, roster=roster)
        sign(desk)
        desk.direct("王五").says("发布 1")
        assert "渠道:网站\n" in desk.direct("王五").bot_says()
        issue(desk)
        assert desk.case().stage == "follow_up"
        assert row(desk, "release_channel").proof["id"] == "no chat bound"
        assert "网站✅11-24 09:05 · 与签发的一字不差" in desk.staff.shows("与签发的一字不差")
        assert "第1次发布 网站✅ http" in desk.staff.shows("来源")
        leader = desk.direct("郑局长")
        leader.says("撤回 1 数据有误")
        assert "渠道:网站(已发出)\n" in leader.bot_says_all()[-1]
        leader.taps("🚫确认撤回")
        assert desk.staff.shows("已撤回:").endswith("\n网站已撤下")
