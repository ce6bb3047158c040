"""Explores pages of sweeps in a browser: brushes, keys, the address, what is saved, how fast it is, `view`."""
import csv
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import time
import xml.dom.minidom

SAID = "document.querySelector('#explore .said').textContent"
COUNT = "Number(/^(?:All )?([\\d,]+)/.exec(" + SAID + ")[1].replaceAll(',', ''))"
# What was saved, by name: the page makes a link to a blob, whose text is read in place of a download.
CATCH = """
(() => {
  window.saved = {};
  HTMLAnchorElement.prototype.click = function () {
    window.saved[this.download] = blobs.get(this.href);
  };
  const blobs = new Map();
  const before = URL.createObjectURL;
  URL.createObjectURL = (blob) => { const name = before(blob); blobs.set(name, blob); return name; };
})()
"""


def settle(tab, milliseconds=400):
    tab.call("Runtime.evaluate", awaitPromise=True,
             expression=f"new Promise((done) => setTimeout(done, {milliseconds}))")


def drag(tab, selector, start, end):
    """Drags over an element, from and to in shares of its box, with the mouse itself."""
    box = tab.evaluate(f"(() => {{ const e = document.querySelector('{selector}'); e.scrollIntoView({{block: 'center'}});"
                       " const b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()")
    place = [(box[0] + x * box[2], box[1] + y * box[3]) for x, y in (start, end)]
    mouse(tab, "mousePressed", *place[0])
    for step in range(1, 6):
        mouse(tab, "mouseMoved", *(a + (b - a) * step / 5 for a, b in zip(*place)))
    mouse(tab, "mouseReleased", *place[1])
    settle(tab)


def mouse(tab, kind, x, y):
    tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1,
             buttons=0 if kind == "mouseReleased" else 1)


def key(tab, name):
    codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "PageUp": 33, "End": 35, "Home": 36, "ArrowLeft": 37,
             "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
    text = {"text": "\r"} if name == "Enter" else {"text": " "} if name == " " else {}
    for kind in ("keyDown", "keyUp"):
        tab.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=codes[name],
                 **(text if kind == "keyDown" else {}))


def save(tab, button):
    """The name and the text of what a button of the explorer saves."""
    tab.evaluate(f"[...document.querySelectorAll('#explore button')].find((b) => b.textContent === '{button}').click()")
    result = tab.call("Runtime.evaluate", awaitPromise=True, returnByValue=True, expression=(
        "(async () => { const [name, blob] = Object.entries(saved).pop(); saved = {}; return [name, await blob.text()]; })()"))
    return result["result"]["value"]


