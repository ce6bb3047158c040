run sushi-analytic FILE --host ,first
