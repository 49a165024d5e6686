"""Every sentence about drafts: their versions, and their way to the gates."""

from collections.abc import Sequence
from typing import Final

from config.language import Joined, Line, Said, joined, lines, t
from handlers.drafting.difference import Change
from handlers.words import case_name, reference, short_name, stage_name
from storage.case import Case
from storage.draft import Draft

MOST_CHANGES: Final = 12  # shown at once; how many more there are is always said
LONGEST_PIECE: Final = 200  # characters of a changed passage
MOST_NUMBERS: Final = 12  # named at once

SIGN: Final = t("✅同意")
RETURN: Final = t("↩️退回")
FULL_TEXT: Final = t("📄全文")
SUBMIT: Final = t("📤送审")
CONFIRM_EDIT: Final = t("确认改稿")
CANCEL: Final = t("取消")
NO_OTHER_AGENCY: Final = t("不涉及其他单位")


# versions


def version(n: int) -> Line:
    """Name a version."""
    return t("v{n}", n=n)


def version_against(n: int, before: int, places: int) -> Line:
    """Name a version and its distance from another."""
    return t("v{n}(与 v{before} 差 {places} 处)", n=n, before=before, places=places)


def whole(title: str, text: str) -> Said:
    """Give title and text, all of it."""
    return t("【{title}】\n{text}", title=title, text=text)


def beginning(title: str, text: str, length: int) -> Said:
    """Give the beginning of a long text, and say that it is one."""
    more = t("……(共 {all} 字,此处只显示前 {length} 字;点「📄全文」看完才能签)", all=len(text), length=length)
    return lines(t("【{title}】\n{text}", title=title, text=text[:length]), more)


def difference(changes: Sequence[Change]) -> Said:
    """Give the passages that changed; how many are left out is said."""
    shown = [_change(change) for change in changes[:MOST_CHANGES]]
    left = len(changes) - len(shown)
    return lines(*shown, t("……另有 {left} 处改动,请看全文。", left=left) if left else None)


def _change(change: Change) -> Joined:
    removed = t("【删】{text}", text=_piece(change.removed)) if change.removed else None
    added = t("【增】{text}", text=_piece(change.added)) if change.added else None
    return lines(removed, added)


def _piece(text: str) -> Said:
    piece = text.strip("\n")
    if not piece:
        return t("(空行)")
    return t("{text}", text=piece) if len(piece) <= LONGEST_PIECE else t("{text}……", text=piece[:LONGEST_PIECE])


def draft_form(case: Case) -> Line:
    """Say how a draft is typed."""
    return t("请这样写:第一行“起草 {case} 标题”,从第二行起写正文。", case=reference(case))


def draft_without_text(form: Said) -> Said:
    """Say that there is a title but no text."""
    return t("只有标题,没有正文,未保存。{form}", form=form)


def corrects(round_: int, title: str) -> Line:
    """Say which release a text puts right."""
    return t("✏️ 更正:第{n}次发布《{title}》", n=round_, title=title)


def title_too_long(length: int, limit: int) -> Line:
    """Say that a title is too long."""
    return t("标题有 {length} 字,超过 {limit} 字,未保存。标题写在第一行,正文从第二行起。", length=length, limit=limit)


def text_too_long(length: int, limit: int) -> Line:
    """Say that a text is too long."""
    return t("正文有 {length} 字,超过 {limit} 字的上限,未保存。请精简后再发。", length=length, limit=limit)


def take_first(case: Case) -> Line:
    """Say that nobody has taken the case."""
    return t("{case} 还没有人认领,先认领再起草:发“认领 {number}”。", case=short_name(case), number=reference(case))


def nothing_new(n: int) -> Line:
    """Say that a text is the same as the newest version."""
    return t("与 v{n} 一字不差,没有新版本。", n=n)


def drafted(case: Case, draft: Draft, changes: Sequence[Change], before: Draft | None) -> Said:
    """Say that a version was kept, and what comes next."""
    kept = t("✍️ {case} 稿件 v{n} 已保存({length} 字)", case=short_name(case), n=draft.version, length=len(draft.text))
    against = t("与 v{n} 差 {places} 处", n=before.version, places=len(changes)) if before else None
    then = t("数字和说法请逐条记入事实:“事实 {case} 停水3天 来源:水务局”。", case=reference(case))
    return lines(joined([kept, against]), then, t("写完后送审:“送审 {case}”。", case=reference(case)))


def back_to_draft(stage: Said) -> Line:
    """Say that an edit took a case back."""
    return t("原在〔{stage}〕,改稿后须重新送审。", stage=stage)


def void_signatures(gates: Sequence[Said], leader: str) -> Said | None:
    """Name the signatures that an edit voids; None: there are none."""
    if gates and leader:
        return t("{gates} 的签字失效,{leader} 的签发作废", gates=joined(gates, "、"), leader=leader)
    if gates:
        return t("{gates} 的签字失效", gates=joined(gates, "、"))
    return t("{leader} 的签发作废", leader=leader) if leader else None


def ask_edit(case: Case, n: int, effect: Said | None, length: int, places: int, *, newer: bool) -> Said:
    """Ask once more before an edit, naming what it does."""
    void = t(
        "❓ {case} 现在是〔{stage}〕,改稿会使 {effect},须重新送审。",
        case=short_name(case), stage=stage_name(case), effect=effect,
    )  # fmt: skip
    keep = t(
        "您写的({length} 字)与 v{n} 差 {places} 处,还没有保存:点「确认改稿」存为 v{next},点「取消」仍用 v{n}。",
        length=length, n=n, places=places, next=n + 1,
    )  # fmt: skip
    since = t("✏️ {case} 的稿件在这期间已改为 v{n}。", case=short_name(case), n=n)
    return lines(since if newer else None, void if effect else None, keep)


