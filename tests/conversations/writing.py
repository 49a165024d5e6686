"""What the tests about texts share: a case brought to its spokesperson, to the gates, through them."""

from storage import draft as drafts
from storage.draft import AgencyWord, Draft, Fact, GateStep, Signature
from tests.conversations.talking import TalkingDesk

POST = "阳光花园小区全小区停水三天了,物业和住建部门互相推诿,老人小孩都没水喝,什么时候能解决?"
GRAVE = "某工地脚手架坍塌,已造成11人死亡,多人被困,现场还在救援。"
FIRST = "关于阳光花园停水的通报\n阳光花园停水三天。原因是泵房故障\uff0c今晚恢复供水。"
SECOND = "关于阳光花园停水的通报\n阳光花园停水两天。原因是泵房故障\uff0c今晚恢复供水。"
PLAIN = "关于阳光花园停水的通报\n泵房正在抢修。今晚恢复供水。"  # without a number
REVIEWERS = ("刘洋", "张伟", "周芳", "孙丽", "吴刚")


def taken(desk: TalkingDesk, post: str = POST) -> TalkingDesk:
    """Bring a case to its spokesperson."""
    desk.staff.forwards("李敏", post)
    if "属实" in desk.staff.buttons():  # what is certain enough is registered already
        desk.staff.taps("赵强", "属实")
    desk.direct("王五").says("认领 1")
    quiet(desk)
    return desk


def drafted(desk: TalkingDesk, text: str = FIRST, post: str = POST) -> TalkingDesk:
    """Write the first version."""
    taken(desk, post).direct("王五").says(f"起草 1 {text}")
    quiet(desk)
    return desk


def submitted(desk: TalkingDesk, text: str = FIRST, post: str = POST) -> TalkingDesk:
    """Send the first version to the gates."""
    submit(drafted(desk, text, post))
    desk.direct("王五").bot_says_all()
    return desk


def submit(desk: TalkingDesk, name: str = "王五") -> None:
    """Say 送审, say it again after any word about numbers, and that no other agency is touched, where that is asked."""
    talk = desk.direct(name)
    talk.says("送审 1")
    for label in ("📤送审", "不涉及其他单位"):
        if talk.offers(label):
            talk.taps(label)


def rewrite(desk: TalkingDesk, text: str, name: str = "王五") -> None:
    """Write another version of a text that has signatures, and say once more that it is meant."""
    desk.direct(name).says(f"起草 1 {text}")
    desk.direct(name).taps("确认改稿")


def signed(desk: TalkingDesk, *names: str) -> None:
    """Let people sign what they were sent."""
    for name in names:
        desk.direct(name).taps("✅同意")
        desk.direct(name).bot_says_all()


def quiet(desk: TalkingDesk) -> None:
    """Look at everything that was said so far."""
    for talk in (desk.staff, desk.joint, *(desk.direct(name) for name in desk.keys)):
        talk.bot_says_all()


def steps(desk: TalkingDesk) -> dict[str, GateStep]:
    """Return the gates of the round in hand."""
    with desk.database.reading() as session:
        return {step.gate: step for step in drafts.steps(session, desk.case().id, newest(desk).round)}


def newest(desk: TalkingDesk) -> Draft:
    """Return the newest version."""
    with desk.database.reading() as session:
        found = drafts.newest(session, desk.case().id)
    assert found is not None
    return found


def facts(desk: TalkingDesk) -> list[Fact]:
    """Return the ledger."""
    with desk.database.reading() as session:
        return list(drafts.facts(session, desk.case().id))


def agency(desk: TalkingDesk) -> AgencyWord:
    """Return the first agency's word."""
    with desk.database.reading() as session:
        return drafts.agencies(session, desk.case().id, newest(desk).round)[0]


def given(desk: TalkingDesk) -> list[Signature]:
    """Return every signature and return on record."""
    with desk.database.reading() as session:
        return list(drafts.signatures(session, desk.case().id))


def three_at_the_gates(desk: TalkingDesk) -> TalkingDesk:
    """Bring three cases to the gates, each with the same reviewers."""
    for n, post in enumerate(
        (POST, "南湖公园积水没人管,三天了,居民过不去", "西江路的路灯坏了一个月,晚上漆黑一片很危险"), 1
    ):
        desk.staff.forwards("李敏", post)
        if "属实" in desk.staff.buttons():
            desk.staff.taps("赵强", "属实")
        desk.direct("王五").says(f"认领 {n}")
        desk.direct("王五").says(f"起草 {n} {PLAIN}")
        desk.direct("王五").says(f"送审 {n}")
        desk.direct("王五").taps("📤送审")
        desk.direct("王五").taps("不涉及其他单位")
    quiet(desk)
    return desk
