import FILE -o unused.yaml --input-shape y=1x2
