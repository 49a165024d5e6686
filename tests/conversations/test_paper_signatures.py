"""A leader signed on paper: the duty officer records it with a photo, and the leader confirms it or denies it."""

from tests.conversations.talking import TalkingDesk, photo
from tests.conversations.writing import PLAIN, REVIEWERS, given, newest, quiet, rewrite, signed, steps, submitted

SAYS = "代录签批 1 签发 郑局长 v1"
DENY, CONFIRM = "❌否认,我没有签", "✅确认,是我签的"


ASKED = "没有签字页的照片,没有记录。\n请在 10 分钟内把签字页照片发到这里,不用写字;收到才记录。"
RECORDED = "🖋 1号 v1「签发」已代录"


def at_signature(desk: TalkingDesk) -> TalkingDesk:
    """Bring a text to its final signature."""
    signed(submitted(desk, PLAIN), *REVIEWERS)
    quiet(desk)
    return desk


def recorded(desk: TalkingDesk) -> TalkingDesk:
    """Record the leader's signature on paper."""
    at_signature(desk).direct("赵强").says(SAYS, files=(photo("签字页.jpg"),))
    quiet(desk)
    return desk


def issued(desk: TalkingDesk) -> TalkingDesk:
    """Let the text go out on it."""
    recorded(desk).direct("王五").says("发布 1")
    desk.direct("王五").taps("📢确认发布")
    desk.later(minutes=1)
    quiet(desk)
    return desk


def test_signature_on_paper_counts_and_is_marked_until_it_is_confirmed(desk: TalkingDesk) -> None:
    """The recorder hears for which text; the signer is asked 1:1; whoever issues sees the mark; yes takes it away."""
    at_signature(desk).direct("赵强").says(SAYS, files=(photo("签字页.jpg"),))
    name = (newest(desk).manifest_hash or "")[:12]
    assert desk.direct("赵强").bot_says() == (
        f"🖋 1号 v1「签发」已代录:郑局长 纸面签批(指纹 {name}),照片随案留存\n"
        "已请 郑局长 确认,须在 11-24 13:05 前;确认前到处标明“代录,待确认”。"
    )
    assert desk.case().stage == "issue"
    assert desk.direct("王五").bot_says() == "🖋 1号 v1 已由 郑局长(代录,待确认) 签发,可以发布。"
    asked = desk.direct("郑局长").shows("是您签的吗").splitlines()
    assert asked[0] == "🖋 赵强 代录:您在纸上签了 1号 v1「签发」。是您签的吗?"
    assert "【关于阳光花园停水的通报】" in asked
    assert "签发✅(代录,待确认)" in desk.staff.shows("来源")
    assert "附件 1" in desk.staff.shows("来源")
    desk.direct("王五").says("发布 1")
    assert desk.direct("王五").bot_says().startswith("⚠️ 「签发」郑局长(代录,待确认)\n📢 确认发布 1号 v1?")
    desk.direct("郑局长").taps(CONFIRM)
    assert desk.direct("郑局长").shows("已确认代录") == "✅ 1号「签发」郑局长 已确认代录的签批。"
    assert desk.direct("赵强").bot_says() == "✅ 1号「签发」郑局长 已确认代录的签批。"
    assert "代录" not in desk.staff.shows("来源")
    assert [(one.gate, one.act, one.reason) for one in given(desk)][-1] == ("signature", "paper", "赵强")


def test_photo_in_reply_to_the_card_needs_no_number(desk: TalkingDesk) -> None:
    """In the group, as a reply: the case is that of the card, the version what the recorder was shown last."""
    at_signature(desk).direct("赵强").says("稿件 1")
    quiet(desk)
    desk.staff.says("赵强", "代录签批 签发 郑局长", files=(photo(),), reply_to="来源")
    assert desk.staff.bot_says_all()[0].startswith("🖋 1号 v1「签发」已代录")
    assert steps(desk)["signature"].stage == "signed"


