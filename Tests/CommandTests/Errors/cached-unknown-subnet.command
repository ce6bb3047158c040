run sushi-zcu104 FILE --subnet 0.6B --cached 0.7B
