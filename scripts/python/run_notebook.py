#!/usr/bin/env python3
"""Executes a notebook and checks that its outputs are those that it holds.

    python3 scripts/python/run_notebook.py scripts/python/example.ipynb            # executes and compares
    python3 scripts/python/run_notebook.py scripts/python/example.ipynb --write    # executes and stores the outputs

Cells run one after another in one namespace, in the notebook's folder; an assertion or an exception ends with exit
code 1. Texts are compared exactly. What an HTML table or a picture looks like is the matter of another program's
version, so of these only their presence is compared. A cell with a tag `needs-MODULE` is passed over where Python
lacks the module, and said so.
"""
import argparse
import ast
import contextlib
import io
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path


def lines(text):
    return text.splitlines(keepends=True)


def shown(value):
    """The value of a cell's last line as a notebook stores it."""
    data = {}
    for mime, method in (("text/html", "_repr_html_"), ("image/svg+xml", "_repr_svg_")):
        if (form := getattr(value, method, None)) is not None:
            data[mime] = lines(form())
    return {**data, "text/plain": lines(repr(value))}


def execute(source, names, count):
    """Runs a cell; its outputs."""
    tree = ast.parse("".join(source))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    value, printed = None, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, f"<cell {count}>", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), f"<cell {count}>", "eval"), names)
    outputs = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": lines(printed.getvalue())})
    if value is not None:
        outputs.append({
            "data": shown(value), "execution_count": count, "metadata": {}, "output_type": "execute_result"})
    return outputs


def comparable(outputs):
    """What has to be the same: texts, and which other forms there are."""
    found = []
    for output in outputs:
        if output["output_type"] == "stream":
            found.append(("stream", "".join(output["text"])))
        elif "text/html" in output["data"]:
            found.append(("table", sorted(output["data"])))
        else:
            found.append(("".join(output["data"]["text/plain"]), sorted(output["data"])))
    return found


def main():
    parser = argparse.ArgumentParser(description="Executes a notebook and checks its outputs.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--write", action="store_true", help="store the outputs instead of comparing them")
    given = parser.parse_args()
    path = given.notebook.resolve()
    notebook = json.loads(path.read_text(encoding="utf-8"))
    os.chdir(path.parent)
    names, count, passed_over = {"__name__": "__main__"}, 0, 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        count += 1
        tags = cell["metadata"].get("tags", [])
        missing = [tag[6:] for tag in tags if tag.startswith("needs-") and find_spec(tag[6:]) is None]
        if missing:
            if given.write:
                sys.exit(f"cell {count} needs {', '.join(missing)}: nothing is written")
            print(f"skipped: cell {count} needs {', '.join(missing)}")
            passed_over += 1
            continue
        outputs = execute(cell["source"], names, count)
        if not given.write and comparable(outputs) != comparable(cell["outputs"]):
            print(f"cell {count}: expected {comparable(cell['outputs'])}\n  found {comparable(outputs)}")
            sys.exit(1)
        cell["outputs"], cell["execution_count"] = outputs, count
    if given.write:
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path.name}: {count - passed_over} cells executed, {passed_over} skipped")


main()
