"""python verify.py net.onnx: runs the golden images of an exported model, without cifar-pipe."""

import base64
import json
import sys

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1])
card = json.loads(session.get_modelmeta().custom_metadata_map["cifar_pipe"])
worst = 0.0
for golden in card["goldens"]:
    pixels = np.frombuffer(base64.b64decode(golden["pixels"]), np.uint8)
    outputs = session.run([card["output"]], {"images": pixels.reshape(1, *golden["shape"])})[0][0]
    worst = max(worst, float(np.abs(outputs - golden["outputs"]).max()))
    print(card["classes"][outputs.argmax()])
print(f"greatest difference: {worst:.2g}")
