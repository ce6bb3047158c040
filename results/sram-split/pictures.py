"""The pictures of this folder: small panels, a line per kind of weights."""

import math

WIDTH, HEIGHT, LEFT, TOP, GAP = 250, 190, 52, 44, 62
COLOURS = {"8 bit": "#1f5fa8", "packed": "#c2571a"}


def text(x, y, words, anchor="middle", size=11, fill="#333"):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}">'
        f"{words}</text>")


def line(points, colour, dash=""):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


class Panel:
    """Axes of one sub-network; budgets run along x by their logarithm."""

    def __init__(self, index, title, budgets, size, top, ticks, unit):
        self.left = LEFT + index % 2 * (WIDTH + GAP)
        self.top = TOP + index // 2 * (HEIGHT + GAP)
        self.logs = [math.log2(size(b)) for b in budgets]
        self.most = top
        self.marks = [text(self.left + WIDTH / 2, self.top - 8, title, size=12)]
        for tick in ticks:
            y = self.y(tick)
            self.marks.append(
                f'<line x1="{self.left}" x2="{self.left + WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
            self.marks.append(text(self.left - 6, y + 4, f"{tick:g}{unit}", "end", 10))
        for budget, log in zip(budgets, self.logs):
            if log == int(log) and int(log) % 2 == 0:
                self.marks.append(text(self.x(log), self.top + HEIGHT + 15, budget, size=10))

    def x(self, log):
        return self.left + (log - self.logs[0]) / (self.logs[-1] - self.logs[0]) * WIDTH

    def y(self, value):
        return self.top + HEIGHT * (1 - value / self.most)

    def curve(self, values, colour, dash=""):
        self.marks.append(
            line([(self.x(l), self.y(v)) for l, v in zip(self.logs, values)], colour, dash))


def page(title, panels, legend):
    width = LEFT + 2 * WIDTH + GAP + 20
    height = TOP + 2 * HEIGHT + GAP + 78
    marks = [text(width / 2, 18, title, size=14)]
    # A row of the legend for each kind of weights.
    columns = len(legend) // len(COLOURS)
    for index, (words, colour, dash) in enumerate(legend):
        x = LEFT + index % columns * 150
        y = height - 36 + index // columns * 20
        marks.append(line([(x, y), (x + 24, y)], colour, dash))
        marks.append(text(x + 30, y + 4, words, "start"))
    body = "\n".join(marks + [mark for panel in panels for mark in panel.marks])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" role="img"><title>{title}</title>\n'
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n{body}\n</svg>\n')


def split(designs, nets, size):
    """Room for weights, as a share of the budget, of the best split."""
    panels = []
    for index, net in enumerate(nets):
        panel = Panel(index, net, designs.budgets, size, 100, [0, 25, 50, 75, 100], " %")
        for packed, word in (("false", "8 bit"), ("true", "packed")):
            for figure, dash in (("energy", ""), ("latency", "4 3")):
                panel.curve(
                    [100 * designs.best(net, packed, b, figure=figure)["share"]
                     for b in designs.budgets], COLOURS[word], dash)
        panels.append(panel)
    return page(
        "Share of the SRAM that holds weights, best split", panels, [
            (f"{word}, least {figure}", colour, dash) for word, colour in COLOURS.items()
            for figure, dash in (("energy", ""), ("latency", "4 3"))])


def energy(designs, nets, size):
    """Energy of the best split and of both ends."""
    panels = []
    for index, net in enumerate(nets):
        most = max(
            d["energy"] for p in ("false", "true") for b in designs.budgets
            for d in designs.of(net, p, b)) * 1e3
        step = 10 ** math.floor(math.log10(most))
        step = next(s for s in (step / 5, step / 2, step, 2 * step) if most / s <= 6)
        ticks = [i * step for i in range(int(most / step) + 1)]
        panel = Panel(index, net, designs.budgets, size, most * 1.05, ticks, " mJ")
        for packed, word in (("false", "8 bit"), ("true", "packed")):
            colour = COLOURS[word]
            for share, dash in ((0, "2 3"), (1, "7 3")):
                panel.curve(
                    [designs.end(share, net, packed, b)["energy"] * 1e3 for b in designs.budgets],
                    colour, dash)
            panel.curve(
                [designs.best(net, packed, b)["energy"] * 1e3 for b in designs.budgets], colour)
        panels.append(panel)
    return page(
        "Energy of an inference, by budget", panels, [
            (f"{word}, {what}", colour, dash) for word, colour in COLOURS.items()
            for what, dash in (("best", ""), ("maps", "2 3"), ("weights", "7 3"))])
