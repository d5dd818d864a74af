"""What one picture shows, as one writes it by hand: from the saved weights to the class and its probability.

python benchmarks/one_picture.py cifar_net.pth picture.jpg
"""

from __future__ import annotations

import sys

import torch
from PIL import Image
from torchvision import transforms
from tutorial_by_hand import Net

HALF = (0.5, 0.5, 0.5)

net = Net()
net.load_state_dict(torch.load(sys.argv[1], weights_only=True))
net.eval()
ready = transforms.Compose([transforms.ToTensor(), transforms.Normalize(HALF, HALF)])
with Image.open(sys.argv[2]) as image, torch.no_grad():
    probabilities = net(ready(image.convert("RGB")).unsqueeze(0)).softmax(1)[0]
value, index = probabilities.max(0)
print(f"{sys.argv[2]}: class {int(index)}, {100 * float(value):.1f} %")
