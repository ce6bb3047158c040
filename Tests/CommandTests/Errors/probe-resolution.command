probe FILE --resolution 5
