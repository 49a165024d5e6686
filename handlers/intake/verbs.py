"""Collect and register (实施方案 四.1): posts come in, slips open, cases get their numbers, merge and split."""

from collections.abc import Sequence

from config.language import Said, t
from config.plan import Track
from handlers import find
from handlers.act import Act
from handlers.conversation import Button, Incoming
from handlers.errors import Refusal
from handlers.intake import attaching, editing, joining, letters, listing, loose, merging, opening, words, worsening
from handlers.intake.opening import Post
from handlers.judgement.correcting import confirm_grade
from handlers.registry import LISTENERS, due, on, pressed, said
from handlers.text.excerpt import excerpt
from handlers.text.links import find_links
from handlers.text.mask import mask_personal
from handlers.words import not_understood, reference, short_name, stale_button, wrong_stage
from storage import album as albums
from storage import case as cases
from storage import case_event, inbox, series
from storage import person as people
from storage import report as reports
from storage.case import Case
from storage.case_event import CaseEvent
from storage.report import Report
from storage.timer import Timer

LISTED = 15
LONGEST_NUMBER = 4  # digits of a report's number within its case


def is_post(incoming: Incoming) -> bool:
    """Say whether a message carries a post: a forward, a file, an edit of one, or a link."""
    return incoming.is_material or incoming.edited or incoming.url is not None or bool(find_links(incoming.text))


def is_pasted(act: Act, incoming: Incoming) -> bool:
    """Say whether words that nobody addressed to the desk are a post all the same; what is shorter is talk."""
    here = act.chat is not None and act.chat.use == "staff" and not incoming.addressed
    return here and incoming.reply_to is None and joining.is_longer_than_a_remark(incoming.text)


def take_in(act: Act) -> str:
    """Take in a post: attach it, join its case, or open a slip; return the kind of the act."""
    incoming = act.incoming
    if incoming is None or not may_report(act):
        return "overheard"
    if incoming.from_public:
        return _letter(act, Post.of(act, incoming))
    if incoming.edited and not loose.has_words_now(act, incoming):
        if not _comes_first(act, incoming):
            return editing.take_edit(act, incoming)
        act.incoming = incoming = incoming.model_copy(update={"edited": False})
    return _part_of_album(act, incoming) or _about_case(act, incoming) or _take(act, Post.of(act, incoming))


def _part_of_album(act: Act, incoming: Incoming) -> str:
    """Let a part of an album go where an earlier part went; empty when this is the first, or none."""
    if not incoming.album:
        return ""
    spoken = None if incoming.text else albums.find(act.session, incoming.platform, incoming.album)
    if spoken is not None:
        return loose.follow(act, spoken.case_id)
    first = reports.by_album(act.session, incoming.platform, incoming.album)
    return _attach(act, incoming, first) if first is not None else ""


def _about_case(act: Act, incoming: Incoming) -> str:
    """Keep files sent in reply to a case with it, and ask about a bare picture; empty for a post."""
    about = loose.case_replied_to(act, incoming)
    if about is not None:
        return loose.keep_with(act, about, incoming)
    return loose.ask_about(act, incoming) if loose.is_loose(act, incoming) else ""


def _comes_first(act: Act, incoming: Incoming) -> bool:
    """Say whether an edit is of a post that was never seen: a webhook may deliver it before the original."""
    whole = is_pasted(act, incoming) or (incoming.files and incoming.text and incoming.reply_to is None)
    here = act.chat is not None and act.chat.use == "staff" and not act.spoken
    return bool(here and whole and editing.is_unknown(act, incoming))


def may_report(act: Act) -> bool:
    """Say whether a post is taken from here: any member of a bound staff group, elsewhere by right."""
    if act.chat is None:
        return False
    if act.chat.use in ("staff", "intake"):
        return True
    roles = frozenset(act.person.roles) if act.person else frozenset[str]()
    return act.house.rights.may(roles, "report", act.chat.use)


