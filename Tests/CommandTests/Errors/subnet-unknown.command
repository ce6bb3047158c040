run sushi-zcu104 FILE --subnet 0.7B
