run eyeriss-v1 Tests/CommandTests/Errors/tiny.yaml --mapping FILE
