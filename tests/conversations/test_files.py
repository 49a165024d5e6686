"""Files that are still with the platform: owed, fetched, or not taken, and what people see of it."""

import hashlib
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from bot.chat.drill import DrillPlatform
from bot.chat.platform import NotTaken, SendFailed
from bot.desk import Desk
from bot.fetching import Fetching
from handlers.act import DIGEST
from handlers.conversation import File, Incoming, Place, Sender
from storage import case as cases
from storage import history, outbox
from storage import report as reports
from storage.blobs import FolderBlobs
from storage.database import Database
from storage.outbox import Outbox
from storage.report import Attachment
from tests.conversations.stages import DrillStage
from tests.conversations.talking import TalkingDesk, no_channels

OUTAGE = "阳光花园小区全小区停水三天了,物业和住建部门互相推诿,老人小孩都没水喝,什么时候能解决?"
PICTURE = b"\xff\xd8\xff\xe0 what the camera saw"
LIMIT = 2_000_000
CHUNK = 64 * 1024

Held = bytes | Exception


class Vault(DrillPlatform):
    """Chats whose files stay with the platform until they are fetched; it remembers who asked for what."""

    def __init__(self, database: Database) -> None:
        """Hold nothing."""
        super().__init__(database)
        self.held: dict[str, list[Held]] = {}
        self.asked: list[str] = []
        self.sent = 0  # bytes

    def hold(self, source: str, *answers: Held) -> None:
        """Answer to this name with a content, or with trouble; the last answer stays."""
        self.held[source] = list(answers)

    def fetch(self, source: str, into: BinaryIO, limit: int) -> None:
        """Hand a file over in pieces, whatever its size."""
        assert limit == LIMIT
        self.asked.append(source)
        answers = self.held[source]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        for start in range(0, len(answer), CHUNK):
            self.sent += into.write(answer[start : start + CHUNK])


class FilesDesk(TalkingDesk):
    """A desk that fetches files."""

    def __init__(self, database: Database, folder: Path) -> None:
        """Keep files below a folder."""
        self.vault = Vault(database)
        super().__init__(database, no_channels, stage=lambda database, clock: DrillStage(database, clock, self.vault))
        self.house.file_limit = LIMIT
        self.blobs = FolderBlobs(folder)
        self.desk = self.opened_with(Fetching(database, self.house, self.blobs, {"drill": self.vault}))
        self.stage.opens(self.desk, {})

    def opened_with(self, fetching: Fetching) -> Desk:
        """Open a desk with what fetches its files."""
        return Desk(self.database, self.clock, self.house, {"drill": self.vault}, {}, fetching.fetch)

    def files(self, reference: str = "S1") -> list[Attachment]:
        """Look at the files of a case."""
        with self.database.reading() as session:
            return list(reports.files_of_case(session, self.case(reference).id))

    def owed(self, reference: str = "S1") -> list[Outbox]:
        """Look at the downloads of a case that are or were owed."""
        with self.database.reading() as session:
            return [row for row in outbox.of_case(session, self.case(reference).id) if row.kind == "file"]

    def notes(self, kind: str, reference: str = "S1") -> list[dict[str, object]]:
        """List what was put on record in a case by acts of a kind."""
        with self.database.reading() as session:
            rows = [row for row in history.rows(session, self.case(reference).id) if row.kind == kind]
        return [note for row in rows for note in (row.payload or {}).get("notes", [])]


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> FilesDesk:
    """Give a desk that fetches files."""
    return FilesDesk(database, tmp_path / "blobs")


def held(
    source: str = "held-1", name: str = "photo-1.jpg", media_type: str = "image/jpeg", size: int = len(PICTURE)
) -> File:
    """Return a file that is still with the platform."""
    return File(source=source, name=name, media_type=media_type, size=size)


