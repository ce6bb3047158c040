#!/usr/bin/env python3
"""Fits the constants of a tensor-core array on measured matrix products.

    scripts/fit_device.py kernels.csv --peak 312e12 --bandwidth 2039e9 --cores 108

The table has the columns m, n, k (tokens, output features, input features) and us, the time in microseconds;
operands have --bytes bytes per element. Prints the keys `compute`, `bandwidth`, `start`, `small_tile_exponent`,
`ramp` and `overlap_exponent` with the mean of the absolute relative errors, beside those of the data sheet's
roofline, max(2 m n k / peak, bytes / bandwidth). The search is the simplex of Nelder and Mead (1965).
"""
import argparse
import csv
import math
import sys

TILES = [(256, 128), (128, 256), (128, 128), (128, 64), (64, 128), (64, 64)]


def read(path):
    with open(path, newline="") as file:
        rows = [tuple(float(row[key]) for key in ("m", "n", "k", "us")) for row in csv.DictReader(file)]
    if not rows or any(value <= 0 for row in rows for value in row):
        sys.exit(f"{path}: expected rows of m, n, k and us, all above 0")
    return rows


class Device:
    def __init__(self, peak, bandwidth, cores, width, rows):
        self.bandwidth = bandwidth
        self.peak = peak
        self.rows = []
        for m, n, k, us in rows:
            # Waves x elements of a tile, for every tile shape: what no constant changes.
            work = [
                (math.ceil(math.ceil(m / r) * math.ceil(n / c) / cores) * r * c, r * c / 32768)
                for r, c in TILES
            ]
            self.rows.append((work, k, width * (m * k + k * n + m * n), 2 * m * n * k, us))
        self.rate = peak / 2 / cores

    def error(self, constants):
        compute, share, exponent, start, ramp, overlap = constants
        if not (0.05 < compute <= 1 and 0.05 < share <= 1 and 0 <= exponent <= 1 and start >= 0
                and 0 <= ramp <= 65536 and 1 <= overlap <= 64):
            return math.inf
        total = 0.0
        for work, k, moved, _, us in self.rows:
            tile = min(elements / size**exponent for elements, size in work)
            array = tile * (k + ramp) / (self.rate * compute)
            link = moved / (self.bandwidth * share)
            longer, shorter = max(array, link), min(array, link)
            found = longer * (1 + (shorter / longer) ** overlap) ** (1 / overlap) * 1e6 + start
            total += abs(found / us - 1)
        return total / len(self.rows)

    def roofline(self):
        total = 0.0
        for _, _, moved, operations, us in self.rows:
            found = max(operations / self.peak, moved / self.bandwidth) * 1e6
            total += abs(found / us - 1)
        return total / len(self.rows)


def simplex(function, start, steps):
    points = [list(start)]
    for index, value in enumerate(start):
        moved = list(start)
        moved[index] = value * 1.1 if value else 0.05
        points.append(moved)
    values = [function(point) for point in points]
    for _ in range(steps):
        order = sorted(range(len(points)), key=values.__getitem__)
        points, values = [points[i] for i in order], [values[i] for i in order]
        if values[-1] - values[0] < 1e-7:
            break
        centre = [sum(axis) / (len(points) - 1) for axis in zip(*points[:-1])]

        def along(factor):
            point = [c + factor * (c - w) for c, w in zip(centre, points[-1])]
            return point, function(point)

        point, value = along(1)
        if value < values[0]:
            further = along(2)
            point, value = further if further[1] < value else (point, value)
        elif value >= values[-2]:
            point, value = along(-0.5)
            if value >= values[-1]:
                best = points[0]
                points = [best] + [[(b + p) / 2 for b, p in zip(best, p)] for p in points[1:]]
                values = [values[0]] + [function(p) for p in points[1:]]
                continue
        points[-1], values[-1] = point, value
    return points[0], values[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("table")
    parser.add_argument("--peak", type=float, required=True, help="operations per second, dense")
    parser.add_argument("--bandwidth", type=float, required=True, help="bytes per second")
    parser.add_argument("--cores", type=int, required=True)
    parser.add_argument("--bytes", type=float, default=2, help="of an element; 2 when left out")
    parser.add_argument("--steps", type=int, default=400)
    given = parser.parse_args()
    device = Device(given.peak, given.bandwidth, given.cores, given.bytes, read(given.table))
    best, error = simplex(device.error, [0.75, 0.8, 0.05, 4.0, 50.0, 2.5], given.steps)
    compute, share, exponent, start, ramp, overlap = best
    print(f"compute: {100 * compute:.4g} %\nbandwidth: {100 * share:.4g} %\nstart: {start:.3g} us")
    print(f"small_tile_exponent: {exponent:.3g}\nramp: {ramp:.3g}\noverlap_exponent: {overlap:.3g}")
    print(f"mean error {100 * error:.2f} %, of the roofline {100 * device.roofline():.2f} %")


if __name__ == "__main__":
    main()
