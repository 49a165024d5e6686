"""更正: what is out is put right, on the website over HTTP and in the public's chat, by a text that was signed."""

import hashlib
from collections.abc import Iterator

import httpx
import pytest

from storage import draft as drafts
from storage import moving
from storage.database import Database
from storage.draft import Draft
from tests.conversations.releasing import (
    LEADER,
    REVIEWERS,
    RIGHT_TEXT,
    RIGHT_TITLE,
    TEXT,
    TITLE,
    WHY,
    Outside,
    article,
    correct,
    hear_nothing,
    issue,
    out,
    outside,
    page,
    post,
    posts,
    review,
    row,
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


def newest(desk: TalkingDesk) -> Draft:
    """Return the newest version."""
    with desk.database.reading() as session:
        found = drafts.newest(session, desk.case().id)
    assert found is not None
    return found


def test_a_correction_is_reviewed_like_any_text_and_says_what_it_corrects(desk: Outside) -> None:
    """The writer, every reviewer, the signer and whoever issues it read what it puts right; it is signed with that."""
    writer = desk.direct("王五")
    writer.says(f"更正 1 {RIGHT_TITLE}\n{RIGHT_TEXT}")
    assert writer.bot_says() == (
        "✍️ 1号 稿件 v2 已保存(14 字)\n"
        "数字和说法请逐条记入事实:“事实 1 停水3天 来源:水务局”。\n写完后送审:“送审 1”。\n"
        f"✏️ 更正:第1次发布《{TITLE}》"
    )
    desk.direct("刘洋").bot_says_all()
    review(desk)
    asked = [desk.direct(name).shows("请审「") for name in REVIEWERS]
    for said in (*asked, desk.direct(LEADER).shows("请签发 · 1号 v2")):
        assert f"\n✏️ 更正:第1次发布《{TITLE}》\n【{RIGHT_TITLE}】" in said
    assert newest(desk).manifest["corrects"] == out(desk).public_id
    writer.bot_says_all()
    writer.says("发布 1")
    assert f"\n更正《{TITLE}》:原网页保留并注明已更正,频道里的原帖改成这一稿。\n" in writer.bot_says()


def test_a_correction_takes_the_place_of_what_it_corrects(desk: Outside) -> None:
    """The website has a page of its own for it, and the channel's old post shows the new signed words."""
    (old,) = desk.channel.messages()
    correct(desk)
    wrong, right = out(desk, 0), out(desk, 1)
    assert right.corrects_id == wrong.id
    assert right.public_id != wrong.public_id
    (new,) = desk.channel.messages()
    assert new.id == old.id
    assert new.text == post(RIGHT_TITLE, RIGHT_TEXT, right.manifest["url"])
    assert hashlib.sha256(new.text.encode()).hexdigest() == right.manifest["channels"]["release_channel"]["sha256"]
    assert row(desk, "release_channel").proof["id"] == str(old.id)
    told = f"📢 港建舆〔2026〕1号 更正已发布:《{RIGHT_TITLE}》\n{right.manifest['url']}\n网站✅"
    assert desk.staff.bot_says().startswith(told)
    assert desk.case().stage == "follow_up"
    card = desk.staff.shows("来源")
    assert f"{wrong.manifest['url']} 已由第2次更正\n" in card
    assert card.count("已由第") == 1
    assert "第1次发布 网站✅(注明已更正) · 发布频道(已无此稿) " in card
    assert "第2次发布 网站✅ · 发布频道✅ " in card


def test_the_joint_meeting_hears_of_a_correction_as_one(database: Database) -> None:
    """A correction is no further release to whoever was told of the first."""
    with outside(database) as desk:
        desk.staff.says("赵强", "定级 1 重大")
        issue(desk)
        hear_nothing(desk)
        correct(desk)
        assert f" · 更正已发布:《{RIGHT_TITLE}》\n" in desk.joint.bot_says()


def test_the_old_page_stays_with_its_bytes_and_leads_to_the_new_one(desk: Outside) -> None:
    """Nothing vanishes: the old article still hashes to what was signed, under a banner; the new page names the old."""
    before = article(page(desk).content)
    correct(desk)
    old, new = page(desk, 0), page(desk, 1)
    assert article(old.content) == before
    assert "本通报已于 2026年11月24日 09:05 更正" in old.text
    assert f'/releases/{out(desk, 1).public_id}" lang="zh-CN">{RIGHT_TITLE}</a>' in old.text
    assert f'/releases/{out(desk, 0).public_id}" lang="zh-CN">{TITLE}</a>' in new.text
    assert "更正此前发布的" in new.text
    assert "更正此前发布的" not in old.text
    manifest = page(desk, 0, "/manifest.json").json()
    assert manifest["corrected_by"] == out(desk, 1).manifest["url"]
    assert manifest["manifest_sha256"] == out(desk, 0).manifest_hash


def test_lists_and_feeds_mark_what_was_corrected(desk: Outside) -> None:
    """The list has both, each marked for what it is; in the feed the old entry says so and when."""
    correct(desk)
    site = out(desk).manifest["url"].partition("/releases")[0]
    listed = httpx.get(site, trust_env=False).text
    assert f'{TITLE}</a> <span class="mark">已更正</span>' in listed
    assert f'{RIGHT_TITLE}</a> <span class="mark">更正</span>' in listed
    feed = httpx.get(f"{site}/feed.atom", trust_env=False).text
    assert f"<title>已更正:{TITLE}</title>" in feed
    assert f"<summary>本通报已更正,请看:{out(desk, 1).manifest['url']}</summary>" in feed
    assert f"<title>{RIGHT_TITLE}</title>" in feed


def test_a_correction_can_be_corrected(desk: Outside) -> None:
    """The newest release that is out is what 更正 is about; its post in the channel is changed again."""
    correct(desk)
    write(desk, "再次更正", "后天恢复供水。", "更正")
    issue(desk)
    assert out(desk, 2).corrects_id == out(desk, 1).id
    assert posts(desk) == [post("再次更正", "后天恢复供水。", out(desk, 2).manifest["url"])]


def test_without_a_text_it_says_how(desk: Outside) -> None:
    """更正 alone says what to type and what would be corrected; so does a title without a text."""
    writer = desk.direct("王五")
    form = (
        "请这样写:第一行“更正 1 标题”,从第二行起写更正后的全文。\n"
        f"要更正的是第1次发布《{TITLE}》;更正稿照常送审、签发。"
    )
    writer.says("更正 1")
    assert writer.bot_says() == form
    writer.says("更正 1 更正通报")
    assert writer.bot_says() == f"只有标题,没有正文,未保存。{form}"
    assert desk.case().stage == "follow_up"


def test_the_same_words_are_no_correction(desk: Outside) -> None:
    """A text that is out word for word is refused."""
    desk.direct("王五").says(f"更正 1 {TITLE}\n{TEXT}")
    assert desk.direct("王五").bot_says() == f"与已发布的《{TITLE}》一字不差,没有更正 1号。"


def test_an_ended_case_is_reopened_first(desk: Outside) -> None:
    """Both 更正 and 撤回 say so; after 重开 they go on."""
    desk.staff.says("赵强", "办结 1")
    desk.staff.taps("赵强", "确认办结")
    hear_nothing(desk)
    desk.direct("王五").says(f"更正 1 {RIGHT_TITLE}\n{RIGHT_TEXT}")
    assert desk.direct("王五").bot_says() == "1号 已办结。请先发“重开 1”,再更正。"
    desk.direct(LEADER).says(f"撤回 1 {WHY}")
    assert desk.direct(LEADER).bot_says() == "1号 已办结。请先发“重开 1”,再撤回。"
    desk.staff.says("赵强", "重开 1")
    correct(desk)
    assert out(desk, 1).corrects_id == out(desk, 0).id


def test_a_text_in_hand_becomes_the_correction_only_while_nobody_signed_it(desk: Outside) -> None:
    """A draft becomes the correction, also word for word; a correction under review can be written anew."""
    writer = desk.direct("王五")
    writer.says(f"起草 1 {RIGHT_TITLE}\n{RIGHT_TEXT}")
    assert "corrects" not in newest(desk).manifest
    writer.says(f"更正 1 {RIGHT_TITLE}\n{RIGHT_TEXT}")
    assert (newest(desk).version, newest(desk).manifest) == (3, {"corrects": out(desk).public_id})
    writer.says("起草 1 甲\n乙。")
    assert newest(desk).manifest == {"corrects": out(desk).public_id}
    writer.says("送审 1")
    writer.taps("不涉及其他单位")
    writer.bot_says_all()
    writer.says("更正 1 甲\n丙。")
    assert "✏️ 更正:第1次发布" in writer.bot_says()


def test_another_text_under_review_stays_what_it_is(desk: Outside) -> None:
    """While the next text is with its reviewers, a correction waits until that is out or was sent back."""
    writer = desk.direct("王五")
    writer.says("起草 1 甲\n乙。")
    writer.says("送审 1")
    writer.taps("不涉及其他单位")
    writer.bot_says_all()
    writer.says(f"更正 1 {RIGHT_TITLE}\n{RIGHT_TEXT}")
    assert writer.bot_says() == "1号 的另一稿 v2 正在〔待审核〕。请先把它发布,或请审核人退回,再更正。"


def test_an_edit_of_a_signed_correction_still_corrects(desk: Outside) -> None:
    """Whoever rewrites a correction with 起草 writes a correction."""
    write(desk, RIGHT_TITLE, RIGHT_TEXT, "更正")
    write(desk, RIGHT_TITLE, "泵房还在抢修。后天恢复供水。")
    assert newest(desk).manifest["corrects"] == out(desk).public_id
    issue(desk)
    assert out(desk, 1).corrects_id == out(desk, 0).id


def test_a_post_that_was_deleted_is_made_anew(desk: Outside) -> None:
    """When somebody took the old post away, the correction is posted."""
    (old,) = desk.channel.messages()
    desk.posts.delete("channel", str(old.id), desk.clock.now())
    correct(desk)
    (new,) = desk.channel.messages()
    assert new.text == post(RIGHT_TITLE, RIGHT_TEXT, out(desk, 1).manifest["url"])
    assert row(desk, "release_channel").proof["id"] == str(new.id) != str(old.id)


def test_what_is_put_right_never_goes_out_behind_its_correction(database: Database) -> None:
    """A channel that failed so far gets the correction only; the old words are tried no more."""
    with outside(database) as desk:
        desk.posts.refuses = "chat not found"
        issue(desk)
        correct(desk)
        desk.posts.refuses = ""
        desk.later(hours=1)
        assert posts(desk) == [post(RIGHT_TITLE, RIGHT_TEXT, out(desk, 1).manifest["url"])]
        assert (row(desk, "release_channel", 0).stage, row(desk, "release_channel", 0).trouble) == (
            "withdrawn", "superseded",
        )  # fmt: skip
        assert "第1次发布 网站✅(注明已更正) · 发布频道🚫" in desk.staff.shows("来源")


def test_a_post_without_an_id_is_named_for_a_person_to_delete(database: Database) -> None:
    """Where the old post was only seen by a person, the correction is posted and the old one is theirs to delete."""
    with outside(database) as desk:
        desk.posts.loses = True
        issue(desk)
        desk.posts.loses = False
        desk.staff.taps("王五", "已经发出")
        correct(desk)
        assert len(posts(desk)) == 2
        assert desk.staff.shows(f"《{RIGHT_TITLE}》").endswith(
            "\n❗ 港北建设发布:旧帖没有记下编号,请到频道里看,有就手工删除。"
        )


def test_a_chat_that_moved_gets_the_correction_as_a_new_post(desk: Outside) -> None:
    """Message ids mean nothing after a chat has moved: no other message is changed in the old one's place."""
    with desk.database.writing() as session:
        moving.move(session, "drill", "channel", "channel-2")
    correct(desk)
    assert posts(desk) == [post(TITLE, TEXT, out(desk, 0).manifest["url"])]
    assert posts(desk, "channel-2") == [post(RIGHT_TITLE, RIGHT_TEXT, out(desk, 1).manifest["url"])]
    assert "旧帖没有记下编号" in desk.staff.shows(f"《{RIGHT_TITLE}》")


def test_only_writers_may_correct(desk: Outside) -> None:
    """A reporter or a reviewer cannot."""
    for name in ("李敏", "刘洋"):
        desk.direct(name).bot_says_all()
        desk.direct(name).says(f"更正 1 {RIGHT_TITLE}\n{RIGHT_TEXT}")
        assert desk.direct(name).bot_says().startswith("您没有「更正」的权限")


def test_nothing_out_nothing_to_correct_or_retract(database: Database) -> None:
    """Before the first release both say so."""
    with outside(database) as desk:
        desk.direct("王五").says(f"更正 1 {RIGHT_TITLE}\n{RIGHT_TEXT}")
        assert desk.direct("王五").bot_says() == ("1号 没有公众正在看到的发布,不用更正。要写新稿请发“起草 1 标题”。")
        desk.direct(LEADER).bot_says_all()
        desk.direct(LEADER).says(f"撤回 1 {WHY}")
        assert desk.direct(LEADER).bot_says() == "1号 还没有发布过,不用撤回。"
