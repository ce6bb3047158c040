quantize FILE -o unused.h5 --scheme signed-binary
