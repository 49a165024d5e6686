"""模板: a text of one of the plan's kinds, filled with what is confirmed, to be completed by a person."""

from collections.abc import Mapping

from config.language import t
from config.plan import Template
from handlers.act import Act
from handlers.conversation import Button
from handlers.drafting import rewriting, template_words, templates, words
from handlers.drafting.manifest import canonical_copy
from handlers.drafting.templates import filled, gaps, told_by, written_day, written_moment
from handlers.drafting.versions import Written
from handlers.errors import Refusal
from handlers.registry import said
from handlers.text.mask import mask_personal
from handlers.words import wrong_stage
from storage import clock as clocks
from storage import draft as drafts
from storage.case import Case

KEEPS = "keep."


@said("template", "模板", help=t("用模板起草,已核实的事实会填入:模板 12 初步通报"))
def template(act: Act, case: Case, said_words: str) -> None:
    """Show a template filled for a case, or which there are; the button under it keeps the text as a version."""
    if not case.is_open:
        raise Refusal(wrong_stage(case))
    known = act.plan_for(case).templates
    if not known:
        raise Refusal(template_words.no_templates(words.draft_form(case)))
    wanted = said_words.strip()
    found = _named(known, wanted.removeprefix(KEEPS) if act.tapped else wanted)
    if found is None:
        _offer(act, case, known, wanted)
    elif act.tapped and wanted.startswith(KEEPS):
        rewriting.write(act, case, _written(act, case, found))
    else:
        _show(act, case, found)


def _offer(act: Act, case: Case, known: tuple[Template, ...], wanted: str) -> None:
    """Ask which template is meant, the one that suits the case first."""
    first = _suggested(act, case, known)
    ordered = sorted(known, key=lambda one: one is not first)
    buttons = [Button(template_words.choice(one, suggested=one is first), "template", one.key) for one in ordered]
    asked = template_words.which(case, wanted, first)
    act.reply(asked, [buttons[i : i + 2] for i in range(0, len(buttons), 2)], case=case)


def _show(act: Act, case: Case, found: Template) -> None:
    new = _written(act, case, found)
    act.reply(template_words.to_copy(case, new.title, new.text), case=case, alone=True)
    keep = [[Button(template_words.KEEP, "template", f"{KEEPS}{found.key}")]]
    act.reply(template_words.shown(case, found, gaps(f"{new.title}\n{new.text}")), keep, case=case)


def _written(act: Act, case: Case, found: Template) -> Written:
    known = _known(act, case, found)
    return Written(canonical_copy(filled(found.title, known)), canonical_copy(filled(found.text, known)))


def _known(act: Act, case: Case, template: Template) -> Mapping[str, str]:
    """Return what may stand in a text because somebody confirmed it, or the desk itself knows it."""
    plan, zone = act.plan_for(case), act.house.zone
    confirmed = [fact.text for fact in drafts.facts(act.session, case.id) if fact.confirmed_by is not None]
    own = {
        "机关": plan.bureau.name.zh,
        "责任单位": case.lead_body or plan.lead_body.zh,
        "反映": mask_personal(case.title),
        "知悉时间": written_moment(case.received_at.astimezone(zone)),
        "今天": written_day(act.now.astimezone(zone)),
        "电话": plan.bureau.phone,
    }
    return {**own, **told_by(confirmed, f"{template.title}\n{template.text}")}


def _suggested(act: Act, case: Case, known: tuple[Template, ...]) -> Template | None:
    running = {clock.rule for clock in clocks.of_case(act.session, case.id) if clock.outcome in ("running", "missed")}
    return templates.suggested(known, clocks=running, kinds=case.kinds, rumour=case.rumour == "confirmed")


def _named(known: tuple[Template, ...], name: str) -> Template | None:
    return next((one for one in known if name.lower() in (one.key, one.name.zh, one.name.en.lower())), None)
