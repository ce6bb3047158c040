serve FILE
