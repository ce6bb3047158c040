analyze FILE --layout OIHW
