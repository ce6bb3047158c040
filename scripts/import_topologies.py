#!/usr/bin/env python3
"""Imports every topology of a folder and prints what was read or why not.

    python3 scripts/import_topologies.py FOLDER [--program .build/release/umemaki] [--page]

FOLDER holds SCALE-Sim's topologies (.csv), networks of MAESTRO (.m), workloads of ZigZag or problems of
Timeloop (.yaml); folders within it are searched too. For SCALE-Sim's files the multiply-accumulates are
counted a second time here, line by line as its own parser reads them: by the place of a field, whatever the
heading. Exit code 1 where the two differ.

With --page the table of the page "Importing workloads" is written; FOLDER then holds repositories as OWNER/NAME.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile



def own_count(text):
    """Multiply-accumulates as SCALE-Sim counts windows: ceil((H - R) / stride) + 1; None where it fails."""
    lines = text.splitlines()
    headings = [word.strip().lower() for word in lines[0].split(",")] if lines else []
    is_gemm = headings[1:4] == ["m", "n", "k"]
    # Columns in another order are read by their headings, which SCALE-Sim does not look at.
    if not is_gemm and (len(headings) < 8 or not headings[7].startswith("stride")):
        return None
    total = 0
    try:
        for line in lines[1:]:
            fields = [field.strip() for field in line.strip().split(",")]
            fields = [field for field in fields if not field.startswith("#")]
            while fields and not fields[-1]:
                fields.pop()
            if len(fields) < 2:
                continue
            # Its parser splits the shares of weights at a colon.
            place = headings.index("sparsity") if "sparsity" in headings else len(fields)
            if place < len(fields) and ":" not in fields[place]:
                return None
            numbers = [int(field) for field in fields[1:] if ":" not in field]
            if is_gemm:
                total += numbers[0] * numbers[1] * numbers[2]
                continue
            height, width, rows, columns, channels, filters, stride = numbers[:7]
            other = numbers[7] if len(numbers) > 7 else stride
            out = (-(-(height - rows) // stride) + 1) * (-(-(width - columns) // other) + 1)
            total += out * rows * columns * channels * filters
    except (ValueError, IndexError):
        return None
    return total


def exact(path):
    """Multiply-accumulates of a written workload, from its layers."""
    total = 0
    for line in path.read_text().splitlines():
        if not line.startswith("  - {"):
            continue

        def pair(key, fallback):
            found = re.search(key + r": (\[[^\]]*\]|\d+)", line)
            if not found:
                return [fallback, fallback]
            numbers = [int(n) for n in re.findall(r"\d+", found.group(1))]
            return numbers if len(numbers) > 1 else numbers * 2

        channels, height, width = [
            int(n) for n in re.search(r"input: \[(\d+), (\d+), (\d+)\]", line).groups()
        ]
        outputs = int(re.search(r"output_channels: (\d+)", line).group(1))
        groups = int((re.search(r"groups: (\d+)", line) or [0, 1])[1])
        if "operator: depthwise" in line:
            groups = channels
        kernel, stride, dilation = pair("kernel", 1), pair("stride", 1), pair("dilation", 1)
        # One number for all sides, one for each direction, or two for each.
        found = re.search(r"padding: (\d+|\[(?:[^\[\]]|\[[^\]]*\])*\])", line)
        pads = [int(n) for n in re.findall(r"\d+", found.group(1))] if found else [0]
        pads = {1: pads * 4, 2: [pads[0]] * 2 + pads[-1:] * 2}.get(len(pads), pads)
        out = 1
        for size, taps, step, spread, pad in zip(
            (height, width), kernel, stride, dilation, (pads[0] + pads[1], sum(pads[2:4]))
        ):
            out *= (size + pad - spread * (taps - 1) - 1) // step + 1
        total += out * kernel[0] * kernel[1] * channels // groups * outputs
    return total


def table(rows):
    """Repositories with what became of their topologies; below, those that were refused."""
    names = sorted({"/".join(name.parts[:2]) for name, _, _ in rows})
    lines = ["| repository | topologies | read | multiply-accumulates equal | refused, also by SCALE-Sim's rules | by its own |",
             "| --- | --- | --- | --- | --- | --- |"]
    for repository in names:
        own = [row for row in rows if "/".join(row[0].parts[:2]) == repository]
        states = [state for _, state, _ in own]
        shared, alone = states.count("refused by both"), states.count("refused")
        lines.append(f"| {repository} | {len(own)} | {len(own) - shared - alone} | {states.count('equal')} | {shared} | {alone} |")
    lines.append("")
    for name, state, reason in rows:
        if state.startswith("refused"):
            lines.append(f"- `{name}`: {reason}")
        elif state == "not counted":
            lines.append(f"- `{name}` is read; its columns are not those that SCALE-Sim counts by.")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--program", default=".build/release/umemaki")
    parser.add_argument("--page", action="store_true", help="write the table of the documentation")
    options = parser.parse_args()
    files = sorted(
        path
        for path in options.folder.rglob("*")
        if path.suffix in (".csv", ".m", ".yaml", ".yml") and path.is_file()
    )
    read, differing = 0, 0
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        output = pathlib.Path(scratch) / "imported.yaml"
        for path in files:
            name = path.relative_to(options.folder)
            done = subprocess.run(
                [options.program, "import", str(path), "-o", str(output)],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            if done.returncode:
                reason = done.stderr.strip().splitlines() or ["no message"]
                detail = f" {reason[1].strip()}" if len(reason) > 1 else ""
                said = reason[0].replace(str(path), "FILE") + detail
                print(f"{name}  refused ({done.returncode}): {said}")
                shared = path.suffix == ".csv" and own_count(path.read_text(errors="replace")) is None
                rows.append((name, "refused by both" if shared else "refused", said))
                continue
            read += 1
            line = f"{name}  read: {done.stdout.splitlines()[0].split(': ', 1)[1]}"
            notes = len(done.stderr.splitlines())
            state = "equal"
            if notes:
                line += f", {notes} notes"
            if path.suffix == ".csv":
                ours, theirs = exact(output), own_count(path.read_text(errors="replace"))
                has_groups = "`DP` in the name" in done.stderr or "Batch Size" in path.read_text(errors="replace")
                if theirs is None:
                    state = "not counted"
                    line += ", not counted again"
                elif ours != theirs and not has_groups:
                    state = "different"
                    differing += 1
                    line += f", DIFFERENT: {ours} here, {theirs} counted"
            rows.append((name, state, ""))
            print(line)
    if options.page:
        page = pathlib.Path(__file__).parent.parent / "Sources/umemaki/umemaki.docc/ImportingWorkloads.md"
        before, rest = page.read_text().split("<!-- topologies -->\n")
        page.write_text(before + "<!-- topologies -->\n" + table(rows) + "\n<!-- /topologies -->"
                        + rest.split("<!-- /topologies -->")[1])
    print(f"{read} of {len(files)} read, {differing} with other multiply-accumulates")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
