"""`python -m bot`: run the desk, play a drill, import posts, name the first administrator, check the record."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot import administering, drilling, examining, import_command, outbox_command, record_commands, running
from bot.collecting import FIELDS
from bot.engine.embedded import AlreadyRunning
from bot.logs import set_up_logs
from bot.opening import UnknownTimers
from bot.web.server import PortTaken
from config.language import Voice, t
from config.problems import FileError
from config.redaction import Redaction
from config.settings import Settings, SettingsError, read_settings
from storage.database import BadAddress, DatabaseUnusable

app = typer.Typer(
    help="回应 Huiying: a desk that helps a bureau answer the public in time and truthfully.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # the settings are among them
)
record_commands.register(app)


@contextmanager
def _explained() -> Iterator[Settings]:
    """Give the settings, and turn every foreseeable trouble into a sentence that says what to do next."""
    voice = Voice()
    redaction = Redaction()
    set_up_logs("info", redaction)
    try:
        settings = read_settings()
        redaction = settings.redaction()
        set_up_logs(settings.log_level, redaction)
        voice = Voice(settings.language)
        yield settings
    except (SettingsError, FileError) as wrong:
        _stop(wrong.say(voice) if isinstance(wrong, SettingsError) else str(wrong))
    except AlreadyRunning as running_elsewhere:
        _stop(t("另一个进程正在用这个数据目录({lock})。请先停掉它。", lock=running_elsewhere).say(voice))
    except PortTaken as taken:
        told = t(
            "{host}:{port} 用不了({why})。请停掉占用这个端口的程序,或用 HUIYING_HOST、HUIYING_PORT 换一个地址。",
            host=taken.host,
            port=taken.port,
            why=taken.why,
        )
        _stop(told.say(voice))
    except UnknownTimers as kinds:
        _stop(t("数据比程序新:有不认识的定时事项 {kinds}。请升级程序。", kinds=kinds).say(voice))
    except DatabaseUnusable as trouble:
        why = redaction.hide(str(trouble.orig))
        _stop(t("数据库不能用:{why}。请检查 HUIYING_DATABASE_URL、磁盘空间和权限。", why=why).say(voice))
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


def _stop(why: str) -> None:
    typer.echo(why, err=True)
    sys.exit(1)


@app.command(help="启动 / start the desk, the press room and the drill room")
def run() -> None:
    """Start the desk and stay up."""
    with _explained() as settings:
        running.run(settings)


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


@app.command(help="第一个管理员 / name an administrator (from the command line only)")
def administrator(
    name: Annotated[str, typer.Argument(help="值班表里的 key 或新的姓名 / a roster key, or a new name")],
    account: Annotated[list[str] | None, typer.Option(metavar="PLATFORM=ACCOUNT", help="账号 / an account")] = None,
) -> None:
    """Give somebody the administrator's role."""
    with _explained() as settings:
        sys.exit(administering.name_administrator(settings, name, account or []))


@app.command(help="换值班表 / take a new roster: shows the difference; --apply takes it")
def roster(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="roster.yaml")],
    *,
    apply: Annotated[bool, typer.Option("--apply", help="照此更换 / take it")] = False,
) -> None:
    """Show what a roster would change, and take it when asked to."""
    with _explained() as settings:
        sys.exit(administering.change_roster(settings, file, apply=apply))


@app.command(help="发件箱:待发、已放弃 / what is owed, what was given up")
def outbox(
    *,
    again: Annotated[list[int] | None, typer.Option("--again", metavar="SERIAL", help="重发 / owe it anew")] = None,
) -> None:
    """Show what is owed and what was given up; owe some of it anew."""
    with _explained() as settings:
        sys.exit(outbox_command.show_outbox(settings, again or []))


@app.command(help="体检 / check settings, plan, roster, rights and database")
def doctor() -> None:
    """Say what is well and what is not."""
    with _explained() as settings:
        sys.exit(examining.examine(settings))


if __name__ == "__main__":
    app()
