"""The documents say what the code does: every table, diagram, example and link in them is held against the tree."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
import typer
from pydantic_core import PydanticUndefined
from ruamel.yaml import YAML
from typer.core import TyperGroup

from bot.__main__ import app
from bot.channels import wechat_checkup as wechat
from bot.chat.telegram import checkup as telegram
from bot.chat.wecom import checkup as wecom
from config.language import Line, Voice
from config.plan_file import PLANS, load_plan
from config.rights import ROLE_NAMES, ROLES, load_rights
from config.roster import Roster
from config.settings import PREFIX, Settings, read_settings
from handlers import registry
from handlers import verbs as every_verb
from handlers.judgement.words import EXIT_NAMES
from handlers.words import STAGE_NAMES
from storage.case import EXITS, NEXT, PREVIOUS, STAGES
from storage.tables import metadata

ROOT: Final = Path(__file__).parents[1]
README, CHINESE_README = ROOT / "README.md", ROOT / "README.zh-CN.md"
READMES: Final = (README, CHINESE_README)
OPERATING, GLOSSARY = ROOT / "docs" / "operating.md", ROOT / "docs" / "GLOSSARY.md"
PLATFORMS: Final = {"telegram": telegram, "wecom": wecom, "wechat": wechat}
GUIDES: Final = {
    platform: (ROOT / "docs" / f"connecting-{platform}.md", ROOT / "docs" / f"connecting-{platform}.zh.md")
    for platform in PLATFORMS
}
DECISIONS: Final = ROOT / "docs" / "decisions"
DOCUMENTS: Final = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
ZH: Final = Voice("zh")
CHAT_NAMES: Final = {"staff": "工作群", "joint_meeting": "联席会议群", "direct": "一对一"}
FLOORS: Final = ("config", "storage", "handlers", "bot")
LONGEST_DECISION: Final = 40  # lines
VARIABLE: Final = rf"\b{PREFIX}[A-Z_]*[A-Z]\b"
BEFORE: Final = "previous"  # how the diagram names the stage before
Row = dict[str, str]


# how the documents are read


def name(file: Path) -> str:
    """Name a document in a test's id."""
    return str(file.relative_to(ROOT))


def prose(file: Path) -> str:
    """Return a document without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def fenced(file: Path, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def cells(line: str) -> list[str]:
    """Cut a table's line into its cells."""
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def table(file: Path, called: str) -> list[Row]:
    """Return the rows of the table that stands under the mark `<!-- table: called -->`, by the names of its columns."""
    _, mark, rest = file.read_text(encoding="utf-8").partition(f"<!-- table: {called} -->\n")
    assert mark, f"{name(file)} has no table {called}"
    lines = [line for line in rest.lstrip("\n").split("\n\n", 1)[0].splitlines() if line.startswith("|")]
    heads = [head.lower() for head in cells(lines[0])]
    rows = [dict(zip(heads, cells(line), strict=True)) for line in lines[2:]]
    assert rows, f"table {called} of {name(file)} is empty"
    return rows


def columns(file: Path, called: str, *places: int) -> Iterator[tuple[str, ...]]:
    """Yield the cells of a table in these columns, counted from 0, whatever the language of their heads."""
    for row in table(file, called):
        yield tuple(list(row.values())[place] for place in places)


def code(cell: str) -> tuple[str, ...]:
    """Return what stands in code font in a cell."""
    return tuple(re.findall(r"`([^`]+)`", cell))


# the state diagram


def drawn(file: Path) -> list[tuple[str, str, str]]:
    """Return every transition of the state diagram: from, action, to."""
    diagram = next(block for block in fenced(file, "mermaid") if block.startswith("stateDiagram"))
    arrows = re.findall(r"^\s*(\w+) --> (\w+)\s*:\s*(.+?)\s*$", diagram, re.MULTILINE)
    return [(source, action, target) for source, target, actions in arrows for action in actions.split(", ")]


@pytest.mark.parametrize("file", READMES, ids=name)
def test_the_diagram_is_the_table_of_stages(file: Path) -> None:
    """Every transition of the diagram is in the table and every one of the table is drawn, once."""
    wanted = [(stage, action, BEFORE if to == PREVIOUS else to) for (stage, action), to in NEXT.items()]
    assert sorted(drawn(file)) == sorted(wanted)


@pytest.mark.parametrize("file", READMES, ids=name)
def test_the_diagram_starts_where_a_case_starts(file: Path) -> None:
    """The diagram begins with a slip that waits for its confirmation."""
    diagram = next(block for block in fenced(file, "mermaid") if block.startswith("stateDiagram"))
    assert re.findall(r"^\s*\[\*\] --> (\w+)", diagram, re.MULTILINE) == [STAGES[0]]


