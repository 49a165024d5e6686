"""How updates reach a bot: getUpdates, a webhook with several connections, or one by one when a test says so."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from tests.platforms.bot_api.calling import Calling
from tests.platforms.bot_api.pushing import Pusher, Refused
from tests.platforms.bot_api.world import ApiError, Bot, Json, World, bad_request

ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}  # sent only if allowed_updates names them
POLL_TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
POLL_BESIDE_WEBHOOK = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
SECRET_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
MAX_BATCH = 100
MAX_CONNECTIONS = 40
THREADS = 8  # more connections than these are not opened
MAX_WAIT = 50  # seconds, of getUpdates
BACK_OFF = 0.1  # seconds; doubles to a limit
LONGEST_BACK_OFF = 2.0


class Delivery:
    """The updates of every bot, and who takes them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.changed = threading.Condition(world.lock)
        self.deliver_to: tuple[str, str] | None = None
        self.statuses: list[int] = []  # every answer of whoever updates were pushed to; 0 for none
        self.took: list[float] = []  # seconds until each of those answers that `deliver` waited for
        self.patience = 10.0  # seconds
        self.closing = False
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._webhooks: dict[str, Webhook] = {}
        self._pushing = threading.Lock()

    def emit(self, bot: Bot, kind: str, payload: Json) -> None:
        """Give a bot an update, if it asked for that kind."""
        if kind not in bot.allowed if bot.allowed else kind in ON_REQUEST:
            return
        update = {"update_id": bot.next_update_id, kind: payload}
        bot.next_update_id += 1
        bot.last_update = update
        self.offer(bot, update)

    def offer(self, bot: Bot, update: Json) -> None:
        """Put an update, new or again, before whoever takes the bot's updates."""
        bot.pending.append(update)
        self.wake()

    def wake(self) -> None:
        """Let whoever waits for updates look again."""
        with self.changed:
            self.changed.notify_all()
        for loop, event in list(self._waiting):
            loop.call_soon_threadsafe(event.set)

    def allow(self, bot: Bot, kinds: list[str] | None) -> None:
        """Note which updates a bot wants; what came before stays."""
        if kinds is not None:
            bot.allowed = frozenset(kinds) or None

    async def get_updates(self, call: Calling) -> list[Json]:
        """https://core.telegram.org/bots/api#getupdates."""
        bot, given = call.bot, call.parameters
        if bot.webhook.get("url"):
            raise ApiError(409, f"Conflict: {POLL_BESIDE_WEBHOOK}")
        with self.world.lock:
            self.allow(bot, given.read("allowed_updates"))
            bot.poll += 1
            _confirm(bot, given.number("offset", 0) or 0)
        self.wake()
        limit = min(given.number("limit", MAX_BATCH) or MAX_BATCH, MAX_BATCH)
        deadline = time.monotonic() + min(given.number("timeout", 0) or 0, MAX_WAIT)
        return await self._poll(bot, bot.poll, limit, deadline)

    async def _poll(self, bot: Bot, poll: int, limit: int, deadline: float) -> list[Json]:
        with self._woken() as woken:
            while True:
                woken.clear()
                if bot.poll != poll:
                    raise ApiError(409, f"Conflict: {POLL_TERMINATED}")
                left = deadline - time.monotonic()
                if bot.again or bot.pending or left <= 0 or self.closing:
                    return self._batch(bot, limit)
                await _until(woken, left)

    def _batch(self, bot: Bot, limit: int) -> list[Json]:
        with self.world.lock:
            again, bot.again = bot.again, []
            return [*again, *bot.pending[:limit]]

    async def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the end of the double."""
        deadline = time.monotonic() + seconds
        with self._woken() as woken:
            while (left := deadline - time.monotonic()) > 0 and not self.closing:
                woken.clear()
                await _until(woken, left)

    @contextmanager
    def _woken(self) -> Iterator[asyncio.Event]:
        waiting = (asyncio.get_running_loop(), asyncio.Event())
        self._waiting.add(waiting)
        try:
            yield waiting[1]
        finally:
            self._waiting.discard(waiting)

    def set_webhook(self, call: Calling) -> Literal[True]:
        """https://core.telegram.org/bots/api#setwebhook — plain HTTP is fine here."""
        given, bot = call.parameters, call.bot
        url, secret = given.text("url"), given.text("secret_token")
        if url and not url.startswith(("http://", "https://")):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not set(secret) <= SECRET_CHARACTERS:
            raise bad_request("secret token contains unallowed characters")
        self.allow(bot, given.read("allowed_updates"))
        if given.flag("drop_pending_updates"):
            bot.pending.clear()
        self._stop_webhook(bot)
        bot.webhook = {"url": url, "max_connections": given.number("max_connections", MAX_CONNECTIONS)} if url else {}
        if url:
            bot.poll += 1
            self._webhooks[bot.token] = Webhook(self, bot, Pusher(url, secret, lambda: self.patience))
        self.wake()
        return True

    def delete_webhook(self, call: Calling) -> Literal[True]:
        """https://core.telegram.org/bots/api#deletewebhook."""
        if call.parameters.flag("drop_pending_updates"):
            call.bot.pending.clear()
        self._stop_webhook(call.bot)
        call.bot.webhook = {}
        return True

    def get_webhook_info(self, call: Calling) -> Json:
        """https://core.telegram.org/bots/api#getwebhookinfo."""
        shown = {"url": "", "has_custom_certificate": False, "pending_update_count": len(call.bot.pending)}
        shown.update(call.bot.webhook)
        if call.bot.allowed:
            shown["allowed_updates"] = sorted(call.bot.allowed)
        return shown

    def _stop_webhook(self, bot: Bot) -> None:
        webhook = self._webhooks.pop(bot.token, None)
        if webhook is not None:
            webhook.stopped = True
            self.wake()

    def deliver(self) -> list[int]:
        """Push what the first bot has pending, in order; stop at an answer other than 2xx, as it is due again."""
        if self.deliver_to is None:
            return []
        answers: list[int] = []
        with self._pushing:
            pusher = Pusher(*self.deliver_to, lambda: self.patience)
            try:
                self._push_all(self.world.bot(), pusher, answers)
            finally:
                pusher.close()
        self.statuses.extend(answers)
        return answers

    def _push_all(self, bot: Bot, pusher: Pusher, answers: list[int]) -> None:
        while bot.pending:
            update, begun = bot.pending[0], time.monotonic()
            try:
                answers.append(pusher.push(json.dumps(update).encode()))
            except Refused:
                answers.append(0)
            self.took.append(time.monotonic() - begun)
            if not taken(answers[-1]):
                return
            with self.world.lock:
                bot.pending.remove(update)

    def settle(self, timeout: float) -> None:
        """Wait until every update was taken; raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while any(bot.pending for bot in list(self.world.bots.values())):
            if time.monotonic() > deadline:
                raise TimeoutError("updates are still pending")
            self.deliver()
            with self.changed:
                self.changed.wait(0.02)

    def close(self) -> None:
        """Stop every delivery."""
        self.closing = True
        self.stop()

    def clear(self) -> None:
        """Deliver nothing to nobody, as in the beginning."""
        self.stop()
        self.deliver_to = None
        self.statuses.clear()
        self.took.clear()

    def stop(self) -> None:
        """End the webhooks and every poll."""
        for bot in self.world.bots.values():
            bot.poll += 1
        stopped = list(self._webhooks.values())
        for bot in self.world.bots.values():
            self._stop_webhook(bot)
        self.wake()
        for webhook in stopped:
            webhook.join()


def taken(status: int) -> bool:
    """Tells whether an answer means that the update arrived."""
    return 200 <= status < 300


def _confirm(bot: Bot, offset: int) -> None:
    if offset < 0:
        del bot.pending[:offset]
    elif offset:
        bot.pending[:] = [update for update in bot.pending if update["update_id"] >= offset]


async def _until(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def queue_of(update: Json) -> int:
    """Name the queue of an update: those of one chat go out one after the other."""
    payload = next(value for name, value in update.items() if name != "update_id")
    chat = payload.get("chat") or payload.get("message", {}).get("chat") or payload.get("from", {})
    return int(chat.get("id", 0))


class Webhook:
    """The threads that push one bot's updates: chats beside one another, one chat's updates in order."""

    def __init__(self, delivery: Delivery, bot: Bot, pusher: Pusher) -> None:
        self._delivery = delivery
        self._bot = bot
        self._busy: set[int] = set()
        self._failures: dict[int, tuple[float, float]] = {}  # queue: not before, back-off
        self.stopped = False
        count = min(THREADS, bot.webhook["max_connections"])
        self._threads = [threading.Thread(target=self._work, args=(pusher.again(),), daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait for the threads to end."""
        for thread in self._threads:
            thread.join(5)

    def _work(self, pusher: Pusher) -> None:
        try:
            while not self.stopped:
                update = self._next()
                if update is not None:
                    self._push(pusher, update)
        finally:
            pusher.close()

    def _next(self) -> Json | None:
        """Take the first update whose chat has none under way; wait a little when there is none."""
        with self._delivery.changed:
            now = time.monotonic()
            for update in self._bot.pending:
                queue = queue_of(update)
                if queue not in self._busy and self._failures.get(queue, (0.0, 0.0))[0] <= now:
                    self._busy.add(queue)
                    return update
            if not self.stopped:
                self._delivery.changed.wait(BACK_OFF if self._failures else 1.0)
            return None

    def _push(self, pusher: Pusher, update: Json) -> None:
        why = _failure(lambda: pusher.push(json.dumps(update).encode()), self._delivery.statuses)
        queue = queue_of(update)
        with self._delivery.changed:
            self._busy.discard(queue)
            if why:
                wait = min(LONGEST_BACK_OFF, self._failures.get(queue, (0.0, BACK_OFF / 2))[1] * 2)
                self._failures[queue] = (time.monotonic() + wait, wait)
                self._bot.webhook.update(last_error_date=self._delivery.world.now(), last_error_message=why)
            else:
                self._failures.pop(queue, None)
                _take(self._bot, update)
            self._delivery.changed.notify_all()


def _take(bot: Bot, update: Json) -> None:
    if update in bot.pending:
        bot.pending.remove(update)


def _failure(push: Callable[[], int], statuses: list[int]) -> str:
    """Say why an update did not arrive; empty when it did."""
    try:
        status = push()
    except Refused as refused:
        statuses.append(0)
        return str(refused)
    statuses.append(status)
    return "" if taken(status) else f"Wrong response from the webhook: {status}"
