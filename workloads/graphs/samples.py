"""Writes samples.h5: made-up samples for the scenarios that search thresholds, cut-offs and ensembles.

    python3 workloads/graphs/samples.py

Synthetic: no network has seen anything. A sample has a hardness from 0 to 1 that all models share; a model of
strength s is right with the chance 1 - hardness ** (1 + 3 s), and the more confident the likelier it is right.
Risks and scores of two classes are the truth plus noise that falls with the strength. Needs h5py; the same
numbers every time.
"""

import os
import random

import h5py

COUNT = 2000
STRENGTH = {"small": 0.3, "middle": 0.55, "large": 0.9}
STAGES = {"ill": 0.35, "ill_closer": 0.2, "critical": 0.35, "critical_closer": 0.2}
# Noise of the scores of four models of a zoo, of which two hear alike.
ZOO = {"lead1": 0.55, "lead2": 0.65, "lead3": 0.6, "lead4": 0.9}


def main():
    draw = random.Random(22)
    hard = [draw.random() for _ in range(COUNT)]
    columns = {}
    for name, strength in STRENGTH.items():
        sure = [1 - value ** (1 + 3 * strength) for value in hard]
        correct = [int(draw.random() < value) for value in sure]
        columns[f"{name}_correct"] = correct
        columns[f"{name}_confidence"] = [
            min(1.0, max(0.0, 0.5 * value + 0.3 * right + 0.2 * draw.random()))
            for value, right in zip(sure, correct)
        ]
    # Healthy, ill or critical: who is critical is ill.
    state = [draw.choices([0, 1, 2], [70, 20, 10])[0] for _ in range(COUNT)]
    for name, noise in STAGES.items():
        least = 1 if name.startswith("ill") else 2
        risk = [
            min(1.0, max(0.0, (0.75 if value >= least else 0.25) + noise * draw.gauss(0, 0.6)))
            for value in state
        ]
        columns[f"{name}_risk"] = risk
        columns[f"{name}_correct"] = [
            int((value >= 0.5) == (own >= least)) for value, own in zip(risk, state)
        ]
    columns["labels"] = [int(value > 0) for value in state]
    shared = [draw.gauss(0, 1) for _ in range(COUNT)]
    for name, noise in ZOO.items():
        columns[name] = [
            label + noise * (0.8 * common + 0.6 * draw.gauss(0, 1) if name in ("lead1", "lead2") else draw.gauss(0, 1))
            for label, common in zip(columns["labels"], shared)
        ]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "samples.h5")
    with h5py.File(path, "w") as file:
        file.attrs["source"] = "synthetic, made by samples.py"
        for name, values in columns.items():
            isflag = name == "labels" or name.endswith("_correct")
            file.create_dataset(
                name, data=values, dtype="i1" if isflag else "f4", compression="gzip", shuffle=True
            )


main()
