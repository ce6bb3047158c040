run FILE resnet20-cifar