def test_a_photo_is_owed_fetched_and_kept(desk: FilesDesk) -> None:
    """The report stands at once; the picture follows, is kept by its content, and goes on the case's record."""
    desk.vault.hold("held-1", PICTURE)
    desk.staff.forwards("李敏", OUTAGE, files=(held(size=0),))
    digest = hashlib.sha256(PICTURE).hexdigest()
    (file,) = desk.files()
    assert (file.stage, file.sha256, file.size, file.media_type) == ("kept", digest, len(PICTURE), "image/jpeg")
    with desk.blobs.open(digest) as kept:
        assert kept.read() == PICTURE
    (row,) = desk.owed()
    assert (row.destination, row.lane, row.stage) == ("drill:files", DIGEST, "sent")
    assert desk.notes("file_fetched") == [{"file": str(file.id), "fetched": digest, "bytes": len(PICTURE)}]
    assert "附件 1" in desk.staff.shows("来源")
    assert "待取" not in desk.staff.shows("来源")


def test_the_card_says_what_is_still_to_come(desk: FilesDesk) -> None:
    """While a platform does not answer, the card counts what is missing; it comes with a later try."""
    desk.vault.hold("held-1", SendFailed("no answer"), SendFailed("no answer", after=60), PICTURE)
    desk.staff.forwards("李敏", OUTAGE, files=(held(),))
    assert "附件 1(1 份待取)" in desk.staff.shows("来源")
    desk.later(minutes=3)
    assert desk.vault.asked == ["held-1"] * 3
    assert desk.files()[0].stage == "kept"
    assert "附件 1" in desk.staff.shows("来源")
    assert "待取" not in desk.staff.shows("来源")


def test_a_long_outage_loses_no_file(desk: FilesDesk) -> None:
    """However long a platform cannot be reached, the file stays owed."""
    desk.vault.hold("held-1", *[SendFailed("no answer")] * 20, PICTURE)
    desk.staff.forwards("李敏", OUTAGE, files=(held(),))
    desk.later(hours=5)
    assert len(desk.vault.asked) == 21
    assert desk.files()[0].stage == "kept"


def test_what_may_not_come_in_is_refused_and_the_report_is_taken(desk: FilesDesk) -> None:
    """One line says which file was not taken and what to send instead; nobody fetches it."""
    desk.direct("李敏").forwards(OUTAGE, files=(held("x", "查看.exe", "application/x-msdownload"),))
    refused, taken = desk.direct("李敏").bot_says_all()[:2]
    assert refused == "📎 没有收取 查看.exe(程序、脚本或带宏的文档),其余已收下。请发截图或 PDF。"
    assert taken.startswith("📥 已收到并留存:线索 S1")
    assert desk.vault.asked == []
    assert "附件 1(1 份未取:程序、脚本或带宏的文档)" in desk.staff.shows("来源")


def test_in_a_group_only_the_sender_is_told(desk: FilesDesk) -> None:
    """A refused file disturbs no group: the card says it, and the sender hears it 1:1."""
    desk.staff.forwards("李敏", OUTAGE, files=(held("x", "材料.zip", "application/zip"),))
    assert desk.staff.bot_says().startswith("线索 S1")
    assert desk.direct("李敏").bot_says() == "📎 没有收取 材料.zip(压缩包),其余已收下。请解压后逐个发送。"


def test_an_album_of_large_films_is_refused_once(desk: FilesDesk) -> None:
    """Who sends ten files that are too large hears it once; the card counts them all."""
    for n in range(3):
        film = held(f"film-{n}", f"{n}.mp4", "video/mp4", LIMIT + 1)
        desk.staff.forwards("李敏", "" if n else OUTAGE, album="a1", files=(film,))
    told = desk.direct("李敏").bot_says()
    assert told == "📎 没有收取 0.mp4(过大),其余已收下。每个文件最多 2 MB,请压缩、截取后再发,或发链接。"
    assert "附件 3(3 份未取:过大)" in desk.staff.shows("来源")


