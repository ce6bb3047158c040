import FILE -o unused.yaml --weights unused.h5
