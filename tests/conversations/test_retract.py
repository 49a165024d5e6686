"""撤回: what is out is taken back, on the website over HTTP and in the public's chat."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from bot.channels import Move, ReleaseFailed
from bot.channels.chat_channel import ChatChannel
from bot.chat.platform import SendFailed
from storage import case_event, moving
from storage import clock as clocks
from storage import release as releases
from storage.database import Database
from tests.conversations.releasing import (
    LEADER,
    NOTICE,
    RIGHT_TEXT,
    RIGHT_TITLE,
    TEXT,
    TITLE,
    WHY,
    Outside,
    correct,
    hear_nothing,
    issue,
    out,
    outside,
    page,
    post,
    posts,
    retract,
    row,
    sign,
    write,
)
from tests.conversations.talking import TalkingDesk


@pytest.fixture
def desk(database: Database) -> Iterator[Outside]:
    """Give a desk with one release out."""
    with outside(database) as desk:
        issue(desk)
        hear_nothing(desk)
        desk.direct(LEADER).bot_says_all()
        yield desk


def test_a_withdrawal_is_asked_once_more_and_names_its_effect(desk: Outside) -> None:
    """The question names the release, the channels, what the public reads instead, and that there is no way back."""
    leader = desk.direct(LEADER)
    leader.says(f"撤回 1 {WHY}")
    assert leader.bot_says() == (
        f"🚫 确认撤回 1号 第1次发布?\n标题:《{TITLE}》\n渠道:网站(已发出) · 发布频道(已发出)\n"
        f"网页改为撤回说明,频道里的帖子删除。公众看到的原因:{WHY}\n"
        "撤回不能恢复;时限记录不变,请另写新稿。"
    )
    assert leader.buttons("确认撤回 1号") == ["🚫确认撤回", "不撤回"]
    assert page(desk).status_code == 200
    leader.taps("不撤回")
    assert leader.toast() == f"没有撤回,1号 的《{TITLE}》照旧。"
    assert page(desk).status_code == 200
    assert len(posts(desk)) == 1


def test_a_withdrawn_release_is_readable_nowhere(desk: Outside) -> None:
    """The page is gone with a notice, lists and feed have its text no more, the post is deleted; people hear of it."""
    retract(desk)
    assert desk.direct(LEADER).toast() == f"🚫 1号 的《{TITLE}》开始撤回,撤下并核对后告知。"
    gone = page(desk)
    assert gone.status_code == 410
    assert f'<p class="withdrawn" lang="zh-CN">{NOTICE}</p>' in gone.text
    assert TITLE in gone.text
    assert TEXT not in gone.text
    assert page(desk, 0, "/manifest.json").status_code == 410
    assert page(desk, 0, "/manifest.json").json()["withdrawn"] == NOTICE
    site = out(desk).manifest["url"].partition("/releases")[0]
    assert TITLE not in httpx.get(site, trust_env=False).text
    feed = httpx.get(f"{site}/feed.atom", trust_env=False).text
    assert f"<title>已撤回:{TITLE}</title>" in feed
    assert f"<summary>{NOTICE}</summary>" in feed
    assert TEXT not in feed
    assert posts(desk) == []
    assert [row(desk, channel).stage for channel in ("website", "release_channel")] == ["withdrawn", "withdrawn"]
    told = f"🚫 港建舆〔2026〕1号 已撤回:《{TITLE}》\n网站已撤下 · 发布频道已撤下"
    assert desk.staff.bot_says() == told
    assert desk.direct("王五").bot_says_all() == [
        f"🚫 郑局长 撤回了 港建舆〔2026〕1号 的《{TITLE}》:{WHY}\n请写新稿:第一行“起草 1 标题”,第二行起写正文。",
        told,
    ]
    assert "已撤回(11-24 09:05)" in desk.staff.shows("来源")


def test_the_record_keeps_what_was_met(desk: Outside) -> None:
    """The limit that the release met stays met, the history says withdrawn, and the case waits in follow-up."""
    with desk.database.reading() as session:
        before = {clock.rule: (clock.outcome, clock.ended_at) for clock in clocks.of_case(session, desk.case().id)}
    retract(desk)
    with desk.database.reading() as session:
        after = {clock.rule: (clock.outcome, clock.ended_at) for clock in clocks.of_case(session, desk.case().id)}
        events = [event.event for event in case_event.of_case(session, desk.case().id)]
    assert after == before
    assert after["respond"][0] == "met"
    assert events.count("release_out") == 1
    assert desk.case().stage == "follow_up"
    assert [kind for kind in desk.kinds_on_record() if kind in ("retract_now", "release_withdrawn")] == [
        "retract_now", "release_withdrawn", "release_withdrawn",
    ]  # fmt: skip
    found = out(desk)
    assert found.withdrawn_at is not None
    assert found.withdrawn_by is not None
    assert found.withdrawn_why == NOTICE


def test_a_withdrawal_is_done_once(desk: Outside) -> None:
    """A second tap, a second 撤回 and the other button are refused."""
    leader = desk.direct(LEADER)
    leader.says(f"撤回 1 {WHY}")
    leader.taps("🚫确认撤回", twice=True)
    already = f"1号 的《{TITLE}》已于 11-24 09:05 撤回,不能再撤一次。"
    assert leader.toast() == already
    leader.taps("不撤回")
    assert leader.toast() == already
    leader.bot_says_all()
    leader.says(f"撤回 1 {WHY}")
    assert leader.bot_says() == already


def test_a_withdrawal_needs_a_reason_that_fits(desk: Outside) -> None:
    """Without a reason it says how; a long one is refused."""
    leader = desk.direct(LEADER)
    leader.says("撤回 1")
    assert leader.bot_says() == f"撤回要写原因,公众会看到:“撤回 1 原因”。撤的是第1次发布《{TITLE}》。"
    leader.says(f"撤回 1 {'错' * 201}")
    assert leader.bot_says() == "原因有 201 字,超过 200 字,未做任何改动。请写短些,公众会看到。"


@pytest.mark.parametrize("name", ["王五", "赵强", "刘洋"])
def test_only_leaders_may_retract(desk: Outside, name: str) -> None:
    """Spokespersons, duty officers and reviewers cannot take back what is out."""
    desk.direct(name).bot_says_all()
    desk.direct(name).says(f"撤回 1 {WHY}")
    assert desk.direct(name).bot_says().startswith("您没有「撤回」的权限")


def test_the_reason_is_never_markup(desk: Outside) -> None:
    """Whatever is given as the reason stands as text on the page, and the read-back knows it."""
    retract(desk, '<b>"错"</b>&')
    assert "原因\uff1a&lt;b&gt;&quot;错&quot;&lt;/b&gt;&amp;</p>" in page(desk).text
    assert row(desk, "website").stage == "withdrawn"


def test_a_post_that_cannot_be_deleted_becomes_the_notice(desk: Outside) -> None:
    """After the time in which a post can be deleted, it is changed into the notice."""
    desk.posts.keeps = True
    retract(desk)
    assert posts(desk) == [f"【{TITLE}】\n\n{NOTICE}"]
    assert row(desk, "release_channel").stage == "withdrawn"


def test_a_website_that_still_shows_it_is_told_and_tried_again(desk: Outside) -> None:
    """A page that is not provably gone stays owed like a failed release; the channel does not wait for it."""
    desk.website.open = False
    retract(desk)
    assert desk.staff.bot_says() == (
        "❗ 港建舆〔2026〕1号 在网站没有撤下:网站地址回应 503,没有给出页面\n"
        f"《{TITLE}》 已试 1 次\n会继续重试,撤下后告知。"
    )
    assert posts(desk) == []
    assert "网站⏳(未撤下:网站地址回应 503,没有给出页面,继续重试)" in desk.staff.shows("来源")
    desk.website.open = True
    desk.later(minutes=1)
    assert "已撤回" in desk.staff.bot_says()
    assert row(desk, "website").stage == "withdrawn"


def test_what_is_withdrawn_before_it_is_out_never_goes_out(database: Database) -> None:
    """A release that waits for its website is called off: no page, no post, later either."""
    with outside(database) as desk:
        desk.website.open = False
        issue(desk)
        assert desk.case().stage == "release"
        retract(desk)
        assert desk.case().stage == "follow_up"
        desk.website.open = True
        desk.later(hours=1)
        assert posts(desk) == []
        assert page(desk).status_code == 410
        assert [row(desk, channel).stage for channel in ("website", "release_channel")] == ["withdrawn", "withdrawn"]
        with desk.database.reading() as session:
            assert "release_out" not in [event.event for event in case_event.of_case(session, desk.case().id)]


def test_an_unsure_post_is_told_of_once_and_left_to_a_person(database: Database) -> None:
    """Where nobody knows whether a post is out, the notice is posted once, and a person is asked to look."""
    with outside(database) as desk:
        desk.posts.loses = True
        issue(desk)
        desk.direct(LEADER).bot_says_all()
        desk.direct(LEADER).says(f"撤回 1 {WHY}")
        assert "发布频道(不知道是否已发出)" in desk.direct(LEADER).bot_says()
        desk.direct(LEADER).taps("🚫确认撤回")
        desk.later(hours=1)
        assert posts(desk) == [post(TITLE, TEXT, out(desk).manifest["url"]), f"【{TITLE}】\n\n{NOTICE}"]
        assert desk.staff.shows("已撤回:").endswith("❗ 港北建设发布:旧帖没有记下编号,请到频道里看,有就手工删除。")


def test_the_joint_meeting_hears_that_what_it_was_told_of_is_withdrawn(database: Database) -> None:
    """Of a grave case each release is told of, and so is its withdrawal, once; of others neither."""
    with outside(database) as desk:
        desk.staff.says("赵强", "定级 1 重大")
        issue(desk)
        assert f"已发布《{TITLE}》" in desk.joint.bot_says_all()[-1]
        retract(desk)
        assert f"已撤回《{TITLE}》" in desk.joint.bot_says()
        write(desk, RIGHT_TITLE, RIGHT_TEXT)
        issue(desk)
        retract(desk)
        assert not [said for said in desk.joint.bot_says_all() if f"已撤回《{TITLE}》" in said]


def test_a_withdrawn_correction_takes_along_what_it_put_right(desk: Outside) -> None:
    """What is known to be wrong stands nowhere as if it held again: the question says so, page and card show it."""
    correct(desk)
    hear_nothing(desk)
    desk.direct(LEADER).bot_says_all()
    desk.direct(LEADER).says(f"撤回 1 {WHY}")
    asked = desk.direct(LEADER).bot_says()
    assert f"\n被它更正的一并撤回:第1次发布《{TITLE}》。网页改为说明,不再显示正文;频道里也不再有。\n" in asked
    assert "仍可看到" not in asked
    desk.direct(LEADER).taps("🚫确认撤回")
    assert posts(desk) == []
    assert page(desk, 1).status_code == 410
    old = page(desk, 0)
    assert old.status_code == 410
    assert (
        "本通报已更正,更正通报已于 2026年11月24日 09:05 撤回,两者均不再有效。撤回原因\uff1a恢复时间有误</p>" in old.text
    )
    assert TEXT not in old.text
    assert "更正后的通报" not in old.text
    assert desk.staff.bot_says_all() == [
        f"🚫 港建舆〔2026〕1号 已撤回:《{title}》\n网站已撤下 · 发布频道已撤下" for title in (RIGHT_TITLE, TITLE)
    ]
    assert f"\n被它更正的一并撤回:第1次发布《{TITLE}》\n请写新稿" in desk.direct("王五").bot_says_all()[0]
    card = desk.staff.shows("来源")
    assert "第1次发布 网站🚫 · 发布频道🚫 " in card
    assert card.count("已撤回(11-24 09:05)") == 2


def test_a_correction_that_nobody_read_is_withdrawn_alone(desk: Outside) -> None:
    """Before it came out it put nothing right: the release stays as it was, page and post."""
    desk.website.open = False
    correct(desk)
    desk.direct(LEADER).bot_says_all()
    with desk.database.writing() as session:
        releases.hide(session, out(desk, 1).id)
    desk.direct(LEADER).says(f"撤回 1 {WHY}")
    assert f"\n仍可看到:第1次发布《{TITLE}》\n" in desk.direct(LEADER).bot_says()
    desk.website.open = True
    desk.direct(LEADER).taps("🚫确认撤回")
    assert page(desk, 0).status_code == 200
    assert "更正" not in page(desk, 0).text
    assert posts(desk) == [post(TITLE, TEXT, out(desk, 0).manifest["url"])]
    assert "第1次发布 网站✅ · 发布频道✅ " in desk.staff.shows("来源")


def test_a_wrong_post_that_its_correction_never_reached_is_taken_away_too(desk: Outside) -> None:
    """The website had the correction, the channel still the wrong words: with the correction they go."""
    desk.posts.refuses_edits = True
    correct(desk)
    assert posts(desk) == [post(TITLE, TEXT, out(desk, 0).manifest["url"])]
    assert "第1次发布 网站✅(注明已更正) · 发布频道✅ " in desk.staff.shows("来源")
    retract(desk)
    assert posts(desk) == []
    assert page(desk, 0).status_code == 410


def test_a_new_text_after_a_withdrawal_is_posted_anew(desk: Outside) -> None:
    """起草 opens the next round; there is nothing to correct any more."""
    retract(desk)
    hear_nothing(desk)
    desk.direct("王五").says(f"更正 1 {RIGHT_TITLE}\n{RIGHT_TEXT}")
    assert desk.direct("王五").bot_says().startswith("1号 没有公众正在看到的发布")
    write(desk, RIGHT_TITLE, RIGHT_TEXT)
    issue(desk)
    assert posts(desk) == [post(RIGHT_TITLE, RIGHT_TEXT, out(desk, 1).manifest["url"])]


def test_what_is_corrected_after_it_was_withdrawn_leads_from_the_notice(desk: Outside) -> None:
    """A correction under way when its release is withdrawn goes out by itself; the notice leads to it."""
    write(desk, RIGHT_TITLE, RIGHT_TEXT, "更正")
    retract(desk)
    assert desk.case().stage == "issue"
    issue(desk)
    assert posts(desk) == [post(RIGHT_TITLE, RIGHT_TEXT, out(desk, 1).manifest["url"])]
    gone = page(desk, 0)
    assert gone.status_code == 410
    assert f"/releases/{out(desk, 1).public_id}" in gone.text


def test_a_moved_chat_without_the_old_ids_is_told_of_the_withdrawal(desk: Outside) -> None:
    """In a chat that has moved no message is deleted by an id that now means another one."""
    with desk.database.writing() as session:
        moving.move(session, "drill", "channel", "channel-2")
    retract(desk)
    assert len(posts(desk)) == 1
    assert posts(desk, "channel-2") == [f"【{TITLE}】\n\n{NOTICE}"]
    assert "旧帖没有记下编号" in desk.staff.shows("已撤回:")


# on every platform


def test_it_is_the_same_on_every_platform(new_desk: Callable[[], TalkingDesk]) -> None:
    """The channel's one post is the signed words, then those of the correction; then it is gone, or the notice."""
    desk = new_desk()
    sign(desk)
    issue(desk)
    (first,) = desk.channel.messages()
    assert first.text == post(TITLE, TEXT, out(desk, 0).manifest["url"])
    hear_nothing(desk)
    correct(desk)
    (second,) = desk.channel.messages()
    assert second.id == first.id
    assert second.text == post(RIGHT_TITLE, RIGHT_TEXT, out(desk, 1).manifest["url"])
    retract(desk)
    left = [message.text for message in desk.channel.messages()]
    assert left in ([], [f"【{RIGHT_TITLE}】\n\n{NOTICE}"])  # the notice where the desk may not delete posts
    assert row(desk, "release_channel").stage == "withdrawn"


