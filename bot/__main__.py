"""`python -m bot`: run the desk, play a drill, import posts, name the first administrator, check the record."""

import gc

gc.disable()  # nothing that is loaded here is garbage: to look for it again and again takes a tenth of the start

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import (
    administering,
    drilling,
    examining,
    import_command,
    init_command,
    judge_command,
    learn_command,
    lint_command,
    meeting_group_command,
    move_command,
    outbox_command,
    own_learning,
    plan_command,
    record_commands,
    running,
    wecom_staff_command,
)
from bot.asking import Asking
from bot.backup import restoring, taking
from bot.collecting import FIELDS
from bot.engine.embedded import AlreadyRunning
from bot.logs import set_up_logs
from bot.opening import UnknownTimers
from bot.refused import CommandRefused, why_not
from bot.web.server import PortTaken
from config.language import Said, Voice, t
from config.problems import FileError
from config.redaction import Redaction
from config.settings import ENV_FILE, Settings, SettingsError, read_settings
from handlers.learning.in_use import KINDS, TOPIC
from storage.copy_trouble import CannotCopy
from storage.database import BadAddress, DatabaseUnusable, NotUnicode

gc.freeze()
gc.enable()

app = typer.Typer(
    help="回应 Huiying: a desk that helps a bureau answer the public in time and truthfully.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # the settings are among them
)
record_commands.register(app)


class PlanAct(StrEnum):
    """What can be done with a plan."""

    CHECK = "check"
    LIST = "list"


@contextmanager
def _explained(env_file: Path | None = ENV_FILE) -> Iterator[Settings]:
    """Give the settings, and turn every foreseeable trouble into a sentence that says what to do next."""
    voice = Voice()
    redaction = Redaction()
    set_up_logs("info", redaction)
    try:
        settings = read_settings(env_file)
        redaction = settings.redaction()
        set_up_logs(settings.log_level, redaction)
        voice = Voice(settings.language)
        yield settings
    except (SettingsError, FileError) as wrong:
        _stop(wrong.say(voice) if isinstance(wrong, SettingsError) else str(wrong))
    except (AlreadyRunning, PortTaken, UnknownTimers) as trouble:
        _stop(_why_not_started(trouble).say(voice))
    except (CommandRefused, CannotCopy) as trouble:
        _stop(redaction.hide(why_not(trouble).say(voice)))
    except DatabaseUnusable as trouble:
        why = redaction.hide(str(trouble.orig))
        _stop(t("数据库不能用:{why}。请检查 HUIYING_DATABASE_URL、磁盘空间和权限。", why=why).say(voice))
    except NotUnicode as other:
        _stop(
            t("数据库的编码是 {other},有的字存不下。请另建:createdb --encoding=UTF8 --template=template0 库名。",
              other=other).say(voice)
        )  # fmt: skip
    except BadAddress:
        _stop(
            t("HUIYING_DATABASE_URL 看不懂。请写成 sqlite:///路径 或 postgresql://用户:密码@主机:端口/库名。").say(
                voice
            )
        )
    except UnicodeDecodeError:
        _stop(t(".env 或一个输入文件不是 UTF-8 编码,请另存为 UTF-8。").say(voice))
    except RecursionError:
        _stop(t("文件嵌套太深,读不了。请检查多余的括号或缩进。").say(voice))
    except OSError as trouble:
        _stop(t("{file}:{why}。请检查路径、空间和权限。", file=trouble.filename or "", why=trouble.strerror).say(voice))


def _why_not_started(trouble: AlreadyRunning | PortTaken | UnknownTimers) -> Said:
    match trouble:
        case AlreadyRunning():
            return t("另一个进程正在用这个数据目录({lock})。请先停掉它。", lock=trouble)
        case PortTaken():
            return t(
                "{host}:{port} 用不了({why})。请停掉占用这个端口的程序,或用 HUIYING_HOST、HUIYING_PORT 换一个地址。",
                host=trouble.host,
                port=trouble.port,
                why=trouble.why,
            )
        case UnknownTimers():
            return t("数据比程序新:有不认识的定时事项 {kinds}。请升级程序。", kinds=trouble)


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    sys.exit(1)


@app.command(help="启动 / start the desk, the press room and the drill room")
def run() -> None:
    """Start the desk and stay up."""
    with _explained() as settings:
        running.run(settings)


@app.command(help="只接收和展示(多机,PostgreSQL)/ only receive and show: several machines, on PostgreSQL")
def web() -> None:
    """Start a process that receives; others work."""
    with _explained() as settings:
        running.run_web(settings)


