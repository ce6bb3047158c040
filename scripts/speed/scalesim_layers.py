"""SCALE-Sim on the layers of a topology, one by one; prints the cycles of each as JSON.

    python scalesim_layers.py CONFIGURATION TOPOLOGY FOLDER

No traces are written and nothing is printed on the way, no bar of progress either; its command line can leave out
none of these. A layer's
matrices are given up before the next layer, where SCALE-Sim would keep those of all layers until its end. Layers
of one shape are simulated once, which SCALE-Sim does not do by itself.
"""

import json
import os
import sys

os.environ["TQDM_DISABLE"] = "1"

from scalesim.scale_sim import scalesim

configuration, topology, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
with open(topology) as file:
    head, *lines = [line for line in file.read().splitlines() if line.strip()]
cycles, known = {}, {}
for line in lines:
    name, shape = line.split(",", 1)
    if shape not in known:
        path = os.path.join(folder, "layer.csv")
        with open(path, "w") as file:
            file.write(f"{head}\n{line}\n")
        # The third file is a layout, which has to be there and is not used.
        run = scalesim(save_disk_space=True, verbose=False, config=configuration, topology=path, layout=path)
        run.run_scale(top_path=folder)
        # "Total Cycles" is the index of the last cycle, counted from zero.
        known[shape] = int(run.runner.single_layer_sim_object_list[0].get_compute_report_items()[1]) + 1
        del run
    cycles[name.strip()] = known[shape]
print(json.dumps({"cycles": cycles, "simulated": len(known)}))
