stitch resnet20-cifar resnet20-cifar --on systolic-32-os --probes FILE --buckets 0