@app.command(help="只工作(多机,PostgreSQL)/ only work: several machines, on PostgreSQL")
def work() -> None:
    """Start a process that works; others receive."""
    with _explained() as settings:
        running.run_worker(settings)


@app.command(help="演练 / the drill room alone; --play: play one whole case as a transcript")
def drill(
    *,
    play: Annotated[bool, typer.Option("--play", help="播放一件完整案件 / play one whole case and print it")] = False,
) -> None:
    """Open the drill room, or play the example case."""
    with _explained() as settings:
        sys.exit(drilling.play_example(settings) if play else drilling.run_room(settings))


@app.command("import", help="导入帖文 / import posts from a CSV or JSON file")
def import_file(
    file: import_command.ImportFile,
    columns: import_command.Columns = None,
    limit: import_command.Limit = None,
    rejects: import_command.Rejects = None,
) -> None:
    """Import posts from a file."""
    with _explained() as settings:
        named = dict(pair.partition("=")[::2] for pair in columns or ())
        unknown = sorted(set(named) - set(FIELDS))
        if unknown:
            wrong = t("--map 里的 {wrong} 不认识;可用:{fields}", wrong=", ".join(unknown), fields=", ".join(FIELDS))
            _stop(wrong.say(Voice(settings.language)))
        bad = rejects or Path(f"{file.stem}.rejected.csv")
        sys.exit(import_command.import_posts(settings, file, named, limit, bad))


@app.command(help="批量研判 / judge the posts of a CSV or JSONL file, a row for each")
def judge(
    file: judge_command.JudgeFile,
    out: judge_command.Out = None,
    model: judge_command.ModelName = None,
    columns: judge_command.Columns = None,
    *,
    second_opinion: judge_command.Second = False,
) -> None:
    """Judge the posts of a file."""
    with _explained() as settings:
        sys.exit(judge_command.judge_posts(settings, file, out, model, columns or [], second=second_opinion))


@app.command(help="学习:从已标注文件,或从本台的更正 / learn from a labelled file, or from the desk's own corrections")
def learn(
    file: learn_command.LearnFile = None,
    label: learn_command.LabelColumn = None,
    name: learn_command.LearnName = None,
    columns: judge_command.Columns = None,
    *,
    to_list: learn_command.ToList = False,
    to_undo: learn_command.ToUndo = False,
) -> None:
    """Train a model, list what was learnt, or go back."""
    with _explained() as settings:
        if to_list:
            sys.exit(learn_command.list_models(settings))
        if to_undo:
            sys.exit(learn_command.undo(settings, [name] if name else [KINDS, TOPIC]))
        if file is None:
            sys.exit(own_learning.learn_own(settings))
        if label is None or name is None:
            _stop(t("请写 learn 文件 --label 标签列 --name 模型名").say(Voice(settings.language)))
        sys.exit(learn_command.learn_file(settings, file, label, name, columns or []))


@app.command(help="第一个管理员 / name an administrator (from the command line only)")
def administrator(
    name: Annotated[str, typer.Argument(help="值班表里的 key 或新的姓名 / a roster key, or a new name")],
    account: Annotated[list[str] | None, typer.Option(metavar="PLATFORM=ACCOUNT", help="账号 / an account")] = None,
) -> None:
    """Give somebody the administrator's role."""
    with _explained() as settings:
        sys.exit(administering.name_administrator(settings, name, account or []))


@app.command("lint-reply", help="看答复是不是空话 / which replies of a file say nothing, and what each lacks")
def lint_reply(file: lint_command.ReplyFile, out: lint_command.Out = None) -> None:
    """Judge official replies in bulk."""
    with _explained() as settings:
        sys.exit(lint_command.lint_replies(settings, file, out))


@app.command("meeting-group", help="在企业微信建联席会议群 / make a group of the joint meeting on WeCom")
def meeting_group(
    title: Annotated[str, typer.Argument(help="群名 / what it is called")],
    member: Annotated[list[str] | None, typer.Option(metavar="ACCOUNT", help="成员账号 / a member's userid")] = None,
) -> None:
    """Make a group on WeCom, and bind it as the joint meeting's."""
    with _explained() as settings:
        sys.exit(meeting_group_command.make_group(settings, title, member or []))


@app.command("wecom-staff", help="比对企业微信通讯录与值班台人员 / compare WeCom's directory with the desk's people")
def wecom_staff(
    department: Annotated[list[str] | None, typer.Argument(help="部门编号或名称 / departments")] = None,
) -> None:
    """Say who is missing on either side; without departments, list them. Nothing is changed."""
    with _explained() as settings:
        sys.exit(wecom_staff_command.compare_staff(settings, department or []))


