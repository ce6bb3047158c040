run systolic-32-os Tests/CommandTests/Errors/square.yaml --weights FILE
