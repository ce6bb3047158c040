serve FILE --format trace
