"""The whole desk publishes to a Telegram channel: the signed words, after the website, never twice on a guess."""

import shutil
from pathlib import Path

import pytest

from bot.backup.archive import Kept, Manifest
from bot.backup.holding import hold_back
from handlers.release.signed import sha256
from storage.database import Database
from storage.release import ChannelRelease, Release
from tests.conversations.conftest import PressRoom
from tests.conversations.releasing import TEXT, TITLE, issue, out, row, sign, write
from tests.platforms.bot_api import Message
from tests.platforms.bureau import CHANNEL, STAFF, Bureau, until

both = pytest.mark.parametrize("tables", ["sqlite", "postgresql"], indirect=True)
RIGHT_TITLE, RIGHT_TEXT = "关于停水的更正通报", "泵房已经抢修,明早恢复供水。"
WHY, LEADER, WITHDRAW = "数字有误", "郑局长", "🚫确认撤回"


def published(bureau: Bureau) -> Message:
    """Bring a text out; return its post."""
    sign(bureau)
    issue(bureau)
    (post,) = posts(bureau)
    return post


def posts(bureau: Bureau) -> list[Message]:
    """Return what stands in the channel."""
    return bureau.api.messages(CHANNEL)


def channel_row(bureau: Bureau, n: int = -1) -> ChannelRelease:
    """Return a release, the newest without a number, in the channel."""
    return row(bureau, "release_channel", n)


def signed_words(release: Release) -> str:
    """Return what the signer signed for the channel."""
    return f"【{release.title}】\n\n{release.text}\n\n{release.manifest['url']}"


@both
def test_the_channel_shows_the_signed_words_after_the_website(bureau: Bureau) -> None:
    """The post is word for word what was signed and wakes its readers; its proof is where it stands and its hash."""
    post = published(bureau)
    release = out(bureau)
    assert post.text == signed_words(release)
    assert not post.silent
    assert not post.parse_mode
    proof = channel_row(bureau).proof
    assert proof["sha256"] == sha256(post.text.encode())
    assert proof["url"] == f"https://t.me/c/{str(CHANNEL).removeprefix('-100')}/{post.message_id}"
    website, channel = row(bureau, "website"), channel_row(bureau)
    assert website.proved_at is not None
    assert channel.proved_at is not None
    assert website.proved_at <= channel.proved_at
    assert proof["url"] in bureau.card("已发布").text


def test_a_signature_by_button_is_answered_under_the_text(bureau: Bureau) -> None:
    """The reviewer keeps the answer in the chat, as a reply to the very message that was tapped."""
    sign(bureau)
    for name, asked, told in (("刘洋", "请审「政治关」", "「政治关」已同意"), (LEADER, "请签发", "已签发")):
        answers = [one for one in bureau.api.messages(bureau.who(name), own=True) if told in one.text]
        assert len(answers) == 1
        replied = answers[0].answers
        assert replied is not None
        assert asked in replied.text


def test_nothing_is_posted_before_the_website_has_it(
    bureau: Bureau, press_room: PressRoom, tables: Database, empty_sqlite: Path, tmp_path: Path
) -> None:
    """While the website does not show the page the channel stays empty; it is posted once the page is proved."""
    sign(bureau)
    shutil.copy(empty_sqlite, tmp_path / "other.db")
    elsewhere = Database(f"sqlite:///{tmp_path / 'other.db'}")
    press_room.show(elsewhere)
    issue(bureau)
    bureau.later(hours=1)
    assert posts(bureau) == []
    assert row(bureau, "website").stage == "failing"
    press_room.show(tables)
    bureau.later(minutes=15)
    assert [post.text for post in posts(bureau)] == [signed_words(out(bureau))]
    elsewhere.close()


@both
def test_after_a_restore_a_post_that_may_be_out_is_not_made_again(
    bureau: Bureau, press_room: PressRoom, tables: Database, empty_sqlite: Path, tmp_path: Path
) -> None:
    """Signed before the backup, perhaps posted since: a person is asked, and the channel stays as it is."""
    sign(bureau)
    shutil.copy(empty_sqlite, tmp_path / "other.db")
    elsewhere = Database(f"sqlite:///{tmp_path / 'other.db'}")
    press_room.show(elsewhere)
    issue(bureau)
    bureau.later(minutes=1)
    kept = {"database": Kept(sha256="0" * 64, size=1)}
    manifest = Manifest(at=bureau.clock.now(), program="0", revision="0", form="sqlite", head="", files=kept)
    hold_back(tables, manifest, bureau.clock.now())
    press_room.show(tables)
    bureau.later(hours=1)
    assert row(bureau, "website").stage == "proved"
    assert posts(bureau) == []
    assert bureau.card("♻️ 数据已从", chat=STAFF).text
    asked = bureau.card("不知道是否已发出", chat=STAFF)
    bureau.api.taps(bureau.who("赵强"), STAFF, asked.message_id, "没有,重发")
    bureau.desk.settle()
    assert [post.text for post in posts(bureau)] == [signed_words(out(bureau))]
    elsewhere.close()


