# The form before YAML.
workload = {
    -1: {'equation': 'input', 'loop_dim_size': {'B': 1, 'K': 1, 'OY': 12, 'OX': 9}},
    0: {  # a convolution, padded
        'operator_type': 'Conv',
        'equation': 'O[b][k][oy][ox]+=W[k][c][fy][fx]*I[b][c][ix][iy]',
        'equation_relations': ['ix=ox+fx-1', 'iy=oy+fy-1'],
        'loop_dim_size': {'B': 1, 'K': 4, 'C': 1, 'OY': 12, 'OX': 9, 'FY': 3, 'FX': 3, },
        'operand_source': {'W': [], 'I': [-1]},
        'spatial_mapping': {'D1': ('K', 4)},
    }
    ,
    1: {
        'operator_type': 'Conv_pointwise',
        'equation': 'O[b][k][oy][ox]+=W[k][c]*I[b][c][oy][ox]',
        'loop_dim_size': {'B': 1, 'K': 8, 'C': 4, 'OY': 12, 'OX': 9},
        'padding': {'IY': (0, 0), 'IX': (0, 0)},
    }
}