def check_exploring(tab, path, folder):
    """What is wrong with the selection of a small sweep's page; writes its selection to `folder`."""
    faults = []

    def expect(isTrue, sentence):
        if not isTrue:
            faults.append(f"{sentence}; the page says: {tab.evaluate(SAID)} {tab.evaluate('location.hash')}")

    tab.look(1200)
    tab.open(path)
    settle(tab)
    tab.evaluate(CATCH)
    total = tab.evaluate(COUNT)
    expect(tab.evaluate(SAID).startswith("All "), "nothing is selected at first")
    expect(tab.evaluate("location.hash") == "", "the address is plain at first")

    # A brush over the points selects in the lines, the table, the marks of other pictures and the rows.
    drag(tab, "#explore .plot svg", (0.1, 0.1), (0.55, 0.85))
    some = tab.evaluate(COUNT)
    expect(0 < some < total, "a brush selects some")
    expect(" designs are selected: " in tab.evaluate(SAID), "the selection is said")
    out = tab.evaluate("document.querySelectorAll('figure .mark.out').length")
    inside = tab.evaluate("document.querySelectorAll('figure .mark.in').length")
    expect(out > 0 and inside > 0, f"other pictures follow, {inside} marks in, {out} out")
    expect(tab.evaluate("document.querySelectorAll('tbody tr.out').length") > 0, "rows follow")
    expect(f"of {some:,} " in tab.evaluate("document.querySelector('.pages').textContent"), "the table follows")
    expect(tab.evaluate("document.querySelectorAll('#explore .plane .brush[visibility=visible]').length") == 3,
           "both pictures show the ranges")

    # The address keeps it over a reload, and a changed address changes it.
    address = tab.evaluate("location.hash")
    expect("in." in address, "the address has the ranges")
    tab.reload()
    settle(tab)
    expect(tab.evaluate(COUNT) == some and tab.evaluate("location.hash") == address, "a reload keeps the selection")
    tab.evaluate(CATCH)
    tab.evaluate("location.hash = 'in.none=1..2&pick=3.4&front=1'")
    settle(tab)
    expect("has not: in.none=1..2" in tab.evaluate(SAID), "what the address names in vain is said")
    tab.evaluate("[...document.querySelectorAll('#explore button')].find((b) => b.textContent === 'Clear').click()")
    settle(tab)
    expect(tab.evaluate(COUNT) == total and tab.evaluate("location.hash") == "", "clearing clears")

    # A brush on an axis of the lines.
    x = tab.evaluate("(() => { const s = document.querySelectorAll('#explore .plot svg')[1]; const h = s.querySelector('.handle');"
                     " const [b, c] = [s.getBoundingClientRect(), h.getBoundingClientRect()]; return (c.left + c.width / 2 - b.left) / b.width; })()")
    tab.evaluate("document.querySelectorAll('#explore .plot svg')[1].id = 'lines'")
    drag(tab, "#lines", (x, 0.3), (x, 0.6))
    expect(0 < tab.evaluate(COUNT) < total, "a brush on an axis selects some")
    tab.evaluate("location.hash = ''")
    tab.evaluate("[...document.querySelectorAll('#explore button')].find((b) => b.textContent === 'Clear').click()")
    settle(tab)

    # By keys alone: the handles of axes, the points, the table.
    tab.evaluate("document.querySelector('#explore .handle').focus()")
    before = tab.evaluate("document.activeElement.getAttribute('aria-valuetext')")
    key(tab, "ArrowUp")
    settle(tab)
    after = tab.evaluate("document.activeElement.getAttribute('aria-valuetext')")
    expect(before != after and tab.evaluate(COUNT) < total, f"an arrow moves an end, {before} to {after}")
    key(tab, "Escape")
    settle(tab)
    expect(tab.evaluate(COUNT) == total, "Escape takes the range away")
    tab.evaluate("document.querySelector('#explore .plot svg').focus()")
    key(tab, "ArrowRight")
    expect(tab.evaluate("document.querySelector('.heard').textContent").startswith("point "), "a point is read out")
    key(tab, "End")
    key(tab, "Enter")
    settle(tab)
    expect(tab.evaluate(COUNT) == 1 and "pick=" in tab.evaluate("location.hash"), "Enter picks")
    tab.evaluate("document.querySelector('#explore .pick').focus()")
    key(tab, "Enter")
    settle(tab)
    tab.evaluate("document.querySelector('#explore table thead button').focus()")
    key(tab, "Enter")
    settle(tab)
    expect(tab.evaluate("document.activeElement.parentElement.getAttribute('aria-sort')") in ("ascending", "descending"),
           "a heading sorts and keeps the focus")
    # From the heading on, everything is reached in the order of the page, and has a name.
    tab.evaluate("document.querySelector('#explore select').focus()")
    names = []
    for _ in range(60):
        names.append(tab.evaluate("(() => { const e = document.activeElement; return (e.getAttribute('aria-label')"
                                  " || (e.labels && e.labels[0] && e.labels[0].textContent) || e.textContent || '').trim(); })()"))
        if not tab.evaluate("document.getElementById('explore').contains(document.activeElement)"):
            break
        key(tab, "Tab")
    expect(all(names), f"everything that takes the focus has a name: {names}")
    expect(any("Arrow keys" in name for name in names) and any(name.startswith("least ") for name in names),
           f"pictures take the focus: {names}")

    # What is saved of it.
    tab.evaluate("location.hash = 'in.latency_s=0..0.009&front=1'")
    settle(tab)
    some = tab.evaluate(COUNT)
    name, text = save(tab, "Selection as YAML")
    (folder / name).write_text(text)
    expect(name.endswith("-selection.yaml") and "zip:" in text and some > 0, f"the selection is a sweep file: {name}")
    name, text = save(tab, "Selection as CSV")
    (folder / name).write_text(text)
    rows = list(csv.DictReader(io.StringIO(text)))
    expect(len(rows) == some and all(float(row["latency_s"]) <= 0.009 for row in rows), f"{name} has the selection")
    name, text = save(tab, "All as CSV")
    expect(len(list(csv.DictReader(io.StringIO(text)))) == total, f"{name} has all points")
    for index in (0, 1):
        tab.evaluate(f"[...document.querySelectorAll('#explore button')].filter((b) => b.textContent === 'Save as SVG')[{index}].click()")
    tab.evaluate("document.querySelector('figure .save').click()")
    files = tab.call("Runtime.evaluate", awaitPromise=True, returnByValue=True, expression=(
        "Promise.all(Object.entries(saved).map(async ([name, blob]) => [name, await blob.text()]))"))["result"]["value"]
    expect(len(files) == 3, f"three pictures are saved: {[name for name, _ in files]}")
    for name, text in files:
        (folder / name).write_text(text)
        try:
            drawing = xml.dom.minidom.parseString(text)
            expect(drawing.getElementsByTagName("path").length > 0 and "var(" not in text, f"{name} stands alone")
        except Exception as error:  # the parser has no public base class for its errors
            expect(False, f"{name} is not well-formed: {error}")
    return faults


