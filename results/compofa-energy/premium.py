"""What a compound space costs at equal accuracy: the least energy and latency of both spaces, from CSV of four sweeps.

usage: premium.py OFA-ENERGY COMPOFA-ENERGY OFA-LATENCY COMPOFA-LATENCY >premium.csv
"""
import csv
import sys


def rows(path):
    with open(path, newline="") as file:
        return [row for row in csv.DictReader(file) if row["status"] == "ok"]


def least(points, figure, accuracy):
    return min(float(row[figure]) for row in points if float(row["accuracy"]) >= accuracy)


by_energy = [rows(path) for path in sys.argv[1:3]]
by_latency = [rows(path) for path in sys.argv[3:5]]
print("accuracy,ofa_energy_j,compofa_energy_j,energy_ratio,ofa_latency_s,compofa_latency_s,latency_ratio")
for step in range(11):
    accuracy = 0.71 + step * 0.005
    if accuracy > 0.7651:
        break
    cells = [f"{accuracy:.3f}"]
    for spaces, figure in ((by_energy, "energy_j"), (by_latency, "latency_s")):
        whole, compound = (least(space, figure, accuracy) for space in spaces)
        cells += [f"{whole:.4g}", f"{compound:.4g}", f"{compound / whole:.4f}"]
    print(",".join(cells))
