run sushi-analytic ofa-resnet50 --subnet 0.6B --host fc --cached FILE
