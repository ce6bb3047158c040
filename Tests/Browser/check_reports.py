#!/usr/bin/env python3
"""Makes one report of every kind, opens each in headless Chromium and measures what is drawn.

Checks: no console message, no exception; every picture has marks of non-zero size; no text leaves its
picture; no two tick labels of an axis overlap; in light and dark mode, 800 and 1400 pixels wide; the
page loads quickly; sorting and tooltips work; HTML and SVG are valid. `--record` writes screenshots.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.dom.minidom

import html5lib
import websocket

import check_exploring

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOAD_LIMIT_S = 2.0
SIZE_LIMIT = 5_000_000
SCREENSHOT_LIMIT = 300_000

MEASURE = """
(() => {
  const faults = [];
  const pad = 1;
  const figures = [...document.querySelectorAll("figure")];
  if (!figures.length) faults.push("no figure");
  for (const figure of figures) {
    const svg = figure.querySelector("svg");
    const name = figure.id;
    if (!svg) { faults.push(`${name}: no picture`); continue; }
    const box = svg.getBoundingClientRect();
    if (box.width < 100 || box.height < 40) faults.push(`${name}: ${box.width} x ${box.height}`);
    const marks = [...svg.querySelectorAll(".mark")];
    if (!marks.length) faults.push(`${name}: no marks`);
    for (const mark of marks) {
      const r = mark.getBoundingClientRect();
      if (!(r.width > 0 || r.height > 0)) faults.push(`${name}: a mark without size`);
      if (r.left < box.left - 4 || r.right > box.right + 4 || r.top < box.top - 4
        || r.bottom > box.bottom + 4) faults.push(`${name}: a mark leaves the picture`);
    }
    for (const text of svg.querySelectorAll("text")) {
      const r = text.getBoundingClientRect();
      if (r.left < box.left - pad || r.right > box.right + pad || r.top < box.top - pad
        || r.bottom > box.bottom + pad) faults.push(`${name}: "${text.textContent}" leaves the picture`);
    }
    for (const axis of svg.querySelectorAll(".axis")) {
      const boxes = [...axis.querySelectorAll("text")].map((t) => [t.textContent, t.getBoundingClientRect()]);
      for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i][1], boxes[j][1]];
        if (a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2)
          faults.push(`${name}: ticks "${boxes[i][0]}" and "${boxes[j][0]}" overlap`);
      }
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page is wider than the window");
  return [...new Set(faults)];
})()
"""

SORT = """
(() => {
  const table = document.querySelector("section:not(#explore) > .scroll table");
  if (!table) return "no table";
  const head = [...table.tHead.rows[0].cells].find((cell) => cell.classList.contains("number"));
  const keys = () => [...table.tBodies[0].rows].map((row) => row.cells[head.cellIndex].dataset.key)
    .filter((key) => key !== "").map(Number);
  head.querySelector("button").click();
  const falling = keys();
  head.querySelector("button").click();
  const rising = keys();
  const ok = (list, sign) => list.every((key, i) => i === 0 || sign * (key - list[i - 1]) >= 0);
  if (!ok(falling, -1)) return `not falling: ${falling}`;
  if (!ok(rising, 1)) return `not rising: ${rising}`;
  return "";
})()
"""

TOOLTIP = """
(() => {
  const mark = [...document.querySelectorAll("svg .mark")].find((m) => m.querySelector("title"));
  if (!mark) return "no mark with a text";
  const words = mark.querySelector("title").textContent;
  mark.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
  const tip = document.getElementById("tip");
  if (tip.hidden || tip.textContent !== words) return "no tooltip";
  document.body.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
  if (!tip.hidden || !mark.querySelector("title")) return "the tooltip stays";
  return "";
})()
"""


class Tab:
    """A page in a running Chromium, driven over its debugging protocol."""

    def __init__(self, port):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/json/new?about:blank", method="PUT")
        with urllib.request.urlopen(request) as answer:
            address = json.load(answer)["webSocketDebuggerUrl"]
        self.socket = websocket.create_connection(address, timeout=60, suppress_origin=True)
        self.count = 0
        self.messages = []
        self.events = []
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def _take(self):
        message = json.loads(self.socket.recv())
        method = message.get("method", "")
        if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            self.messages.append(json.dumps(message["params"])[:400])
        self.events.append(method)
        return message

    def call(self, method, **params):
        self.count += 1
        number = self.count
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = self._take()
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def evaluate(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:400])
        return result["result"].get("value")

    def look(self, width, height=900, scheme="light", media=""):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, path):
        """Opens a file and gives the seconds until it is loaded and painted."""
        return self.load("Page.navigate", url=path.resolve().as_uri())

    def reload(self):
        """Loads the page again from its address."""
        return self.load("Page.reload")

    def load(self, method, **params):
        """Calls what loads a page, and waits until it is painted."""
        self.events.clear()
        start = time.monotonic()
        self.call(method, **params)
        while "Page.loadEventFired" not in self.events:
            self._take()
        self.call("Runtime.evaluate", awaitPromise=True, expression=(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"))
        return time.monotonic() - start

    def screenshot(self, path, width=1200, height=1600):
        self.look(width, height)
        full = self.evaluate("document.documentElement.scrollHeight")
        shown = min(full, height)
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": width, "height": shown, "scale": 1})["data"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))


def start_browser(chromium, folder):
    process = subprocess.Popen(
        [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions",
         "--disable-background-networking", "--hide-scrollbars", "--remote-debugging-port=0",
         f"--user-data-dir={folder}/profile", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    marker = pathlib.Path(folder) / "profile" / "DevToolsActivePort"
    for _ in range(300):
        if marker.exists() and marker.read_text().strip():
            return process, int(marker.read_text().splitlines()[0])
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    raise SystemExit("Chromium did not start")


def run(program, *arguments, output=None):
    result = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"umemaki {' '.join(arguments)}: {result.stderr.decode()}")
    if output:
        output.write_bytes(result.stdout)


def enlarge(source, target, points):
    """A sweep's store with its rows repeated under new numbers, their figures spread deterministically."""
    shutil.copytree(source, target)
    store = sqlite3.connect(target / "store.sqlite")
    columns = [row[1] for row in store.execute("PRAGMA table_info(points)")]
    rows = list(store.execute("SELECT * FROM points ORDER BY point"))
    kinds = {row[1]: row[2] for row in store.execute("PRAGMA table_info(points)")}
    state = 12345
    added = []
    for number in range(len(rows), points):
        row = list(rows[number % len(rows)])
        row[0] = number
        row[1] = f"{row[1]}-{number}"
        for index, name in enumerate(columns):
            if kinds[name] == "REAL" and row[index] is not None:
                state = (state * 1103515245 + 12345) % 2**31
                row[index] *= 1 + state / 2**31
        added.append(row)
    marks = ", ".join("?" * len(columns))
    store.executemany(f"INSERT INTO points VALUES ({marks})", added)
    store.commit()
    store.close()


