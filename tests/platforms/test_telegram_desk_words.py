"""The whole desk's messages as Telegram shows them: whole, harmless, addressed, quiet; and the files that come in."""

import re

import pytest

from storage import report as reports
from storage.blobs import FolderBlobs
from storage.report import Attachment
from tests.platforms.bot_api import Message
from tests.platforms.bureau import POST, STAFF, WAGES, Bureau

LIMIT = 4096  # UTF-16 units; https://core.telegram.org/bots/api#sendmessage
TYPED = 4_070  # characters of a text that still fits into one message together with its verb and title
PICTURES = [b"\xff\xd8\xff\xe0 first", b"\xff\xd8\xff\xe0 second", b"\xff\xd8\xff\xe0 third"]


def attachments(bureau: Bureau, reference: str = "S1") -> list[Attachment]:
    """Return the files of a case, in order."""
    case = bureau.case(reference)
    with bureau.database.reading() as session:
        return list(reports.files_of_case(session, case.id))


def content(bureau: Bureau, kept: Attachment) -> bytes:
    """Return the bytes of a kept file."""
    assert isinstance(bureau.stage.blobs, FolderBlobs)
    with bureau.stage.blobs.open(kept.sha256) as file:
        return file.read()


# files


def test_an_album_is_one_slip_with_all_its_pictures(bureau: Bureau) -> None:
    """Three photos come as three updates: one slip, no further word, and each picture is kept byte for byte."""
    bureau.api.sends_album(
        bureau.who("李敏"), STAFF, list(PICTURES), POST, origin={"type": "hidden_user", "sender_user_name": "路人"}
    )
    bureau.desk.settle()
    (card,) = bureau.texts(STAFF)
    assert "附件 3" in card
    kept = attachments(bureau)
    assert [each.stage for each in kept] == ["kept"] * 3
    assert sorted(content(bureau, each) for each in kept) == sorted(PICTURES)
    with bureau.database.reading() as session:
        assert reports.count(session) == 1


@pytest.mark.parametrize("fault", ["500", "429", "lost"])
def test_a_file_that_does_not_come_at_once_comes_later(bureau: Bureau, fault: str) -> None:
    """The card says what is still to come until it is here."""
    match fault:
        case "500":
            bureau.api.fail_next("getFile", code=500)
        case "429":
            bureau.api.fail_next("getFile", retry_after=20)
        case _:
            bureau.api.lose_reply("getFile")
    bureau.api.sends_photo(bureau.who("李敏"), STAFF, PICTURES[0], POST)
    bureau.desk.settle()
    assert "附件 1(1 份待取)" in bureau.card().text
    bureau.later(minutes=1)
    assert bureau.card().text.count("附件 1") == 1
    assert "待取" not in bureau.card().text
    (kept,) = attachments(bureau)
    assert content(bureau, kept) == PICTURES[0]


@pytest.mark.parametrize(
    ("name", "size", "why", "instead"),
    [
        ("现场.pdf", 25_000_000, "过大", "每个文件最多 20 MB,请压缩、截取后再发,或发链接"),
        ("通知.exe", 1_000, "程序、脚本或带宏的文档", "请发截图或 PDF"),
    ],
)
def test_a_file_that_may_not_come_in_is_refused_with_a_word(
    bureau: Bureau, name: str, size: int, why: str, instead: str
) -> None:
    """The slip is opened, its sender alone hears what was not taken and what to send instead, and nobody fetches it."""
    li = bureau.who("李敏")
    bureau.api.sends_document(li, STAFF, b"%PDF-1.7", name, POST, size=size)
    bureau.desk.settle()
    assert bureau.texts(li) == [f"📎 没有收取 {name}({why}),其余已收下。{instead}。"]
    (card,) = bureau.texts(STAFF)
    assert f"附件 1(1 份未取:{why})" in card
    assert not bureau.api.calls("getFile")
    assert [each.stage for each in attachments(bureau)] == ["refused"]


def test_a_program_in_the_clothes_of_a_picture_is_not_kept(bureau: Bureau) -> None:
    """What its first bytes give away is not kept, whatever Telegram calls it."""
    bureau.api.sends_photo(bureau.who("李敏"), STAFF, b"MZ\x90\x00 a program", POST)
    bureau.desk.settle()
    (refused,) = attachments(bureau)
    assert (refused.stage, refused.trouble) == ("refused", "disguised")
    assert "内容与名称不符" in bureau.card().text


# words


def long_text() -> str:
    """Return a text that fills more than one message, every line of it different."""
    lines = (f"第{n}行\uff1a抢修队正在更换水管\uff0c预计今晚恢复供水" + "。" * (n % 3 + 1) for n in range(200))
    return "\n".join(lines)[:TYPED]


