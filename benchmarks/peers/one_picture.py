"""What one picture shows, as one writes it by hand: from the saved weights to the class and its probability.

python benchmarks/peers/one_picture.py cifar_net.pth picture.jpg
"""

from __future__ import annotations

import sys

import torch
from lenet import HALF, Net
from PIL import Image
from torchvision import transforms

net = Net()
net.load_state_dict(torch.load(sys.argv[1], weights_only=True))
net.eval()
ready = transforms.Compose([transforms.ToTensor(), transforms.Normalize(HALF, HALF)])
with Image.open(sys.argv[2]) as image, torch.no_grad():
    probabilities = net(ready(image.convert("RGB")).unsqueeze(0)).softmax(1)[0]
value, index = probabilities.max(0)
print(f"{sys.argv[2]}: class {int(index)}, {100 * float(value):.1f} %")