@app.command(help="方案:check 检查并说明,list 列出 / check a plan and say what it means, or list them")
def plan(
    what: Annotated[PlanAct, typer.Argument(metavar="[check|list]")] = PlanAct.LIST,
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="名字或文件 / a name or a file")] = None,
) -> None:
    """Check a plan as the start would; exit 0 when it is right, 1 when it is wrong, 2 when it is not there."""
    with _explained() as settings:
        checks = what is PlanAct.CHECK
        sys.exit(plan_command.check_plan(settings, file) if checks else plan_command.list_plans(settings))


@app.command(help="换值班表 / take a new roster: shows the difference; --apply takes it")
def roster(
    words: Annotated[list[str], typer.Argument(metavar="[diff] FILE", help="roster.yaml")],
    *,
    apply: Annotated[bool, typer.Option("--apply", help="照此更换 / take it")] = False,
) -> None:
    """Show what a roster would change, and take it when asked to."""
    with _explained() as settings:
        *before, file = words
        if before not in ([], ["diff"]) or (before and apply):
            _stop(t("请写 roster 文件 或 roster diff 文件;要更换用 roster 文件 --apply").say(Voice(settings.language)))
        sys.exit(administering.change_roster(settings, Path(file), apply=apply))


@app.command(help="发件箱:待发、已放弃 / what is owed, what was given up")
def outbox(
    *,
    again: Annotated[list[int] | None, typer.Option("--again", metavar="SERIAL", help="重发 / owe it anew")] = None,
    done: Annotated[list[int] | None, typer.Option("--done", metavar="SERIAL", help="不必再发 / let it go")] = None,
) -> None:
    """Show what is owed, given up or held back; owe some of it anew, let some of it go."""
    with _explained() as settings:
        sys.exit(outbox_command.show_outbox(settings, again or [], done or []))


@app.command(help="初次设置:问几个问题,写好设置、方案和值班表 / set up: settings, plan and roster, by a few questions")
def init(  # noqa: PLR0913 - one for each option
    bureau: init_command.Bureau = None,
    number_form: init_command.NumberForm = None,
    plan: init_command.PlanName = None,
    public_url: init_command.PublicUrl = None,
    language: init_command.Language = None,
    *,
    token_file: init_command.TokenFile = None,
    administrator: init_command.Administrator = None,
    person: init_command.People = None,
    yes: init_command.Yes = False,
    force: init_command.Force = False,
) -> None:
    """Ask a few questions and write the files of a desk that starts."""
    with _explained(None) as settings:
        set_up_logs("warning", settings.redaction())  # here somebody answers questions: what goes well is no news
        given = {
            "bureau": bureau, "number_form": number_form, "plan": plan, "public_url": public_url, "language": language,
            "token": init_command.read_token(token_file), "administrator": administrator,
        }  # fmt: skip
        asking = Asking(yes, [])
        sys.exit(init_command.set_up(asking, given=given, people=person or (), force=force))


@app.command(help="备份:不必停机,写完即核验 / back up while the desk runs, and check what was written")
def backup(target: Annotated[Path, typer.Argument(metavar="TARGET", help="文件或目录 / a file or a folder")]) -> None:
    """Write everything that cannot be made again into one checked file."""
    with _explained() as settings:
        sys.exit(taking.take_backup(settings, target))


@app.command(help="从备份恢复:先停机 / put a backup in place; the desk must be stopped")
def restore(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="备份文件 / the backup")],
    *,
    force: Annotated[bool, typer.Option("--force", help="替换现有数据,旧的留在旁边 / replace what is here")] = False,
    check: Annotated[bool, typer.Option("--check", help="只核验 / only check the backup")] = False,
) -> None:
    """Check a backup and put it in the place of what is here."""
    with _explained() as settings:
        sys.exit(restoring.restore_backup(settings, source, force=force, check=check))


@app.command(help="搬家:从 SQLite 搬到 PostgreSQL,逐表核对,中断后可续 / move to PostgreSQL; the desk must be stopped")
def move(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="空库的地址 / an empty database: postgresql://…")],
) -> None:
    """Carry every row into a PostgreSQL database and hold both sides against each other."""
    with _explained() as settings:
        sys.exit(move_command.move_house(settings, to))


@app.command(help="体检 / check settings, plan, roster, rights and database")
def doctor() -> None:
    """Say what is well and what is not."""
    with _explained() as settings:
        sys.exit(examining.examine(settings))


if __name__ == "__main__":
    app()
