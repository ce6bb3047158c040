"""A policy or a program of a virtual device that makes mistakes: `wrong_process.py SEED PROGRAM.py`.

Starts the program with Python, hands its lines on, and changes, delays, repeats, joins or leaves out some of them.
"""

import os
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from fuzzing import bytes_of  # noqa: E402

draw = random.Random(sys.argv[1])
share = draw.choice([0.002, 0.02, 0.2, 1])
how_many = draw.choice([1, 1, 1, 10**9])
child = subprocess.Popen([sys.executable, *sys.argv[2:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def hand_on():
    for line in sys.stdin.buffer:
        try:
            child.stdin.write(line)
            child.stdin.flush()
        except OSError:
            return
    try:
        child.stdin.close()
    except OSError:
        pass


threading.Thread(target=hand_on, daemon=True).start()
done = 0
for line in child.stdout:
    if done < how_many and draw.random() < share:
        done += 1
        how = draw.randrange(12)
        if how < 6:
            line = bytes_of.document(draw, line.rstrip(b"\n")).replace(b"\n", b"") + b"\n"
        elif how == 6:
            line = bytes_of.flip(draw, line)
        elif how == 7:
            line = line * draw.choice([2, 3])
        elif how == 8:
            line = b""
        elif how == 9:
            line = line.rstrip(b"\n") + b" " * draw.choice([1, 10**5, 3 * 10**6]) + b"\n"
        elif how == 10:
            time.sleep(draw.choice([0.01, 0.2]))
        else:
            os._exit(draw.choice([0, 1, 3]))
    try:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except OSError:
        break
child.kill()