# proofs


def test_the_proof_of_a_post_is_where_it_can_be_read(database: Database) -> None:
    """Where a platform has addresses for posts, the proof and the word to the people name it."""
    with outside(database) as desk:
        desk.posts.address = "https://t.example/press"
        issue(desk)
        (made,) = desk.channel.messages()
        link = f"https://t.example/press/{made.id}"
        assert row(desk, "release_channel").proof["url"] == link
        assert f"{out(desk).manifest['url']}\n{link}\n网站✅" in desk.staff.shows("与签发的一字不差")


@pytest.mark.parametrize(
    ("failure", "why", "after", "moved"),
    [
        (SendFailed("slower", after=40), "refused:港北建设发布 slower", 40, None),
        (SendFailed("moved", moved_to="7"), "moved:港北建设发布", 0, Move("drill", "channel", "7")),
    ],
    ids=["slower", "moved"],
)
def test_what_the_vendor_says_is_passed_on(
    desk: Outside, failure: SendFailed, why: str, after: float, moved: Move | None
) -> None:
    """How long to wait, and where a chat has gone, reach whoever retries."""
    desk.posts.fails = failure
    channel = ChatChannel(desk.database, {"drill": desk.posts})
    with pytest.raises(ReleaseFailed) as failed:
        channel.withdraw(out(desk), desk.clock.now())
    assert (str(failed.value), failed.value.after, failed.value.moved) == (why, after, moved)


def test_a_platform_that_is_off_keeps_a_withdrawal_owed(desk: Outside) -> None:
    """Nothing is taken for withdrawn that nobody could look at."""
    with pytest.raises(ReleaseFailed, match=r"^no_platform:drill$"):
        ChatChannel(desk.database, {}).withdraw(out(desk), desk.clock.now())


def test_a_release_that_was_called_off_is_refused_by_every_channel(desk: Outside) -> None:
    """Even asked directly, no channel brings out what was withdrawn or put right."""
    correct(desk)
    for channel in desk.channels.values():
        with pytest.raises(ReleaseFailed, match=r"^superseded$"):
            channel.publish(out(desk, 0), {}, desk.clock.now())
    retract(desk)
    for channel in desk.channels.values():
        with pytest.raises(ReleaseFailed, match=r"^withdrawn$"):
            channel.publish(out(desk, 1), {}, desk.clock.now())
    with desk.database.reading() as session:
        assert not releases.visible(session)
