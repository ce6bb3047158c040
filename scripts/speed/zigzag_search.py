"""ZigZag's search for the fastest loops of two layers; prints the cycles of what it finds as JSON.

    python zigzag_search.py prepare FOLDER      writes what both programs read
    python zigzag_search.py FOLDER LIMIT        searches with that many loop groups at most

The search is ZigZag's own (LOMA) with its cost model and the stages that choose the fastest mapping. The stages of
its interface that draw and store are left out, and so is the progress bar. `LIMIT` is its `lpf_limit`, 6 where a
user says nothing; a smaller one searches less. Design, layers and prices are those of compare_zigzag.py.
"""

import json
import logging
import os
import sys

logging.disable(logging.CRITICAL)

DESIGN = "square-16"
NAMES = ("res3-3x3", "res4-expand")


def prepare(folder):
    import yaml

    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    import compare_zigzag as shared

    design = shared.DESIGNS[DESIGN]
    architecture = shared.architecture(DESIGN, design)
    given = f"{{rule: file, file: {DESIGN}-mappings.yaml}}"
    if given not in architecture:
        sys.exit(f"compare_zigzag.py writes no `mapping: {given}` any more")
    texts = {
        "arch.yaml": architecture.replace(given, "{rule: search, objective: latency}"),
        "layers.yaml": shared.workload(NAMES),
        "zz-hw.yaml": yaml.safe_dump(shared.accelerator(DESIGN, design), sort_keys=False),
        "zz-layers.yaml": yaml.safe_dump(
            [shared.zigzag_layer(name, index) for index, name in enumerate(NAMES)], sort_keys=False
        ),
        "zz-spatial.yaml": yaml.safe_dump(shared.spatial(design), sort_keys=False),
    }
    for name, text in texts.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)


def search(folder, limit):
    from zigzag.mapping.temporal_mapping import TemporalMappingType
    from zigzag.stages.evaluation.cost_model_evaluation import CostModelStage
    from zigzag.stages.main import MainStage
    from zigzag.stages.mapping.spatial_mapping_generation import SpatialMappingGeneratorStage
    from zigzag.stages.mapping.temporal_mapping_generator_stage import TemporalMappingGeneratorStage
    from zigzag.stages.parser.accelerator_parser import AcceleratorParserStage
    from zigzag.stages.parser.workload_parser import WorkloadParserStage
    from zigzag.stages.results.reduce_stages import MinimalLatencyStage
    from zigzag.stages.workload_iterator import WorkloadStage

    paths = {key: os.path.join(folder, f"zz-{key}.yaml") for key in ("hw", "layers", "spatial")}
    found = MainStage(
        [
            WorkloadParserStage, AcceleratorParserStage, WorkloadStage, MinimalLatencyStage,
            SpatialMappingGeneratorStage, MinimalLatencyStage, TemporalMappingGeneratorStage, CostModelStage,
        ],
        accelerator=paths["hw"], workload=paths["layers"], mapping=paths["spatial"], loma_lpf_limit=limit,
        loma_show_progress_bar=False, nb_mappings_generated=1,
        enable_mix_spatial_mapping_generation=False, access_same_data_considered_as_no_access=False,
        temporal_mapping_type=TemporalMappingType.UNEVEN,
    ).run()
    print(json.dumps({"cycles": {cost.layer.name: cost.latency_total2 for cost, _ in found}}))


if sys.argv[1] == "prepare":
    prepare(sys.argv[2])
else:
    search(sys.argv[1], int(sys.argv[2]))