def replaced(text, changes):
    """`text` with some of its words replaced, each of which it must hold."""
    for old, new in changes.items():
        if old not in text:
            raise SystemExit(f"there is no {old}")
        text = text.replace(old, new)
    return text


def make_reports(program, folder):
    """The reports by name; the first four have screenshots."""
    made = {name: folder / f"{name}.html" for name in ("run", "compare", "serve", "sweep")}
    run(program, "run", "sushi-analytic", "ofa-resnet50", "--subnet", "4.1B", "--cached", "self",
        "--format", "html", "-o", str(made["run"]))
    for name, architecture in (("a", "tpu-like"), ("b", "systolic-32-ws")):
        run(program, "run", architecture, "resnet18", "--format", "json", "-o", str(folder / f"{name}.json"))
    run(program, "compare", str(folder / "a.json"), str(folder / "b.json"), "--format", "html",
        "-o", str(made["compare"]))
    run(program, "serve", "sushi-mobilenetv3-analytic", "--format", "html", "-o", str(made["serve"]))
    run(program, "sweep", "buffers", "-o", str(folder / "buffers"), "--quiet")
    run(program, "report", str(folder / "buffers"), "--format", "html", "-o", str(made["sweep"]))
    run(program, "make-weights", "resnet20-cifar", "--seed", "7", "-o", str(folder / "w.h5"))
    run(program, "quantize", str(folder / "w.h5"), "-o", str(folder / "sb.h5"), "--scheme",
        "signed-binary", "--workload", "resnet20-cifar")
    made["analyze"] = folder / "analyze.html"
    run(program, "analyze", str(folder / "sb.h5"), "--format", "html", "-o", str(made["analyze"]))
    wide = folder / "wide.yaml"
    text = (ROOT / "workloads/sweeps/buffers.yaml").read_text()
    wide.write_text(replaced(text, {"name: buffers": "name: wide", "[8, 16, 32]": "[12, 24, 48]"}))
    run(program, "sweep", str(wide), "-o", str(folder / "wide"), "--quiet")
    made["sweep compare"] = folder / "fronts.html"
    run(program, "compare", str(folder / "buffers"), str(folder / "wide"), "--format", "html",
        "-o", str(made["sweep compare"]))
    scenario = folder / "capacity.yaml"
    text = (ROOT / "workloads/scenarios/superserve-bursty-cv4.yaml").read_text()
    scenario.write_text(replaced(text, {
        "{kind: bursty, base_rate: 300 Hz, variant_rate: 1100 Hz, squared_variation: 4}":
            "{kind: poisson, rate: 300 Hz}",
        "queries: 100000": "queries: 2000", "warm_up: 1000": "warm_up: 100"}))
    made["capacity"] = folder / "capacity.html"
    run(program, "serve", str(scenario), "--capacity", "99", "--format", "html",
        "-o", str(made["capacity"]))
    # Five of seven designs keep to the constraint: a hundred thousand good ones.
    enlarge(folder / "buffers", folder / "large", 140_000)
    made["large sweep"] = folder / "large.html"
    run(program, "report", str(folder / "large"), "--format", "html", "-o", str(made["large sweep"]))
    run(program, "run", "sushi-analytic", "resnet18", "--format", "svg", "-o", str(folder / "svg"))
    return made


