"""What a compound space costs at equal accuracy, and how much energy and latency vary, from CSV of four sweeps.

usage: tables.py FOLDER OFA-ENERGY COMPOFA-ENERGY OFA-LATENCY COMPOFA-LATENCY
writes FOLDER/premium.csv, the least energy and latency that reach an accuracy, and FOLDER/spread.csv, the standard deviation
of energy and latency per multiply-accumulate over its mean, for the points of the sweep by that figure.
"""
import csv
import statistics
import sys

FIGURES = ("energy_j", "latency_s")


def rows(path):
    with open(path, newline="") as file:
        return [row for row in csv.DictReader(file) if row["status"] in ("ok", "infeasible") and row["macs"]]


def least(points, figure, accuracy):
    return min(float(row[figure]) for row in points if row["status"] == "ok" and float(row["accuracy"]) >= accuracy)


def spread(points, figure):
    values = [float(row[figure]) / int(row["macs"]) for row in points]
    return statistics.pstdev(values) / statistics.fmean(values)


def main():
    folder, *paths = sys.argv[1:]
    spaces = {"energy_j": [rows(path) for path in paths[:2]], "latency_s": [rows(path) for path in paths[2:]]}
    with open(f"{folder}/premium.csv", "w") as file:
        print("accuracy,ofa_energy_j,compofa_energy_j,energy_ratio,ofa_latency_s,compofa_latency_s,latency_ratio", file=file)
        for step in range(11):
            accuracy = 0.71 + step * 0.005
            cells = [f"{accuracy:.3f}"]
            for figure in FIGURES:
                whole, compound = (least(space, figure, accuracy) for space in spaces[figure])
                cells += [f"{whole:.4g}", f"{compound:.4g}", f"{compound / whole:.4f}"]
            print(",".join(cells), file=file)
    with open(f"{folder}/spread.csv", "w") as file:
        print("space,figure,points,deviation_over_mean", file=file)
        for figure in FIGURES:
            for name, points in zip(("ofa", "compofa"), spaces[figure]):
                print(f"{name},{figure},{len(points)},{spread(points, figure):.4f}", file=file)


if __name__ == "__main__":
    main()
