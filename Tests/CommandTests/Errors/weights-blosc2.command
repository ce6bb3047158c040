run systolic-32-os Tests/CommandTests/Errors/tiny.yaml --weights FILE
