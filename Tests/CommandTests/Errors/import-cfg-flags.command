import FILE -o unused.yaml --skip-unsupported 
