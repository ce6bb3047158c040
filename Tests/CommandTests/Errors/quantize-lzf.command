quantize FILE -o unused.h5 --scheme ternary --layout OIHW
