run sushi-zcu104 FILE --phase decode --context 4000