def _take(act: Act, post: Post) -> str:
    series.hold(act.session, opening.SLIPS)
    found = joining.twin(act.session, post.keys, act.house.plan.registration.near_identical)
    if found is None:
        _open(act, post)
        return "opened"
    if found[0].message_key == opening.message_key(post.incoming, post.incoming.message_id):
        return "overheard"  # its edit came before it
    case = reports.case_to_change(act.session, found[0])
    before = worsening.Before.of(case)
    opening.join(act, case, post, found[1])
    if not case.quiet or post.incoming.platform != "import":
        _say_joined(act, case, before)
    return "joined"


def _letter(act: Act, post: Post) -> str:
    """Take in what somebody outside wrote: with what they wrote a moment ago, or the same as others ask, or by itself.

    Words whose case was answered open another one: their writer still waits.
    """
    series.hold(act.session, opening.SLIPS)
    plan, before = act.house.plan, letters.just_before(act, post.incoming)
    if before is None and not letters.says_anything(post.incoming, plan):
        return "greeted"
    joins = opening.FURTHER if before is not None else ""
    if before is None:
        before, joins = joining.twin(act.session, post.keys, plan.registration.near_identical) or (None, "")
    case = reports.case_to_change(act.session, before) if before is not None else None
    if case is None or not letters.waits(act.session, case):
        _open(act, post, letters.track_of(post.incoming, act.reading, plan))
        return "opened"
    known = worsening.Before.of(case)
    opening.join(act, case, post, joins)
    _tell_of_letter(act, case, known, became=letters.raise_track(act, case, post.incoming))
    return "joined"


def _tell_of_letter(act: Act, case: Case, known: worsening.Before, *, became: bool) -> None:
    """Tell the staff where a further letter tells of more, or makes public opinion of a question: a card is no call."""
    read = act.reading.grade if act.reading is not None else None
    if became or known.is_surpassed(case, read):
        worsening.tell_staff(act, case, words.graver_letter(case, became=became), read)


def _open(act: Act, post: Post, track: Track = "opinion") -> None:
    case = opening.open_slip(act, post, track)
    if case.quiet:
        _register(act, case, "import")
        return
    opening.show_card(act, case)
    if not post.incoming.from_public and case.certainty >= act.house.plan.registration.certain_at:
        opening.register(act, case)  # its card, which follows, says so
        act.note(registered="certain")
    if act.chat is not None and act.chat.use == "direct":
        kept = reports.has_content(act.session, reports.of_case(act.session, case.id)[0])
        act.reply(words.taken(case) if kept else words.taken_without_content(case), case=case)


def _say_joined(act: Act, case: Case, before: worsening.Before) -> None:
    """Say in one quiet line that a post came again; where it tells of more, tell the staff."""
    read = act.reading.grade if act.reading is not None else None
    if not before.is_surpassed(case, read):
        again = [] if case.is_open else [[Button(t("重开"), "reopen")]]
        said = words.joined_case if case.is_open else words.joined_ended
        act.reply(said(case, case.reports), again, case=case)
    elif case.is_open:
        worsening.tell_staff(act, case, words.graver_report(case), read)
        if act.chat is not None and act.chat.use != "staff":
            act.reply(words.joined_case(case, case.reports), case=case)
    else:
        worsening.tell_of_ended(act, case, words.graver_than_ended(case))


def _attach(act: Act, incoming: Incoming, first: Report) -> str:
    case = reports.case_to_change(act.session, first)
    attaching.attach(act, case, first, incoming)
    if incoming.text:
        opening.add_words(act, case, first, incoming.text)
    act.changed(case)
    return "attached"


def keep_files(act: Act, case: Case | None) -> None:
    """Keep the files that came with words about a case, whatever the words were; the rest of their album follows.

    What the album opened before its words came goes with the case. No case: the words were about none.
    """
    incoming = act.incoming
    if incoming is None or not incoming.files:
        return
    if case is not None:
        attaching.attach_to_case(act, case)
    if not incoming.album:
        return
    first = reports.by_album(act.session, incoming.platform, incoming.album)
    if first is None:
        albums.remember(act.session, incoming.platform, incoming.album, case.id if case is not None else None)
    elif case is not None and not first.text:
        _goes_along(act, reports.case_to_change(act.session, first), case)


