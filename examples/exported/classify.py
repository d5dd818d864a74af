"""python classify.py net.onnx cat.jpg: the classes of pictures, without cifar-pipe."""

import json
import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession(sys.argv[1])
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
for path in sys.argv[2:]:
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    pixels = np.asarray(picture).transpose(2, 0, 1)[np.newaxis]
    [shares] = session.run(["probabilities"], {"images": pixels})[0]
    print(f"{path}: {classes[shares.argmax()]} {shares.max():.1%}")