def check_fluid(tab, path, limit=0.4):
    """What is slow in the page of a large sweep: seconds from a moved brush to the picture."""
    faults = []
    tab.look(1200)
    start = time.monotonic()
    tab.open(path)
    opened = time.monotonic() - start
    settle(tab, 1000)
    total = tab.evaluate(COUNT)
    box = tab.evaluate("(() => { const e = document.querySelector('#explore .plot svg'); e.scrollIntoView({block: 'center'});"
                       " const b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()")
    mouse(tab, "mousePressed", box[0] + box[2] * 0.2, box[1] + box[3] * 0.2)
    times = []
    for step in range(10):
        start = time.monotonic()
        mouse(tab, "mouseMoved", box[0] + box[2] * (0.3 + 0.05 * step), box[1] + box[3] * (0.3 + 0.05 * step))
        tab.call("Runtime.evaluate", awaitPromise=True, expression=(
            "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"))
        times.append(time.monotonic() - start)
    mouse(tab, "mouseReleased", box[0] + box[2] * 0.75, box[1] + box[3] * 0.75)
    settle(tab, 1000)
    some = tab.evaluate(COUNT)
    middle = sorted(times)[len(times) // 2]
    print(f"exploring {total:,} points: {path.stat().st_size:,} bytes, opened in {opened:.2f} s, {middle * 1000:.0f} ms a frame, {some:,} selected")
    if not 0 < some < total:
        faults.append(f"a brush selects {some} of {total}")
    if middle > limit:
        faults.append(f"{middle:.2f} s from a moved brush to the picture, over {limit} s")
    if "are drawn: those of the front" not in tab.evaluate(SAID):
        faults.append("what is drawn of the lines is not said")
    return faults


def check_linking(tab, path):
    """What is wrong with the page of a run: a layer that is selected is selected in all pictures and the table."""
    faults = []
    tab.look(1200)
    tab.open(path)
    first = "document.querySelector('tbody .pick')"
    name = tab.evaluate(f"{first}.textContent")
    tab.evaluate(f"{first}.focus()")
    key(tab, "Enter")
    address = tab.evaluate("location.hash")
    tab.reload()
    states = tab.evaluate("""[...document.querySelectorAll('figure')].map((figure) => [figure.id,
      figure.querySelectorAll('.linked:not(.out)').length, figure.querySelectorAll('.linked.out').length])""")
    several = [state for state in states if state[1] and state[2]]
    if len(several) < 3:
        faults.append(f"{name} is not selected in several pictures: {states}")
    rows = tab.evaluate("[document.querySelectorAll('tbody tr.out').length, document.querySelectorAll('tbody tr').length]")
    if rows[0] != rows[1] - 1:
        faults.append(f"{rows[0]} of {rows[1]} rows are out with one selected")
    if not address.startswith("#row="):
        faults.append(f"the address is {address}")
    key(tab, "Escape")
    if tab.evaluate("document.querySelectorAll('.out').length") or tab.evaluate("location.hash"):
        faults.append("Escape does not clear the selected layer")
    mark = f"document.querySelector('#{several[0][0]} .linked')" if several else "null"
    tab.evaluate(f"{mark}.dispatchEvent(new MouseEvent('click', {{ bubbles: true }}))")
    if not tab.evaluate("document.querySelectorAll('.out').length"):
        faults.append("a mark that is clicked selects nothing")
    return faults


def check_selection_runs(run, program, folder):
    """What differs between the points that a page saved as a sweep file and those that this file gives."""
    file = folder / "buffers-selection.yaml"
    run(os.path.abspath(program), "sweep", str(file), "-o", str(folder / "selection"), "--quiet")
    run(os.path.abspath(program), "report", str(folder / "selection"), "--format", "csv", "-o", str(folder / "again.csv"))
    tables = [list(csv.DictReader((folder / name).open())) for name in ("buffers-selection.csv", "again.csv")]

    def same(one, other):
        try:
            return float(one) == float(other)
        except ValueError:
            return one == other

    faults = [] if len(tables[0]) == len(tables[1]) else [f"{len(tables[0])} points saved, {len(tables[1])} run"]
    for saved, ran in zip(*tables):
        wrong = [name for name in saved if name not in ("point", "pareto") and not same(saved[name], ran[name])]
        faults += [f"point {saved['point']}: {name} {saved[name]} saved, {ran[name]} run" for name in wrong]
    return faults


def check_view(tab, program, folder):
    """What is wrong with the served page of a sweep that grows: it loads itself anew and keeps its address."""
    faults = []
    growing = folder / "growing"
    shutil.copytree(folder / "buffers", growing)
    store = sqlite3.connect(growing / "store.sqlite")
    rows = list(store.execute("SELECT * FROM points ORDER BY point"))
    store.execute("DELETE FROM points WHERE point >= 40")
    store.commit()
    viewer = subprocess.Popen([os.path.abspath(program), "view", str(growing)], stdout=subprocess.PIPE, text=True)
    try:
        address = viewer.stdout.readline().strip()
        tab.look(1200)
        tab.load("Page.navigate", url=address + "#front=1&y=area_mm2")
        settle(tab)
        before = tab.evaluate(SAID)
        marks = ", ".join("?" * len(rows[0]))
        store.executemany(f"INSERT INTO points VALUES ({marks})", rows[40:])
        store.commit()
        after = before
        start = time.monotonic()
        while after == before and time.monotonic() - start < 15:
            time.sleep(0.5)
            try:
                after = tab.evaluate(f"document.readyState === 'complete' ? {SAID} : null") or before
            except RuntimeError:
                pass  # The page is just being loaded anew.
        settle(tab)
        print(f"view: {before} -> {after} ({time.monotonic() - start:.1f} s)")
        if after == before:
            faults.append("the page of a growing sweep stays as it was")
        if tab.evaluate("location.hash") != "#front=1&y=area_mm2":
            faults.append(f"the address is not kept: {tab.evaluate('location.hash')}")
    finally:
        store.close()
        viewer.send_signal(signal.SIGINT)
        if viewer.wait(20) != 0:
            faults.append(f"view ends with {viewer.returncode}")
    settle(tab, 2600)
    said = tab.evaluate("document.getElementById('connection').textContent")
    if "has ended" not in said:
        faults.append("the page does not say that view has ended")
    # The browser itself says that nobody answers, which is what this is about.
    tab.messages[:] = [message for message in tab.messages if "ERR_CONNECTION_REFUSED" not in message]
    return faults
