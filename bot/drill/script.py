"""The script of the example case: who does what in which chat, what happens then, and why."""

from dataclasses import dataclass
from typing import Final

from bot.chat.drill import direct_chat
from config.language import Line, t

STAFF: Final = "staff"


@dataclass(frozen=True)
class Forwards:
    """Forward a post with its pictures to a chat."""

    text: str
    author: str
    url: str
    minutes_ago: int
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Says:
    """Type something; {n} is the number of the case, {today} the day."""

    text: str


@dataclass(frozen=True)
class Taps:
    """Tap the newest button with a verb; where several share it, the one whose argument or label has these words."""

    verb: str
    label: Line
    words: str = ""


@dataclass(frozen=True)
class Waits:
    """Let only time go by."""


Act = Forwards | Says | Taps | Waits


@dataclass(frozen=True)
class Step:
    """One step: somebody acts in a chat (a group, or by key the 1:1 chat of a person) after some minutes."""

    title: Line
    why: Line
    person: str
    chat: str
    act: Act
    minutes: float = 2
    look: str = ""  # the chat in which to see what happens; empty: where it was done


POST: Final = (
    "金港大道锦绣花园小区已经停水三天了!全小区两千多户没水用,物业说是修路挖断了水管。"
    "打了好几个电话都没人管,老人小孩怎么办?"
)
POST_URL: Final = "https://weibo.example/status/5107742"
FACT: Final = (
    "事实 {n} 已停水三天,影响居民 2160 户,预计{today} 20 时前恢复;供水车每日 7 时至 21 时供水,"
    "每日 18 时公布进展,咨询电话 0775-0000200 来源:水务局供水科"
)
DRAFT: Final = """起草 {n} 关于金港大道锦绣花园小区停水情况的通报
{today}上午,我局收到群众反映,金港大道锦绣花园小区已停水三天。
经与水务局核实,停水由道路施工单位损坏供水主管引起,影响居民 2160 户。
抢修队正在更换主管,预计{today} 20 时前恢复供水。恢复供水前,小区东门、西门各有一台供水车,每日 7 时至 21 时供水。
抢修进展每日 18 时在本站公布。咨询电话:0775-0000200。
港北区建设局"""
CAUSE: Final = "停水由道路施工单位损坏供水主管引起"
CAUSE_OPEN: Final = "停水由供水主管破裂引起,破裂原因正在调查,结果将在本站公布。停水"
REDRAFT: Final = DRAFT.replace(CAUSE + ",", CAUSE_OPEN)
RETURNED: Final = "退回 {n} 破裂原因还在调查,不能先认定施工单位的责任,请写明“正在调查”"

_SIGN = t("✅同意")

