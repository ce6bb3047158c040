profile sushi-analytic ofa-resnet50 --host stage4