def test_no_more_than_the_limit_is_taken_in(desk: FilesDesk) -> None:
    """A file of unknown size that does not end is cut off at the limit, leaves nothing, and its sender is told."""
    desk.vault.hold("film", bytes(10 * LIMIT))
    desk.staff.forwards("李敏", OUTAGE, files=(held("film", "现场.mp4", "video/mp4", size=0),))
    assert desk.vault.sent <= LIMIT
    assert "附件 1(1 份未取:过大)" in desk.staff.shows("来源")
    assert desk.direct("李敏").bot_says().startswith("📎 没有收取 现场.mp4(过大)")
    assert [path for path in desk.blobs.path.rglob("*") if path.is_file()] == []
    assert desk.notes("file_not_taken")[0]["not_taken"] == "too_large"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"MZ\x90\x00" + bytes(80), "内容与名称不符"),
        (b"<html><script>", "内容与名称不符"),
        (b"", "空文件"),
        (NotTaken("file not found"), "平台上已取不到"),
        (NotTaken("file is too big", too_large=True), "过大"),
        (SendFailed("forbidden", permanent=True), "平台上已取不到"),
    ],
)
def test_what_came_instead_of_the_picture_is_not_kept(desk: FilesDesk, answer: Held, why: str) -> None:
    """A disguise, an empty file or none at all: it is not kept, not asked for again, and the card says why."""
    desk.vault.hold("held-1", answer)
    desk.staff.forwards("李敏", OUTAGE, files=(held(),))
    desk.later(minutes=30)
    assert desk.vault.asked == ["held-1"]
    assert f"附件 1(1 份未取:{why})" in desk.staff.shows("来源")
    assert desk.direct("李敏").bot_says().startswith(f"📎 没有收取 photo-1.jpg({why}),其余已收下。")


NOTHING = "这条消息没有别的内容,没有留存任何原件"


def test_when_the_only_file_is_refused_nobody_says_it_was_kept(desk: FilesDesk) -> None:
    """Answer and card say that nothing was kept and what to do; sent again in reply, it goes with the slip."""
    desk.direct("李敏").forwards("", files=(held("x", "现场.mp4", "video/mp4", LIMIT + 1),))
    refused, taken = desk.direct("李敏").bot_says_all()[:2]
    assert refused == (
        f"📎 没有收取 现场.mp4(过大),{NOTHING};重发时回复本消息,即归入 线索 S1。"
        "每个文件最多 2 MB,请压缩、截取后再发,或发链接。"
    )
    assert taken == "📥 已开 线索 S1,但没有收到可留存的内容,请按上面说的重发。"
    assert "原件未能留存 · 附件 1(1 份未取:过大)" in desk.staff.shows("来源")
    desk.vault.hold("held-1", PICTURE)
    desk.direct("李敏").says("", files=(held(),), reply_to="没有收取")
    assert desk.direct("李敏").bot_says() == "📎 已归入 线索 S1"
    assert "原文已留存 · 附件 2(1 份未取:过大)" in desk.staff.shows("来源")


def test_when_the_only_file_turns_out_to_be_bad_it_is_said(desk: FilesDesk) -> None:
    """What is found out while fetching is told as truly as what was known at once."""
    desk.vault.hold("held-1", b"")
    desk.staff.forwards("李敏", "", files=(held(),))
    assert desk.direct("李敏").bot_says().startswith(f"📎 没有收取 photo-1.jpg(空文件),{NOTHING};")
    assert "原件未能留存" in desk.staff.shows("来源")


def test_a_refused_film_is_not_asked_about(desk: FilesDesk) -> None:
    """Nobody is asked where a film belongs that cannot be taken; in reply to a card it did not go there."""
    film = held("film", "现场.mp4", "video/mp4", LIMIT + 1)
    desk.staff.says("李敏", "", files=(film,))
    assert desk.staff.is_silent()
    assert desk.direct("李敏").bot_says().startswith(f"📎 没有收取 现场.mp4(过大),{NOTHING}。每个文件最多 2 MB")
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.bot_says()
    desk.staff.says("李敏", "", files=(film,), reply_to="来源")
    assert desk.staff.is_silent()
    assert desk.direct("李敏").bot_says().startswith(f"📎 没有收取 现场.mp4(过大),{NOTHING}")


def test_the_first_content_is_the_one_that_stays(desk: FilesDesk) -> None:
    """A download that is repeated after a crash asks nobody and changes nothing."""
    desk.vault.hold("held-1", PICTURE, b"\x89PNG\r\n\x1a\n another one")
    desk.staff.forwards("李敏", OUTAGE, files=(held(),))
    (row,) = desk.owed()
    Fetching(desk.database, desk.house, desk.blobs, {"drill": desk.vault}).fetch(row, desk.clock.now())
    assert desk.vault.asked == ["held-1"]
    assert desk.files()[0].sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert len(desk.notes("file_fetched")) == 1


