run eie FILE
