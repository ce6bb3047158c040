profile FILE ofa-resnet50
