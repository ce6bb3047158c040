"""The picture of this folder: a panel for each model and number of sequences, a line per use of the memory."""

import math

WIDTH, HEIGHT, LEFT, TOP, GAP = 230, 170, 60, 46, 54
COLOURS = {"weights": "#1f5fa8", "adapters": "#7a4fa3", "beginnings": "#c2571a", "maps": "#2e7d32"}
DASHES = {"weights": "", "adapters": "6 3", "beginnings": "", "maps": "2 3"}


def text(x, y, words, anchor="middle", size=11):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="#333">{words}</text>')


def line(points, colour, dash):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


def panel(study, model, batch, budgets, uses, words, left, top):
    """Bytes saved for every token over the room, both by their logarithm, from 100 B to 100 MB."""
    low, high = 2.0, 8.0

    def x(budget):
        first, last = math.log2(budgets[0]), math.log2(budgets[-1])
        return left + (math.log2(budget) - first) / (last - first) * WIDTH

    def y(power):
        return top + HEIGHT * (1 - (power - low) / (high - low))

    marks = [text(left + WIDTH / 2, top - 8, f"{model}, {batch} at once", size=12)]
    for power, label in ((2, "100 B"), (4, "10 kB"), (6, "1 MB"), (8, "100 MB")):
        marks.append(
            f'<line x1="{left}" x2="{left + WIDTH}" y1="{y(power):.1f}" y2="{y(power):.1f}" stroke="#ddd"/>')
        marks.append(text(left - 6, y(power) + 4, label, "end", 10))
    for budget in budgets:
        if math.log2(budget) % 4 != 0:
            continue
        marks.append(text(x(budget), top + HEIGHT + 15, words(budget), size=10))
    for use in uses:
        points = []
        for budget in budgets:
            row = study.get(model, batch, use, budget)
            value = row["saved_bytes_per_byte"] * row["held_bytes"]
            if value >= 10**low:
                points.append((x(budget), y(min(high, math.log10(value)))))
        if points:
            marks.append(line(points, COLOURS[use], DASHES[use]))
    return marks


def saved(study, models, batches, budgets, uses, words):
    width = LEFT + len(batches) * (WIDTH + GAP) + 10
    height = TOP + len(models) * (HEIGHT + GAP) + 26
    title = "DRAM bytes that a memory saves for every token, by what it holds"
    marks = [text(width / 2, 18, title, size=14)]
    for row, model in enumerate(models):
        for column, batch in enumerate(batches):
            marks += panel(
                study, model, batch, budgets, uses, words, LEFT + column * (WIDTH + GAP),
                TOP + row * (HEIGHT + GAP))
    for index, use in enumerate(uses):
        at, y = LEFT + index * 150, height - 16
        marks.append(line([(at, y), (at + 24, y)], COLOURS[use], DASHES[use]))
        marks.append(text(at + 30, y + 4, use, "start"))
    body = "\n".join(marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" role="img"><title>{title}</title>\n'
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n{body}\n</svg>\n')
