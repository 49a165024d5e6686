"""`python -m bot learn FILE`: train a named model on a labelled file and say how well it does on unseen posts."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.judge_command import bad_name, bench_of, columns_named, day_of, models_of, progress
from bot.learn_words import cross_validated, too_little, version_line
from bot.post_rows import PostFile
from bot.rows import UnreadableFile, no_column
from config.language import Line, Voice, lines, t
from config.settings import Settings
from handlers.judgement.bulk import Bench, kind_of
from handlers.learning.training import Example, TooLittle, Trained, train
from handlers.reading.post import Reading, read_post
from storage.models import BadName, Damaged, Kept, Models

OWN: Final = "desk-"  # how the names of what the desk learned from its own cases begin
LearnFile = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="已标注的 CSV/JSONL;不写则用本台更正 / labelled posts")
]
LabelColumn = Annotated[str | None, typer.Option("--label", metavar="COLUMN", help="标签列 / the column of labels")]
LearnName = Annotated[str | None, typer.Option("--name", metavar="NAME", help="模型名 / what to call the model")]
ToList = Annotated[bool, typer.Option("--list", help="列出模型和版本 / list models and versions")]
ToUndo = Annotated[bool, typer.Option("--undo", help="退回上一版 / go back to the version before")]


def learn_file(settings: Settings, file: Path, label: str, name: str, columns: list[str]) -> int:
    """Train on a labelled file, print how well that does, and keep the model under its name; return the exit code."""
    voice = Voice(settings.language)
    models = models_of(settings)
    if name.startswith(OWN):
        typer.echo(t("{own} 开头的名字留给本台自己学的模型,请换一个。", own=OWN).say(voice), err=True)
        return 1
    try:
        models.versions(name)  # a bad name is refused before the work, not after
        posts = _labelled(file, label, columns)
        with ExitStack() as stack:
            step = stack.enter_context(progress(2 * posts.size))
            examples, without = _examples(posts, label, bench_of(settings), step)
            trained = train(examples, lambda part: step(posts.size + int(part * posts.size)))
    except UnreadableFile as trouble:
        typer.echo(trouble.why.say(voice), err=True)
        return 1
    except BadName:
        typer.echo(bad_name(name).say(voice), err=True)
        return 1
    except TooLittle as little:
        typer.echo(too_little(little.labels).say(voice), err=True)
        return 1
    typer.echo(cross_validated(trained, without).say(voice))
    kept = keep(models, name, trained, {"file": file.name, "label": label})
    typer.echo(lines(version_line(kept), t("用它判:python -m bot judge 文件 --model {name}", name=name)).say(voice))
    return 0


def _labelled(file: Path, label: str, columns: list[str]) -> PostFile:
    posts = PostFile(file, columns_named(columns))
    if label not in posts.names:
        raise no_column([label], posts.names)
    return posts


def _examples(posts: PostFile, label: str, bench: Bench, step: Callable[[int], None]) -> tuple[list[Example], int]:
    """Read the labelled rows, and count those that have no label or no words."""
    found: list[Example] = []
    without = 0
    for row in posts.posts():
        written = str(row.row.get(label) if row.row.get(label) is not None else "").strip()
        if not written or not (row.title or row.text):
            without += 1
            continue
        reading = read_post(row.whole, lexicon=bench.lexicon, accident_grades=bench.grades, today=day_of(row))
        found.append(Example(row.title, row.text, written, reading.signs, said_by_rules(reading)))
        step(posts.at)
    return found, without


def said_by_rules(reading: Reading) -> tuple[str, ...]:
    """Return what the rules say of a post, the likeliest answer to any question first."""
    topic = reading.topic.key if reading.topic else ""
    return (f"{kind_of(reading)} {topic} {reading.is_suspected_rumour}", kind_of(reading))


def keep(models: Models, name: str, trained: Trained, source: Mapping[str, Any]) -> Kept:
    """Keep a trained model as a new version, with what was measured."""
    about = {
        **source,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "posts": len(trained.used),
        "labels": dict(Counter(each.label for each in trained.used)),
        "macro_f1": round(trained.learned.macro_f1, 4),
        "rules_macro_f1": round(trained.rules.macro_f1, 4),
    }
    return models.keep(name, trained.model.to_bytes(), about)


def list_models(settings: Settings) -> int:
    """List every model and its versions, and which are in use."""
    voice, models = Voice(settings.language), models_of(settings)
    names = models.names()
    if not names:
        typer.echo(t("还没有学到的模型。").say(voice))
    for name in names:
        in_use = models.in_use(name)
        for kept in models.versions(name):
            mark = t("← 使用中") if in_use is not None and kept.version == in_use.version else t("(停用)")
            typer.echo(t("{line} {mark}", line=version_line(kept), mark=mark).say(voice))
    return 0


def undo(settings: Settings, names: Sequence[str]) -> int:
    """Go back to the version before the one in use, or to the rules alone, of each model that is in use."""
    voice, models = Voice(settings.language), models_of(settings)
    try:
        gone = [_undone(models, name) for name in names if models.in_use(name) is not None]
    except BadName as bad:
        typer.echo(bad_name(str(bad)).say(voice), err=True)
        return 1
    except Damaged as broken:
        typer.echo(t("模型 {name} 的说明文件坏了。", name=broken).say(voice), err=True)
        return 1
    if not gone:
        typer.echo(t("没有在用的 {name} 模型,没有什么可退。", name="、".join(names)).say(voice), err=True)
        return 1
    typer.echo(lines(*gone).say(voice))
    return 0


def _undone(models: Models, name: str) -> Line:
    before = models.in_use(name)
    old = before.version if before else 0
    now = models.undo(name)
    if now is None:
        return t("{name} 第 {version} 版已停用,现在只按规则。", name=name, version=old)
    return t("{name} 从第 {old} 版退回第 {new} 版。", name=name, old=old, new=now.version)
