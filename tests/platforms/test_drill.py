"""The drill room as its page uses it: what the cast says and taps, and a clock that goes by the limits."""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.drill.files import keep_file
from bot.drill.pace import Pace
from bot.drill.play import EXPORT, play
from bot.drill.refused import Refused
from bot.drill.room import LONGEST_TEXT, DrillRoom
from bot.drill.script import STEPS
from bot.drilling import drill_room, drill_web
from bot.web.server import serving
from config.language import Voice
from config.settings import Settings
from handlers.conversation import File, Origin
from handlers.record.verify import verify
from storage import clock as clocks
from storage.database import DatabaseTrouble
from tests.platforms.rooms import MORNING, POST, URL, button, desk_said, room_at, said_in

PLANS = Path(__file__).parents[2] / "config" / "plans"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DrillRoom]:
    """Give a drill room on a Tuesday morning."""
    with room_at(tmp_path) as opened:
        yield opened


@contextmanager
def refused(words: str) -> Iterator[None]:
    """Expect a refusal with these words in it."""
    with pytest.raises(Refused) as caught:
        yield
    assert words in caught.value.text.say(Voice())


@contextmanager
def locked(room: DrillRoom) -> Iterator[None]:
    """Hold the room's database as another writer would."""
    with closing(room.database.engine.raw_connection()) as other:
        other.cursor().execute("BEGIN IMMEDIATE")
        yield
        other.cursor().execute("ROLLBACK")


def forward(room: DrillRoom, *files: File) -> None:
    """Let Li Min forward a post to the staff group."""
    room.say("limin", "staff", POST, files=files, origin=Origin(kind="user", author="网友", url=URL))


def kept(room: DrillRoom, name: str, content: bytes) -> File:
    """Keep a file as the page does."""
    return keep_file(room.blobs, name, io.BytesIO(content))


# what the cast does


def test_a_forward_gets_a_card_in_the_same_chat(room: DrillRoom) -> None:
    """A post forwarded to the staff group is answered there with a card that shows the limit."""
    forward(room)
    card = desk_said(room, "staff")[-1]
    assert "48小时内回应 截止 11-26 09:05" in card.text.splitlines()[1]
    assert card.buttons[0][0]["label"] == "属实"


def test_several_files_arrive_as_one_album(room: DrillRoom) -> None:
    """Three files sent together are three messages of one album, and one case keeps them all."""
    forward(room, *(kept(room, f"{n}.png", b"\x89PNG\r\n\x1a\n" + bytes([n])) for n in range(3)))
    said = [message for message in said_in(room, "staff") if message.author == "limin"]
    assert [message.text for message in said] == [POST, "", ""]
    cards = [message for message in desk_said(room, "staff") if message.buttons]
    assert len(cards) == 1
    assert "附件 3" in cards[0].text


def test_a_tap_answers_who_tapped(room: DrillRoom) -> None:
    """A tapped button works as the same word does, and the answer is for whoever tapped."""
    forward(room)
    room.tap("zhaoqiang", *button(room, "staff", "属实"))
    toast = desk_said(room, "staff")[-1]
    assert (toast.only_for, "已登记" in toast.text) == ("zhaoqiang", True)


@pytest.mark.parametrize(("row", "column"), [(9, 0), (0, 9), (-1, 0), (0, -1)])
def test_only_a_button_that_is_there_can_be_tapped(room: DrillRoom, row: int, column: int) -> None:
    """A place where the message has no button is refused, and nothing happens."""
    forward(room)
    card = desk_said(room, "staff")[-1]
    with refused("没有这个按钮了"):
        room.tap("zhaoqiang", card.id or 0, row, column)
    assert desk_said(room, "staff")[-1].text == card.text


@pytest.mark.parametrize(
    ("person", "chat", "words"),
    [
        ("limin", "direct:wangwu", "李敏 不在这个会话里"),
        ("limin", "channel", "李敏 不在这个会话里"),
        ("nobody", "staff", "没有「nobody」"),
        ("desk", "staff", "没有「desk」"),
        ("limin", "elsewhere", "没有这个会话"),
    ],
)
def test_nobody_speaks_where_they_are_not(room: DrillRoom, person: str, chat: str, words: str) -> None:
    """In a private chat only its owner speaks, in the channel nobody, and only the cast anywhere."""
    with refused(words):
        room.say(person, chat, "你好")
    assert said_in(room, chat) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "还没写内容"), (" \n ", "还没写内容"), ("长" * (LONGEST_TEXT + 1), f"上限 {LONGEST_TEXT} 字")],
)
def test_empty_and_endless_words_are_refused(room: DrillRoom, text: str, words: str) -> None:
    """Nothing and too much are refused with a word, and no message appears."""
    with refused(words):
        room.say("limin", "staff", text)
    assert said_in(room, "staff") == []