def test_the_chinese_diagram_names_the_stages_as_the_desk_does() -> None:
    """In the Chinese diagram each stage bears the name that stands on a card."""
    diagram = next(block for block in fenced(CHINESE_README, "mermaid") if block.startswith("stateDiagram"))
    labels = {key: label for label, key in re.findall(r'state "([^"]+)" as (\w+)', diagram) if key != BEFORE}
    assert labels == {stage: said.say(ZH) for stage, said in STAGE_NAMES.items()}


# settings and commands


def written_default(field: str) -> str:
    """Return a setting's default as the table writes it: as it is read on a machine that sets nothing."""
    default = Settings.model_fields[field].get_default(call_default_factory=False)
    made = default is PydanticUndefined or default is None
    found = getattr(read_settings(None), field) if made else default
    written = "" if found is None else str(found)
    return written.lower() if isinstance(found, bool) else written


@pytest.mark.parametrize("file", READMES, ids=name)
def test_the_settings_are_those_of_the_code(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table lists every setting with its default, and no other."""
    for field in Settings.model_fields:
        monkeypatch.delenv(PREFIX + field.upper(), raising=False)
    listed = {code(variable)[0]: "".join(code(default)) for variable, default in columns(file, "settings", 0, 1)}
    assert listed == {PREFIX + field.upper(): written_default(field) for field in Settings.model_fields}


def commands() -> dict[str, set[str]]:
    """Return the commands of `python -m bot`, each with its long options but --help."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    found = {
        called: [option for each in command.params for option in each.opts]
        for called, command in group.commands.items()
    }
    return {
        called: {option for option in taken if option.startswith("--")} - {"--help"} for called, taken in found.items()
    }


@pytest.mark.parametrize("file", [*READMES, OPERATING], ids=name)
def test_the_commands_are_those_of_the_code(file: Path) -> None:
    """The table lists every command with every option, and no other."""
    listed = {}
    for (cell,) in columns(file, "commands", 0):
        words = code(cell)[0].split()
        assert words[:3] == ["python", "-m", "bot"]
        listed[words[3]] = {word.strip("[]") for word in words if word.strip("[]").startswith("--")}
    assert listed == commands()


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_what_is_to_be_typed_exists(file: Path) -> None:
    """Every `make` target, `python -m bot` command and option, and HUIYING_ variable in a document exists."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    typed = "\n".join([*re.findall(r"`([^`\n]+)`", prose(file)), *fenced(file, "sh")])
    targets = set(re.findall(r"\bmake ([a-z][\w-]*)", typed))
    assert targets <= set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    for called, rest in re.findall(r"python -m bot ([a-z][\w-]*)([^\n|&]*)", typed):
        assert called in commands()
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest)) - {"--help"} <= commands()[called]
    assert set(re.findall(VARIABLE, file.read_text(encoding="utf-8"))) <= variables()


def variables() -> set[str]:
    """Return every HUIYING_ variable that the tree knows: settings, and what tests and benchmarks look for."""
    files = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("bench/*.py"), ROOT / ".ci" / "run"]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return set(re.findall(VARIABLE, text)) | {PREFIX + field.upper() for field in Settings.model_fields}


# verbs and rights


@pytest.mark.parametrize("file", READMES, ids=name)
def test_the_verbs_are_those_the_desk_understands(file: Path) -> None:
    """The table lists every verb that can be typed with all its words, and no other."""
    listed = {code(verb)[0].removeprefix("/"): code(words) for verb, words in columns(file, "verbs", 0, 1)}
    assert every_verb.CAPABILITIES
    assert listed == {verb.key: verb.aliases for verb in registry.VERBS.values() if verb.typed}


def roles_of(cell: str) -> frozenset[str]:
    """Return the roles in a cell: by code, or by the Chinese names that the desk uses."""
    by_name = {said.say(ZH): role for role, said in ROLE_NAMES.items()}
    return frozenset(code(cell) or (by_name[part] for part in cell.split("、")))


def chats_of(cell: str) -> frozenset[str]:
    """Return the uses of chats in a cell, by code or Chinese name."""
    by_name = {said: use for use, said in CHAT_NAMES.items()}
    return frozenset(code(cell) or (by_name[part] for part in cell.split("、")))


@pytest.mark.parametrize("file", READMES, ids=name)
def test_the_rights_are_those_in_force(file: Path) -> None:
    """The table gives every verb exactly the roles and chats of config/rights.yaml, each verb once."""
    given = [
        (verb, roles_of(who), chats_of(where))
        for verbs, who, where in columns(file, "rights", 0, 1, 2)
        for verb in code(verbs)
    ]
    in_force = [(verb, frozenset(right.roles), frozenset(right.chats)) for verb, right in load_rights().verbs.items()]
    assert sorted(given, key=lambda right: right[0]) == sorted(in_force, key=lambda right: right[0])


# the plan


@pytest.mark.parametrize("file", READMES, ids=name)
def test_the_limits_are_those_of_the_plan(file: Path) -> None:
    """The table of limits holds every limit of the plan that comes as the default, with its basis, and no other."""
    stated = [(*code(clock), *code(limit), basis) for clock, limit, basis in columns(file, "limits", 0, 1, 3)]
    plan = load_plan(str(Settings.model_fields["plan"].default)).plan
    in_force = [
        (rule.key, f"{limit.amount} {limit.unit}", limit.basis) for rule in plan.clocks for limit in rule.limits
    ]
    assert sorted(stated) == sorted(in_force)


def example(file: Path, called: str) -> str:
    """Return the YAML example that begins by naming its file."""
    return next(block for block in fenced(file, "yaml") if block.startswith(f"# {called}"))


@pytest.mark.parametrize("file", READMES, ids=name)
def test_the_example_plan_is_taken(file: Path, tmp_path: Path) -> None:
    """The plan shown as an example loads beside the national one, and its stricter limit stands beside the nation's."""
    shutil.copytree(PLANS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "our-bureau.yaml").write_text(example(file, "our-bureau.yaml"), encoding="utf-8")
    limits = load_plan(tmp_path / "our-bureau.yaml").plan.clock("respond").limits
    assert [(limit.amount, limit.source) for limit in limits] == [(48, "national.yaml"), (36, "our-bureau.yaml")]