BROKEN = """<!DOCTYPE html><title>broken</title><figure id="empty"></figure><figure id="bad">
<svg width="300" height="100"><rect class="mark" width="0" height="0"/><g class="axis">
<text x="20" y="50">first</text><text x="25" y="50">second</text></g>
<text x="290" y="20">leaves the picture</text></svg></figure>"""


def check_measure(tab, folder):
    """The measurement itself must notice what it is for."""
    page = folder / "broken.html"
    page.write_text(BROKEN)
    tab.look(800)
    tab.open(page)
    found = " ".join(tab.evaluate(MEASURE))
    wanted = ["empty: no picture", "bad: a mark without size", "overlap", "leaves the picture"]
    return [f"the check overlooks: {text}" for text in wanted if text not in found]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--chromium", required=True)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--keep", help="leave the reports in this folder")
    options = parser.parse_args()
    faults = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(options.keep or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        made = make_reports(os.path.abspath(options.program), folder)
        for name, path in made.items():
            text = path.read_text(encoding="utf-8")
            if len(text.encode()) > SIZE_LIMIT:
                faults.append(f"{name}: {len(text.encode())} bytes")
            try:
                html5lib.HTMLParser(strict=True).parse(text)
            except Exception as error:  # html5lib has no public base class for its errors
                faults.append(f"{name}: not valid HTML: {error}")
        drawings = sorted((folder / "svg").glob("*.svg"))
        if len(drawings) < 7:
            faults.append(f"{len(drawings)} SVG files, expected seven")
        for drawing in drawings:
            try:
                xml.dom.minidom.parse(str(drawing))
            except Exception as error:
                faults.append(f"{drawing.name}: not well-formed: {error}")
        process, port = start_browser(options.chromium, scratch)
        try:
            tab = Tab(port)
            faults += check_measure(tab, folder)
            for name, path in made.items():
                tab.messages.clear()
                tab.look(1200)
                seconds = tab.open(path)
                figures = tab.evaluate("document.querySelectorAll('figure svg').length")
                marks = tab.evaluate("document.querySelectorAll('svg .mark').length")
                print(f"{name}: {path.stat().st_size:,} bytes, {figures} pictures, {marks:,} marks, "
                      f"loaded in {seconds:.2f} s")
                if seconds > LOAD_LIMIT_S:
                    faults.append(f"{name}: took {seconds:.2f} s to load")
                for width in (800, 1400):
                    for scheme in ("light", "dark"):
                        tab.look(width, scheme=scheme)
                        faults += [f"{name}, {width} {scheme}: {fault}" for fault in tab.evaluate(MEASURE)]
                tab.look(1000, media="print")
                faults += [f"{name}, print: {fault}" for fault in tab.evaluate(MEASURE)]
                for check in (SORT, TOOLTIP):
                    answer = tab.evaluate(check)
                    if answer:
                        faults.append(f"{name}: {answer}")
                faults += [f"{name}: console: {message}" for message in tab.messages]
                if options.record and name in ("run", "compare", "serve", "sweep"):
                    target = ROOT / "results" / "screenshots" / f"{name}.png"
                    tab.open(path)
                    tab.screenshot(target)
                    if target.stat().st_size > SCREENSHOT_LIMIT:
                        faults.append(f"{target.name}: {target.stat().st_size} bytes")
            tab.messages.clear()
            faults += check_exploring.check_linking(tab, made["run"])
            faults += check_exploring.check_linking(tab, made["serve"])
            faults += check_exploring.check_exploring(tab, made["sweep"], folder)
            faults += check_exploring.check_selection_runs(run, options.program, folder)
            faults += check_exploring.check_fluid(tab, made["large sweep"])
            faults += check_exploring.check_view(tab, options.program, folder)
            faults += [f"exploring: console: {message}" for message in tab.messages]
            # A drawing on its own, as an image viewer or an editor would open it.
            for drawing in drawings:
                tab.messages.clear()
                tab.open(drawing)
                faults += [f"{drawing.name}: {message}" for message in tab.messages]
        finally:
            process.terminate()
            process.wait(20)
    for fault in faults:
        print(f"FAULT {fault}")
    print("ok" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
