codecs FILE --entries 0,4
