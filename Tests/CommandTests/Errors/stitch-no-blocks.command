stitch vgg16 resnet20-cifar --on systolic-32-os --probes FILE
