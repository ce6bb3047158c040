import os
workload = {0: {'equation': 'O[k]+=W[k][c]*I[c]'}}
