"""torchvision's other datasets, and why they are left out."""

from __future__ import annotations

from collections.abc import Mapping

_REASONS = {
    "an archive of image files: unpack it, and name its folder with ImageFolder": """
        Caltech101 Caltech256 Country211 EuroSAT Imagenette RenderedSST2
    """,
    "images in one folder and their classes in a list beside it: lay them out for ImageFolder": """
        CLEVRClassification DTD FGVCAircraft Flowers102 Food101 GTSRB OxfordIIITPet Places365
        SUN397
    """,
    "its address is gone: torchvision itself cannot download it": "StanfordCars",
    "a table that only those with an account can download": "FER2013",
    "an HDF5 file, which needs h5py": "PCAM",
    "1,593 digits without a test split: use Digits": "SEMEION",
    "hundreds of thousands of photographs in a tree of species: lay a part of it out for ImageFolder":
        "INaturalist",
    "too large for the image store, and not to be downloaded freely: lay it out for ImageFolder":
        "ImageNet LSUN LSUNClass",
    "object detection: boxes, not one class per image": "CocoDetection Kitti VOCDetection WIDERFace",
    "segmentation: masks, not one class per image": "Cityscapes SBDataset VOCSegmentation",
    "captions: sentences, not classes": "CocoCaptions Flickr8k Flickr30k SBU",
    "video, not images": "HMDB51 Kinetics MovingMNIST UCF101",
    "optical flow, not classes": "FlyingChairs FlyingThings3D HD1K KittiFlow Sintel",
    "stereo disparity, not classes": """
        CarlaStereo CREStereo ETH3DStereo FallingThingsStereo InStereo2k Kitti2012Stereo
        Kitti2015Stereo Middlebury2014Stereo SceneFlowStereo SintelStereo
    """,
    "pairs of images to compare, not classes": "LFWPairs PhotoTour",
    "thousands of people or signs with a few images each, for recognition, not classification":
        "LFWPeople Omniglot",
    "many attributes per image, not one class": "CelebA",
    "noise; Random makes it as tensors, and with numbers as targets too": "FakeData",
    "needs a loader function, which a pipeline cannot hold; ImageFolder reads images":
        "DatasetFolder",
    "a base class, not a dataset": "VisionDataset",
    "a function that wraps datasets, not a dataset": "wrap_dataset_for_transforms_v2",
}  # fmt: skip

LEFT_OUT: Mapping[str, str] = {
    name: reason for reason, names in _REASONS.items() for name in names.split()
}
