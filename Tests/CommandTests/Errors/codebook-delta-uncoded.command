delta FILE FILE
