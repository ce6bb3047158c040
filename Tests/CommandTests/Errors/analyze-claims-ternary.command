analyze FILE
