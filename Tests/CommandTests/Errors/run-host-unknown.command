run sushi-analytic FILE --host lost
