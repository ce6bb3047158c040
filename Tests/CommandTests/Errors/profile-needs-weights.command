profile plum-sr FILE
