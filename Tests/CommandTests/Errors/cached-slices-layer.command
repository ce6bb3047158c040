run sushi-zcu104 resnet20-cifar --cached FILE
