"""A draft that comes as a .docx: read, shown, kept on the word of whoever sent it; what is signed is what was shown."""

from storage import draft as drafts
from storage import report as reports
from tests.docx_files import docx, paragraph
from tests.platforms.bureau import Bureau

TEXT = docx(paragraph("关于停水的通报"), paragraph("泵房已经抢修,今晚恢复供水。"), "<w:p><w:r><w:drawing/></w:r></w:p>")


def taken(bureau: Bureau) -> int:
    """Let a case be taken by its spokesperson; return their chat."""
    bureau.registers()
    wang = bureau.who("王五")
    bureau.api.says(wang, wang, "认领 1")
    bureau.desk.settle()
    bureau.new(wang)
    return wang


def test_a_document_is_shown_and_kept_on_its_senders_word(bureau: Bureau) -> None:
    """The whole text, what is not taken over, one tap; the original stays with the case."""
    wang = taken(bureau)
    bureau.api.sends_document(wang, wang, TEXT, "通报.docx", caption="起草 1")
    bureau.desk.settle()
    first, shown = bureau.new(wang)
    assert first.text == "📄 收到 通报.docx,读出正文后私聊给您看。"
    assert shown.text.splitlines() == [
        "📄 1号 通报.docx 读出的正文如下。存为稿件后,审的、签的、发的都是它:",
        "标题:关于停水的通报",
        "泵房已经抢修,今晚恢复供水。",
        "没有带过来的:图片和文本框 1 处",
    ]
    bureau.direct("王五").taps("存为稿件")
    bureau.desk.settle()
    with bureau.database.reading() as session:
        case = bureau.case()
        newest = drafts.newest(session, case.id)
        (report,) = reports.of_case(session, case.id)
        (file,) = reports.files(session, report.id)
    assert newest is not None
    assert (newest.title, newest.text) == ("关于停水的通报", "泵房已经抢修,今晚恢复供水。")
    assert newest.author_id == bureau.case().spokesperson_id
    assert (file.name, file.stage) == ("通报.docx", "kept")
    bureau.direct("王五").taps("存为稿件")
    assert bureau.direct("王五").toast() == "1号 这一稿已存为 v1,不必再点。"


def test_a_title_may_be_typed_and_a_text_not_wanted(bureau: Bureau) -> None:
    """The words beside the file are the title then; 不用 keeps nothing."""
    wang = taken(bureau)
    bureau.api.sends_document(wang, wang, TEXT, "通报.docx", caption="起草 1 停水情况说明")
    bureau.desk.settle()
    shown = bureau.texts(wang)[-1].splitlines()
    assert shown[1:4] == ["标题:停水情况说明", "关于停水的通报", "泵房已经抢修,今晚恢复供水。"]
    bureau.direct("王五").taps("不用")
    assert bureau.direct("王五").toast() == "没有存,1号 还没有稿件。"
    with bureau.database.reading() as session:
        assert drafts.newest(session, bureau.case().id) is None


def test_a_document_that_cannot_be_read_says_what_to_do(bureau: Bureau) -> None:
    """Changes nobody accepted, an old format, a broken file, a text without a body; the originals stay."""
    wang = taken(bureau)
    tracked = docx("<w:p><w:ins><w:r><w:t>今晚</w:t></w:r></w:ins></w:p>")
    for content, why in {
        tracked: "📄 稿.docx 读不了:有没处理的修订。请先接受或拒绝全部修订,再发一次;或直接写正文。原件已留存。",
        docx(
            "<w:p>"
        ): "📄 稿.docx 读不了:文件坏了,或里面有读不了的内容。请另存一份,再发一次;或直接写正文。原件已留存。",
        docx(paragraph("只有标题")): "文档第一段是标题,第二段起是正文;或在说明里写“起草 1 标题”。请改好再发。",
    }.items():
        bureau.api.sends_document(wang, wang, content, "稿.docx", caption="起草 1")
        bureau.desk.settle()
        assert why in bureau.texts(wang)[-1]
    bureau.api.sends_document(wang, wang, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "稿.doc", caption="起草 1")
    bureau.desk.settle()
    assert bureau.texts(wang) == ["稿.doc 读不了,未做任何改动。请另存为 .docx 再发,或直接写正文。"]
    large = docx(paragraph("标题"), paragraph("正文"))
    bureau.api.sends_document(wang, wang, large, "稿.docx", "起草 1", size=20_000_001)
    bureau.desk.settle()
    (said,) = bureau.texts(wang)
    assert said == "稿.docx 过大,没有收取,未做任何改动。最多 20 MB:请压缩里面的图片再发,或直接写正文。"


def test_a_document_for_a_text_under_review_asks_once_more(bureau: Bureau) -> None:
    """What it would void is named before it is kept, as for a text that was typed."""
    wang = taken(bureau)
    talk = bureau.direct("王五")
    talk.says("起草 1 关于停水的说明\n正在抢修。")
    talk.says("送审 1")
    talk.taps("不涉及其他单位")
    bureau.direct("刘洋").taps("✅同意")
    bureau.api.sends_document(wang, wang, TEXT, "通报.docx", caption="起草 1")
    bureau.desk.settle()
    talk.taps("存为稿件")
    assert "改稿会使 政治关 的签字失效" in talk.shows("没有保存")
    talk.taps("确认改稿")
    with bureau.database.reading() as session:
        newest = drafts.newest(session, bureau.case().id)
    assert newest is not None
    assert (newest.version, newest.title) == (2, "关于停水的通报")