def test_a_desk_without_room_keeps_the_file_owed(desk: FilesDesk, tmp_path: Path) -> None:
    """Where nothing can be written the file is not lost: it is fetched once there is room."""
    desk.vault.hold("held-1", PICTURE)
    (tmp_path / "blobs").write_text("in the way")
    desk.staff.forwards("李敏", OUTAGE, files=(held(),))
    assert "附件 1(1 份待取)" in desk.staff.shows("来源")
    (tmp_path / "blobs").unlink()
    desk.later(minutes=1)
    assert desk.files()[0].stage == "kept"


def test_the_same_picture_counts_once(desk: FilesDesk) -> None:
    """The same bytes under two names are one file to whoever looks at the card."""
    for name in ("one", "two"):
        desk.vault.hold(name, PICTURE)
        desk.staff.forwards("李敏", "" if name == "two" else OUTAGE, album="a1", files=(held(name),))
    assert [file.stage for file in desk.files()] == ["kept", "kept"]
    assert desk.staff.shows("来源").count("附件 1") == 1


def test_pictures_of_a_later_forward_count_too(desk: FilesDesk) -> None:
    """The card counts the files of all reports of its case."""
    for n in range(2):
        desk.vault.hold(f"held-{n}", PICTURE + bytes([n]))
        desk.staff.forwards("李敏", OUTAGE, files=(held(f"held-{n}"),))
    assert "附件 2" in desk.staff.shows("来源")


def test_a_photo_without_words_says_so(desk: FilesDesk) -> None:
    """A slip opened by a picture alone is not named after a camera's file, and nobody pretends to have read it."""
    desk.vault.hold("held-1", PICTURE)
    desk.staff.forwards("李敏", "", files=(held(name="photo-AQADx.jpg"),))
    card = desk.staff.bot_says()
    assert card.startswith("线索 S1 图片(无文字)〔待确认〕")
    assert "没有文字,请看附件研判" in card
    desk.staff.says("赵强", "查 S1")
    assert "网友甲(转发 李敏):(无文字)" in desk.staff.shows("报送记录")


def test_a_document_without_words_keeps_its_name(desk: FilesDesk) -> None:
    """A document is called something by a person: that is its slip's title."""
    desk.vault.hold("held-1", b"%PDF-1.7")
    desk.staff.forwards("李敏", "", files=(held(name="关于阳光花园停水的说明.pdf", media_type="application/pdf"),))
    assert desk.staff.bot_says().startswith("线索 S1 关于阳光花园停水的说明")


def test_files_that_come_with_a_word_about_a_case_are_kept(desk: FilesDesk) -> None:
    """A photo sent with a note goes to the case; a note may be a photo alone."""
    desk.staff.forwards("李敏", OUTAGE)
    for n in range(2):
        desk.vault.hold(f"site-{n}", PICTURE + bytes([n]))
    desk.staff.says("赵强", "补充 S1 抢修现场", files=(held("site-0"),))
    desk.staff.says("赵强", "补充 S1", files=(held("site-1"),))
    assert [file.stage for file in desk.files()] == ["kept", "kept"]
    assert "附件 2" in desk.staff.shows("来源")
    assert "进展:附件 1 份" in desk.staff.shows("来源")


def test_a_file_sent_while_merging_goes_with_the_survivor(desk: FilesDesk) -> None:
    """Words that end a case take their file to where its reports went."""
    desk.vault.hold("held-1", PICTURE)
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.forwards("李敏", "城东安置房工地拖欠四十多名农民工工资半年,包工头失联,住建局说正在核实。")
    desk.staff.says("赵强", "合并 S2 S1", files=(held(),))
    assert [file.stage for file in desk.files("S1")] == ["kept"]


def test_a_bare_picture_in_the_group_is_asked_about(desk: FilesDesk) -> None:
    """A picture nobody says anything about opens no case by itself; one tap, anybody's, opens one."""
    desk.vault.hold("held-1", PICTURE)
    desk.staff.says("李敏", "", files=(held(),))
    asked = "📎 这张图(音视频)属于哪件?请回复那件的卡片再发一次,即归入该件;要另立一件请点「登记」。"
    assert desk.staff.bot_says() == asked
    desk.staff.taps("赵强", "登记")
    assert desk.staff.bot_says().startswith("线索 S1 图片(无文字)〔待确认〕")
    assert [file.stage for file in desk.files()] == ["kept"]
    desk.staff.taps("赵强", "登记")
    assert "这条已经上报过了。" in desk.staff.toast()
    with desk.database.reading() as session:
        assert cases.count(session) == 1