def test_a_text_of_100_kb_is_taken(room: DrillRoom) -> None:
    """The longest text there may be gets an answer like any other."""
    room.say("wangwu", "direct:wangwu", "长" * LONGEST_TEXT)
    assert len(desk_said(room, "direct:wangwu")) == 1


def test_one_edits_only_what_one_said(room: DrillRoom) -> None:
    """An edit of one's own post is kept as a new version; somebody else's words stay as they are."""
    forward(room)
    post = said_in(room, "staff")[0].id or 0
    with refused("只能修改自己"):
        room.edit("gaoming", post, "什么事也没有")
    room.edit("limin", post, POST + "现在还没来水。")
    assert said_in(room, "staff")[0].text.endswith("现在还没来水。")
    assert any("第 2 版" in message.text for message in desk_said(room, "staff"))


# what the clock does


def test_the_clock_goes_to_the_next_limit_past_everything_that_is_due(room: DrillRoom) -> None:
    """On the way to a limit every reminder comes at its own moment, and the clock stops exactly at the limit."""
    forward(room)
    room.tap("zhaoqiang", *button(room, "staff", "属实"))
    room.tap("wangwu", *button(room, "direct:wangwu", "认领"))
    room.to_next_limit()
    assert room.clock.now() == MORNING + timedelta(hours=48)
    said = desk_said(room, "direct:wangwu")
    assert [message.at for message in said] == sorted(message.at for message in said)
    halfway = MORNING + timedelta(hours=24)
    assert any(message.at == halfway and "还剩" in message.text for message in said)


def test_without_a_running_clock_there_is_no_next_limit(room: DrillRoom) -> None:
    """Where no limit runs, that is said, and the time stays."""
    with refused("没有在走的时限"):
        room.to_next_limit()
    assert room.clock.now() == MORNING


@pytest.mark.parametrize("minutes", [0, -5, 10_081])
def test_the_clock_cannot_be_set_back_or_carried_off(room: DrillRoom, minutes: int) -> None:
    """The clock goes forward, by a week at most."""
    with refused("只能往前走"):
        room.skip(minutes)
    with refused("三挡"):
        room.run(minutes or 7)
    assert room.clock.now() == MORNING


def test_a_running_clock_stops_at_each_due_moment(room: DrillRoom) -> None:
    """At ×3600 what falls due between two looks still happens at its own moment: after ten minutes, not an hour."""
    seconds = 0.0
    room.pace = Pace(lambda: seconds)
    forward(room)
    room.run(3600)
    seconds = 1.0
    room.tick()
    assert room.clock.now() == MORNING + timedelta(hours=1)
    with room.database.reading() as session:
        assert clocks.next_running(session, MORNING) is not None
    asked = desk_said(room, "direct:wangwu")[0]
    assert asked.at == MORNING + timedelta(minutes=10)  # the slip registered itself then
    room.run(0)
    seconds = 9.0
    room.tick()
    assert room.clock.now() == MORNING + timedelta(hours=1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.sampled_from(["skip", "limit", "fast", "pause", "say"]), max_size=6))
def test_time_never_goes_back(tmp_path_factory: pytest.TempPathFactory, moves: list[str]) -> None:
    """Whatever is done with the clock, no message is older than one before it."""
    seconds = 0.0
    with room_at(tmp_path_factory.mktemp("room")) as room:
        room.pace = Pace(lambda: seconds)
        doing: dict[str, Callable[[], None]] = {
            "skip": lambda: room.skip(35),
            "limit": room.to_next_limit,
            "fast": lambda: room.run(3600),
            "pause": lambda: room.run(0),
            "say": lambda: forward(room),
        }
        for move in moves:
            before = room.clock.now()
            try:
                doing[move]()
            except Refused:
                assert move == "limit"
            seconds += 1.5
            room.tick()
            assert room.clock.now() >= before
        said = [message.at for message in said_in(room, "staff")]
        assert said == sorted(said)


# what must not get lost


