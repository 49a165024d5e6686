"""起草 · 稿件 · 涉及 · 送审: a text from its first version until the gates have it."""

from config.language import Said, lines, t
from handlers.act import Act
from handlers.conversation import Button
from handlers.drafting import agencies, consulting, showing, versions, words
from handlers.drafting.evidence import agency_confirm, fact, override, verify
from handlers.drafting.finding import current, typed
from handlers.drafting.manifest import build_manifest, manifest_hash
from handlers.drafting.versions import Written
from handlers.errors import Refusal
from handlers.registry import said
from handlers.words import stage_name
from storage import draft as drafts
from storage import person as people
from storage import release as releases
from storage.case import Case, StageRefused
from storage.draft import Draft

__all__ = ["agency_confirm", "draft", "fact", "override", "submit", "text", "touches", "verify"]

MOST_AGENCY_BUTTONS = 6


@said("draft", "起草", "拟稿", help=t("起草或改稿:第一行“起草 12 标题”,第二行起写正文"))
def draft(act: Act, case: Case, said_words: str) -> None:
    """Keep a new version of the text; a text under review goes back to draft."""
    new = versions.written(said_words, typed(act))
    _refuse_faulty(case, new)
    _refuse_wrong_stage(case)
    before = drafts.newest(act.session, case.id)
    version = _next_version(act, case, before, new)
    same_round = before if before and before.round == version.round else None
    if same_round and (same_round.title, same_round.text) == (new.title, new.text):
        raise Refusal(words.nothing_new(same_round.version))
    back = _move(case)
    drafts.save(act.session, version)
    consulting.ask_again(act, case, version)
    act.happened("drafted", case)
    told = words.drafted(case, version, showing.changes(same_round, version), same_round)
    act.reply(lines(told, back), [[Button(words.SUBMIT, "submit")]], case=case)


@said("text", "稿件", "全文", help=t("看最新稿件全文:稿件 12"))
def text(act: Act, case: Case, _: str) -> None:
    """Show the whole newest text, 1:1, so that it counts as shown."""
    newest = drafts.newest(act.session, case.id)
    if newest is None:
        raise Refusal(words.no_draft(case))
    head = _text_head(act, case, newest)
    if not showing.show_whole(act, case, newest, act.somebody, head):
        act.reply(lines(head, showing.whole(newest)), case=case)
    elif act.chat is not None and act.chat.use != "direct":
        act.answer(words.text_sent())


@said("touches", "涉及", help=t("稿件是否涉及其他单位:涉及 12 水务局、应急局;不涉及:涉及 12 无"))
def touches(act: Act, case: Case, said_words: str) -> None:
    """Note which other agencies a draft touches; the button that says none goes on to submit."""
    newest, answered = current(act, case), agencies.none_of_version(said_words)
    if answered not in (None, newest.version):
        raise Refusal(words.touches_asked_of_older(case, newest.version))
    if answered or agencies.touches_none(said_words):
        _touches_none(act, case, newest)
        return
    names = _agency_names(case, said_words)
    consulting.add(act, case, newest, names)
    newest.touches = "yes"
    drafts.save(act.session, newest)
    unreached = consulting.ask_waiting(act, case, newest)
    act.happened("checked", case)
    go_on = [[Button(words.SUBMIT, "submit")]] if case.allows("submit") else []
    act.reply(words.touches_recorded(case, names, unreached), go_on, case=case)


@said("submit", "送审", "提交", help=t("把最新稿件送审:送审 12"))
def submit(act: Act, case: Case, _: str) -> None:
    """Send the newest text through the gates; whether it touches another agency is asked first."""
    newest = current(act, case)
    if not case.allows("submit"):
        raise StageRefused(case.id, case.stage, "submit")
    if newest.touches == "unasked":
        act.reply(words.ask_touches(case, newest), _touches_buttons(act, newest), case=case)
        return
    _submit(act, case, newest)


def _submit(act: Act, case: Case, newest: Draft) -> None:
    newest.manifest = build_manifest(showing.copy_of(act, case, newest), act.plan_for(case).release_channels)
    newest.manifest_hash, newest.submitted_at = manifest_hash(newest.manifest), act.now
    drafts.save(act.session, newest)
    case.move("submit")
    consulting.ask_waiting(act, case, newest)
    open_facts = sum(1 for fact in drafts.facts(act.session, case.id) if fact.confirmed_by is None)
    act.reply(words.submitted(case, newest, open_facts, consulting.waiting(act, case, newest)), case=case)
    act.happened("submitted", case)


def _touches_none(act: Act, case: Case, newest: Draft) -> None:
    asked = [word.agency for word in drafts.agencies(act.session, case.id, newest.round)]
    if asked:
        raise Refusal(words.agencies_named_already(case, asked))
    newest.touches = "no"
    drafts.save(act.session, newest)
    act.changed(case)
    if act.tapped and case.allows("submit"):
        _submit(act, case, newest)
    else:
        act.answer(words.touches_nothing(case), case=case)


def _agency_names(case: Case, said_words: str) -> tuple[str, ...]:
    names = agencies.named(said_words)
    if not names:
        raise Refusal(words.which_agencies(case))
    if any(len(name) > agencies.LONGEST_NAME for name in names):
        raise Refusal(words.agency_name_too_long(agencies.LONGEST_NAME))
    return names


def _touches_buttons(act: Act, newest: Draft) -> list[list[Button]]:
    known = consulting.known_agencies(act)[:MOST_AGENCY_BUTTONS]
    named = [Button(t("涉及 {agency}", agency=name), "touches", name) for name in known]
    return [
        [Button(words.NO_OTHER_AGENCY, "touches", f"no v{newest.version}")],
        *(named[i : i + 2] for i in range(0, len(named), 2)),
    ]


def _refuse_faulty(case: Case, new: Written) -> None:
    faults: dict[str, Said] = {
        "empty": words.draft_form(case),
        "one_line": words.draft_without_text(case),
        "title_too_long": words.title_too_long(len(new.title), versions.LONGEST_TITLE),
        "text_too_long": words.text_too_long(len(new.text), versions.LONGEST_TEXT),
    }
    if new.fault:
        raise Refusal(faults[new.fault])


def _refuse_wrong_stage(case: Case) -> None:
    if case.stage in versions.NOT_TAKEN:
        raise Refusal(words.take_first(case))
    if case.stage not in versions.ACTIONS:
        raise StageRefused(case.id, case.stage, "draft")


def _next_version(act: Act, case: Case, before: Draft | None, new: Written) -> Draft:
    released = {release.round for release in releases.of_case(act.session, case.id)}
    round_ = 1 if before is None else before.round + (1 if before.round in released else 0)
    same_round = before is not None and before.round == round_
    return Draft(
        case_id=case.id,
        version=before.version + 1 if before else 1,
        round=round_,
        title=new.title,
        text=new.text,
        author_id=act.somebody.id,
        written_at=act.now,
        public_id=before.public_id if before and same_round else act.house.public_id(),
        touches=versions.carried_touches(before.touches) if before and same_round else "unasked",
    )


def _move(case: Case) -> Said | None:
    """Go where an edit leads; return what is to be said of it."""
    action, left = versions.ACTIONS[case.stage], stage_name(case)
    if not action:
        return None
    case.move(action)
    return words.back_to_draft(left) if action == "edit" else None


def _text_head(act: Act, case: Case, newest: Draft) -> Said:
    before = showing.seen_before(act, case, newest, act.person)
    author = people.person(act.session, newest.author_id).name
    return words.text_head(case, newest, author, showing.version_name(before, newest))
