"""Trains, saves, loads and evaluates a small network of each of timm's families.

    python tests/timm_families.py [NAME…]

prints how many give the same loss before they are saved and after; some minutes for all of them. It
needs timm: pip install 'cifar-pipe[timm]'. The tests of each day do it for three of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import round_trips

PIPELINE = """\
version: 1
stages:
  load_data:
    dataset: {{type: Shapes, image_shape: [3, {side}, {side}], num_classes: 4, train: 4, test: 2}}
    transforms: [ToTensor]
    batch_size: 2
  build_model: {{layers: [{{type: timm, name: {name}, num_classes: 4}}]}}
  train: {{steps: 1, loss: CrossEntropyLoss, optimizer: {{type: SGD, lr: 0.01}}}}
  before: {{type: evaluate, batch_size: 2, loss: CrossEntropyLoss}}
  save: {{path: net.pth}}
  load: {{}}
  after: {{type: evaluate, batch_size: 2, loss: CrossEntropyLoss, from: {{model: load}}}}
"""
# A small network of each family, with the side of its images.
FAMILIES = {
    "beit_base_patch16_224": 224,
    "cait_xxs24_224": 224,
    "coat_tiny": 224,
    "coatnet_nano_rw_224": 224,
    "convit_tiny": 224,
    "convnext_atto": 64,
    "convnextv2_atto": 64,
    "crossvit_tiny_240": 240,
    "cspresnet50": 64,
    "davit_tiny": 224,
    "deit_tiny_patch16_224": 224,
    "densenet121": 64,
    "dla34": 64,
    "dpn48b": 64,
    "edgenext_xx_small": 64,
    "efficientformer_l1": 224,
    "efficientnet_b0": 64,
    "efficientvit_b0": 64,
    "eva02_tiny_patch14_224": 224,
    "fastvit_t8": 64,
    "focalnet_tiny_srf": 224,
    "gcresnet50t": 64,
    "ghostnet_050": 64,
    "hardcorenas_a": 64,
    "hgnetv2_b0": 64,
    "hrnet_w18_small": 64,
    "inception_v3": 299,
    "lcnet_050": 64,
    "levit_128s": 224,
    "maxvit_pico_rw_256": 256,
    "mixer_s32_224": 224,
    "mobilenetv3_small_050": 64,
    "mobilenetv4_conv_small": 64,
    "mobileone_s0": 64,
    "mobilevit_xxs": 64,
    "mvitv2_tiny": 224,
    "nfnet_l0": 64,
    "pit_ti_224": 224,
    "poolformer_s12": 64,
    "pvt_v2_b0": 64,
    "regnetx_002": 64,
    "repvgg_a0": 64,
    "resnet10t": 64,
    "resnest14d": 64,
    "rexnet_100": 64,
    "seresnet18": 64,
    "skresnet18": 64,
    "swin_tiny_patch4_window7_224": 224,
    "swinv2_tiny_window8_256": 256,
    "tf_efficientnetv2_b0": 64,
    "tiny_vit_5m_224": 224,
    "twins_pcpvt_small": 224,
    "vgg11": 64,
    "visformer_tiny": 224,
    "vit_tiny_patch16_224": 224,
    "volo_d1_224": 224,
    "xcit_nano_12_p16_224": 224,
}


def losses(name: str) -> tuple[float, float]:
    """Before the weights were saved, and after they were loaded."""
    return round_trips.losses(name, PIPELINE.format(name=name, side=FAMILIES.get(name, 224)))


if __name__ == "__main__":
    sys.exit(round_trips.report(sys.argv[1:] or FAMILIES, losses))
