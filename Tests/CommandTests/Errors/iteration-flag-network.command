run sushi-zcu104 FILE --phase prefill
