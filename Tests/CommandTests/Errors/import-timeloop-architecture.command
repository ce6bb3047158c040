import FILE -o unused.yaml 
