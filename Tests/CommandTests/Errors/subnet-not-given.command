run sushi-zcu104 FILE