def test_photo_may_follow_its_words(desk: TalkingDesk) -> None:
    """Where a picture has no words, they are said first; the picture that follows is no report."""
    zhao = at_signature(desk).direct("赵强")
    zhao.says("代录签批 1 签发 郑局长 v1")
    assert (zhao.bot_says(), steps(desk)["signature"].stage) == (ASKED, "open")
    zhao.says("待办")
    zhao.bot_says()
    zhao.says("", files=(photo(),))
    assert zhao.bot_says().startswith(RECORDED)
    assert steps(desk)["signature"].stage == "signed"
    assert "附件 1" in desk.staff.shows("来源")
    zhao.says("", files=(photo("另一张.jpg", b"another"),))
    assert "线索 S" in zhao.bot_says_all()[0]


def test_photo_that_follows_is_for_the_version_of_its_words(desk: TalkingDesk) -> None:
    """The text was changed in between: the paper shows the older one, whatever was shown since."""
    zhao = at_signature(desk).direct("赵强")
    zhao.says("稿件 1")
    zhao.says("代录签批 1 签发 郑局长")
    rewrite(desk, PLAIN + "请节约用水。")
    desk.direct("王五").taps("📤送审")
    desk.direct("王五").taps("不涉及其他单位")
    signed(desk, *REVIEWERS)
    zhao.says("稿件 1")
    quiet(desk)
    zhao.says("", files=(photo(),))
    assert zhao.bot_says().startswith("⛔ 纸上签的是 v1,送审的已是 v2,没有记录。")


def test_photo_may_come_before_its_words(desk: TalkingDesk) -> None:
    """It opened a slip, as any picture does; one tap makes it the photo, and the slip part of the case."""
    zhao = at_signature(desk).direct("赵强")
    zhao.says("", files=(photo(),))
    quiet(desk)
    zhao.says("代录签批 1 签发 郑局长 v1")
    assert zhao.bot_says() == ASKED
    zhao.taps("📷用刚才的照片(线索 S2)")
    assert zhao.bot_says_all()[0].startswith(RECORDED)
    assert desk.case("S2").stage == "merged"
    assert "附件 1" in desk.staff.shows("来源")
    zhao.taps("📷用刚才的照片(线索 S2)")
    assert zhao.toast().startswith("1号 没有等着照片的代录,没有记录。")
    assert [one.act for one in given(desk)].count("paper") == 1


def test_photo_that_never_comes_is_told(desk: TalkingDesk) -> None:
    """Nothing was recorded; whoever comes later with a picture reports it."""
    zhao = at_signature(desk).direct("赵强")
    zhao.says(SAYS)
    quiet(desk)
    desk.later(minutes=11)
    assert zhao.bot_says().startswith("1号 没有等到签字页照片,没有记录。要记录,请重发“代录签批 #1 签发 郑局长 v1”")
    zhao.says("", files=(photo(),))
    assert not any(RECORDED in said for said in zhao.bot_says_all())
    assert steps(desk)["signature"].stage == "open"


def test_nobody_elses_photo_is_taken(desk: TalkingDesk) -> None:
    """Words wait for a picture from whoever said them, in the chat they said them in."""
    at_signature(desk).direct("赵强").says(SAYS)
    quiet(desk)
    desk.direct("李敏").says("", files=(photo(),))
    assert steps(desk)["signature"].stage == "open"


