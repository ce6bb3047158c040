run FILE resnet18
