"""A scheduler or caching policy as a class: the protocol `umemaki.policy/1` over standard input and output.

    from umemaki.policy import Choose, Policy, Snapshot, main

    class Fastest(Policy):
        def decide(self, ask: Snapshot) -> Choose:
            return Choose(self.profile.fastest(ask.held), batch=1)

    if __name__ == "__main__":
        main(Fastest)

A scenario names it as `policy: {kind: process, command: [python3, fastest.py]}`. Times are whole picoseconds of virtual
time. Standard output belongs to the protocol; what a policy prints goes to standard error.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any, Callable, Iterable, Mapping, TextIO

from umemaki.messages import (
    PROTOCOL, Answer, Choose, Device, Done, Drop, Hello, Hold, Model, Profile, Query, Served, Snapshot, Subgraph,
    Subnet, Wait)

__all__ = [
    "PROTOCOL", "Answer", "Choose", "Device", "Done", "Drop", "Hello", "Hold", "Model", "Policy", "Profile", "Query",
    "Served", "Snapshot", "Subgraph", "Subnet", "Wait", "converse", "main"]


class Policy:
    """A policy. A scheduler has `decide`, a caching policy `served`; one object serves one run with one seed."""

    hello: Hello
    """What was said first."""
    profile: Profile
    """The profile table."""
    options: Mapping[str, bool | int | float | str]
    """The options of the scenario."""

    def ready(self, hello: Hello) -> None:
        """Before the first question, for preparations; `profile` and `options` are there already."""

    def decide(self, ask: Snapshot) -> Answer:
        """What an idle device does, of a scheduler."""
        raise NotImplementedError(f"{type(self).__name__} has no `decide`, which a scheduler needs")

    def done(self, event: Done) -> None:
        """A batch is through; told to classes that have this method of their own."""

    def served(self, event: Served) -> Hold:
        """What to hold after a query, of a caching policy."""
        raise NotImplementedError(f"{type(self).__name__} has no `served`, which a caching policy needs")


def _hello(found: Mapping[str, Any]) -> Hello:
    if found["protocol"] != PROTOCOL:
        raise ValueError(f"the protocol is {found['protocol']}, expected {PROTOCOL}")
    return Hello(
        found["role"], found["seed"], found["devices"], found["options"], Profile.of(found["profile"]),
        tuple(found.get("device_kinds", ())),
        tuple(
            Model(one["name"], tuple(one["subnets"]), one["bytes"], one["pinned"])
            for one in found.get("models", ())))


_WORDS: dict[type, str] = {Choose: "choose", Drop: "drop", Wait: "wait", Hold: "hold"}


def _words(answer: Any, *kinds: type) -> dict[str, Any]:
    if type(answer) not in kinds:
        names = ", ".join(kind.__name__ for kind in kinds)
        raise TypeError(f"expected one of {names} as the answer, found {answer!r}"[:200])
    members = {name: value for name, value in vars(answer).items() if value is not None}
    return {"message": _WORDS[type(answer)], **members}


def converse(policy: Policy, lines: Iterable[str], answer: Callable[[dict[str, Any]], None]) -> None:
    """Answers the messages in `lines` with what `policy` says, up to `bye` or their end."""
    needed = {"scheduler": "decide", "caching": "served"}
    for line in lines:
        found = json.loads(line)
        message = found["message"]
        if message == "hello":
            policy.hello = _hello(found)
            policy.profile, policy.options = policy.hello.profile, policy.hello.options
            method = needed.get(policy.hello.role, "decide")
            if getattr(type(policy), method) is getattr(Policy, method):
                raise NotImplementedError(
                    f"{type(policy).__name__} has no `{method}`, which a {policy.hello.role} policy needs")
            policy.ready(policy.hello)
            events = ["done"] if type(policy).done is not Policy.done else []
            answer({"message": "ready", "protocol": PROTOCOL, "events": events})
        elif message == "decide":
            answer(_words(policy.decide(Snapshot.of(found)), Choose, Drop, Wait))
        elif message == "served":
            event = Served(found["now_ps"], found["subnet"], found["subgraph"])
            answer(_words(policy.served(event), Hold))
        elif message == "done":
            policy.done(Done(
                found["now_ps"], found["device"], found["subnet"], tuple(found["queries"])))
        elif message == "bye":
            return


def main(policy: Callable[[], Policy]) -> None:
    """Runs a policy as the process of a scenario: `policy` is the class, or a function that makes an object.

    An exception ends the run: its traceback goes to standard error, and the program names it with its file and line.
    """
    channel: TextIO = sys.stdout
    sys.stdout = sys.stderr

    def answer(members: dict[str, Any]) -> None:
        channel.write(json.dumps(members) + "\n")
        channel.flush()

    try:
        converse(policy(), sys.stdin, answer)
    except (BrokenPipeError, KeyboardInterrupt):
        # The program is gone; there is nobody to tell.
        sys.exit(1)
    except Exception as error:
        traceback.print_exc()
        frames = traceback.extract_tb(error.__traceback__)
        place = next((frame for frame in reversed(frames) if frame.filename != __file__), None)
        where = f"{place.filename}:{place.lineno}: " if place else ""
        answer({"message": "error", "text": f"{where}{type(error).__name__}: {error}"})
        sys.exit(1)
    finally:
        sys.stdout = channel