def test_what_cannot_be_recorded_is_refused_with_what_to_do(desk: TalkingDesk) -> None:
    """No photo, no version, no such version, the wrong gate, the wrong person: nothing is signed."""
    at_signature(desk)
    zhao, picture = desk.direct("赵强"), (photo(),)
    zhao.says(SAYS)
    assert zhao.bot_says() == ASKED
    zhao.says("代录签批 1 签发 郑局长", files=picture)
    assert zhao.bot_says().startswith("请写明纸上签的是哪一稿,没有记录。1号 送审的 v1(指纹 ")
    zhao.says("代录签批 1 签发 郑局长 v7", files=picture)
    assert zhao.bot_says() == "1号 没有「v7」这一稿,没有记录。送审的是 v1。"
    zhao.says("代录签批 1 法律 周芳 v1", files=picture)
    assert zhao.bot_says() == "方案不许代录「法律关」的签批,只许:签发。未做任何改动。"
    zhao.says("代录签批 1 签发 李敏 v1", files=picture)
    assert zhao.bot_says() == "李敏 不审签「签发」,没有记录。"
    zhao.says("代录签批 1 签发 v1", files=picture)
    assert zhao.bot_says().startswith("请发签字页照片")
    desk.direct("何主任").says(SAYS, files=picture)
    assert desk.direct("何主任").bot_says() == "按方案,代录签批由值班员办理,未做任何改动。"
    desk.direct("王五").says(SAYS, files=picture)
    assert desk.direct("王五").bot_says().startswith("您没有「代录签批」的权限")
    assert (desk.case().stage, steps(desk)["signature"].stage) == ("signature", "open")


def test_paper_with_an_older_text_is_refused_with_the_difference(desk: TalkingDesk) -> None:
    """What was printed before the text was changed signs nothing; by its fingerprint the newest is taken."""
    at_signature(desk)
    rewrite(desk, PLAIN + "请节约用水。")
    desk.direct("王五").taps("📤送审")
    desk.direct("王五").taps("不涉及其他单位")
    signed(desk, *REVIEWERS)
    quiet(desk)
    desk.direct("赵强").says(SAYS, files=(photo(),))
    refused = desk.direct("赵强").bot_says().splitlines()
    assert refused[0] == "⛔ 纸上签的是 v1,送审的已是 v2,没有记录。改动:"
    assert refused[1:] == ["【增】请节约用水。", refused[-1]]
    assert refused[-1].startswith("请打印 v2 请领导重签")
    name = (newest(desk).manifest_hash or "")[:12]
    desk.direct("赵强").says(f"代录签批 1 签发 郑局长 {name}", files=(photo(),))
    assert desk.direct("赵强").bot_says().startswith("🖋 1号 v2「签发」已代录")


def test_whoever_wrote_the_text_records_nothing(desk: TalkingDesk) -> None:
    """The duty officer who wrote a version is not the one who says that it was signed."""
    desk.staff.forwards("李敏", "阳光花园小区全小区停水三天了,物业和住建部门互相推诿,老人小孩都没水喝,什么时候能解决?")
    desk.staff.taps("赵强", "属实")
    desk.direct("赵强").says("认领 1")
    desk.direct("赵强").says(f"起草 1 {PLAIN}")
    desk.direct("赵强").says("送审 1")
    desk.direct("赵强").taps("不涉及其他单位")
    signed(desk, *REVIEWERS)
    quiet(desk)
    desk.direct("赵强").says(SAYS, files=(photo(),))
    assert desk.direct("赵强").bot_says() == "这一稿您写过,不能由您代录签批。请另一位值班员记录。"


def test_denied_signature_falls_and_the_leader_is_asked_anew(desk: TalkingDesk) -> None:
    """The case goes back to the gate, everybody concerned is told, and the photo stays."""
    recorded(desk).direct("郑局长").taps(DENY)
    told = "🚨 1号 v1「签发」郑局长 否认代录的签批,签批作废,退回这一关重签。"
    assert desk.direct("赵强").bot_says().splitlines()[0] == told
    assert desk.staff.bot_says().splitlines()[0] == told
    assert desk.direct("王五").bot_says().splitlines()[0] == told
    said = desk.direct("郑局长").bot_says_all()
    assert said[0].startswith("🖋 请签发 · 1号 v1")
    assert said[1].splitlines()[0] == told
    assert (desk.case().stage, steps(desk)["signature"].stage) == ("signature", "open")
    assert [one.act for one in given(desk)][-2:] == ["paper", "denied"]
    assert "附件 1" in desk.staff.shows("来源")
    desk.direct("王五").says("发布 1")
    assert desk.direct("王五").bot_says().startswith("1号 现在是〔待签发〕,这一步不适用")
    desk.later(minutes=1)
    desk.direct("郑局长").taps("✅同意")
    assert desk.case().stage == "issue"
    assert "代录" not in desk.staff.shows("来源")


