serve FILE --bound
