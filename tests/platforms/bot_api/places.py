"""Who and what there is: bots, users, chats, members, topics; and a group that becomes a supergroup."""

from collections.abc import Iterable

from tests.platforms.bot_api.acting import Acting, act
from tests.platforms.bot_api.methods import member_json
from tests.platforms.bot_api.world import FIRST_MIGRATED, GROUPS, Bot, Chat, Json, Member, User

USUAL_RIGHTS = {"can_manage_chat": True, "can_delete_messages": True, "can_pin_messages": True}
CHANNEL_RIGHTS = {"can_manage_chat": True, "can_post_messages": True, "can_edit_messages": True}


class Places(Acting):
    """Furnish the world."""

    def add_bot(self, token: str, username: str, *, privacy: bool = True) -> Bot:
        """Register a bot; the number before the token's colon is its user id."""
        with self.world.lock:
            user = User(int(token.partition(":")[0]), username, username, is_bot=True)
            self.world.users[user.id] = user
            self.world.bots[token] = Bot(token, user, privacy)
            return self.world.bots[token]

    def add_user(self, id: int, name: str, username: str | None = None, *, language: str | None = None) -> User:  # noqa: A002 - the Bot API's word
        """Register a person."""
        with self.world.lock:
            self.world.users[id] = User(id, name, username, language_code=language)
            return self.world.users[id]

    def add_chat(
        self,
        id: int,  # noqa: A002 - the Bot API's word
        kind: str,
        title: str,
        *,
        forum: bool = False,
        username: str | None = None,
        members: Iterable[int] = (),
        owner: int | None = None,
    ) -> Chat:
        """Make a group, supergroup or channel with users and bots in it, without any update."""
        with self.world.lock:
            chat = Chat(id, kind, title, username, forum)
            for user in members:
                self._seat(chat, user, "member")
            if owner is not None:
                self._seat(chat, owner, "creator")
            self.world.chats[id] = chat
            return chat

    def _seat(self, chat: Chat, user_id: int, standing: str) -> Member:
        bot = self.world.bot_of(user_id)
        hears_all = bot is not None and not bot.privacy
        chat.members[user_id] = Member(self.user_of(user_id), standing, hears_all=hears_all)
        return chat.members[user_id]

    @act
    def add_member(self, chat: int, user: int, *, by: int | None = None) -> None:
        """Let somebody join; a bot hears that it was added, and everybody sees the service message."""
        where = self.chat_of(chat)
        old = where.members.get(user) or Member(self.user_of(user), "left")
        new = self._seat(where, user, "member")
        self._changed(where, old, new, by)
        if where.kind in GROUPS:
            joined = [new.user.json()]
            self.post(by or user, where, {"new_chat_members": joined, "new_chat_member": joined[0]}, service=True)

    @act
    def remove_member(self, chat: int, user: int, *, by: int | None = None, kicked: bool = True) -> None:
        """Remove somebody, or let them leave when not kicked."""
        where = self.chat_of(chat)
        old = where.members[user]
        where.members[user] = new = Member(old.user, "kicked" if kicked else "left")
        self._changed(where, old, new, by)
        if where.kind in GROUPS:
            self.post(by or user, where, {"left_chat_member": new.user.json()}, service=True)

    @act
    def promote(self, /, user: int, chat: int, *, by: int | None = None, **rights: bool) -> None:
        """Make a bot or person an administrator, with the usual rights unless some are named."""
        where = self.chat_of(chat)
        usual = CHANNEL_RIGHTS if where.kind == "channel" else USUAL_RIGHTS
        old = where.members.get(user) or Member(self.user_of(user), "left")
        given = {"can_manage_chat": True, **rights} if rights else dict(usual)
        where.members[user] = new = Member(old.user, "administrator", given, old.hears_all)
        self._changed(where, old, new, by)

    @act
    def demote(self, user: int, chat: int, *, by: int | None = None) -> None:
        """Make an administrator a member again."""
        where = self.chat_of(chat)
        old = where.members[user]
        where.members[user] = new = Member(old.user, hears_all=old.hears_all)
        self._changed(where, old, new, by)

    @act
    def restrict(self, /, user: int, chat: int, *, by: int | None = None, **rights: bool) -> None:
        """Take a member's rights, writing above all."""
        where = self.chat_of(chat)
        old = where.members[user]
        where.members[user] = new = Member(old.user, "restricted", rights, old.hears_all)
        self._changed(where, old, new, by)

    def permit(self, chat: int, **rights: bool) -> None:
        """Set what all members may, as `can_send_messages` or `can_pin_messages`."""
        with self.world.lock:
            self.chat_of(chat).members_may.update(rights)

    def set_privacy(self, on: bool, *, bot: str | None = None) -> None:  # noqa: FBT001 - a switch
        """Change privacy mode; where the bot is, it holds only once it was removed and added again."""
        with self.world.lock:
            self.world.bot(bot).privacy = on

    def deactivates(self, user: int) -> None:
        """Let a user delete their account."""
        with self.world.lock:
            self.user_of(user).deactivated = True

    @act
    def add_topic(self, chat: int, name: str, *, by: int) -> int:
        """Open a forum topic; gives its message_thread_id."""
        where = self.chat_of(chat)
        if not where.forum:
            raise ValueError(f"chat {chat} is no forum")
        number = len(where.messages) + 1
        where.topics[number] = name
        topic = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        place = {"message_thread_id": number, "is_topic_message": True}
        self.post(by, where, {**topic, **place}, service=True)
        return number

    @act
    def migrates(self, group: int, *, by: int | None = None) -> int:
        """Turn a group into a supergroup; gives its number; messages are counted anew there."""
        old = self.chat_of(group)
        if old.kind != "group":
            raise ValueError(f"chat {group} is no group")
        number = FIRST_MIGRATED - self.world.count()
        new = Chat(number, "supergroup", old.title, old.username, members=dict(old.members))
        self.world.chats[number] = new
        author = by or next(user for user in old.members if self.world.bot_of(user) is None)
        self.post(author, old, {"migrate_to_chat_id": number}, service=True)
        old.migrated_to = number
        self.post(author, new, {"migrate_from_chat_id": group}, service=True)
        return number

    def _changed(self, chat: Chat, old: Member, new: Member, by: int | None) -> None:
        """Tell a bot about itself, and bots that administer about others."""
        actor = self.user_of(by) if by is not None else self._actor(chat, new)
        change: Json = {"chat": chat.json(), "from": actor.json(), "date": self.world.now()}
        change["old_chat_member"] = member_json(old, chat.kind)
        change["new_chat_member"] = member_json(new, chat.kind)
        for bot in self.world.bots.values():
            me = chat.member(bot.user.id)
            if bot.user is new.user:
                self.delivery.emit(bot, "my_chat_member", change)
            elif me is not None and me.administers:
                self.delivery.emit(bot, "chat_member", change)

    def _actor(self, chat: Chat, changed: Member) -> User:
        """Give the owner, or else somebody who is there."""
        present = [member for member in chat.members.values() if member.present and not member.user.is_bot]
        owners = [member for member in present if member.standing == "creator"]
        return (owners or present or [changed])[0].user