def _goes_along(act: Act, slip: Case, case: Case) -> None:
    if slip.id != case.id and slip.stage == "confirmation" and slip.reports == 1 and case.is_open:
        merging.merge(act, slip, case)


def offer(act: Act) -> Sequence[Sequence[Button]]:
    """Offer to take words that were not understood as a report."""
    return [[Button(words.report_it(), "report_text", str(act.event_id))]] if may_report(act) else ()


@said("report", "上报", "报送", about="nothing", help=t("上报舆情:转发原帖,或“上报 内容”"))
def report_words(act: Act, said_words: str) -> None:
    """Take typed words, or a captioned file, as a report."""
    if act.incoming is None or not (said_words.strip() or act.incoming.is_material):
        raise Refusal(words.empty_report())
    incoming = act.incoming.model_copy(update={"text": said_words or act.incoming.text})
    _take(act, Post.of(act, incoming))


@pressed("report_text", about="nothing", help=t("把刚才的话作为舆情上报"))
def report_earlier(act: Act, event_id: str) -> None:
    """Take an earlier message, kept in the inbox, as a report."""
    stored = inbox.find(act.session, event_id)
    if stored is None:
        raise Refusal(not_understood(""))
    incoming = act.house.understand(stored)
    if incoming is None:
        raise Refusal(stale_button())
    asked = act.incoming
    here = asked is not None and incoming.place.account == asked.place.account and incoming.press is None
    own = asked is not None and incoming.sender == asked.sender and incoming.text
    if not here or not (own or loose.is_loose(act, incoming)):
        raise Refusal(stale_button())
    if reports.by_message(act.session, incoming.platform, opening.message_key(incoming, incoming.message_id)):
        raise Refusal(t("这条已经上报过了。"))
    act.reading = act.house.read(incoming.text, stored.received_at) if incoming.text else None
    _take(act, Post.of(act, incoming))


@said("confirm", "属实", "确认", help=t("确认线索属实,登记为案件:属实 S3"))
def confirm(act: Act, case: Case, _words: str) -> None:
    """Register a slip on a person's word."""
    graded = case.is_open and confirm_grade(act, case)  # whoever says it is true says how grave it is
    if case.number and case.stage != "confirmation":
        if not graded:
            raise Refusal(words.already_registered(case))
        act.answer(words.grade_confirmed(case, act.somebody), case=case)
        return
    opening.register(act, case, act.somebody)
    act.answer(words.registered(case, act.somebody, ""), case=case)


def _register(act: Act, case: Case, why: str) -> None:
    opening.register(act, case)
    act.note(registered=why)
    if not case.quiet:
        act.announce("staff", words.registered(case, None, why), case=case)


@due("confirm")
def confirm_by_silence(act: Act, timer: Timer) -> None:
    """Register a slip nobody denied: silence never costs the clock."""
    case = cases.load(act.session, timer.case_id) if timer.case_id else None
    if case is not None and case.stage == "confirmation":
        _register(act, case, "silence")


@said("false_alarm", "误报", help=t("记为误报:误报 S3"))
def false_alarm(act: Act, case: Case, reason: str) -> None:
    """End a slip or case as a false alarm; undone by reopening."""
    case.move("close")
    case.exit, case.exit_reason, case.closed_at = "false_alarm", reason, act.now
    act.no_longer("confirm", str(case.id))
    act.happened("closed", case)
    act.reply(words.false_alarm(case), [[Button(t("↩️撤销"), "reopen")]], case=case)


@on("reopened")
def wait_again(act: Act, case: Case) -> None:
    """Let a reopened slip wait for its confirmation again."""
    if case.stage == "confirmation":
        opening.register_later(act, case)


@said("merge", "合并", "并入", help=t("并入另一案件:合并 12 9(12号并入9号)"))
def merge(act: Act, case: Case, target: str) -> None:
    """Merge a case into another on a person's word; undone by splitting."""
    named = find.split_reference(target.removeprefix("到").removeprefix("入"))
    if not named.reference:
        raise Refusal(*_survivors(act, case), case_id=case.id)
    found = find.by_reference(act, named.reference)
    if not found:
        raise Refusal(t("没有「{said}」这个案件。发“待办”看在办案件。", said=named.reference))
    gone, survivor = merging.in_order(case, cases.load(act.session, found[0].id))
    merging.merge(act, gone, survivor)
    act.reply(words.merged(gone, survivor), [[Button(t("↩️撤销"), "split")]], case=gone)


