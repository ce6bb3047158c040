codecs FILE --prune 0.9 --escapes 0.2