@pytest.mark.parametrize("file", READMES, ids=name)
def test_the_example_roster_fits_its_form(file: Path) -> None:
    """The roster shown as an example has the form of a roster, and its duty names nobody it does not list."""
    roster = Roster.model_validate(YAML(typ="safe").load(example(file, "roster.yaml")))
    listed = {person.key for person in roster.people}
    assert {who for week in roster.duty for who in (week.day, week.night, week.leader)} <= listed


# the two languages


def headings(file: Path) -> list[int]:
    """Return the levels of a document's headings, in order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", prose(file), re.MULTILINE)]


def targets(file: Path) -> list[str]:
    """Return the files a document's links and pictures lead to, in order; without the two READMEs."""
    found = (target.partition("#")[0] for target in links(file))
    return [target for target in found if target not in {README.name, CHINESE_README.name}]


def test_the_chinese_readme_is_the_whole_readme() -> None:
    """The two READMEs have the same sections, links, commands and numbers of table rows, in the same order."""
    assert headings(CHINESE_README) == headings(README)
    assert targets(CHINESE_README) == targets(README)
    assert fenced(CHINESE_README, "sh") == fenced(README, "sh")
    for called in ("settings", "commands", "verbs", "rights", "limits"):
        assert len(table(CHINESE_README, called)) == len(table(README, called))


def rows_of_tables(file: Path) -> list[int]:
    """Return how many cells each line of a document's tables has, in order."""
    return [len(cells(line)) for line in prose(file).splitlines() if line.startswith("|")]


def vendor_pages(file: Path) -> list[str]:
    """Return the pages outside this project that a document names as its sources, in order."""
    return re.findall(r"<(https://[^>\s]+)>", prose(file))


@pytest.mark.parametrize(("english", "chinese"), GUIDES.values(), ids=PLATFORMS)
def test_the_chinese_guide_is_the_whole_guide(english: Path, chinese: Path) -> None:
    """The two guides have the same sections, tables, sources, and the same things to type, in the same order."""
    assert headings(chinese) == headings(english)
    assert rows_of_tables(chinese) == rows_of_tables(english)
    assert vendor_pages(chinese) == vendor_pages(english)
    for language in ("sh", "ini", "nginx", "text", "yaml"):
        assert fenced(chinese, language) == fenced(english, language)


def lines_of(checkup: ModuleType) -> set[str]:
    """Return how each line that the check-up of a platform can say begins, in Chinese."""
    rights = {said.say(ZH) for said in (*telegram.WANTED.values(), *telegram.NEEDED.values())}
    return set(re.findall(r'\bt\(\s*"([^"]+)"', Path(str(checkup.__file__)).read_text(encoding="utf-8"))) - rights


