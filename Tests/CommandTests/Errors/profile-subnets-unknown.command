profile sushi-analytic FILE --subnets small,smal