STEPS: Final[tuple[Step, ...]] = (
    Step(
        t("居民发帖,信息员转发到工作群"),
        t("只要转发,不用填表。原文和照片按内容留存,线索立即登记,法定时限从这一刻起算。"),
        "limin", STAFF, Forwards(POST, "港北小陈", POST_URL, 25, ("dry-tap.jpg", "broken-main.jpg")), 0,
    ),
    Step(
        t("值班员点〔属实〕"),
        t("卡片第二行永远是时限和依据。值班员点一下确认,线索成为有编号的案件;没人理会也会到时自动登记。"),
        "zhaoqiang", STAFF, Taps("confirm", t("属实")), 3,
    ),
    Step(
        t("另一个人又转发了同一条帖子"),
        t("重复的帖子不会刷屏:并入原案,只多一行“第几次报送”。"),
        "gaoming", STAFF, Forwards(POST, "港北小陈", POST_URL, 31), 3,
    ),
    Step(
        t("新闻发言人认领"),
        t("案件按主题找到发言人,私聊请他认领。规定时间内不认领,自动转请副发言人,再到值班领导。"),
        "wangwu", "wangwu", Taps("ack", t("认领")), 4,
    ),
    Step(
        t("发言人起草通报"),
        t("在聊天里直接写,每改一次就是一个版本。网站地址在送审时就定下来。"),
        "wangwu", "wangwu", Says(DRAFT), 20,
    ),
    Step(
        t("记下关键事实和来源"),
        t("每个数字都要有来源。没有人核实的事实会挡住发布。"),
        "wangwu", "wangwu", Says(FACT), 2,
    ),
    Step(
        t("值班员核实这条事实"),
        t("核实的人和时间都记录在案。"),
        "zhaoqiang", "zhaoqiang", Says("核实 {n} 1"), 6,
    ),
    Step(
        t("送审:先问是否涉及其他单位"),
        t("每一稿送审前都会问这一句,不能跳过。"),
        "wangwu", "wangwu", Taps("submit", t("📤送审")), 2,
    ),
    Step(
        t("涉及水务局,请对方确认"),
        t("稿件自动发给水务局的联系人;有异议就不能发布,除非领导写明理由。"),
        "wangwu", "wangwu", Taps("touches", t("涉及 {agency}", agency="水务局"), "水务局"), 1, "qianjin",
    ),
    Step(
        t("水务局确认无误"),
        t("对方单位在自己的私聊里点一下,答复就记在案件上。"),
        "qianjin", "qianjin", Taps("agency_confirm", t("✅确认无误")), 12,
    ),
    Step(
        t("正式送审"),
        t("五关依次审:政治、政策、法律、文字、保密。每关有自己的时限和催办。"),
        "wangwu", "wangwu", Taps("submit", t("📤送审")), 2, "liuyang",
    ),
    Step(
        t("政治关:刘洋同意"),
        t("审核人看到的就是要发布的全文;签的是这一稿的指纹。"),
        "liuyang", "liuyang", Taps("approve", _SIGN), 9,
    ),
    Step(
        t("政策关:张伟同意"),
        t("起草人不能审自己的稿,一人只把一道关。"),
        "zhangwei", "zhangwei", Taps("approve", _SIGN), 8,
    ),
    Step(
        t("法律关:周芳退回,并写明原因"),
        t("责任还没查清,不能先下结论。退回必须写原因,起草人马上收到。"),
        "zhoufang", "zhoufang", Says(RETURNED), 10, "wangwu",
    ),
    Step(
        t("发言人改成第二稿"),
        t("两稿的差别逐处列出。正文变了,先前的签字作废,水务局也要再看一遍。"),
        "wangwu", "wangwu", Says(REDRAFT), 11,
    ),
    Step(
        t("重新送审"),
        t("同一件事不用再问一遍:涉及的单位已经记下。"),
        "wangwu", "wangwu", Taps("submit", t("📤送审")), 1, "qianjin",
    ),
    Step(
        t("水务局对新稿再确认"),
        t("对旧稿的确认不算数,只认最新一稿。"),
        "qianjin", "qianjin", Taps("agency_confirm", t("✅确认无误")), 5, "liuyang",
    ),
    Step(
        t("政治关同意新稿"),
        t("请审消息里列出与上一稿的每处差别,看得快,也漏不掉。"),
        "liuyang", "liuyang", Taps("approve", _SIGN), 3,
    ),
    Step(t("政策关同意新稿"), t("第二道关。"), "zhangwei", "zhangwei", Taps("approve", _SIGN), 3),
    Step(
        t("法律关同意新稿"),
        t("周芳提的问题已经改好。"),
        "zhoufang", "zhoufang", Taps("approve", _SIGN), 4,
    ),
    Step(
        t("文字关同意"),
        t("时间、地点、数字由孙丽逐一核对。"),
        "sunli", "sunli", Taps("approve", _SIGN), 5,
    ),
    Step(
        t("保密关同意"),
        t("任何情况下都不能跳过保密关。五关签齐,自动请局长签发。"),
        "wugang", "wugang", Taps("approve", _SIGN), 4, "zhengjuzhang",
    ),
    Step(
        t("局长签发"),
        t("前面谁签的、什么时候签的,一目了然。"),
        "zhengjuzhang", "zhengjuzhang", Taps("approve", _SIGN), 7, "wangwu",
    ),
    Step(
        t("发言人点〔发布〕"),
        t("发布前再问一次,并说清楚后果:哪一稿、发到哪里、公众马上能看到。"),
        "wangwu", "wangwu", Taps("issue", t("📢发布")), 1,
    ),
    Step(
        t("确认发布"),
        t("网站先发,再从公网地址读回来比对指纹:与签发的一字不差,才算发布成功,时限才算完成。"),
        "wangwu", "wangwu", Taps("issue_now", t("📢确认发布")), 1, "channel",
    ),
    Step(
        t("第二天上午:跟进时限在催"),
        t("通报发出后,跟进时限接着走,按方案的比例提醒,每次说清还剩多久、依据哪一条。点“到下一时限”可以看超时怎样逐级升级。"),
        "wangwu", "wangwu", Waits(), 22 * 60,
    ),
    Step(
        t("值班员补充处置进展"),
        t("处置和发布同步推进:供水恢复了,记在案上,随时可以再发一稿。"),
        "zhaoqiang", STAFF, Says("补充 {n} 昨晚 19:40 恢复供水,水质检测合格"), 12,
    ),
    Step(
        t("值班员点〔办结〕"),
        t("办结前会说清还有什么没完,再问一次。"),
        "zhaoqiang", STAFF, Taps("close", t("办结")), 2,
    ),
    Step(
        t("确认办结"),
        t("时限怎样了结都记录在案。每一步都写进只增不改的履历,外人可以离线核验。"),
        "zhaoqiang", STAFF, Taps("close", t("确认办结"), "确认"), 1,
    ),
)  # fmt: skip


def chat_of(name: str) -> str:
    """Return the chat that a step names: a group, or by a person's key their 1:1 chat."""
    return name if name in ("staff", "joint", "channel") else direct_chat(name)