def _survivors(act: Act, case: Case) -> tuple[Said, list[list[Button]]]:
    others = [other for other in cases.similar_open(act.session, case.topic, case.kinds) if other.id != case.id]
    if not others:
        return words.nothing_to_merge(case), []
    buttons = [
        [Button(t("{case} {title}", case=short_name(other), title=other.title[:16]), "merge", reference(other))]
        for other in others
    ]
    return words.which_survivor(case), buttons


@said("split", "拆分", help=t("撤销合并,或把一条报送另立:拆分 12 / 拆分 12 2"))
def split(act: Act, case: Case, words_: str) -> None:
    """Undo a merge, or let one report become a slip of its own."""
    if case.stage == "merged":
        survivor = merging.unmerge(act, case)
        act.answer(words.split(case, survivor), case=case)
        return
    inside = merging.inside(act, case)
    if len(inside) == 1 and not words_:
        split(act, inside[0], "")
        return
    of_case = reports.of_case(act.session, case.id)
    if not words_.strip().isdecimal() or len(words_.strip()) > LONGEST_NUMBER:
        raise Refusal(words.what_to_split(case, len(of_case)) if len(of_case) > 1 else words.only_report(case))
    n = int(words_)
    if not 1 <= n <= len(of_case):
        raise Refusal(words.no_such_report(case, len(of_case)))
    if len(of_case) == 1:
        raise Refusal(words.only_report(case))
    new = merging.split_off(act, case, of_case[n - 1])
    act.answer(words.split_report(new, case, n), case=new)


@said("note", "补充", "进展", help=t("补充情况或处置进展:补充 12 已派抢修队"))
def note(act: Act, case: Case, said_words: str) -> None:
    """Keep what somebody adds to a case."""
    files = act.incoming.files if act.incoming else ()
    if not said_words.strip() and not files:
        raise Refusal(words.empty_note(case))
    if not case.is_open:
        raise Refusal(wrong_stage(case))
    case_event.record(
        act.session,
        CaseEvent(
            case_id=case.id, event="note", at=act.now, by=act.somebody.id,
            note=said_words.strip() or words.files_alone(len(files)).say(act.house.voice()),
        ),
    )  # fmt: skip
    act.changed(case)
    if act.somebody.agency:
        _pass_on(act, case, said_words.strip())
    act.answer(words.noted(case), case=case)


def _pass_on(act: Act, case: Case, said_words: str) -> None:
    """Let whoever has a case hear at once what another body knows; while nobody has it, the staff."""
    told = words.noted_by_agency(case, act.somebody, excerpt(said_words) or words.PICTURES)
    if case.spokesperson_id is not None:
        act.tell_or_name(people.person(act.session, case.spokesperson_id), "staff", told, case=case)
    else:
        act.announce("staff", told, case=case)


@said("case", "查", "案件", help=t("看案件:查 12"))
def show(act: Act, case: Case, _words: str) -> None:
    """Show a case as it stands, with its reports."""
    act.fresh_card(case)
    listed = words.report_lines(
        [
            words.report_line(
                n,
                mask_personal(report.origin_author),
                people.name_or(act.session, report.forwarded_by, report.forwarder),
                report.received_at,
                excerpt(report.text) or t("(无文字)"),
            )
            for n, report in enumerate(reports.of_case(act.session, case.id)[:LISTED], 1)
        ]
    )
    act.reply(listed, case=case)


@said("list", "待办", "清单", about="nothing", help=t("看在办案件,等您处理的在前:待办"))
def list_open(act: Act, _words: str) -> None:
    """List the open cases."""
    act.reply(listing.open_list(act))
    for listener in LISTENERS.get("list_shown", ()):
        listener(act, None)
