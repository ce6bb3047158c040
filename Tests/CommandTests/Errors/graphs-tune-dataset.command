tune FILE