def test_a_long_text_is_split_and_each_part_means_the_case(bureau: Bureau) -> None:
    """Nothing of it is lost, no part is too long, and a reply to any of them is a word about its case."""
    bureau.staff.forwards("李敏", WAGES)
    bureau.registers()
    wang, body = bureau.who("王五"), long_text()
    bureau.api.says(wang, wang, "认领 1")
    bureau.api.says(wang, wang, f"起草 1 关于停水的通报\n{body}")
    bureau.desk.settle()
    bureau.new(wang)
    bureau.api.says(wang, wang, "稿件 1")
    bureau.desk.settle()
    parts = bureau.new(wang)
    assert len(parts) > 1
    assert all(len(part.text.encode("utf-16-le")) // 2 <= LIMIT for part in parts)
    shown = [line for part in parts for line in part.text.splitlines()]
    assert [line for line in shown if line in body.splitlines()] == body.splitlines()
    for n, part in enumerate(parts):
        bureau.api.says(wang, wang, f"补充 第{n}段已核", reply_to=part.message_id)
        bureau.desk.settle()
    assert bureau.texts(wang) == ["📝 已补充到 1号"] * len(parts)


def test_markup_in_a_post_is_only_words(bureau: Bureau) -> None:
    """What looks like HTML, a mention or a command in a post is shown as it is, and is nothing to Telegram's client."""
    said = '<b>停水</b> <a href="https://bad.example">点我</a> & <script>x</script> &lt; 全小区没水喝'
    bureau.api.forwards(bureau.who("李敏"), STAFF, said)
    bureau.desk.settle()
    (card,) = bureau.new(STAFF)
    assert '<b>停水</b> <a href="https://bad.example">点我</a> &' in card.text
    assert not [found for found in card.entities if found["type"] in ("text_link", "text_mention")]
    assert all(len(call.parameters["text"]) for call in bureau.api.calls("sendMessage", STAFF))


def test_who_is_named_in_a_group_is_really_called(bureau: Bureau) -> None:
    """The duty officer is called by a mention of the account, in words that wake; the card itself is silent."""
    bureau.staff.forwards("李敏", "今天食堂供应红烧肉、清蒸鱼、番茄炒蛋,欢迎大家来品尝。", key="channel:5/77")
    bureau.staff.taps("赵强", "误报")
    assert bureau.card().silent
    bureau.new(STAFF)
    bureau.staff.forwards("李敏", "某工地脚手架坍塌,已造成11人死亡,多人被困,现场还在救援。", key="channel:5/77")
    (called,) = [message for message in bureau.new(STAFF) if message.text.endswith("\n@赵强")]
    (mention,) = [found for found in called.entities if found["type"] == "text_mention"]
    assert (mention["user"]["id"], part_of(called, mention)) == (bureau.who("赵强"), "@赵强")
    assert not called.silent


def test_a_reminder_wakes(bureau: Bureau) -> None:
    """What is said because time runs out is no silent message, in the group and in 1:1."""
    bureau.registers()
    bureau.new(bureau.who("王五"))
    bureau.later(hours=4)
    said = [*bureau.new(STAFF), *bureau.new(bureau.who("王五"))]
    assert [message.text[0] for message in said if message.text[0] in "🚨⏭⏰"]
    assert not [message.text for message in said if message.silent]


def part_of(message: Message, entity: dict[str, int]) -> str:
    """Return the words an entity is about; its numbers count UTF-16 units."""
    encoded = message.text.encode("utf-16-le")
    return encoded[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")


def test_no_page_is_previewed_in_a_working_chat(bureau: Bureau) -> None:
    """A link on a card opens no picture of the page: not in the group, not in 1:1."""
    bureau.api.says(bureau.who("李敏"), STAFF, "大家看 https://weibo.com/7654321/Nabcdefgh 停水三天")
    bureau.api.says(bureau.who("赵强"), bureau.who("赵强"), "查 S1")
    bureau.desk.settle()
    shown = [*bureau.new(STAFF), *bureau.new(bureau.who("赵强"))]
    assert len(shown) >= 2
    assert all(message.link_preview_options == {"is_disabled": True} for message in shown)


# pins


def test_a_registered_case_stays_on_top_until_it_is_closed(bureau: Bureau) -> None:
    """Its card in the staff group is pinned without a sound; a slip is not, and a closed case is no longer."""
    bureau.staff.forwards("李敏", POST)
    assert bureau.api.pinned(STAFF) == []
    bureau.staff.taps("赵强", "属实")
    assert [message.message_id for message in bureau.api.pinned(STAFF)] == [bureau.card().message_id]
    (pinned,) = bureau.api.calls("pinChatMessage", STAFF)
    assert pinned.parameters["disable_notification"] in (True, "true", "True", "1")
    bureau.staff.says("赵强", "误报 1")
    bureau.later(minutes=1)
    assert bureau.case().stage == "closed"
    assert bureau.api.pinned(STAFF) == []
    assert len(bureau.api.calls("unpinChatMessage", STAFF)) == 1


def test_without_the_right_to_pin_nothing_breaks(bureau: Bureau) -> None:
    """The card stands in the group all the same, and no one is bothered about the pin."""
    bureau.api.demote(bureau.me, STAFF)
    bureau.desk.settle()
    bureau.registers()
    bureau.later(minutes=1)
    assert bureau.api.pinned(STAFF) == []
    assert len(bureau.api.calls("pinChatMessage", STAFF)) == 1
    assert "港建舆〔2026〕1号" in bureau.card().text
    bureau.api.says(bureau.who("王五"), STAFF, "认领 1")
    bureau.desk.settle()
    assert bureau.case().stage == "draft"
    assert not [text for text in bureau.texts(bureau.who("何主任")) if "置顶" in text or "发不出" in text]
    assert re.search("发言人 王五", bureau.card().text)