def test_a_picture_sent_in_reply_goes_with_its_case(desk: FilesDesk) -> None:
    """Without words it is kept with the case of the card; with words these are a note."""
    for n in range(2):
        desk.vault.hold(f"site-{n}", PICTURE + bytes([n]))
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.bot_says()
    desk.staff.says("赵强", "", files=(held("site-0"),), reply_to="来源")
    assert desk.staff.bot_says() == "📎 已归入 线索 S1"
    assert "附件 1" in desk.staff.shows("来源")
    desk.staff.says("赵强", "抢修现场", files=(held("site-1"),), reply_to="来源")
    assert desk.staff.bot_says() == "📎 已归入 线索 S1"
    assert "附件 2" in desk.staff.shows("来源")
    assert "进展:抢修现场" in desk.staff.shows("来源")
    with desk.database.reading() as session:
        assert cases.count(session) == 1


def test_a_picture_that_gets_its_words_by_an_edit_is_a_report(desk: FilesDesk) -> None:
    """Whoever forgot the caption adds it, and the photo with a caption opens a slip, judged by its words."""
    desk.vault.hold("held-1", PICTURE)
    desk.staff.says("李敏", "", files=(held(),))
    desk.staff.bot_says()
    edited(desk, OUTAGE, held(), message_id=first_message(desk, lambda text: not text))
    assert desk.staff.bot_says().startswith("线索 S1 阳光花园小区全小区停水三天了")
    assert desk.case("S1").kinds
    edited(desk, OUTAGE + "快来人", held(), message_id=first_message(desk, lambda text: not text))
    assert desk.staff.bot_says() == "✏️ 线索 S1 的原帖有改动,已留存第 2 版"


def test_an_album_and_a_document_are_reports_without_a_word(desk: FilesDesk) -> None:
    """What R1 names as a report opens a slip; so does a bare picture in 1:1, which is sent to nobody else."""
    for n in range(3):
        desk.vault.hold(f"held-{n}", PICTURE + bytes([n]))
    desk.staff.says("李敏", "", files=(held("held-0"),), album="a1")
    assert desk.staff.bot_says().startswith("线索 S1 图片(无文字)")
    desk.staff.says("李敏", "", files=(held("held-1", "停水说明.pdf", "application/pdf"),))
    assert desk.staff.bot_says().startswith("线索 S2 停水说明")
    desk.direct("李敏").says("", files=(held("held-2"),))
    assert "线索 S3" in desk.direct("李敏").bot_says()


