"""`python -m bot init`: a few questions, and the files of a desk that starts."""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer

from bot import administering
from bot.asking import NO_NUMBER, TOKEN_FILE, Asking, NotSetUp, name_problem, phone_problem
from bot.first_files import Holder, Post, env_text, number_form, plan_text, posts_of, roster_text
from config.language import SOURCE_LANGUAGE, Said, Voice, lines, t
from config.plan import Plan
from config.plan_file import LoadedPlan, load_plan, plan_names
from config.roster import RosterError, roster_from_text
from config.settings import ENV_FILE, PREFIX, TOKEN, Settings, read_settings

ROSTER: Final = Path("roster.yaml")
DEFAULT_PLAN: Final = str(Settings.model_fields["plan"].default)
TOKEN_WANTED: Final = "Telegram 令牌,没有就回车 / token, or Enter"  # noqa: S105 - a question
NATIONAL: Final = "national"
OWN_PLAN: Final = "bureau.yaml"
Bureau = Annotated[str | None, typer.Option("--bureau", metavar="NAME", help="局名,可写 中文/English / its name")]
NumberForm = Annotated[
    str | None, typer.Option("--number-form", metavar="FORM", help="案件编号,如 / case numbers, as 某建舆〔2026〕1号")
]
PlanName = Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="方案的名字或文件 / a plan, or a file")]
PublicUrl = Annotated[str | None, typer.Option("--public-url", metavar="URL", help="公众打开的网址 / public address")]
Language = Annotated[str | None, typer.Option("--language", help="zh | en")]
TokenFile = Annotated[
    Path | None, typer.Option("--token-file", metavar="FILE", help="放 Telegram 令牌的文件 / holds the token")
]
Administrator = Annotated[
    str | None,
    typer.Option("--administrator", metavar="NAME[=PLATFORM=ACCOUNT]", help="第一个管理员 / the first administrator"),
]
People = Annotated[
    list[str] | None, typer.Option("--person", metavar="POST=NAME[=PHONE]", help="谁任此职 / who holds a post")
]
Yes = Annotated[bool, typer.Option("--yes", help="没给的都用默认 / defaults for what is not given")]
Force = Annotated[bool, typer.Option("--force", help="已有的改名留着,写新的 / keep the old files aside")]


@dataclass(frozen=True)
class Answers:
    """What a bureau said of itself."""

    plan: str
    bureau: str
    number_form: str
    settings: dict[str, str]
    holders: dict[str, Holder]
    administrator: str
    account: str


def set_up(
    asking: Asking,
    *,
    given: Mapping[str, str | None],
    people: Sequence[str],
    force: bool,
) -> int:
    """Ask, write settings, plan and roster, and name the administrator; return the exit code."""
    here = [file for file in (ENV_FILE, ROSTER) if file.exists()]
    if here and not force:
        there = " ".join(map(str, here))
        raise NotSetUp(t("已经有 {files},没有动。要重新设置请加 --force:旧的会改名留着。", files=there))
    holders = _given_people(people)
    _tell("回应 Huiying:几个问题,回车取默认 / a few questions; Enter takes the default.")
    plan = asking.ask("--plan", f"方案 / plan ({', '.join(plan_names())})", given["plan"], DEFAULT_PLAN)
    loaded = load_plan(plan)
    answers = _answers(asking, given, holders, plan, loaded.plan)
    asking.settle()
    settings = _write(answers, loaded)
    accounts = [answers.account] if answers.account else []
    code = administering.name_administrator(settings, answers.administrator, accounts)
    typer.echo(_next(answers).say(Voice(settings.language)))
    return code


def _answers(
    asking: Asking, given: Mapping[str, str | None], holders: Mapping[str, Holder], plan: str, loaded: Plan
) -> Answers:
    bureau = asking.ask("--bureau", "局名 / bureau (中文/English)", given["bureau"], _name_of(loaded))
    address = read_settings(None).public_url
    form = _number_form(asking, given["number_form"], bureau, loaded)
    url = asking.ask("--public-url", "公众网址 / public address", given["public_url"], address)
    language = asking.ask("--language", "语言 / language (zh, en)", given["language"], SOURCE_LANGUAGE)
    token = asking.ask(TOKEN_FILE, TOKEN_WANTED, given["token"], "")
    posts = posts_of(loaded)
    unknown = set(holders) - {post.key for post in posts}
    if unknown:
        known = ", ".join(post.key for post in posts)
        raise NotSetUp(t("--person 里的 {wrong} 不认识;可用:{known}", wrong=", ".join(sorted(unknown)), known=known))
    found = _people(asking, posts, holders, loaded)
    names = [holder.name for holder in found.values()]
    administrator, account = _administrator(asking, given["administrator"], found["duty_officer"].name, names)
    settings = {"PUBLIC_URL": url, "LANGUAGE": language, "TELEGRAM_TOKEN": token, "ROSTER": str(ROSTER)}
    return Answers(plan, bureau, form, settings, found, administrator, account)


def _number_form(asking: Asking, given: str | None, bureau: str, plan: Plan) -> str:
    """Ask how cases are numbered, by an example; the plan's own way is the default for the bureau it names."""
    usual = (plan if bureau == _name_of(plan) else load_plan(NATIONAL).plan).bureau.number_form
    example = usual.format(year=_today(plan).year, seq=1)
    said = asking.ask("--number-form", "案件编号 / case numbers", given, example)
    return usual if said == example else number_form(said)


