run systolic-32-os FILE
