"""Messages of Pub/Sub through google-cloud-pubsub, and pushes to a real socket."""

from __future__ import annotations

import base64
import http.server
import json
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherRestTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberRestTransport

TOPIC, SUB = "projects/demo-project/topics/budget", "projects/demo-project/subscriptions/guard"


@pytest.fixture
def clients(emulator: Any) -> tuple[PublisherClient, SubscriberClient]:
    how: dict[str, Any] = {
        "host": f"127.0.0.1:{emulator.port}/pubsub",
        "url_scheme": "http",
        "credentials": AnonymousCredentials(),
    }
    return PublisherClient(transport=PublisherRestTransport(**how)), SubscriberClient(
        transport=SubscriberRestTransport(**how)
    )


def _ready(clients: tuple[PublisherClient, SubscriberClient], **more: Any) -> None:
    clients[0].create_topic(name=TOPIC)
    clients[1].create_subscription(request={"name": SUB, "topic": TOPIC, **more})


def test_a_message_is_leased_given_back_and_acknowledged(clients: Any) -> None:
    publisher, subscriber = clients
    _ready(clients)
    sent = publisher.publish(topic=TOPIC, messages=[{"data": b"one", "attributes": {"k": "v"}}, {"data": b"two"}])
    got = subscriber.pull(subscription=SUB, max_messages=10).received_messages
    assert [m.message.message_id for m in got] == list(sent.message_ids)
    assert (got[0].message.data, got[0].message.attributes["k"]) == (b"one", "v")
    assert not subscriber.pull(subscription=SUB, max_messages=10).received_messages
    subscriber.modify_ack_deadline(subscription=SUB, ack_ids=[got[1].ack_id], ack_deadline_seconds=0)
    again = subscriber.pull(subscription=SUB, max_messages=10).received_messages
    assert [m.message.data for m in again] == [b"two"]
    subscriber.acknowledge(subscription=SUB, ack_ids=[got[0].ack_id, again[0].ack_id])
    assert not subscriber.pull(subscription=SUB, max_messages=10).received_messages


def test_what_is_published_before_a_subscription_is_not_in_it(clients: Any) -> None:
    clients[0].create_topic(name=TOPIC)
    clients[0].publish(topic=TOPIC, messages=[{"data": b"early"}])
    clients[1].create_subscription(name=SUB, topic=TOPIC)
    assert not clients[1].pull(subscription=SUB, max_messages=1).received_messages


def test_a_filter_lets_through_what_it_names(clients: Any) -> None:
    _ready(clients, filter='attributes.tier = "high" OR hasPrefix(attributes.tier, "med")')
    for tier in ("high", "low", "medium"):
        clients[0].publish(topic=TOPIC, messages=[{"data": b"x", "attributes": {"tier": tier}}])
    got = clients[1].pull(subscription=SUB, max_messages=10).received_messages
    assert [m.message.attributes["tier"] for m in got] == ["high", "medium"]


def test_an_empty_message_and_an_unknown_topic_are_refused(clients: Any) -> None:
    _ready(clients)
    with pytest.raises(exceptions.BadRequest, match="empty"):
        clients[0].publish(topic=TOPIC, messages=[{}])
    with pytest.raises(exceptions.NotFound):
        clients[0].publish(topic=TOPIC + "x", messages=[{"data": b"x"}])


def test_messages_survive_a_saved_state_and_go_with_their_subscription(clients: Any, emulator: Any) -> None:
    _ready(clients)
    clients[0].publish(topic=TOPIC, messages=[{"data": b"kept"}])
    saved = emulator.ok("GET", "/_state")
    emulator.ok("POST", "/_reset", {})
    emulator.ok("PUT", "/_state", saved)
    assert clients[1].pull(subscription=SUB, max_messages=1).received_messages[0].message.data == b"kept"
    clients[1].delete_subscription(subscription=SUB)
    clients[1].create_subscription(name=SUB, topic=TOPIC)
    assert not clients[1].pull(subscription=SUB, max_messages=1).received_messages


@pytest.fixture
def endpoint() -> Iterator[tuple[str, queue.Queue[Any], list[int]]]:
    """(URL, what was received, the status to answer with)."""
    received: queue.Queue[Any] = queue.Queue()
    status = [204]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            del args

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/push", received, status
    server.shutdown()
    server.server_close()


def _pulled(clients: Any, wanted: int) -> list[bytes]:
    """What is in the queue, once it has as many messages as wanted, or after a second."""
    until = time.monotonic() + 1
    while True:
        got = [m.message.data for m in clients[1].pull(subscription=SUB, max_messages=10).received_messages]
        if len(got) == wanted or time.monotonic() > until:
            return got
        time.sleep(0.02)


def test_a_push_that_is_taken_acknowledges(clients: Any, endpoint: Any) -> None:
    url, received, _ = endpoint
    _ready(clients, push_config={"push_endpoint": url})
    clients[0].publish(topic=TOPIC, messages=[{"data": b"cost", "attributes": {"budgetId": "b"}}])
    letter = received.get(timeout=5)
    assert base64.b64decode(letter["message"]["data"]) == b"cost"
    assert letter["message"]["attributes"] == {"budgetId": "b"}
    assert letter["message"]["messageId"] == letter["message"]["message_id"]
    assert letter["subscription"] == SUB


def test_a_push_that_is_refused_stays_and_is_not_tried_again(clients: Any, endpoint: Any) -> None:
    url, received, status = endpoint
    status[0] = 500
    _ready(clients, push_config={"push_endpoint": url})
    clients[0].publish(topic=TOPIC, messages=[{"data": b"cost"}])
    received.get(timeout=5)
    assert _pulled(clients, 1) == [b"cost"]
    assert received.empty()


def test_nothing_is_pushed_to_other_machines(clients: Any, emulator: Any) -> None:
    _ready(clients, push_config={"push_endpoint": "https://203.0.113.7/push"})
    clients[0].publish(topic=TOPIC, messages=[{"data": b"stays"}])
    time.sleep(0.1)
    assert emulator.cloud.outbox == []
    assert _pulled(clients, 1) == [b"stays"]
