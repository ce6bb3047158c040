import FILE -o unused.yaml --input-shape x=1x2