@pytest.mark.parametrize("said", [0, 2], ids=["with the first picture", "with the last"])
@pytest.mark.parametrize("where", ["staff", "direct"])
def test_an_album_with_words_about_a_case_goes_with_it(desk: FilesDesk, where: str, said: int) -> None:
    """Whichever picture bears the words: all of them are kept with the case, and no other case is opened."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.taps("赵强", "属实")
    talk = desk.staff if where == "staff" else desk.direct("李敏")
    for n in range(3):
        desk.vault.hold(f"held-{n}", PICTURE + bytes([n]))
        words = "补充 1 现场照片" if n == said else ""
        talk.says(*(("李敏", words) if where == "staff" else (words,)), files=(held(f"held-{n}"),), album="a1")
    desk.later(minutes=15)
    assert "附件 3" in desk.staff.shows("来源:")
    with desk.database.reading() as session:
        assert [case.number for case in cases.open_cases(session)] == ["港建舆〔2026〕1号"]


@pytest.mark.parametrize("words", ["补充 77 现场照片", "待办"], ids=["no such case", "about no case"])
def test_an_album_whose_words_are_no_report_opens_nothing(desk: FilesDesk, words: str) -> None:
    """Its sender has heard what was wrong with the words; the other pictures are no posts of their own."""
    for n in range(3):
        desk.staff.says("李敏", "" if n else words, files=(held(f"held-{n}"),), album="a1")
    desk.later(minutes=15)
    with desk.database.reading() as session:
        assert list(cases.open_cases(session)) == []


def test_an_edit_that_comes_before_its_post_is_the_post(desk: FilesDesk) -> None:
    """The newest words count, and the original, when it comes at last, opens nothing and adds nothing."""
    long = OUTAGE + "物业说要等,住建局说正在核实,到今天没有任何人上门,也没有送水车来过,老人只能下楼提水。" * 4
    edited(desk, long + "三名老人因此送医。", message_id="5001")
    assert desk.staff.bot_says().startswith("线索 S1")
    original = Incoming(
        platform="drill", key="late", at=desk.clock.now(), place=Place(account="staff"),
        sender=Sender(account=desk.keys["李敏"], name="李敏"), message_id="5001", text=long,
    )  # fmt: skip
    desk.desk.accept(original)
    desk.desk.settle()
    assert desk.staff.is_silent()
    assert desk.case("S1").reports == 1


def test_an_edited_command_is_no_post(desk: FilesDesk) -> None:
    """However long its words are."""
    edited(desk, "补充 1 " + OUTAGE * 9, message_id="5001")
    assert desk.staff.is_silent()


def edited(desk: FilesDesk, text: str, *files: File, message_id: str, album: str | None = None) -> None:
    """Let 李敏 edit a message of the staff group."""
    event = Incoming(
        platform="drill", key=f"edit:{uuid.uuid4().hex}", at=desk.clock.now(), place=Place(account="staff"),
        sender=Sender(account=desk.keys["李敏"], name="李敏"), message_id=message_id, text=text, files=files,
        album=album, edited=True,
    )  # fmt: skip
    desk.desk.accept(event)
    desk.desk.settle()


def first_message(desk: FilesDesk, fits: Callable[[str], bool] = bool) -> str:
    """Return the platform's name for the first thing somebody of the cast said in the staff group."""
    return str(next(said.name for said in desk.staff.messages() if said.author != "desk" and fits(said.text)))


def test_an_edit_that_replaces_the_photo_keeps_both(desk: FilesDesk) -> None:
    """The new picture is fetched beside the old one; a group hears it in one line."""
    desk.vault.hold("held-1", PICTURE)
    desk.vault.hold("held-2", PICTURE + b"!")
    desk.staff.forwards("李敏", OUTAGE, files=(held(),))
    desk.staff.bot_says()
    edited(desk, OUTAGE, held("held-2", "photo-2.jpg"), message_id=first_message(desk))
    assert desk.staff.bot_says() == "✏️ 线索 S1 的原帖换了附件,新旧都已留存"
    assert [file.stage for file in desk.files()] == ["kept", "kept"]
    assert "附件 2" in desk.staff.shows("来源")


def test_an_edit_of_the_words_brings_no_file_again(desk: FilesDesk) -> None:
    """The picture under edited words is the one that is there, even when its platform calls it something new."""
    desk.vault.hold("held-1", PICTURE)
    desk.vault.hold("held-1b", PICTURE)
    desk.staff.forwards("李敏", OUTAGE, files=(held(),))
    desk.staff.bot_says()
    edited(desk, OUTAGE + "快来人", held(), message_id=first_message(desk))
    assert desk.staff.bot_says() == "✏️ 线索 S1 的原帖有改动,已留存第 2 版"
    assert len(desk.files()) == 1
    edited(desk, OUTAGE + "快来人", held("held-1b"), message_id=first_message(desk))
    assert desk.staff.is_silent()
    assert "附件 1" in desk.staff.shows("来源")


def test_an_edit_inside_an_album_is_kept_too(desk: FilesDesk) -> None:
    """A later part of an album is no report of its own; its new picture goes where the album is."""
    for source in ("one", "two", "three"):
        desk.vault.hold(source, PICTURE + source.encode())
    desk.staff.forwards("李敏", OUTAGE, album="a1", files=(held("one", "1.jpg"),))
    desk.staff.forwards("李敏", "", album="a1", files=(held("two", "2.jpg"),))
    desk.staff.bot_says()
    edited(desk, "", held("three", "3.jpg"), message_id="999", album="a1")
    assert desk.staff.bot_says() == "✏️ 线索 S1 的原帖换了附件,新旧都已留存"
    assert [file.source for file in desk.files()] == ["one", "two", "three"]
