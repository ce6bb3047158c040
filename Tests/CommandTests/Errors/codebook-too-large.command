quantize FILE -o unused.h5 --scheme codebook --entries 4