def _people(asking: Asking, posts: Sequence[Post], given: Mapping[str, Holder], plan: Plan) -> dict[str, Holder]:
    """Ask who holds each post; while the roster they make would be refused, say why and ask anew from the answers."""
    found = {post.key: _holder(asking, post, given.get(post.key)) for post in posts}
    while asking.is_heard and (wrong := _roster_problem(posts, found, plan)):
        typer.echo(str(wrong))
        found = {post.key: _holder(asking, post, None, before=found[post.key]) for post in posts}
    return found


def _roster_problem(posts: Sequence[Post], holders: Mapping[str, Holder], plan: Plan) -> RosterError | None:
    try:
        roster_from_text(roster_text(posts, holders, _today(plan)), ROSTER.name, plan)
    except RosterError as wrong:
        return wrong
    return None


def _today(plan: Plan) -> date:
    return datetime.now(ZoneInfo(plan.time_zone)).date()


def _administrator(asking: Asking, given: str | None, default: str, names: Sequence[str]) -> tuple[str, str]:
    """Return who of these is the first administrator, and the account they speak from; empty: it comes later."""

    def unknown(name: str) -> Said | None:
        return None if name in names else t("「{name}」不在上面的人员里;请照写其中一位。", name=name)

    if given is not None:
        name, _, account = given.partition("=")
        if (problem := unknown(name)) is not None:
            raise NotSetUp(problem)
        return name, account
    name = asking.ask("--administrator", "管理员 / administrator", None, default, unknown)
    return name, asking.ask("--administrator", "管理员账号,如 telegram=123456 / account, or Enter", None, "")


def _holder(asking: Asking, post: Post, given: Holder | None, before: Holder | None = None) -> Holder:
    question = f"{post.zh} / {post.en}"
    asked_before = before.name if before else post.zh
    option = f"--person {post.key}="
    name = asking.ask(option, question, given.name if given else None, asked_before, name_problem)
    if not post.phoned:
        return Holder(name, given.phone if given else "")
    phone = given.phone if given and given.phone else None
    if given is not None and phone is None:
        return Holder(name, NO_NUMBER)
    number = before.phone if before else NO_NUMBER
    return Holder(name, asking.ask(option, f"{question}: 电话 / phone", phone, number, phone_problem))


def _given_people(people: Sequence[str]) -> dict[str, Holder]:
    found = {}
    for each in people:
        post, name, phone = (part.strip() for part in [*each.split("=", 2), "", ""][:3])
        if not post or not name:
            raise NotSetUp(t("--person 要写成 职务=姓名 或 职务=姓名=电话,如 leader=张局长=0775-1234567"))
        if (problem := name_problem(name) or (phone_problem(phone) if phone else None)) is not None:
            raise NotSetUp(problem)
        found[post] = Holder(name, phone)
    return found


def _write(answers: Answers, loaded: LoadedPlan) -> Settings:
    """Check everything as the desk will, and only then put it in place."""
    stamp = datetime.now(UTC).astimezone().strftime("%Y%m%d-%H%M%S")
    with tempfile.TemporaryDirectory(prefix="huiying-") as name:
        folder = Path(name)
        own = _own_plan(answers, loaded)
        for file, text in own.items():
            (folder / file).write_text(text, encoding="utf-8")
        data = read_settings(None).data_dir
        plan = str(data / "plan" / OWN_PLAN) if own else answers.plan
        env = env_text({PREFIX + key: value for key, value in {"PLAN": plan, **answers.settings}.items()})
        (folder / "env").write_text(env, encoding="utf-8")
        settings = read_settings(folder / "env")
        in_force = load_plan(folder / OWN_PLAN).plan if own else loaded.plan
        roster = roster_text(posts_of(in_force), answers.holders, _today(in_force))
        roster_from_text(roster, ROSTER.name, in_force)
    for file, text in own.items():
        _put(data / "plan" / file, text, stamp)
    _put(ROSTER, roster, stamp)
    _put(ENV_FILE, env, stamp)
    return settings


def _own_plan(answers: Answers, loaded: LoadedPlan) -> dict[str, str]:
    """Write a plan of its own for a bureau that the plan does not name or number for, beside those it extends."""
    if (answers.bureau, answers.number_form) == (_name_of(loaded.plan), loaded.plan.bureau.number_form):
        return {}
    zh, _, en = (part.strip() for part in answers.bureau.partition("/"))
    extends = next(iter(loaded.texts))
    return {**loaded.texts, OWN_PLAN: plan_text(Path(extends).stem, zh, en or zh, answers.number_form)}


def _put(file: Path, text: str, stamp: str) -> None:
    """Write a file that only its owner may read; the one that was there is kept under another name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists():
        file.rename(file.with_name(f"{file.name}.before-{stamp}"))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        written.write(text)


def _name_of(plan: Plan) -> str:
    return plan.bureau.name.zh


def _next(answers: Answers) -> Said:
    unfilled = any(holder.phone == NO_NUMBER for holder in answers.holders.values())
    return lines(
        t("已写好 .env 和 roster.yaml(只有本人能读)。"),
        t("roster.yaml 里的电话“待填”请改成真号码。") if unfilled else None,
        t("下一步:python -m bot doctor 体检,make run 启动。"),
        t("人员的账号:管理员在聊天里逐个发“邀请 姓名”。"),
    )


def _tell(text: str) -> None:
    if sys.stdin.isatty():
        typer.echo(text)


def read_token(file: Path | None) -> str | None:
    """Return the token that a file holds: on a command line anyone on the machine could read it."""
    if file is None:
        return None
    token = file.read_text(encoding="utf-8").strip()
    if not TOKEN.fullmatch(token):
        raise NotSetUp(t("{file} 里不是 Telegram 的令牌:一串数字、一个冒号、35 个以上的字母、数字、_ 或 -", file=file))
    return token