@both
def test_a_lost_answer_to_a_post_is_settled_by_a_person(bureau: Bureau) -> None:
    """The public is never told twice on a guess: people are asked to look, and "已经发出" settles it."""
    sign(bureau)
    bureau.api.lose_reply("sendMessage", CHANNEL)
    issue(bureau)
    bureau.later(hours=2)
    assert len(posts(bureau)) == 1
    asked = bureau.card("不知道是否已发出", chat=STAFF)
    assert asked.labels == [["已经发出", "没有,重发"]]
    bureau.api.taps(bureau.who("赵强"), STAFF, asked.message_id, "已经发出")
    bureau.desk.settle()
    bureau.later(hours=1)
    assert len(posts(bureau)) == 1
    assert channel_row(bureau).stage == "proved"
    assert bureau.case().stage == "follow_up"


def test_a_post_that_nobody_finds_is_made_again_by_a_person(bureau: Bureau) -> None:
    """Only "没有,重发" posts again, once."""
    sign(bureau)
    bureau.api.lose_reply("sendMessage", CHANNEL)
    issue(bureau)
    bureau.later(hours=1)
    posts(bureau)[0].deleted = True  # as if it had never arrived
    asked = bureau.card("不知道是否已发出", chat=STAFF)
    bureau.api.taps(bureau.who("赵强"), STAFF, asked.message_id, "没有,重发")
    bureau.desk.settle()
    assert [post.text for post in posts(bureau)] == [signed_words(out(bureau))]
    bureau.api.taps(bureau.who("王五"), STAFF, asked.message_id, "没有,重发")
    bureau.desk.settle()
    bureau.later(hours=1)
    assert len(posts(bureau)) == 1
    assert channel_row(bureau).stage == "proved"


@both
def test_a_desk_that_stops_while_it_posts_asks_a_person(bureau: Bureau) -> None:
    """After a restart nobody knows whether the post is out: it is not made again by itself."""
    sign(bureau)
    wang = bureau.who("王五")
    bureau.api.lose_reply("sendMessage", CHANNEL)
    bureau.direct("王五").says("发布 1")
    bureau.api.taps(wang, wang, bureau.card("确认发布", chat=wang).message_id, "📢确认发布")
    until(lambda: _is_posting(bureau))
    until(lambda: posts(bureau))
    bureau.restart()
    bureau.desk.settle()
    bureau.later(hours=1)
    assert len(posts(bureau)) == 1
    assert bureau.card("不知道是否已发出", chat=STAFF).labels == [["已经发出", "没有,重发"]]


def _is_posting(bureau: Bureau) -> bool:
    """Let the desk go on until it posts; what comes of that is never noted."""
    bureau.desk.look_at_inbox()
    bureau.desk.sender.pump(bureau.clock.now())
    return any(owed.destination == "channel:release_channel" for owed in bureau.owed("sending"))


@pytest.mark.parametrize("fault", ["429", "refused"])
def test_a_refused_post_is_made_later(bureau: Bureau, fault: str) -> None:
    """Where Telegram surely took nothing it is tried again, and stands there once."""
    sign(bureau)
    if fault == "429":
        bureau.api.fail_next("sendMessage", CHANNEL, retry_after=30)
    else:
        bureau.api.demote(bureau.me, CHANNEL)
        bureau.desk.settle()
    issue(bureau)
    assert posts(bureau) == []
    bureau.api.promote(bureau.me, CHANNEL)
    bureau.later(minutes=15)
    assert [post.text for post in posts(bureau)] == [signed_words(out(bureau))]
    assert channel_row(bureau).stage == "proved"


def test_a_name_of_the_channel_is_its_address(bureau: Bureau) -> None:
    """A public channel's posts are linked to by its name."""
    bureau.api.world.chats[CHANNEL].username = "gangbei_jianshe"
    post = published(bureau)
    assert channel_row(bureau).proof["url"] == f"https://t.me/gangbei_jianshe/{post.message_id}"


@both
def test_a_correction_changes_the_post_and_a_withdrawal_deletes_it(bureau: Bureau) -> None:
    """The same post shows the signed correction; after a leader's withdrawal nothing stands in the channel."""
    post = published(bureau)
    write(bureau, RIGHT_TITLE, RIGHT_TEXT, "更正")
    issue(bureau)
    (corrected,) = posts(bureau)
    assert corrected.message_id == post.message_id
    assert (out(bureau, 1).title, out(bureau, 1).corrects_id) == (RIGHT_TITLE, out(bureau, 0).id)
    assert RIGHT_TEXT in corrected.text
    assert corrected.history[0]["text"] == signed_words(out(bureau, 0))
    assert channel_row(bureau).proof["sha256"] == sha256(corrected.text.encode())
    withdraw(bureau)
    assert posts(bureau) == []
    assert corrected.deleted
    assert channel_row(bureau).stage == "withdrawn"
    assert f"已撤回:《{TITLE}》\n网站已撤下 · 发布频道已撤下" in bureau.card("已撤回:", chat=STAFF).text
    assert "第1次发布 网站🚫 · 发布频道🚫 " in bureau.card("来源", chat=STAFF).text


def test_a_post_too_old_to_be_deleted_shows_the_notice(bureau: Bureau) -> None:
    """After 48 hours Telegram deletes nothing for everyone: the words themselves are replaced by the notice."""
    post = published(bureau)
    bureau.later(hours=50)
    withdraw(bureau)
    (left,) = posts(bureau)
    assert left.message_id == post.message_id
    assert TEXT not in left.text
    assert f"【{TITLE}】" in left.text
    assert channel_row(bureau).stage == "withdrawn"


def withdraw(bureau: Bureau) -> None:
    """Let the leader withdraw what is out."""
    bureau.direct(LEADER).says(f"撤回 1 {WHY}")
    bureau.direct(LEADER).taps(WITHDRAW)
