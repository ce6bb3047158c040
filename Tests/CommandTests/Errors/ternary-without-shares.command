make-weights FILE --distribution ternary -o unused.h5