def test_a_room_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """After a restart of the program the chats are there and the clock goes on from its moment."""
    with room_at(tmp_path) as room:
        forward(room)
        room.skip(90)
    with room_at(tmp_path) as again:
        assert again.clock.now() == MORNING + timedelta(minutes=90)
        assert said_in(again, "staff")[0].text == POST


def test_what_the_desk_had_not_got_is_delivered_after_a_restart(tmp_path: Path) -> None:
    """A message that stands in a chat reaches the desk, even when the program died in between; once."""
    with room_at(tmp_path) as room:
        room.platform.said("limin", "李敏", "staff", POST, MORNING, origin=Origin(kind="user", author="网友"))
    for _ in range(2):
        with room_at(tmp_path) as again:
            again.tick()
            again.skip(1)
            cards = [message for message in desk_said(again, "staff") if message.buttons]
            assert len(cards) == 1


def test_a_locked_database_loses_nothing(room: DrillRoom) -> None:
    """What cannot be stored raises; the next try works, and there is one case."""
    with locked(room):
        with pytest.raises(DatabaseTrouble):
            forward(room)
        assert said_in(room, "staff") == []
    forward(room)
    assert len(desk_said(room, "staff")) == 1


def test_a_tick_survives_a_locked_database(room: DrillRoom) -> None:
    """A clock that cannot be kept just now goes on at the next beat."""
    seconds = 0.0
    room.pace = Pace(lambda: seconds)
    room.run(60)
    with locked(room):
        seconds = 1.0
        room.tick()
    seconds = 2.0
    room.tick()
    assert room.clock.now() >= MORNING + timedelta(minutes=1)


def test_starting_again_empties_the_room(room: DrillRoom) -> None:
    """No message and no case is left, the clock stands at its start, and the cast is there."""
    forward(room)
    room.skip(600)
    room.next_step()
    room.restart()
    assert (said_in(room, "staff"), room.clock.now(), room.example.position) == ([], MORNING, 0)
    forward(room)
    assert "线索 S1 " in desk_said(room, "staff")[-1].text


# the example


def test_a_step_that_does_not_fit_is_refused_and_no_time_passes(room: DrillRoom) -> None:
    """Where the visitor has done a step by hand, the example says so instead of doing something else."""
    room.next_step()
    room.tap("zhaoqiang", *button(room, "staff", "误报"))
    before = room.clock.now()
    with refused("点〔属实〕,可是现在没有这个按钮"):
        room.next_step()
    assert (room.clock.now(), room.example.position) == (before, 1)


def played(tmp_path: Path, plan: str) -> tuple[int, str]:
    """Play the example under a plan; return the exit code and the transcript."""
    configured = Settings(_env_file=None, data_dir=tmp_path, plan=plan)
    application, out = Starlette(), io.StringIO()
    with serving(application) as address, drill_room(configured, address=address, folder=tmp_path) as room:
        application.router.routes.extend(drill_web(room, configured))
        return play(room, out, folder=tmp_path), out.getvalue()


def test_the_example_plays_to_a_proved_release(tmp_path: Path) -> None:
    """The whole case plays: five gates, the signature, a release read back over HTTP, and a history that verifies."""
    code, transcript = played(tmp_path, "gangbei-2017")
    assert code == 0
    assert transcript.count("—— 第 ") == len(STEPS)
    for words in ("48小时内回应 截止", "「法律关」周芳 退回", "保密关✅ 签发✅", "与签发的一字不差", "履历核验有效"):
        assert words in transcript
    head = re.search(r"--head ([0-9a-f]{64})", transcript)
    assert head is not None
    exported = (tmp_path / EXPORT).read_text(encoding="utf-8").splitlines(keepends=True)
    assert verify(exported, head[1]).ok
    flipped = [line.replace("李敏", "李明") for line in exported]
    assert flipped != exported
    assert not verify(flipped, head[1]).ok
    assert not verify(exported[:-2], head[1]).ok


def test_another_number_in_the_plan_changes_the_transcript(tmp_path: Path) -> None:
    """With 36 in place of 48 in the plan file the same case shows the shorter limit, and its basis."""
    for plan in PLANS.glob("*.yaml"):
        shutil.copy(plan, tmp_path)
    file = tmp_path / "gangbei-2017.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("amount: 48", "amount: 36"), encoding="utf-8")
    code, transcript = played(tmp_path, str(file))
    assert code == 0
    assert "36小时内回应 截止" in transcript
    assert "48小时内回应 截止" not in transcript
