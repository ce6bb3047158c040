run nvdla-large Tests/CommandTests/Errors/tiny.yaml --mapping FILE
