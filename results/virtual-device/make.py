"""Makes the table of this folder; from anywhere, after `sh scripts/build.sh`.

Two programs share one device: a server whose queries come every 4 ms for 0.96 s, and a batch job of 80 images. How long do
answers take, and when is the batch job over, as that job's batches and its launches ahead of time grow?
"""
import json
import os
import pathlib
import subprocess
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PROGRAM = os.environ.get("UMEMAKI", str(ROOT / ".build/release/umemaki"))
SCENARIO = """name: {name}
summary: A server beside a batch job.
source: "results/virtual-device"
table: table.csv
memory: 48 MiB
link: 19.2 GB/s
clients:
  - name: server
    command: [python3, {folder}/server.py]
    options: {{subnet: 0.6B, begin_us: 10000, period_us: 4000, queries: 240}}
"""
NEIGHBOUR = """  - name: neighbour
    command: [python3, {folder}/neighbour.py]
    options: {{subnet: 4.1B, begin_us: 10000, images: 80, batch: {batch}, depth: {depth}}}
"""


def serve(scratch, batch, depth):
    text = SCENARIO.format(name="pair", folder=FOLDER)
    if batch:
        text += NEIGHBOUR.format(folder=FOLDER, batch=batch, depth=depth)
    path = scratch / "pair.yaml"
    path.write_text(text)
    done = subprocess.run([PROGRAM, "serve", str(path), "--format", "json", "--quiet"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def main():
    lines = [
        "neighbour_batch,neighbour_depth,server_mean_s,server_max_s,server_end_s,neighbour_end_s,"
        "neighbour_energy_j_per_image,array_share"
    ]
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        profile = [PROGRAM, "profile", "sushi-analytic", "ofa-resnet50", "--subnets", "0.6B,4.1B", "--batches", "1,2,4,8"]
        subprocess.run(profile + ["-o", str(scratch / "table.csv")], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
        for batch, depth in [(0, 0)] + [(batch, depth) for batch in (1, 2, 4, 8) for depth in (1, 2, 4)]:
            document = serve(scratch, batch, depth)
            server, *others = document["clients"]
            cells = [batch, depth] + [f"{server[key]:.6f}" for key in ("latency_mean_s", "latency_max_s", "end_s")]
            if others:
                job = others[0]
                cells += [f"{job['end_s']:.6f}", f"{job['energy'] / job['images']:.6f}"]
            else:
                cells += ["", ""]
            lines.append(",".join(map(str, cells + [f"{document['array_busy_s'] / document['end_s']:.4f}"])))
    (FOLDER / "programs.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
