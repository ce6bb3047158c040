profile sushi-analytic FILE --subgraphs 0