@pytest.mark.parametrize(("platform", "file"), [(each, file) for each, files in GUIDES.items() for file in files])
def test_the_guide_explains_every_line_of_the_check_up(platform: str, file: Path) -> None:
    """Every line that doctor can say about a platform is in the guide, and the guide explains no other."""
    said = lines_of(PLATFORMS[platform])
    explained = [code(cell) for (cell,) in columns(file, "doctor", 0)]
    assert [parts for parts in explained if not any(all(part in line for part in parts) for line in said)] == []
    assert {line for line in said if not any(all(part in line for part in parts) for parts in explained)} == set()


# the glossary


def explained() -> set[str]:
    """Return every name of the code that the glossary explains."""
    families = ("terms", "roles", "stages", "exits")
    return {word for family in families for row in table(GLOSSARY, family) for word in code(row["in the code"])}


def test_the_glossary_covers_what_the_code_names() -> None:
    """Every table, role, stage and exit of the code is in the glossary."""
    assert {*metadata.tables, *ROLES, *STAGES, *EXITS} - explained() == set()


def test_the_glossary_explains_no_name_that_is_gone() -> None:
    """Every name that the glossary gives for the code is a word of the code or of the plans."""
    floors = [file for floor in FLOORS for file in (*(ROOT / floor).rglob("*.py"), *(ROOT / floor).rglob("*.yaml"))]
    words = {word for file in floors for word in re.findall(r"[A-Za-z_]+", file.read_text(encoding="utf-8"))}
    assert explained() - words == set()


@pytest.mark.parametrize(
    ("family", "names"),
    [
        ("roles", {role: said for role, said in ROLE_NAMES.items() if role in ROLES}),
        ("stages", STAGE_NAMES),
        ("exits", EXIT_NAMES),
    ],
)
def test_the_glossary_says_it_as_the_desk_does(family: str, names: dict[str, Line]) -> None:
    """The Chinese of each role, stage and exit is the word the desk itself uses."""
    listed = {code(row["in the code"])[0]: row["中文"] for row in table(GLOSSARY, family)}
    assert listed == {key: said.say(ZH) for key, said in names.items()}


# decisions and changes


def decision_pages() -> list[Path]:
    """Return the decision pages in the order of their numbers."""
    return sorted(page for page in DECISIONS.glob("*.md") if page.name != "README.md")


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    """Decision pages are numbered from 1 without a gap, and the list gives each with its own title."""
    pages = decision_pages()
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    titles = {page.name: page.read_text(encoding="utf-8").splitlines()[0] for page in pages}
    listing = (DECISIONS / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^(\d+)\. \[(.+)\]\((.+\.md)\)$", listing, re.MULTILINE)
    assert {file: f"# {number}. {title}" for number, title, file in listed} == titles


@pytest.mark.parametrize("page", decision_pages(), ids=name)
def test_a_decision_is_short_and_whole(page: Path) -> None:
    """A decision page tells context, decision and consequences, names where the code is, and fits on a screen."""
    text = page.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_DECISION
    assert re.findall(r"^## .*", text, re.MULTILINE) == ["## Context", "## Decision", "## Consequences"]
    assert text.split("\n\n")[-1].startswith("In the code: `")


def test_the_changelog_tells_of_this_version() -> None:
    """The changelog has a section for the version that the project gives itself, and one for what comes next."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    sections = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sections[0] == "Unreleased"
    assert version in sections


# links


def links(file: Path) -> list[str]:
    """Return where the links and pictures of a document lead."""
    return re.findall(r"\]\(([^()\s]+)\)", re.sub(r"`[^`\n]*`", "", prose(file)))


def anchor(heading: str) -> str:
    """Return the name under which a heading can be linked to: as forges make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def anchors(file: Path) -> set[str]:
    """Return the names of a document's headings."""
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", prose(file), re.MULTILINE)}


def broken(file: Path) -> Iterator[str]:
    """Find the relative links of a document that lead nowhere."""
    for target in links(file):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, heading = target.partition("#")
        found = (file.parent / path).resolve() if path else file
        if not found.exists() or (heading and heading not in anchors(found)):
            yield target


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(file: Path) -> None:
    """Every relative link and picture exists, and the heading it names too."""
    assert list(broken(file)) == []


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_every_file_that_is_named_exists(file: Path) -> None:
    """A path of this project that a document writes in code font is there."""
    folders = "|".join((*FLOORS, "tests", "docs", "bench", "requirements"))
    named = re.findall(rf"`((?:{folders})/[\w./-]*)`", prose(file))
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("file", DOCUMENTS, ids=name)
def test_lines_fit(file: Path) -> None:
    """Lines of prose are no longer than those of the code; tables and links may be."""
    free = ("|", "!", "<", "[")
    assert [line for line in prose(file).splitlines() if len(line) > 120 and not line.lstrip().startswith(free)] == []
