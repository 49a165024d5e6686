"""起草 · 稿件 · 涉及 · 送审: a text from its first version until the gates have it."""

from config.language import Said, lines, t
from handlers.act import Act
from handlers.conversation import Button
from handlers.drafting import (
    agencies,
    consulting,
    documents,
    evidence_words,
    rewriting,
    showing,
    submitting,
    versions,
    words,
)
from handlers.drafting.evidence import agency_confirm, fact, override, verify
from handlers.drafting.finding import current, typed
from handlers.drafting.templating import template
from handlers.errors import Refusal
from handlers.registry import said
from storage import draft as drafts
from storage import person as people
from storage.case import Case, StageRefused
from storage.draft import Draft

__all__ = ["agency_confirm", "draft", "fact", "override", "submit", "template", "text", "touches", "verify"]


@said("draft", "起草", "拟稿", help=t("起草或改稿:第一行“起草 12 标题”,第二行起写正文;或附一个 .docx"))
def draft(act: Act, case: Case, said_words: str) -> None:
    """Keep a new version of the text; when that voids signatures its writer is asked once more."""
    if act.tapped and said_words:
        rewriting.answered(act, case, said_words)
        return
    document = documents.in_message(act)
    if document is not None and "\n" not in said_words.strip():
        documents.expect(act, case, document, said_words.strip())
        return
    new = versions.written(said_words, typed(act))
    rewriting.refuse_faulty(new, words.draft_form(case))
    rewriting.write(act, case, new)


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
        raise Refusal(evidence_words.touches_asked_of_older(case, newest.version))
    if answered or agencies.touches_none(said_words):
        _touches_none(act, case, newest)
        return
    names = _agency_names(act, case, newest, said_words)
    consulting.add(act, case, newest, names)
    newest.touches = "yes"
    drafts.save(act.session, newest)
    unreached = consulting.ask_waiting(act, case, newest)
    act.happened("checked", case)
    go_on = [[Button(words.SUBMIT, "submit")]] if case.allows("submit") else []
    act.reply(evidence_words.touches_recorded(case, names, unreached), go_on, case=case)


@said("submit", "送审", "提交", help=t("把最新稿件送审:送审 12"))
def submit(act: Act, case: Case, _: str) -> None:
    """Send the newest text through the gates; whether it touches another agency is asked first."""
    newest = current(act, case)
    if not case.allows("submit"):
        raise StageRefused(case.id, case.stage, "submit")
    submitting.go_on(act, case, newest)


def _touches_none(act: Act, case: Case, newest: Draft) -> None:
    asked = consulting.strike_unasked(act, case, newest)
    if asked:
        raise Refusal(evidence_words.agencies_named_already(case, asked))
    newest.touches = "no"
    drafts.save(act.session, newest)
    act.changed(case)
    if act.tapped and case.allows("submit"):
        submitting.go_on(act, case, newest)
    else:
        act.answer(evidence_words.touches_nothing(case), case=case)


def _agency_names(act: Act, case: Case, newest: Draft, said_words: str) -> tuple[str, ...]:
    names = agencies.named(said_words, consulting.names(act, case, newest))
    if not names:
        raise Refusal(evidence_words.which_agencies(case))
    if any(len(name) > agencies.LONGEST_NAME for name in names):
        raise Refusal(evidence_words.agency_name_too_long(agencies.LONGEST_NAME))
    return names


def _text_head(act: Act, case: Case, newest: Draft) -> Said:
    before = showing.seen_before(act, case, newest, act.person)
    author = people.person(act.session, newest.author_id).name
    head = words.text_head(case, newest, author, showing.version_name(before, newest))
    return lines(head, showing.what_it_corrects(act, newest))