def test_denial_after_the_release_says_so_loudly(desk: TalkingDesk) -> None:
    """What is out stays out until somebody decides: the ways to withdraw and to correct it are named."""
    issued(desk).direct("郑局长").says("否认代录 1 我在外地")
    told = desk.staff.bot_says().splitlines()
    assert told == [
        "🚨🚨🚨 1号「签发」郑局长 否认代录的签批,而这一稿已于 11-24 09:05 发布:《关于阳光花园停水的通报》",
        "说明:我在外地",
        "稿件仍对公众可见,须马上决定:",
        "· 撤回:领导发“撤回 1 原因”,各渠道同时撤下",
        "· 更正:发“更正 1 标题”,第二行起写正文,重新过关、签发后代替它",
        "请立即核查照片和经过;记录和照片都已留存。",
    ]
    for name in ("赵强", "王五", "冯副局长"):
        assert desk.direct(name).bot_says().splitlines() == told
    assert "签发✅(代录,已否认)" in desk.staff.shows("来源")
    assert desk.case().stage == "follow_up"


def test_only_the_signer_answers_and_only_once(desk: TalkingDesk) -> None:
    """Nobody confirms for somebody else; what is settled stays so."""
    recorded(desk).direct("冯副局长").says("确认代录 1")
    assert desk.direct("冯副局长").bot_says() == "这是请 郑局长 本人确认的,他人不能代答,未做任何改动。"
    desk.direct("郑局长").says("确认代录 1")
    desk.direct("郑局长").bot_says_all()
    desk.direct("郑局长").taps(DENY)
    assert desk.direct("郑局长").toast() == "1号 的这条签批已是“代录,已确认”,未做任何改动。"
    assert desk.case().stage == "issue"


def test_unconfirmed_signature_is_reminded_of_and_then_keeps_the_text_back(desk: TalkingDesk) -> None:
    """Reminders as the plan says; after the limit nothing goes out on it until it is confirmed."""
    recorded(desk)
    desk.later(hours=2)
    assert desk.direct("郑局长").bot_says() == "⏰ 1号 v1「签发」的代录签批请您确认,还剩 2时(11-24 13:05)。"
    desk.later(hours=2)
    told = "🚨 1号「签发」郑局长 的代录签批到 11-24 13:05 仍未确认:确认前不能发布。请联系本人确认或否认。"
    assert told in desk.direct("赵强").bot_says_all()
    assert told in desk.staff.bot_says_all()
    quiet(desk)
    desk.direct("王五").says("发布 1")
    assert "· 「签发」郑局长 的代录签批到 11-24 13:05 未确认" in desk.direct("王五").bot_says()
    desk.direct("郑局长").says("确认代录 1")
    quiet(desk)
    desk.direct("王五").says("发布 1")
    assert desk.direct("王五").bot_says().startswith("📢 确认发布 1号 v1?")


def test_edit_takes_the_signature_on_paper_along(desk: TalkingDesk) -> None:
    """Nobody is reminded of what was for a text that counts no more; a late no is still put on record."""
    recorded(desk)
    rewrite(desk, PLAIN + "请节约用水。")
    quiet(desk)
    desk.later(hours=5)
    assert not any("代录" in said for said in desk.direct("郑局长").bot_says_all())
    desk.direct("郑局长").taps(DENY)
    assert "(这一签批此前已不算数)" in desk.staff.bot_says_all()[-1]
    assert desk.case().stage == "draft"
