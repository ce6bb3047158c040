profile plum-sushi FILE --weights Tests/CommandTests/Errors/weights-shape.h5
