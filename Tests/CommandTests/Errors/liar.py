"""A policy that does what its argument says, to the first decision or to the end."""
import json
import os
import sys
import time

mode = sys.argv[1]
answers = {
    "subnet": '{"message": "choose", "subnet": "aa", "batch": 1}',
    "negative": '{"message": "choose", "subnet": "a", "batch": -3}',
    "nan": '{"message": "choose", "subnet": "a", "batch": NaN}',
    "query": '{"message": "choose", "subnet": "a", "queries": [0, 7]}',
    "twice": '{"message": "choose", "subnet": "a", "queries": [0, 0]}',
    "device": '{"message": "choose", "subnet": "a", "batch": 1, "device": 5}',
    "load": '{"message": "choose", "subnet": "a", "batch": 1, "load": "gone"}',
    "key": '{"message": "choose", "subnet": "a", "bach": 1}',
    "word": '{"message": "chose", "subnet": "a", "batch": 1}',
    "past": '{"message": "wait", "until_ps": 0}',
    "empty": '{"message": "drop", "queries": []}',
    "babble": "Let me think about that.",
    "refuses": '{"message": "error", "text": "only one device, please"}',
}
for line in sys.stdin:
    message = json.loads(line)["message"]
    if message == "hello":
        if mode == "version":
            print('{"message": "ready", "protocol": "umemaki.policy/9"}', flush=True)
        else:
            print('{"message": "ready"}', flush=True)
    elif message == "decide":
        if mode == "dies":
            raise ValueError("no such luck")
        if mode == "killed":
            os.kill(os.getpid(), 9)
        if mode == "silent":
            time.sleep(1000)
        if mode == "long":
            print("x" * 3000000, flush=True)
        print(answers.get(mode, '{"message": "choose", "subnet": "a", "batch": 1}'), flush=True)
    elif message == "bye" and mode == "fails":
        sys.exit("I disagree")
    elif message == "bye" and mode == "stays":
        time.sleep(1000)
