serve FILE --capacity 99
