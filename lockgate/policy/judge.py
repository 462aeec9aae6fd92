"""Asking OPA: one question, one answer, and every way in which there is none."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from lockgate.errors import InputError, NoDecision
from lockgate.policy.opa import Remote

_BASE_SECONDS = 10.0
_SECONDS_A_RESOURCE = 0.004
_MOST_WORDS = 300
_QUESTION = {"provenance": "true", "strict-builtin-errors": "true"}
# Without strict-builtin-errors a built-in that fails (a malformed date, say) makes its rule undefined.


def patience(resources: int) -> float:
    """Seconds to wait for a decision on a plan of this many resources: some 50 times what it takes."""
    return _BASE_SECONDS + _SECONDS_A_RESOURCE * resources


def load() -> None:
    """Import the client: 0.2 s, best spent while OPA starts.

    The package's own ``__init__`` also loads the asynchronous client, and aiohttp with it, which takes as
    long again. So its parent is held open without being run, and forgotten: who imports it gets it whole.
    """
    if "opa_client.opa" in sys.modules:
        return
    whole = sys.modules.get("opa_client")
    spec = importlib.util.find_spec("opa_client")
    if whole is None and spec is not None:
        sys.modules["opa_client"] = importlib.util.module_from_spec(spec)
    try:
        importlib.import_module("opa_client.opa")
    finally:
        if whole is None:
            sys.modules.pop("opa_client", None)


def ask(remote: Remote, document: Mapping[str, Any], *, seconds: float, where: str, ours: bool) -> Any:
    """OPA's answer to ``document`` as decoded JSON. Raises NoDecision when there is none within ``seconds``.

    ``ours`` is the server that this process started: it is reached directly, whatever proxy is configured.
    Nothing is retried once the question has been sent.
    """
    import requests

    client = _client(remote, seconds=seconds, ours=ours)
    try:
        return _within(seconds, lambda: client.query_rule(dict(document), "lockgate/main", "findings", dict(_QUESTION)))
    except requests.exceptions.JSONDecodeError:
        raise NoDecision(f"{where} answered with something that is not JSON. Is it an OPA server?") from None
    except requests.exceptions.InvalidJSONError as error:
        raise InputError(f"the plan cannot be sent as JSON: {error}. Record it again.") from None
    except requests.exceptions.HTTPError as error:
        raise NoDecision(_refused(where, error.response)) from None
    except requests.exceptions.TooManyRedirects:
        raise NoDecision(f"{where} redirects: a decision is taken only from the server that was asked.") from None
    except (requests.exceptions.Timeout, TimeoutError):
        raise NoDecision(
            f"{where} did not decide within {seconds:.0f} s. Nothing is allowed without a decision."
        ) from None
    except requests.exceptions.RequestException as error:
        raise NoDecision(f"{where} cannot be reached, or broke off: {_root(error)}.") from None
    finally:
        client.close_connection()


def _client(remote: Remote, *, seconds: float, ours: bool) -> Any:
    load()
    OpaClient: Any = sys.modules["opa_client.opa"].OpaClient  # noqa: N806 - a class

    class Client(OpaClient):  # type: ignore[misc]
        def _init_session(self) -> Any:
            session = super()._init_session()
            session.max_redirects = 0
            session.trust_env = not ours
            session.auth = _as_it_is  # or requests would take a password for the host out of ~/.netrc
            return session

    host = f"[{remote.host}]" if ":" in remote.host else remote.host
    # ssl is handed to requests as ``verify``, so that it takes a CA file as well as True.
    ssl: Any = (remote.ca or True) if remote.scheme == "https" else False
    return Client(host=host, port=remote.port, ssl=ssl, token=remote.token, retries=0, timeout=seconds)


def _as_it_is(request: Any) -> Any:
    return request


def _within(seconds: float, call: Callable[[], Any]) -> Any:
    """The result of ``call``; TimeoutError when it takes longer, also when bytes go on trickling in."""
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            failure.append(error)

    thread = threading.Thread(target=run, name="lockgate-ask", daemon=True)
    thread.start()
    thread.join(seconds + 0.5)
    if failure:
        raise failure[0]
    if not outcome:
        raise TimeoutError
    return outcome[0]


def _refused(where: str, response: Any) -> str:
    """OPA's own words for a status that is not 200, shortened."""
    words = ""
    try:
        body = response.json()
        words = str(body["message"])
        first = body["errors"][0]
        words += f": {first['message']}"
        place = f"{first['location']['file']}:{first['location']['row']}"
        words += "" if place in words else f" at policies/{place}"
    except (ValueError, KeyError, TypeError, IndexError):
        words = words or response.text.strip() or response.reason
    words = " ".join(words.split())[:_MOST_WORDS]
    hint = " Check OPA_TOKEN." if response.status_code in {401, 403} else ""
    return f"{where} answered {response.status_code}: {words}.{hint} Nothing is allowed without a decision."


def _root(error: BaseException) -> str:
    """The innermost reason of a chain of network errors, in a few words."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error)[:200] or type(error).__name__
