run FILE Tests/CommandTests/Errors/tiny.yaml
