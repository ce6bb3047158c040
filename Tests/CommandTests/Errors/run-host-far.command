run sushi-analytic FILE --host classifier