def kept_as_it_was(case: Case, n: int) -> Line:
    """Say that an edit was called off."""
    return t("已取消改稿,{case} 的稿件仍是 v{n}。", case=short_name(case), n=n)


def kept_already(case: Case, n: int) -> Line:
    """Say that an edit was kept before."""
    return t("{case} 这一稿已存为 v{n},不必再点。", case=short_name(case), n=n)


def asked_of_another(name: str) -> Line:
    """Say that only the writer answers."""
    return t("这一问是问 {name} 的,只有写稿的人能确认,未做任何改动。", name=name)


def question_gone(case: Case) -> Line:
    """Say that a question is not open any more."""
    return t("这一问已取消或已被后写的稿件代替,未做任何改动。要改稿请发“起草 {case} 标题”。", case=reference(case))


def your_signature_void(case: Case, n: int, gates: Sequence[Said]) -> Line:
    """Tell somebody that an edit voided their signature."""
    return t(
        "✏️ {case} 稿件已改为 v{n},您签过的「{gates}」作废,重新送审后再请您。",
        case=short_name(case), n=n, gates=joined(gates, "、"),
    )  # fmt: skip


def no_draft(case: Case) -> Line:
    """Say that there is no draft yet."""
    return t("{case} 还没有稿件。{form}", case=short_name(case), form=draft_form(case))


def no_draft_this_round(case: Case) -> Line:
    """Say that the newest draft is out already."""
    return t("{case} 的上一稿已经发布,请先起草新的一稿。{form}", case=short_name(case), form=draft_form(case))


def agency_too_late(case: Case, n: int) -> Line:
    """Tell another agency that its word comes after the release."""
    return t("{case} v{n} 已经发布,不用再答复,未做任何改动。", case=short_name(case), n=n)


def text_head(case: Case, draft: Draft, author: str, name: Line) -> Said:
    """Head a text that somebody asked for."""
    stage = t("送审 {at}", at=draft.submitted_at) if draft.submitted_at else t("未送审")
    return joined([t("📄 {case} {name}", case=case_name(case), name=name), t("起草 {author}", author=author), stage])


def text_sent() -> Line:
    """Say that a text came 1:1."""
    return t("稿件全文已私信发给您。")


# submission


def unchanged_since_return(case: Case, name: str, reason: str) -> Said:
    """Refuse a text that was sent back and not changed."""
    return lines(
        t("{case} 稿件自退回后没有改动,没有送审。", case=short_name(case)),
        t("{name} 退回:{reason}", name=name, reason=reason),
        t("请先改稿:第一行“起草 {case} 标题”,第二行起写正文;再发“送审 {case}”。", case=reference(case)),
    )


def numbers_without_facts(case: Case, n: int, numbers: Sequence[str], *, empty: bool) -> Said:
    """Point out the numbers that no fact on record states; empty: there is no fact at all."""
    head = t(
        "⚠️ {case} v{n} 里有 {count} 处数字,{ledger}:{numbers}",
        case=short_name(case), n=n, count=len(numbers), numbers=_quoted(numbers),
        ledger=t("事实清单是空的") if empty else t("事实清单里没有"),
    )  # fmt: skip
    return lines(head, t("请逐条记入:“事实 {case} 停水3天 来源:水务局”;仍要送审,请再点送审。", case=reference(case)))


def numbers_to_weigh(numbers: Sequence[str]) -> Said:
    """Tell whoever reviews a text which of its numbers no fact on record states."""
    return t("⚠️ {count} 处数字不在事实清单里:{numbers}", count=len(numbers), numbers=_quoted(numbers))


def _quoted(numbers: Sequence[str]) -> Said:
    named = [t("“{number}”", number=number) for number in dict.fromkeys(numbers)]
    return joined([*named[:MOST_NUMBERS], t("……") if len(named) > MOST_NUMBERS else None], "、")


def ask_touches(case: Case, draft: Draft, *, known: bool) -> Said:
    """Ask whether a draft touches another agency; known: some stand below as buttons."""
    return lines(
        t("❓ {case} v{n} 是否涉及其他单位?", case=short_name(case), n=draft.version),
        t(
            "涉及的,事实须先请对方确认:点选单位,或发“涉及 {case} 水务局、应急局”。不涉及的,点按钮后直接送审。",
            case=reference(case),
        )
        if known
        else t(
            "涉及的,事实须先请对方确认:请发“涉及 {case} 水务局、应急局”。不涉及的,点按钮后直接送审。",
            case=reference(case),
        ),
    )


def submitted(case: Case, draft: Draft, open_facts: int, waiting: Sequence[str]) -> Said:
    """Say that a draft is under review, and what the release will still need."""
    facts = t("⚠️ 还有 {count} 条事实未核实,发布前须核实:“核实 {case} 编号”。", count=open_facts, case=reference(case))
    agencies = t("⏳ 等待会签:{names}", names=joined(waiting, "、"))
    return lines(
        t("📤 {case} v{n} 已送审", case=short_name(case), n=draft.version),
        facts if open_facts else None,
        agencies if waiting else None,
    )
